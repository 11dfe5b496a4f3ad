from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from rest_framework import serializers

from bookyflow.api.wire.bounded import BoundedList
from bookyflow.api.wire.fields import Amount, CountryCode, DateField, JSONText, PlainText, Uid
from bookyflow.guests.email_lookup import AnyEmail
from features.cmf.serializers.fields import ChannelAmount, NightsIn

MOST_STAYS = 300  # in one call, and of reservations to cancel


class BlockIn(serializers.Serializer[Any]):
    property_uid = Uid()
    availability = JSONText(NightsIn())
    room_ids = JSONText(
        BoundedList(child=Uid(), max_length=1000),
        required=False,
        help_text="Rooms to block; empty or absent: all.",
    )
    remote_booking_id = PlainText(
        max_length=255,
        required=False,
        allow_blank=True,
        help_text="Understood, but not kept: keep the answer's contract_id instead.",
    )
    text = PlainText(
        max_length=1000, required=False, allow_blank=True, help_text="The reason, for staff."
    )


class BlockedOut(serializers.Serializer[Any]):
    success = serializers.BooleanField()
    contract_id = serializers.IntegerField()


class NightsOut(serializers.Serializer[Any]):
    date_from = DateField(source="arrival")
    date_to = DateField(source="last_night", help_text="Last night, included.")


class BlocksOut(serializers.Serializer[Any]):
    blackbooking_ids = serializers.ListField(child=serializers.IntegerField())
    blackbookings = serializers.DictField(child=NightsOut(), help_text="By block id.")


class GuestInfoIn(serializers.Serializer[Any]):
    name = PlainText(max_length=100, required=False, allow_blank=True, help_text="First name.")
    surname = PlainText(max_length=100)
    email = PlainText(max_length=254, validators=[AnyEmail()])
    phone = PlainText(max_length=50)
    address = PlainText(max_length=255)
    post_code = PlainText(max_length=50)
    country_code = CountryCode()
    language_id = PlainText(
        max_length=255,
        required=False,
        allow_blank=True,
        help_text="A language such as en-GB; one that is not known does not matter.",
    )


class StayInfoIn(NightsIn):
    property_id = Uid(help_text="Our property id.")
    client_price = ChannelAmount(required=False, help_text="What the guest was shown; not kept.")
    channel_price = ChannelAmount(help_text="Gross total for all rooms; 0 is a free stay.")
    already_paid = ChannelAmount(
        required=False,
        help_text="Paid through the channel; becomes the deposit. It may be more than the price, "
        "such as with city tax: then the balance of the booking is negative.",
    )
    room_quantity = serializers.IntegerField(min_value=1, max_value=1000, default=1)
    room_type_id = serializers.IntegerField(
        min_value=0, max_value=2**63 - 1, default=0, help_text="0: any."
    )
    room_type_name = PlainText(
        max_length=100, required=False, allow_blank=True, default="", help_text="Empty: any."
    )
    guest_number = serializers.IntegerField(
        min_value=0,
        max_value=1000,
        default=0,
        help_text="Adults in each room, which must have places for so many; with room_quantity "
        "the adults of the booking. 0: any room, and one adult in each.",
    )


@dataclass(frozen=True)
class InvalidReservation:
    """A reservation with fields at fault, and what is wrong with them, nested as the fields are."""

    remote_reservation_id: str
    problems: Mapping[str, Any]


class PartialList(serializers.ListSerializer[Any]):
    """Reservations that stand for themselves: one at fault becomes InvalidReservation, no more.

    Without an id of its own it has no place in the answer: then the whole list is refused.
    """

    child: ReservationIn
    default_error_messages = {
        "too_many_stays": f"At most {MOST_STAYS} stays in one call; these are {{count}}.",
    }

    def to_internal_value(self, data: Any) -> Any:
        """The reservations, once it is clear that they are not too many."""
        count = sum(_stays_in(one) for one in data) if isinstance(data, list) else 0
        if count > MOST_STAYS:
            problem = self.error_messages["too_many_stays"].format(count=count)
            raise serializers.ValidationError(problem, code="too_many_stays")
        return super().to_internal_value(data)

    def run_child_validation(self, data: Any) -> Any:
        """The reservation, or an InvalidReservation."""
        try:
            return super().run_child_validation(data)
        except serializers.ValidationError as error:
            problems = error.detail
            name = "remote_reservation_id"
            if not (isinstance(data, Mapping) and isinstance(problems, dict)) or name in problems:
                raise
            return InvalidReservation(self.child.fields[name].run_validation(data[name]), problems)


def _stays_in(reservation: Any) -> int:
    stays = reservation.get("stay_infos") if isinstance(reservation, Mapping) else None
    return len(stays) if isinstance(stays, list) else 0


class ReservationIn(serializers.Serializer[Any]):
    remote_reservation_id = PlainText(max_length=255)
    comments = PlainText(max_length=5000, required=False, allow_blank=True, default="")
    referrer = PlainText(max_length=255)
    guest_info = GuestInfoIn()
    stay_infos: serializers.ListSerializer[Any] = serializers.ListSerializer(
        child=StayInfoIn(), allow_empty=False, max_length=100
    )


class ReservationListIn(serializers.Serializer[Any]):
    reservations = PartialList(
        child=ReservationIn(),
        allow_empty=False,
        max_length=MOST_STAYS,
        help_text=f"At most {MOST_STAYS} stays in all.",
    )


class ReservationsIn(serializers.Serializer[Any]):
    reservations = JSONText(ReservationListIn())


class BookingLinkOut(serializers.Serializer[Any]):
    link_id = serializers.IntegerField(help_text="The booking's id again.")
    contract_uid = serializers.IntegerField()
    booking_number = serializers.CharField()
    property_uid = serializers.IntegerField()
    date_from = DateField()
    date_to = DateField(help_text="Last night, included.")
    property_name = serializers.CharField()


class BookedOut(serializers.Serializer[Any]):
    success = serializers.BooleanField()
    link = BookingLinkOut(help_text="The booking of the first stay.")
    links = BookingLinkOut(many=True, help_text="One booking per stay, in order.")


class RefusedOut(serializers.Serializer[Any]):
    success = serializers.BooleanField()
    key = serializers.CharField(help_text="As in the error catalogue.")
    message = serializers.CharField()


class ReservationsOut(serializers.Serializer[Any]):
    successful_bookings = serializers.DictField(child=BookedOut(), help_text="By remote id.")
    unsuccessful_bookings = serializers.DictField(child=RefusedOut(), help_text="By remote id.")


class CancelIn(serializers.Serializer[Any]):
    reservation_ids = JSONText(
        BoundedList(child=PlainText(max_length=255), allow_empty=False, max_length=MOST_STAYS),
        help_text="Remote reservation ids, compared as text.",
    )


class CancelResultOut(serializers.Serializer[Any]):
    success = serializers.BooleanField()
    key = serializers.CharField(help_text="Empty, or as in the error catalogue.")
    message = serializers.CharField()


class CancelledOut(serializers.Serializer[Any]):
    success = serializers.BooleanField()
    cancellations = serializers.ListField(child=serializers.CharField())
    results = serializers.DictField(child=CancelResultOut(), help_text="By remote id.")


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
    room_type_name = serializers.CharField(source="name")
    room_type_id = serializers.IntegerField()
    number_of_rooms_of_type_booked = serializers.IntegerField(source="count")
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
    booking_total = Amount(currency="currency_code")
    deposit_amount = Amount(currency="currency_code")
    deposit_paid = serializers.BooleanField()
    currency_code = serializers.CharField()
    referrer = serializers.CharField()
    mapping = MappingOut(help_text="{} for a booking that came from no channel.")
    guest_numbers = GuestNumbersOut()
    room_types_booked = serializers.DictField(
        child=BookedRoomTypeOut(), help_text="By room type id; {} in lists and once cancelled."
    )
    guest_data = GuestDataOut()
    version = serializers.IntegerField()
