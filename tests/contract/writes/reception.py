"""Bookings that are written down at the reception."""

from __future__ import annotations

from decimal import Decimal

from bookyflow.billing.reception import ReceptionBooking, reception_book
from tests.contract.writes import World, write
from tests.domain.conftest import ADA, stay


def book(w: World, room_id: int | None = None, **more: object):
    asked = ReceptionBooking(
        stay=stay(0, 2),
        room_id=w.hotel.rooms.first().pk if room_id is None else room_id,
        total=Decimal(200),
        guest=ADA,
        **more,
    )
    return reception_book(property_id=w.hotel.pk, asked=asked, by=w.by)


@write(reception_book, "booking_added", "guest_saved")
def _(w: World):
    paid = {"deposit": Decimal(50), "deposit_is_paid": True}
    yield lambda: book(w, **paid)
    yield lambda: book(w, **paid)
    yield lambda: book(w, room_id=0)


@write(reception_book, "booking_added", "guest_saved", "guest_checkedin")
def _(w: World):
    yield lambda: book(w, has_arrived=True)
