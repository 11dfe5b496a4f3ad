from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from rest_framework import serializers

from bookyflow.api.wire.bounded import BoundedList
from bookyflow.api.wire.fields import Amount, CountryCode, DateField, JSONText, PlainText, Uid
from bookyflow.api.wire.inputs import In, detail_on_the_wire
from bookyflow.channels.reservations import (
    InvalidReservation,
    RemoteReservation,
    RemoteStay,
    channel_guest,
)
from bookyflow.channels.selectors import RoomsOfType, rooms_by_type
from bookyflow.guests.email_lookup import AnyEmail
from bookyflow.guests.services import GuestDetails
from bookyflow.reservations.models import Booking, BookingState
from features.cmf.ranges import stay_between
from features.cmf.serializers.fields import (
    ChannelAmount,
    CountryName,
    Instant,
    Nights,
    NightsIn,
    OrMissing,
    RegionName,
)

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
Listed = RemoteReservation | InvalidReservation
ENQUIRY_PAID = (2, "Enquiry, deposit paid")
MOST_STAYS = 300  # in one call, and of reservations to cancel


def _block(*, remote_booking_id: str = "", **wanted: Any) -> dict[str, Any]:
    return wanted


class BlockIn(In[dict[str, Any]]):
    builds = _block

    property_uid = Uid()
    availability = JSONText(NightsIn(), source="stay")
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
        source="reason",
        max_length=1000,
        required=False,
        allow_blank=True,
        help_text="The reason, for staff.",
    )


class BlockedOut(serializers.Serializer[Any]):
    success = serializers.BooleanField()
    contract_id = serializers.IntegerField()


class NightsOut(serializers.Serializer[Any]):
    date_from = DateField(source="arrival")
    date_to = DateField(source="stay.last_night", help_text="Last night, included.")


class BlocksOut(serializers.Serializer[Any]):
    blackbooking_ids = serializers.ListField(source="ids", child=serializers.IntegerField())
    blackbookings = serializers.DictField(
        source="by_id", child=NightsOut(), help_text="By block id."
    )


class GuestInfoIn(In[GuestDetails]):
    builds = channel_guest

    name = PlainText(
        source="first_name",
        max_length=100,
        required=False,
        allow_blank=True,
        help_text="First name.",
    )
    surname = PlainText(max_length=100)
    email = PlainText(max_length=254, validators=[AnyEmail()])
    phone = PlainText(max_length=50)
    address = PlainText(source="street", max_length=255)
    post_code = PlainText(source="postcode", max_length=50)
    country_code = CountryCode(source="country")
    language_id = PlainText(
        source="language",
        max_length=255,
        required=False,
        allow_blank=True,
        help_text="A language such as en-GB; one that is not known does not matter.",
    )


def _remote_stay(
    *,
    start_date: date,
    end_date: date,
    room_type_id: int,
    client_price: Decimal | None = None,
    **details: Any,
) -> RemoteStay:
    stay = stay_between(start_date, end_date)
    return RemoteStay(stay=stay, room_type_id=room_type_id or None, **details)


class StayInfoIn(Nights, In[RemoteStay]):
    builds = _remote_stay

    property_id = Uid(help_text="Our property id.")
    client_price = ChannelAmount(required=False, help_text="What the guest was shown; not kept.")
    channel_price = ChannelAmount(
        source="price", help_text="Gross total for all rooms; 0 is a free stay."
    )
    already_paid = ChannelAmount(
        required=False,
        help_text="Paid through the channel; becomes the deposit. It may be more than the price, "
        "such as with city tax: then the balance of the booking is negative.",
    )
    room_quantity = serializers.IntegerField(source="rooms", min_value=1, max_value=1000, default=1)
    room_type_id = serializers.IntegerField(
        min_value=0, max_value=2**63 - 1, default=0, help_text="0: any."
    )
    room_type_name = PlainText(
        max_length=100, required=False, allow_blank=True, default="", help_text="Empty: any."
    )
    guest_number = serializers.IntegerField(
        source="guests",
        min_value=0,
        max_value=1000,
        default=0,
        help_text="Adults in each room, which must have places for so many; with room_quantity "
        "the adults of the booking. 0: any room, and one adult in each.",
    )


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
            remote_id = self.child.fields[name].run_validation(data[name])
            return InvalidReservation(remote_id, _flat(problems))


def _stays_in(reservation: Any) -> int:
    stays = reservation.get("stay_infos") if isinstance(reservation, Mapping) else None
    return len(stays) if isinstance(stays, list) else 0


def _flat(problems: Mapping[Any, Any], path: str = "") -> dict[str, list[str]]:
    """Nested problems by the path of the field, such as stay_infos[0].date_to."""
    found: dict[str, list[str]] = {}
    for name, below in problems.items():
        step = f"{path}[{name}]" if isinstance(name, int) else f"{path}.{name}".lstrip(".")
        if isinstance(below, Mapping):
            found |= _flat(below, step)
        else:
            found[step] = [str(problem) for problem in below]
    return found


class ReservationIn(In[RemoteReservation]):
    builds = RemoteReservation

    remote_reservation_id = PlainText(source="remote_id", max_length=255)
    comments = PlainText(max_length=5000, required=False, allow_blank=True, default="")
    referrer = PlainText(max_length=255)
    guest_info = GuestInfoIn(source="guest")
    stay_infos: serializers.ListSerializer[Any] = serializers.ListSerializer(
        source="stays", child=StayInfoIn(), allow_empty=False, max_length=100
    )


def _listed(*, reservations: Sequence[Listed]) -> Sequence[Listed]:
    return reservations


class ReservationListIn(In[Sequence[Listed]]):
    builds = _listed

    reservations = PartialList(
        child=ReservationIn(),
        allow_empty=False,
        max_length=MOST_STAYS,
        help_text=f"At most {MOST_STAYS} stays in all.",
    )


class ReservationsIn(In[Sequence[Listed]]):
    builds = _listed

    reservations = JSONText(ReservationListIn())


class BookingLinkOut(serializers.Serializer[Any]):
    link_id = serializers.IntegerField(source="pk", help_text="The booking's id again.")
    contract_uid = serializers.IntegerField(source="pk")
    booking_number = serializers.CharField(source="number")
    property_uid = serializers.IntegerField(source="property_id")
    date_from = DateField(source="arrival")
    date_to = DateField(source="stay.last_night", help_text="Last night, included.")
    property_name = serializers.CharField(source="property.name")


class BookedOut(serializers.Serializer[Any]):
    success = serializers.BooleanField(source="is_success")
    link = BookingLinkOut(source="first_booking", help_text="The booking of the first stay.")
    links = BookingLinkOut(
        source="bookings", many=True, help_text="One booking per stay, in order."
    )


class RefusalText(serializers.CharField):
    """What a refusal says, with fields by the names that the request has for them."""

    def to_representation(self, error: Any) -> str:
        """The text."""
        return detail_on_the_wire(error, self.context["view"].endpoint.body)


class RefusedOut(serializers.Serializer[Any]):
    success = serializers.BooleanField(source="is_success")
    key = serializers.CharField(help_text="As in the error catalogue.")
    message = RefusalText(source="error")


class ReservationsOut(serializers.Serializer[Any]):
    successful_bookings = serializers.DictField(
        source="done", child=BookedOut(), help_text="By remote id."
    )
    unsuccessful_bookings = serializers.DictField(
        source="refused", child=RefusedOut(), help_text="By remote id."
    )


class CancelIn(serializers.Serializer[Any]):
    reservation_ids = JSONText(
        BoundedList(child=PlainText(max_length=255), allow_empty=False, max_length=MOST_STAYS),
        source="remote_ids",
        help_text="Remote reservation ids, compared as text.",
    )


class CancelResultOut(serializers.Serializer[Any]):
    success = serializers.BooleanField(source="is_success")
    key = serializers.CharField(help_text="Empty, or as in the error catalogue.")
    message = serializers.CharField()


class CancelledText(serializers.CharField):
    """A sentence about a booking that was cancelled."""

    def to_representation(self, booking: Any) -> str:
        """Which one it was."""
        return f"Booking {booking.pk} of property {booking.property_id} was cancelled"


class CancelledOut(serializers.Serializer[Any]):
    success = serializers.BooleanField(source="is_success")
    cancellations = serializers.ListField(source="bookings", child=CancelledText())
    results = serializers.DictField(
        source="by_id", child=CancelResultOut(), help_text="By remote id."
    )


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
    channel_id = serializers.IntegerField(source="reservation.channel_id")
    remote_booking_id = serializers.CharField(source="reservation.remote_id")
    local_booking_id = serializers.IntegerField(source="booking_id")


class MappingOut(serializers.Serializer[Any]):
    linked_bookings = LinkedBookingOut(source="channel_stay", required=False)


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
    mapping = MappingOut(source="*", help_text="{} for a booking that came from no channel.")
    guest_numbers = GuestNumbersOut(source="*")
    room_types_booked = RoomTypesBooked(
        child=BookedRoomTypeOut(), help_text="By room type id; {} in lists and once cancelled."
    )
    guest_data = GuestDataOut()
    version = serializers.IntegerField()
