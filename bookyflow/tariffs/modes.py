"""Changing the way in which a property's prices are entered, without losing any of them."""

from __future__ import annotations

from collections import Counter

from django.db import transaction
from django.db.models import Count, Max, Min

from bookyflow.core.acting import Actor
from bookyflow.core.errors import DomainError
from bookyflow.events.models import EventKind
from bookyflow.events.services import record
from bookyflow.properties.locking import property_lock
from bookyflow.properties.models import Property, PropertySettings, TariffMode
from bookyflow.properties.services import property_touch
from bookyflow.rooms.models import RoomType
from bookyflow.tariffs.models import DailyRate
from bookyflow.tariffs.selectors import tariff_type_list

ONE_OF_EACH = {TariffMode.NORMAL, TariffMode.STANDARD}  # one tariff type per room type
ONE_PRICE = {TariffMode.NORMAL, TariffMode.ADVANCED}  # one price per tariff type


@transaction.atomic
def tariff_mode_set(*, property_id: int, mode: TariffMode, by: Actor) -> None:
    """Let another editor write the prices; every price and id stays.

    Night by night fits all prices, so that micromanage (and compatibility) always goes. The others
    want less: normal and standard one tariff per room type, normal and advanced one price and
    minimum stay per tariff on the nights from today, without a gap. Raises DomainError
    `tariff_mode_not_possible`, whose detail names what stands in the way, also while prices are
    entered for seven nights and the new mode knows none such. One event,
    `property_settings_updated`.
    """
    locked = property_lock(property_id)
    if locked.settings.tariff_mode == mode:
        return
    problem = _problem(locked, mode)
    if problem:
        raise DomainError("tariff_mode_not_possible", problem)
    PropertySettings.objects.filter(property=locked).update(tariff_mode=mode)
    property_touch([locked.pk])
    record(
        EventKind.PROPERTY_SETTINGS_UPDATED,
        by=by,
        property_id=locked.pk,
        subject=("property", locked.pk),
        names=["tariffmode"],
    )


def _problem(prop: Property, mode: TariffMode) -> str:
    if prop.settings.prices_weekly and mode != TariffMode.ADVANCED:
        return "Prices are entered for seven nights; enter them for one night first."
    problem = _several_tariffs(prop) if mode in ONE_OF_EACH else ""
    return problem or (_several_prices(prop) if mode in ONE_PRICE else "")


def _several_tariffs(prop: Property) -> str:
    tariff_types = tariff_type_list(prop=prop).values_list("room_type", flat=True)
    several = [room_type for room_type, count in Counter(tariff_types).items() if count > 1]
    names = RoomType.objects.filter(pk__in=several).values_list("name", flat=True)
    return f"Several tariffs for one room type: {', '.join(names)}." if several else ""


def _several_prices(prop: Property) -> str:
    coming = DailyRate.objects.filter(
        property=prop, tariff_type__deleted_at=None, date__gte=prop.settings.today(), price__gt=0
    )
    found = coming.values("tariff_type", "tariff_type__name").annotate(
        prices=Count("price", distinct=True),
        min_stays=Count("min_stay", distinct=True),
        nights=Count("pk"),
        first=Min("date"),
        last=Max("date"),
    )
    names = {
        one["tariff_type__name"]
        for one in found
        if one["prices"] > 1
        or one["min_stays"] > 1
        or one["nights"] <= (one["last"] - one["first"]).days
    }
    return f"Several prices in one tariff: {', '.join(sorted(names))}." if names else ""
