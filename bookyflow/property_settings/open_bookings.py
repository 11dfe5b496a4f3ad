"""Settings that open bookings keep as they were: who changes them is asked first.

A booking's currency, price convention and tax are its own for life. Whoever changes those of the
property changes them for what is booked from then on, and has to have said that this is meant.
Bookings stand above this app, which asks whoever can count them.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import date

from bookyflow.core.errors import DomainError
from bookyflow.properties.models import PropertySettings
from bookyflow.property_settings.names import name_of

KEPT_BY_BOOKINGS = ("currency", "prices_inclusive", "accommodation_tax_rate")
Counting = Callable[[int, date], int]
_countings: list[Counting] = []


def counting_add(counting: Counting) -> None:
    """Have bookings counted by a function of a property's id and its today; once, when ready."""
    _countings.append(counting)


def confirmed_check(settings: PropertySettings, changed: Collection[str]) -> None:
    """Refuse a change of what open bookings keep, which nobody has confirmed.

    `changed` are the fields that change. Raises DomainError `confirmation_needed`.
    """
    names = [field for field in KEPT_BY_BOOKINGS if field in changed]
    if not names:
        return
    today = settings.today()
    count = sum(counting(settings.property_id, today) for counting in _countings)
    if count:
        told = (
            f"{count} open booking(s) keep the currency, tax and kind of prices that they were "
            "made with. The change is for new bookings only."
        )
        raise DomainError(
            "confirmation_needed", told, fields={name_of(one): [told] for one in names}
        )
