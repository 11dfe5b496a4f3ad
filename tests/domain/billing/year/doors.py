"""The doors by which bookings come in: the desk, the guest, and the channel."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

from hypothesis import strategies as st
from hypothesis.stateful import rule

from bookyflow.billing.reception import ReceptionBooking, reception_book
from bookyflow.channels.modifying import reservations_modify
from bookyflow.channels.remote import Outcomes, RemoteReservation, RemoteStay
from bookyflow.channels.reservations import Cancellation, reservations_add, reservations_cancel
from bookyflow.core.dates import Stay
from bookyflow.core.errors import DomainError
from bookyflow.core.money import unit
from bookyflow.properties.kept import property_kept
from bookyflow.properties.models import PropertySettings
from bookyflow.reservations.claiming import Claim
from bookyflow.reservations.models import Booking
from bookyflow.reservations.public_booking import (
    Confirmation,
    VisitorRequest,
    visitor_confirm,
    visitor_hold,
    visitor_quote,
)
from bookyflow.reservations.services import Remarks
from bookyflow.reservations.staff_booking import StaffBooking, staff_book
from bookyflow.reservations.stay_request import RoomRequest, StayRequest
from bookyflow.reservations.tokens import booking_token
from bookyflow.rooms.models import Room
from tests.domain.billing.year.house import COUPONS
from tests.domain.billing.year.life import WHICH, Life
from tests.domain.reservations.conftest import GRACE

AHEAD = st.integers(0, 12)
NIGHTS = st.sampled_from([1, 2, 3, 4, 8])
ROOMS = st.lists(st.sampled_from([0, 0, 0, 1, 2]), min_size=1, max_size=2)
AGES = st.lists(st.sampled_from([4, 11, 16]), max_size=2)
EXTRAS = st.dictionaries(st.integers(0, 3), st.integers(1, 2), max_size=2)
ADDRESS = "203.0.113.7"


class Doors(Life):
    """How bookings come in."""

    def __init__(self) -> None:
        super().__init__()
        self.held: tuple[str, str] | None = None  # number and token of what a guest holds
        self.held_under: PropertySettings | None = None
        self.remote: dict[int, str] = {}  # the channel's own ids of bookings

    def first_bookings(self, stays: list[int]) -> None:
        asked = {"nights": 3, "ages": [4], "coupon": ""}
        self.staff_book(
            ahead=stays[0], rooms=[0, 1], adults=3, extras={0: 1, 2: 1}, agreed=None, **asked
        )
        self.guest_books(ahead=stays[1], rooms=[0], adults=1, holds=False, **asked)
        sent = {"price": 30_000, "rooms": 2, "kind": None, "paid": 0, "known": 0, "anew": True}
        self.channel_sends(ahead=stays[2], nights=2, **sent)

    def wish(self, ahead, nights, rooms, adults, ages, extras, coupon) -> StayRequest:
        arrival = self.today() + timedelta(days=ahead)
        return StayRequest(
            arrival,
            arrival + timedelta(days=nights),
            tuple(RoomRequest(self.house.types[one]) for one in rooms),
            adults=adults,
            child_ages=tuple(ages),
            extras={self.house.extras[one]: quantity for one, quantity in extras.items()},
            coupon=coupon,
        )

    @rule(
        ahead=AHEAD,
        nights=NIGHTS,
        rooms=ROOMS,
        adults=st.integers(1, 5),
        ages=AGES,
        extras=EXTRAS,
        coupon=st.sampled_from(["", "", *COUPONS]),
        agreed=st.sampled_from([None, None, None, 77]),
    )
    def staff_book(self, ahead, nights, rooms, adults, ages, extras, coupon, agreed):
        wish = self.wish(ahead, nights, rooms, adults, ages, extras, coupon)
        asked = StaffBooking(
            replace(wish, agreed=None if agreed is None else Decimal(agreed)), GRACE, Remarks()
        )
        self.come(
            self.attempt(
                "staff book",
                lambda: staff_book(property_id=self.house.pk, asked=asked, by=self.house.staff),
            )
        )

    @rule(
        ahead=AHEAD,
        nights=NIGHTS,
        rooms=ROOMS,
        adults=st.integers(1, 5),
        ages=AGES,
        coupon=st.sampled_from(["", *COUPONS]),
        holds=st.booleans(),
    )
    def guest_books(self, ahead, nights, rooms, adults, ages, coupon, holds):
        wish = self.wish(ahead, nights, rooms, adults, ages, {}, coupon)

        def quoted() -> Claim:
            found = visitor_quote(
                prop=property_kept(property_id=self.house.pk), asked=VisitorRequest(wish)
            )
            return Claim(found.text, address=ADDRESS)

        if holds:
            made = self.attempt("guest hold", lambda: visitor_hold(claim=quoted()))
            self.held = (made.number, booking_token(made.number)) if made else self.held
            self.held_under = self.prop.settings
            return

        def confirmed() -> Booking:
            claim = quoted()
            return visitor_confirm(asked=Confirmation(GRACE, quote=claim.quote), claim=claim)

        self.come(self.attempt("guest book", confirmed))

    @rule()
    def guest_confirms(self):
        """What is held has the terms of then, whatever the house's have become."""
        if self.held is None:
            return
        number, token = self.held
        self.held = None
        booking = self.attempt(
            "guest confirm",
            lambda: visitor_confirm(asked=Confirmation(GRACE, reference=number), token=token),
        )
        self.come(booking)
        if booking is not None:
            one, then = self.agreed[booking.pk], self.held_under
            one.currency, one.inclusive = then.currency, then.prices_inclusive
            one.tax = then.accommodation_tax_rate

    @rule(ahead=AHEAD, nights=NIGHTS, total=st.integers(1, 500), paid=st.booleans(), n=WHICH)
    def reception_books(self, ahead, nights, total, paid, n):
        arrival = self.today() + timedelta(days=ahead)
        rooms = list(Room.objects.filter(property=self.house.pk).values_list("pk", flat=True))
        asked = ReceptionBooking(
            stay=Stay(arrival, arrival + timedelta(days=nights)),
            room_id=rooms[n % len(rooms)],
            total=Decimal(total),
            guest=GRACE,
            deposit=Decimal(total // 2),
            deposit_is_paid=paid,
        )
        self.come(
            self.attempt(
                "reception book",
                lambda: reception_book(property_id=self.house.pk, asked=asked, by=self.house.staff),
            )
        )

    @rule(
        ahead=AHEAD,
        nights=NIGHTS,
        price=st.integers(0, 60_000),
        rooms=st.integers(1, 2),
        kind=st.sampled_from([None, 0, 1]),
        paid=st.sampled_from([None, 0, 50, 130]),
        known=WHICH,
        anew=st.booleans(),
    )
    def channel_sends(self, ahead, nights, price, rooms, kind, paid, known, anew):
        """A new reservation, or an old one as it is now: at a price in the house's currency."""
        settings = self.prop.settings
        amount = price * unit(settings.currency)
        arrival = self.today() + timedelta(days=ahead)
        old = self._of_channel(known)
        if old is not None and old.state == "checked_in":
            arrival = old.arrival
        stay = Stay(arrival, arrival + timedelta(days=nights))
        one = RemoteStay(
            self.house.pk,
            stay,
            amount,
            rooms=rooms,
            room_type_id=None if kind is None else self.house.types[kind],
            already_paid=None
            if paid is None
            else (amount * paid / 100).quantize(unit(settings.currency), rounding="ROUND_DOWN"),
        )
        if anew or old is None:
            self.come(self._sent("channel add", reservations_add, f"R{len(self.agreed)}", one))
            return
        booking = self._sent("channel modify", reservations_modify, self.remote[old.pk], one, old)
        if booking is None:
            return
        if booking.pk not in self.agreed:  # what it was is no part of the reservation any more
            self.retotal(old)
            self.come(booking)
            return
        self.agreed[booking.pk].paid = booking.paid
        self.retotal(booking)

    @rule(known=WHICH)
    def channel_cancels(self, known):
        old = self._of_channel(known)
        if old is None:
            return

        def cancelled() -> Booking:
            return _one(
                reservations_cancel(
                    cancellations=[Cancellation(self.remote[old.pk])], **self._channel()
                )
            )

        self.attempt("channel cancel", cancelled, old)
        self.retotal(old)

    def _of_channel(self, known: int) -> Booking | None:
        mine = [pk for pk in self.agreed if pk in self.remote]
        return Booking.objects.get(pk=mine[known % len(mine)]) if mine else None

    def _channel(self):
        return {
            "channel_id": self.house.channel.channel_id,
            "reach": self.house.reach,
            "by": self.house.channel,
        }

    def _sent(self, name, service, remote_id, stay, old=None) -> Booking | None:
        sent = RemoteReservation(remote_id, GRACE, (stay,), referrer="ota")
        booking = self.attempt(
            name, lambda: _one(service(reservations=[sent], **self._channel())), old
        )
        if booking is not None:
            self.remote[booking.pk] = remote_id
            booking.refresh_from_db()
        return booking


def _one(outcomes: Outcomes) -> Booking:
    """The booking, or the refusal."""
    (outcome,) = outcomes
    if outcome.error:
        raise DomainError(outcome.error.key, outcome.error.detail)
    return outcome.first_booking
