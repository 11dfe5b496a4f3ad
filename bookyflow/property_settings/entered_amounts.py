"""The amounts that a property has entered in its currency elsewhere than in its settings."""

from __future__ import annotations

from datetime import date

from django.db.models import F, Q
from django.db.models.functions import Round

from bookyflow.core.currencies import EXPONENTS
from bookyflow.rooms.models import Room
from bookyflow.tariffs.models import ChildRate, Coupon, DailyRate, Extra, GuestType, TariffType

_IS_AMOUNT = Q(is_percentage=False)
_IS_THERE = Q(deleted_at=None)

# What people call it, model, field, and which rows count.
ENTERED = (
    ("rooms", Room, "surcharge", _IS_THERE),
    ("rooms", Room, "single_supplement", _IS_THERE),
    ("prices of nights", DailyRate, "price", Q(tariff_type__deleted_at=None)),
    ("tariffs", TariffType, "extra_guest_price", _IS_THERE),
    ("tariffs", TariffType, "discount_7", _IS_THERE & Q(discount_is_percentage=False)),
    ("tariffs", TariffType, "discount_30", _IS_THERE & Q(discount_is_percentage=False)),
    ("extras", Extra, "price", _IS_THERE & ~Q(model="percentage")),
    ("children's rates", ChildRate, "price", Q()),
    ("guest types", GuestType, "variance", _IS_AMOUNT),
    ("coupons", Coupon, "amount", _IS_THERE & _IS_AMOUNT),
    ("coupons", Coupon, "min_spend", _IS_THERE),
)


def finer_than(*, property_id: int, currency: str, today: date) -> list[str]:
    """What of a property's has an amount that the currency cannot express; a query for each.

    Prices of nights before `today` do not count.
    """
    found = {
        name
        for name, model, field, counted in ENTERED
        if model.objects.filter(counted, property=property_id)
        .exclude(Q(date__lt=today) if model == DailyRate else Q())
        .filter(**{f"{field}__isnull": False})
        .exclude(**{field: Round(F(field), precision=EXPONENTS[currency])})
        .exists()
    }
    return sorted(found)
