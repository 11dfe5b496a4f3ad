"""What is held, read as the booking that it may become."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.utils import timezone

from bookyflow.pricing.lines import Line
from bookyflow.properties.models import Property
from bookyflow.reservations.models import Hold
from bookyflow.reservations.quotes.codec import quote_of


@dataclass(frozen=True)
class HeldBooking:
    """A hold by the names that a booking has: nothing is paid, and there is no version.

    `state` is "held", or "expired" once its time is over or it was let go.
    """

    serial: int
    number: str
    property: Property
    state: str
    expires_at: datetime
    arrival: date
    departs_on: date
    adults: int
    children: int
    currency: str
    lines: Sequence[Line]
    total: Decimal
    deposit_required: Decimal
    token_version: int
    paid: Decimal = Decimal(0)
    pay_by: datetime | None = None
    version: int | None = None

    def amount_due(self) -> Decimal:
        """What is left to pay: all of it."""
        return self.total


def held_booking(hold: Hold) -> HeldBooking:
    """A hold as its booking will be."""
    quote = quote_of(hold.quote)
    is_live = hold.released_at is None and hold.expires_at > timezone.now()
    return HeldBooking(
        serial=hold.serial,
        number=hold.number,
        property=hold.property,
        state="held" if is_live else "expired",
        expires_at=hold.expires_at,
        arrival=hold.arrival,
        departs_on=quote.stay.departure,
        adults=quote.stay_request.adults,
        children=quote.stay_request.children,
        currency=quote.breakdown.currency,
        lines=quote.breakdown.lines,
        total=quote.breakdown.total,
        deposit_required=quote.deposit,
        token_version=hold.token_version,
    )
