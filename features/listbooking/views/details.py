from __future__ import annotations

from rest_framework.request import Request
from rest_framework.response import Response

from bookyflow.api.views import WordedViewSet
from bookyflow.billing.accounts import booking_account
from bookyflow.reservations.booking_details import booking_one, note_list, rooms_booked
from features.listbooking.contract import detail, personal
from features.listbooking.serializers.details import (
    BookedRoomOut,
    BookingAccountOut,
    BookingGuestOut,
    BookingNoteOut,
    StayOut,
)


class Stays(WordedViewSet):
    """When a booking is for, and where it came from."""

    @personal(key="listbookingarrdep", returns=StayOut(many=True))
    def get_arrival_departure(
        self, request: Request, property_uid: int, contract_uid: int
    ) -> Response:
        """Read the dates, length and origin of a booking or block, as a list of one."""
        return self.reply([booking_one(property_id=property_uid, booking_id=contract_uid)])


class Guests(WordedViewSet):
    """Who a booking is for."""

    @personal(key="listbookingguest", returns=BookingGuestOut(many=True))
    def get_guest(self, request: Request, property_uid: int, contract_uid: int) -> Response:
        """Read the guest of a booking as told when it was made, as a list of one.

        All texts of a block are empty.
        """
        return self.reply([booking_one(property_id=property_uid, booking_id=contract_uid)])


class Rooms(WordedViewSet):
    """The rooms of a booking."""

    @detail(key="listbookingrooms", returns=BookedRoomOut(many=True))
    def get_rooms(self, request: Request, property_uid: int, contract_uid: int) -> Response:
        """List the rooms that a booking or block holds, by number, with labels to show.

        An enquiry, and a booking that has ended early, holds none.
        """
        return self.reply(rooms_booked(property_id=property_uid, booking_id=contract_uid))


class Accounts(WordedViewSet):
    """What a booking costs."""

    @detail(key="listbookingpayment", returns=BookingAccountOut(many=True))
    def get_payment(self, request: Request, property_uid: int, contract_uid: int) -> Response:
        """Read the amounts of a booking in its own currency, for people, as a list of one.

        `AMOUNTS` has the same for programs.
        """
        return self.reply([booking_account(property_id=property_uid, booking_id=contract_uid)])


class Notes(WordedViewSet):
    """What staff have noted on a booking."""

    @personal(key="listbookingnotes", returns=BookingNoteOut(many=True))
    def get_notes(self, request: Request, property_uid: int, contract_uid: int) -> Response:
        """List the notes of staff on a booking, oldest first, with labels to show."""
        return self.reply(note_list(property_id=property_uid, booking_id=contract_uid))
