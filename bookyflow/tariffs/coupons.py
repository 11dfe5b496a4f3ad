"""Coupons: codes that lower the price of nights."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Collection, Iterator
from datetime import date
from decimal import Decimal
from itertools import chain

from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext

from bookyflow.core.acting import Actor
from bookyflow.core.changes import fields_set
from bookyflow.core.dates import Stay
from bookyflow.core.errors import DomainError
from bookyflow.core.money import amounts_check
from bookyflow.core.percent import PERCENTAGE, is_percentage
from bookyflow.core.texts import is_blank, is_line
from bookyflow.events.models import EventKind
from bookyflow.events.services import record
from bookyflow.guests.models import Guest
from bookyflow.properties.locking import property_lock
from bookyflow.properties.models import Property
from bookyflow.tariffs.models import Coupon

ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"  # without those that look alike: I and 1, O and 0
CODE_LENGTH = 15
FIELDS = (
    "code",
    "amount",
    "is_percentage",
    "valid_from",
    "valid_to",
    "nights_from",
    "nights_to",
    "guest_id",
    "max_uses",
    "max_uses_per_guest",
    "min_nights",
    "min_spend",
    "rooms_only",
)


def coupon_list(*, prop: Property) -> QuerySet[Coupon]:
    """A property's own coupons that were not deleted, by id."""
    found = Coupon.objects.filter(property=prop, deleted_at=None)
    return found.select_related("guest").order_by("pk")


@transaction.atomic
def coupon_save(*, property_id: int | None, by: Actor, **values: object) -> Coupon:
    """Add a coupon; `values` are named in FIELDS. `property_id` None: for every property.

    It needs an amount. Codes are kept in capitals; without one it gets 15 random letters and
    digits. Raises DomainError `validation_failed` for values that do not go together and for a
    guest of another property, ValidationError for one at fault; a code that the property has
    already is refused by the database (coupon_code_once).
    """
    locked = property_lock(property_id) if property_id is not None else None
    _check_guest(values.get("guest_id"), property_id)
    coupon = Coupon(property=locked)
    code = _code(values.get("code")) or new_code()
    changed = fields_set(coupon, {"amount": None} | values | {"code": code}, allowed=FIELDS)
    _check(coupon)
    if locked is not None:
        _check_amounts(coupon, changed, locked.settings.currency)
    coupon.save()
    _record(EventKind.COUPON_SAVED, coupon, by)
    return coupon


@transaction.atomic
def coupon_update(*, property_id: int, coupon_id: int, by: Actor, **values: object) -> Coupon:
    """Change what is given of a property's own coupon. One event, unless nothing changed.

    Raises DomainError `coupon_not_found`, and as `coupon_save`.
    """
    locked = property_lock(property_id)
    coupon = _own(locked, coupon_id)
    _check_guest(values.get("guest_id"), property_id)
    if "code" in values:
        values["code"] = _code(values["code"])
    changed = fields_set(coupon, values, allowed=FIELDS)
    _check(coupon)
    _check_amounts(coupon, changed, locked.settings.currency)
    if changed:
        coupon.version += 1
        coupon.save()
        _record(EventKind.COUPON_UPDATED, coupon, by)
    return coupon


def coupon_write(
    *, property_id: int, by: Actor, coupon_id: int | None = None, **values: object
) -> Coupon:
    """Add a coupon of a property, or change what is given of one.

    As `coupon_save` and `coupon_update`, which see.
    """
    if coupon_id is None:
        return coupon_save(property_id=property_id, by=by, **values)
    return coupon_update(property_id=property_id, coupon_id=coupon_id, by=by, **values)


@transaction.atomic
def coupon_delete(*, property_id: int, coupon_id: int, by: Actor) -> None:
    """End a property's own coupon; its code may be given again. Raises `coupon_not_found`."""
    coupon = _own(property_lock(property_id), coupon_id)
    coupon.deleted_at = timezone.now()
    coupon.version += 1
    coupon.save(update_fields=["deleted_at", "version"])
    _record(EventKind.COUPON_DELETED, coupon, by)


def coupon_usable(
    *,
    prop: Property,
    code: str,
    today: date,
    guest_id: int | None,
    nights: int,
    uses: Callable[[int, int | None], int],
    stay: Stay | None = None,
    spend: Decimal | None = None,
    lock: bool = False,
) -> Coupon:
    """The coupon with a code, in any case of letters, that a booking of so many nights may have.

    The property's own comes before one for every property. `today` is the property's. `uses` says
    how often a coupon, by its id, is in use, in all (None) or by a guest; it is asked only where
    that is limited. Where they are given, the coupon must lower a night of `stay`, and `spend`,
    what the stay costs without it, must be enough. With `lock` the row is locked first, so that
    two bookings do not both take the last use. Raises DomainError `coupon_invalid`, whose detail
    says why.
    """
    found = Coupon.objects.filter(
        Q(property=prop) | Q(property=None), code=_code(code), deleted_at=None
    ).order_by(F("property").asc(nulls_last=True))
    if lock:
        found = found.select_for_update(of=("self",), no_key=True)
    coupon = found.first()
    if coupon is None:
        raise _invalid(gettext("There is no coupon with this code."))
    for problem in chain(
        _of_dates(coupon, today, nights, stay),
        _of_guest(coupon, guest_id, uses),
        _of_spend(coupon, spend),
    ):
        raise _invalid(problem)
    return coupon


def new_code() -> str:
    """A code that nobody guesses."""
    return "".join(secrets.choice(ALPHABET) for _ in range(CODE_LENGTH))


def _of_dates(coupon: Coupon, today: date, nights: int, stay: Stay | None) -> Iterator[str]:
    if coupon.valid_from and today < coupon.valid_from:
        told = gettext("The coupon cannot be used before %(day)s.")
        yield told % {"day": coupon.valid_from}
    if coupon.valid_to and today > coupon.valid_to:
        told = gettext("The coupon could be used until %(day)s.")
        yield told % {"day": coupon.valid_to}
    if nights < coupon.min_nights:
        told = gettext("The coupon is for stays of %(nights)s nights or more.")
        yield told % {"nights": coupon.min_nights}
    too_early = stay and coupon.nights_from and stay.last_night < coupon.nights_from
    too_late = stay and coupon.nights_to and stay.arrival > coupon.nights_to
    if too_early or too_late:
        yield gettext("The coupon is for other nights.")


def _of_guest(
    coupon: Coupon, guest_id: int | None, uses: Callable[[int, int | None], int]
) -> Iterator[str]:
    if coupon.guest_id is not None and coupon.guest_id != guest_id:
        yield gettext("The coupon is for another guest.")
    if coupon.max_uses is not None and uses(coupon.pk, None) >= coupon.max_uses:
        yield gettext("The coupon is used up.")
    per_guest = coupon.max_uses_per_guest
    if per_guest is not None and guest_id is not None and uses(coupon.pk, guest_id) >= per_guest:
        yield gettext("The guest has used the coupon as often as it may be.")


def _of_spend(coupon: Coupon, spend: Decimal | None) -> Iterator[str]:
    if spend is not None and spend < coupon.min_spend:
        told = gettext("The coupon is for bookings of %(amount)s or more.")
        yield told % {"amount": f"{coupon.min_spend:f}"}


def _invalid(problem: str) -> DomainError:
    return DomainError("coupon_invalid", problem, fields={"coupon": [problem]})


def _code(text: object) -> str:
    return str(text or "").strip().upper()


def _own(prop: Property, coupon_id: int) -> Coupon:
    coupon = coupon_list(prop=prop).filter(pk=coupon_id).first()
    if coupon is None:
        raise DomainError("coupon_not_found")
    return coupon


def _check(coupon: Coupon) -> None:
    problems = {}
    if is_blank(coupon.code) or not is_line(coupon.code):
        problems["code"] = ["Letters, digits and signs are needed."]
    if coupon.is_percentage and not is_percentage(coupon.amount):
        problems["amount"] = [PERCENTAGE]
    elif coupon.amount < 0:
        problems["amount"] = ["Not below 0."]
    if coupon.valid_from and coupon.valid_to and coupon.valid_to < coupon.valid_from:
        problems["valid_to"] = ["It is before the first day of use."]
    if coupon.nights_from and coupon.nights_to and coupon.nights_to < coupon.nights_from:
        problems["nights_to"] = ["It is before the first night."]
    if problems:
        raise DomainError("validation_failed", fields=problems)


def _check_amounts(coupon: Coupon, changed: Collection[str], currency: str) -> None:
    amounts = {"min_spend": coupon.min_spend} if "min_spend" in changed else {}
    if not coupon.is_percentage and {"amount", "is_percentage"} & set(changed):
        amounts["amount"] = coupon.amount
    amounts_check(amounts, currency)


def _check_guest(guest_id: object, property_id: int | None) -> None:
    if guest_id is None:
        return
    known = Guest.objects.filter(property=property_id, anonymised_at=None)
    if not known.filter(Q(pk=guest_id)).exists():
        problem = "No guest of this property."
        raise DomainError("validation_failed", fields={"guest_id": [problem]})


def _record(kind: EventKind, coupon: Coupon, by: Actor) -> None:
    record(kind, by=by, property_id=coupon.property_id, subject=("coupon", coupon.pk))
