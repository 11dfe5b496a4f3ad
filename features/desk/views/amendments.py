from __future__ import annotations

from functools import partial

from rest_framework.request import Request
from rest_framework.response import Response

from bookyflow.billing.desk import amendment_preview
from bookyflow.reservations.amendments.apply import booking_amend
from bookyflow.reservations.amendments.room_move import booking_room_move
from features.desk.contract import IN_STATE, change
from features.desk.serializers.amendments import AmendmentIn, AmendmentPreviewOut, MoveIn
from features.desk.views.base import DeskView

CROWDED = ("too_many_adults", "too_many_children", "too_many_guests", "children_not_allowed")
TAKEN = ("no_room_available", "room_taken", "stop_sell")

amend = partial(
    change,
    body=AmendmentIn,
    raises=(
        *IN_STATE,
        "stay_too_long",
        "changeover_day",
        "fixed_period",
        *TAKEN,
        "too_many_rooms",
        *CROWDED,
        "no_valid_tariffs",
        "extra_not_available",
        "coupon_invalid",
    ),
)


class Amendments(DeskView):
    """Other dates, rooms, guests or extras for a booking."""

    @amend(key="amendment", returns=AmendmentPreviewOut(), has_effect=False)
    def preview_amendment(self, request: Request, property_uid: int, contract_uid: int) -> Response:
        """Show what a booking would become, and what the change would cost. Nothing is changed."""
        return self.priced(amendment_preview(**self.place, amendment=self.input(AmendmentIn)))

    @amend()
    def amend_booking(self, request: Request, property_uid: int, contract_uid: int) -> Response:
        """Change dates, rooms, guests or extras of a booking; what is not sent stays.

        `price` says what becomes of the price. Rooms that the booking has are kept where they
        still fit, and its own nights count as free. All or nothing. What is on an invoice already
        is taken back by lines of its own, for the next one.
        """
        booking_amend(**self.here, **vars(self.input(AmendmentIn)))
        return self.booking()


class Moves(DeskView):
    """Other rooms for a booking."""

    @change(body=MoveIn, raises=(*IN_STATE, "room_not_found", *TAKEN, *CROWDED))
    def move_booking(self, request: Request, property_uid: int, contract_uid: int) -> Response:
        """Give a booking another room for all of its nights, at the same price.

        The guests have to fit. Nothing moves the booking out of the new room again by itself.
        """
        booking_room_move(**self.here, **self.body)
        return self.booking()
