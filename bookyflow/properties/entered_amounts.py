"""The amounts that a property has entered in its currency elsewhere than in its settings."""

from __future__ import annotations

from datetime import date

from django.apps import apps
from django.db.models import F, Q
from django.db.models.functions import Round

from bookyflow.core.currencies import EXPONENTS

_NIGHTS = "tariffs.DailyRate"
_IS_AMOUNT = Q(is_percentage=False)
_IS_THERE = Q(deleted_at=None)

# What people call it, model, field, and which rows count.
ENTERED = (
    ("rooms", "rooms.Room", "surcharge", _IS_THERE),
    ("rooms", "rooms.Room", "single_supplement", _IS_THERE),
    ("prices of nights", _NIGHTS, "price", Q(tariff_type__deleted_at=None)),
    ("tariffs", "tariffs.TariffType", "extra_guest_price", _IS_THERE),
    ("tariffs", "tariffs.TariffType", "discount_7", _IS_THERE & Q(discount_is_percentage=False)),
    ("tariffs", "tariffs.TariffType", "discount_30", _IS_THERE & Q(discount_is_percentage=False)),
    ("extras", "tariffs.Extra", "price", _IS_THERE & ~Q(model="percentage")),
    ("children's rates", "tariffs.ChildRate", "price", Q()),
    ("guest types", "tariffs.GuestType", "variance", _IS_AMOUNT),
    ("coupons", "tariffs.Coupon", "amount", _IS_THERE & _IS_AMOUNT),
    ("coupons", "tariffs.Coupon", "min_spend", _IS_THERE),
)


def finer_than(*, property_id: int, currency: str, today: date) -> list[str]:
    """What of a property's has an amount that the currency cannot express; a query for each.

    Prices of nights before `today` do not count.
    """
    found = {
        name
        for name, model, field, counted in ENTERED
        if apps.get_model(model)
        .objects.filter(counted, property=property_id)
        .exclude(Q(date__lt=today) if model == _NIGHTS else Q())
        .filter(**{f"{field}__isnull": False})
        .exclude(**{field: Round(F(field), precision=EXPONENTS[currency])})
        .exists()
    }
    return sorted(found)
