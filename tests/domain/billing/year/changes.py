"""Changes of bookings: dates, people, rooms and extras; at the old price, a new one, or in part."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from hypothesis import strategies as st
from hypothesis.stateful import rule

from bookyflow.reservations.amendments.apply import booking_amend
from bookyflow.reservations.amendments.changes import Changes, PriceMode
from bookyflow.reservations.amendments.placing import Placing, booking_place
from bookyflow.reservations.amendments.room_move import booking_room_move
from bookyflow.reservations.models import Booking
from bookyflow.reservations.stay_request import RoomRequest
from bookyflow.rooms.models import Room
from bookyflow.tariffs.overrides import Overridable
from tests.domain.billing.year.doors import AGES, EXTRAS, ROOMS
from tests.domain.billing.year.house import COUPONS
from tests.domain.billing.year.life import WHICH, Life, booked

MODES = st.sampled_from(list(PriceMode))
EVERYTHING = frozenset(Overridable)


class Alterations(Life):
    """What becomes of bookings before the guest leaves."""

    @booked
    @rule(
        which=WHICH, mode=MODES, later=st.integers(-1, 3), nights=st.sampled_from([1, 2, 3, 5, 8])
    )
    def other_dates(self, which, mode, later, nights):
        booking = self.some(which)
        if booking is None:
            return
        arrival = booking.arrival + timedelta(days=later)
        if booking.state == "checked_in":
            arrival = booking.arrival
        self._amend(
            booking, mode, Changes(arrival=arrival, departure=arrival + timedelta(days=nights))
        )

    @booked
    @rule(which=WHICH, mode=MODES, adults=st.integers(1, 5), ages=AGES)
    def other_people(self, which, mode, adults, ages):
        booking = self.some(which)
        if booking is not None:
            self._amend(booking, mode, Changes(adults=adults, child_ages=tuple(ages)))

    @booked
    @rule(which=WHICH, mode=MODES, rooms=ROOMS)
    def other_rooms(self, which, mode, rooms):
        booking = self.some(which)
        if booking is not None:
            wanted = tuple(RoomRequest(self.house.types[one]) for one in rooms)
            self._amend(booking, mode, Changes(rooms=wanted))

    @booked
    @rule(
        which=WHICH,
        mode=MODES,
        extras=EXTRAS,
        coupon=st.sampled_from([None, "", *COUPONS]),
        agreed=st.sampled_from([None, None, 0, 200]),
        drops=st.booleans(),
    )
    def other_price(self, which, mode, extras, coupon, agreed, drops):
        booking = self.some(which)
        if booking is None:
            return
        self._amend(
            booking,
            mode,
            Changes(
                extras={self.house.extras[one]: quantity for one, quantity in extras.items()},
                coupon=coupon,
                agreed=None if agreed is None else Decimal(agreed),
                drops_agreed=drops and agreed is None,
            ),
        )

    @booked
    @rule(which=WHICH)
    def nothing_but_granted(self, which):
        """A change of nothing, at the price that was granted, is none."""
        booking = self.some(which)
        if booking is not None and booking.request:
            self._amend(booking, PriceMode.GRANTED, Changes(), is_same=True)

    @booked
    @rule(which=WHICH, to=st.integers(0, 5))
    def another_room(self, which, to):
        booking = self.some(which)
        held = booking and booking.occupancies.order_by("room").first()
        if held is None:
            return
        rooms = list(Room.objects.filter(property=self.house.pk).values_list("pk", flat=True))
        self.attempt(
            "move",
            lambda: booking_room_move(
                **self.place(booking),
                from_room_id=held.room_id,
                to_room_id=rooms[to % len(rooms)],
                override=EVERYTHING,
            ),
            booking,
        )

    @booked
    @rule(which=WHICH, mode=MODES, to=st.sampled_from([None, 0, 3, 4]), later=st.integers(0, 2))
    def elsewhere_on_the_plan(self, which, mode, to, later):
        booking = self.some(which)
        held = booking and booking.occupancies.order_by("room").first()
        if held is None:
            return
        rooms = list(Room.objects.filter(property=self.house.pk).values_list("pk", flat=True))
        move = timedelta(days=0 if booking.state == "checked_in" else later)
        placing = Placing(
            held.room_id,
            None if to is None else rooms[to],
            booking.arrival + move,
            booking.departs_on + move,
            sets_aside=True,
        )
        version = booking.version
        done = self.attempt(
            f"place {mode}",
            lambda: booking_place(**self.place(booking), placing=placing, price=mode),
            booking,
        )
        if done is not None and done.version > version:
            self._priced(booking, mode)

    def _amend(self, booking: Booking, mode: PriceMode, changes: Changes, *, is_same=False):
        done = self.attempt(
            f"amend {mode}",
            lambda: booking_amend(
                **self.place(booking), changes=changes, price=mode, override=EVERYTHING
            ),
            booking,
        )
        if done is not None and not is_same:
            self._priced(booking, mode)

    def _priced(self, booking: Booking, mode: PriceMode) -> None:
        """Only a new price has today's terms; a kept one stays what it is."""
        if mode == PriceMode.REPRICED:
            self.reprice(booking)
        elif mode == PriceMode.GRANTED:
            self.retotal(booking)
