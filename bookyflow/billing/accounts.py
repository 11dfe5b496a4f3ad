"""What a booking costs, part by part, and what is left to pay."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from bookyflow.billing.models import Payment, PaymentKind
from bookyflow.pricing.lines import LineKind
from bookyflow.reservations.booking_details import booking_one
from bookyflow.reservations.models import Booking

ZERO = Decimal(0)
ROOMS = (LineKind.ACCOMMODATION, LineKind.DISCOUNT, LineKind.CHILDREN)


@dataclass(frozen=True)
class BookingAccount:
    """Amounts in the booking's currency: rooms, supplement and extras without tax.

    Together with `tax` they are the `price` of the stay; services that were added later make the
    `total` of it. `deposit_reference` is what the first payment was noted with, None without one.
    """

    booking: Booking
    rooms: Decimal
    supplement: Decimal
    extras: Decimal
    tax: Decimal
    price: Decimal
    deposit_reference: str | None

    @property
    def currency(self) -> str:
        """The currency of all amounts."""
        return self.booking.currency

    @property
    def deposit(self) -> Decimal:
        """What is due in advance."""
        return self.booking.deposit_required

    @property
    def total(self) -> Decimal:
        """All that is on the account."""
        return self.booking.total

    @property
    def remainder(self) -> Decimal:
        """What is left to pay; negative: to be refunded."""
        return self.booking.amount_due()


def booking_account(*, property_id: int, booking_id: int) -> BookingAccount:
    """The account of a booking; of a block it is empty. Three queries.

    Raises DomainError `booking_not_found`.
    """
    booking = booking_one(property_id=property_id, booking_id=booking_id)
    rooms = supplement = extras = tax = ZERO
    for line in booking.lines.exclude(kind=LineKind.SERVICE):
        tax += line.tax
        if line.kind in ROOMS:
            rooms += line.net
        elif line.kind == LineKind.SINGLE_SUPPLEMENT:
            supplement += line.net
        else:
            extras += line.net
    return BookingAccount(
        booking=booking,
        rooms=rooms,
        supplement=supplement,
        extras=extras,
        tax=tax,
        price=rooms + supplement + extras + tax,
        deposit_reference=_reference(booking),
    )


def _reference(booking: Booking) -> str | None:
    kept = Payment.objects.filter(
        booking=booking, kind=PaymentKind.PAYMENT, reversed_by__isnull=True
    )
    first = kept.order_by("pk").first()
    return first.reference if first else None
