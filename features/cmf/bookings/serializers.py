from __future__ import annotations

from typing import Any

from rest_framework import serializers

from bookyflow.api.wire.fields import Amount, DateField, Flag, PlainText, RemoteId, Uid
from bookyflow.api.wire.inputs import In
from bookyflow.api.wire.paging import MOST
from bookyflow.api.wire.shown import CountryName, Instant, RegionName
from bookyflow.channels.selectors import RoomsOfType, rooms_by_type
from bookyflow.reservations.models import Booking, BookingState
from features.cmf.fields import OrMissing

STATUSES: dict[str, tuple[int, str]] = {
    BookingState.ENQUIRY: (1, "Enquiry, deposit unpaid"),
    BookingState.PROVISIONAL: (3, "Approved"),
    BookingState.CONFIRMED: (3, "Approved"),
    BookingState.CHECKED_IN: (4, "Arrived"),
    BookingState.CHECKED_OUT: (5, "Departed"),
    BookingState.CANCELLED: (6, "Cancelled"),
    BookingState.NO_SHOW: (7, "No-show"),
    BookingState.REJECTED: (8, "Rejected"),
}
ENQUIRY_PAID = (2, "Enquiry, deposit paid")


class StatusOut(serializers.Serializer[Any]):
    status_code = serializers.IntegerField()
    status_text = serializers.CharField()

    def to_representation(self, booking: Booking) -> dict[str, Any]:
        """The code of the booking's state, and what it means."""
        code, text = STATUSES[booking.state]
        if booking.state == BookingState.ENQUIRY and booking.is_deposit_paid():
            code, text = ENQUIRY_PAID
        return {"status_code": code, "status_text": text}


class LinkedBookingOut(OrMissing, serializers.Serializer[Any]):
    channel_id = serializers.IntegerField()
    remote_booking_id = serializers.CharField(source="remote_id")
    local_booking_id = serializers.IntegerField(source="booking_id")


class MappingOut(serializers.Serializer[Any]):
    linked_bookings = LinkedBookingOut(source="known_as", required=False)


class GuestNumbersOut(serializers.Serializer[Any]):
    adults = serializers.IntegerField()
    children = serializers.IntegerField()
    number_of_guests = serializers.IntegerField(source="party_size")


class BookedRoomTypeOut(serializers.Serializer[Any]):
    room_type_name = serializers.CharField(source="name")
    room_type_id = serializers.IntegerField()
    number_of_rooms_of_type_booked = serializers.IntegerField(source="room_count")
    room_ids = serializers.ListField(child=serializers.IntegerField())


class RoomTypesBooked(serializers.DictField):
    """The rooms that a booking holds, where they were read with it."""

    def get_attribute(self, booking: Booking) -> dict[int, RoomsOfType]:
        """The rooms by type."""
        return rooms_by_type(getattr(booking, "held", ()))


class GuestDataOut(serializers.Serializer[Any]):
    guest_id = serializers.IntegerField()
    enc_firstname = serializers.CharField(source="first_name")
    enc_surname = serializers.CharField(source="surname")
    enc_house = serializers.CharField(source="house")
    enc_street = serializers.CharField(source="street")
    enc_city = serializers.CharField(source="town")
    enc_region = RegionName(source="region")
    country = CountryName(help_text="Name, in the language of the request.")
    country_code = serializers.CharField(source="country")
    enc_postcode = serializers.CharField(source="postcode")
    enc_preferences = serializers.CharField(source="preferences")
    enc_tel_landline = serializers.CharField(source="phone")
    enc_tel_mobile = serializers.CharField(source="mobile")
    enc_email = serializers.CharField(source="email")

    def get_attribute(self, booking: Booking) -> dict[str, Any]:
        """Who the booking is for, and what the guest book has of this person alone."""
        entry = booking.entry_of_its_guest()
        of_the_book = {
            "guest_id": booking.guest_id,
            "preferences": entry.preferences if entry else "",
        }
        return vars(booking.booked_for()) | of_the_book


class BookingOut(serializers.Serializer[Any]):
    booking_id = serializers.IntegerField(source="pk")
    booking_number = serializers.CharField(source="number")
    invoice_id = serializers.IntegerField(allow_null=True, help_text="Null before one is issued.")
    invoice_number = serializers.CharField(help_text="Empty before one is issued.")
    comments = serializers.CharField(source="remarks")
    status = StatusOut(source="*")
    property_uid = serializers.IntegerField(source="property_id")
    booking_created = Instant(source="created_at", help_text="ISO 8601, UTC.")
    last_modified = Instant(source="changed_at", help_text="ISO 8601, UTC.")
    date_from = DateField(source="arrival")
    date_to = DateField(source="stay.last_night", help_text="Last night, included.")
    booking_total = Amount(source="total", currency="currency")
    deposit_amount = Amount(source="deposit_required", currency="currency")
    deposit_paid = serializers.BooleanField(source="is_deposit_paid")
    currency_code = serializers.CharField(source="currency")
    referrer = serializers.CharField()
    mapping = MappingOut(
        source="*",
        help_text="How you know the booking, else how the channel does that brought it in; or {}.",
    )
    guest_numbers = GuestNumbersOut(source="*")
    room_types_booked = RoomTypesBooked(
        child=BookedRoomTypeOut(), help_text="By room type id; {} in lists and once cancelled."
    )
    guest_data = GuestDataOut()
    version = serializers.IntegerField()


class ActiveQuery(serializers.Serializer[Any]):
    limit = serializers.IntegerField(
        min_value=1,
        max_value=MOST,
        default=MOST,
        help_text=f"Most rows at once; without it at most {MOST:,}.",
    )
    cursor = PlainText(
        max_length=40,
        required=False,
        default="",
        help_text="Where the page begins: follow `Link` of the page before.",
    )


class BookedNightOut(serializers.Serializer[Any]):
    room_uid = serializers.IntegerField(source="room_id")
    room_name = serializers.CharField()
    room_number = serializers.CharField()
    contract_uid = serializers.IntegerField(source="booking_id")
    black_booking = Flag(source="is_block", help_text="1: a block, and no guest's booking.")
    date = DateField()
    created = Instant(source="created_at", help_text="ISO 8601, UTC.")
    last_modified = Instant(source="changed_at", help_text="ISO 8601, UTC.")


class LinkIn(In[dict[str, Any]]):
    builds = dict

    property_uid = Uid()
    remote_booking_id = RemoteId(source="remote_id", help_text="Your own id of the booking.")
    local_booking_id = Uid(source="booking_id", help_text="Our id of the booking or block.")


class KnownBookingOut(serializers.Serializer[Any]):
    link_id = serializers.IntegerField(source="pk", help_text="The booking's id again.")


class LocalBookingOut(serializers.Serializer[Any]):
    local_booking_id = serializers.IntegerField(source="*")


class LocalBookingsOut(serializers.Serializer[Any]):
    local_bookings = LocalBookingOut(source="*", many=True)
