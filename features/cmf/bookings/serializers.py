from __future__ import annotations

from typing import Any

from rest_framework import serializers

from bookyflow.api.wire.fields import Amount, DateField, Flag, PlainText, RemoteId, Uid
from bookyflow.api.wire.inputs import In
from bookyflow.api.wire.paging import MOST
from bookyflow.channels.bookings import ChannelBooking
from bookyflow.channels.property_bookings import RoomNight
from bookyflow.core import places
from bookyflow.core.money import amount_text
from bookyflow.reservations.models import BookingState

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


class LinkedBookingOut(serializers.Serializer[Any]):
    channel_id = serializers.IntegerField()
    remote_booking_id = serializers.CharField()
    local_booking_id = serializers.IntegerField()


class MappingOut(serializers.Serializer[Any]):
    linked_bookings = LinkedBookingOut(required=False)


class GuestNumbersOut(serializers.Serializer[Any]):
    adults = serializers.IntegerField()
    children = serializers.IntegerField()
    number_of_guests = serializers.IntegerField()


class BookedRoomTypeOut(serializers.Serializer[Any]):
    room_type_name = serializers.CharField()
    room_type_id = serializers.IntegerField()
    number_of_rooms_of_type_booked = serializers.IntegerField()
    room_ids = serializers.ListField(child=serializers.IntegerField())


class GuestDataOut(serializers.Serializer[Any]):
    guest_id = serializers.IntegerField()
    enc_firstname = serializers.CharField()
    enc_surname = serializers.CharField()
    enc_house = serializers.CharField()
    enc_street = serializers.CharField()
    enc_city = serializers.CharField()
    enc_region = serializers.CharField()
    country = serializers.CharField(help_text="Name, in the language of the request.")
    country_code = serializers.CharField()
    enc_postcode = serializers.CharField()
    enc_preferences = serializers.CharField()
    enc_tel_landline = serializers.CharField()
    enc_tel_mobile = serializers.CharField()
    enc_email = serializers.CharField()


class BookingsOut(serializers.ListSerializer[Any]):
    def to_representation(self, bookings: Any) -> list[Any]:
        """In one step: lists of many, each with its guest, are read all the time."""
        language = self.context["view"].language
        return [booking_shown(booking, language) for booking in bookings]


class BookingOut(serializers.Serializer[Any]):
    booking_id = serializers.IntegerField()
    booking_number = serializers.CharField()
    invoice_id = serializers.IntegerField(allow_null=True, help_text="Null before one is issued.")
    invoice_number = serializers.CharField(help_text="Empty before one is issued.")
    comments = serializers.CharField()
    status = StatusOut()
    property_uid = serializers.IntegerField()
    booking_created = serializers.CharField(help_text="ISO 8601, UTC.")
    last_modified = serializers.CharField(help_text="ISO 8601, UTC.")
    date_from = DateField()
    date_to = DateField(help_text="Last night, included.")
    booking_total = Amount()
    deposit_amount = Amount()
    deposit_paid = serializers.BooleanField()
    currency_code = serializers.CharField()
    referrer = serializers.CharField()
    mapping = MappingOut(
        help_text="How you know the booking, else how the channel does that brought it in; or {}.",
    )
    guest_numbers = GuestNumbersOut()
    room_types_booked = serializers.DictField(
        child=BookedRoomTypeOut(), help_text="By room type id; {} in lists and once cancelled."
    )
    guest_data = GuestDataOut()
    version = serializers.IntegerField()

    class Meta:
        list_serializer_class = BookingsOut

    def to_representation(self, booking: ChannelBooking) -> dict[str, Any]:
        """The booking by itself."""
        return booking_shown(booking, self.context["view"].language)


def booking_shown(booking: ChannelBooking, language: str) -> dict[str, Any]:
    """What BookingOut declares, with names of countries in a language."""
    invoice_id, _, invoice_number = (booking.invoice or "").partition(" ")
    currency = booking.currency
    return {
        "booking_id": booking.id,
        "booking_number": booking.number,
        "invoice_id": int(invoice_id) if invoice_id else None,
        "invoice_number": invoice_number,
        "comments": booking.remarks,
        "status": _status(booking),
        "property_uid": booking.property_id,
        "booking_created": booking.created,
        "last_modified": f"{booking.changed[:19]}Z",
        "date_from": booking.arrival.isoformat(),
        "date_to": booking.last_night.isoformat(),
        "booking_total": amount_text(booking.total, currency),
        "deposit_amount": amount_text(booking.deposit_required, currency),
        "deposit_paid": booking.is_deposit_paid(),
        "currency_code": currency,
        "referrer": booking.referrer,
        "mapping": _mapping(booking),
        "guest_numbers": {
            "adults": booking.adults,
            "children": booking.children,
            "number_of_guests": booking.adults + booking.children,
        },
        "room_types_booked": _room_types(booking),
        "guest_data": _guest_data(booking, language),
        "version": booking.version,
    }


def _status(booking: ChannelBooking) -> dict[str, Any]:
    state = booking.state
    is_paid = state == BookingState.ENQUIRY and booking.is_deposit_paid()
    code, text = ENQUIRY_PAID if is_paid else STATUSES[state]
    return {"status_code": code, "status_text": text}


def _mapping(booking: ChannelBooking) -> dict[str, Any]:
    if booking.known_as is None:
        return {}
    channel_id, _, remote_id = booking.known_as.partition(" ")
    linked = {
        "channel_id": int(channel_id),
        "remote_booking_id": remote_id,
        "local_booking_id": booking.id,
    }
    return {"linked_bookings": linked}


def _room_types(booking: ChannelBooking) -> dict[str, Any]:
    return {
        str(of_type.room_type_id): {
            "room_type_name": of_type.name,
            "room_type_id": of_type.room_type_id,
            "number_of_rooms_of_type_booked": len(of_type.room_ids),
            "room_ids": of_type.room_ids,
        }
        for of_type in booking.rooms_by_type()
    }


def _guest_data(booking: ChannelBooking, language: str) -> dict[str, Any]:
    told = booking.guest().get
    country = told("country", "")
    region = places.region(told("region", ""))
    return {
        "guest_id": booking.guest_id,
        "enc_firstname": told("first_name", ""),
        "enc_surname": told("surname", ""),
        "enc_house": told("house", ""),
        "enc_street": told("street", ""),
        "enc_city": told("town", ""),
        "enc_region": region.name if region else "",
        "country": places.country_name(country, language),
        "country_code": country,
        "enc_postcode": told("postcode", ""),
        "enc_preferences": told("preferences", ""),
        "enc_tel_landline": told("phone", ""),
        "enc_tel_mobile": told("mobile", ""),
        "enc_email": told("email", ""),
    }


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
    room_uid = serializers.IntegerField()
    room_name = serializers.CharField()
    room_number = serializers.CharField()
    contract_uid = serializers.IntegerField()
    black_booking = Flag(help_text="1: a block, and no guest's booking.")
    date = DateField()
    created = serializers.CharField(help_text="ISO 8601, UTC.")
    last_modified = serializers.CharField(help_text="ISO 8601, UTC.")

    def to_representation(self, night: RoomNight) -> dict[str, Any]:
        """All of it in one step: there may be ten thousand."""
        return {
            "room_uid": night.room_id,
            "room_name": night.room_name,
            "room_number": night.room_number,
            "contract_uid": night.booking_id,
            "black_booking": int(night.is_block),
            "date": night.date.isoformat(),
            "created": night.created,
            "last_modified": night.changed,
        }


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
