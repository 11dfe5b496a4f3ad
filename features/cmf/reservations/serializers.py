from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from rest_framework import serializers

from bookyflow.api.wire.bounded import BoundedList
from bookyflow.api.wire.fields import (
    Amount,
    CountryCode,
    DateField,
    EnteredAmount,
    Flag,
    JSONText,
    PlainText,
    RemoteId,
    Uid,
)
from bookyflow.api.wire.inputs import In, detail_on_the_wire
from bookyflow.api.wire.shown import PERSONAL, Instant
from bookyflow.channels.bookings import ChannelBooking
from bookyflow.channels.remote import (
    MOST_STAYS_EACH,
    InvalidReservation,
    RemoteReservation,
    RemoteStay,
    channel_guest,
)
from bookyflow.channels.reservations import Cancellation
from bookyflow.core.errors import DomainError
from bookyflow.core.money import amount_text
from bookyflow.guests.email_lookup import AnyEmail
from bookyflow.guests.services import GuestDetails
from features.cmf.bookings.serializers import BookingOut, GuestDataOut
from features.cmf.fields import Nights
from features.cmf.ranges import stay_between

Listed = RemoteReservation | InvalidReservation
MOST_STAYS = 300  # in one call, and of reservations to cancel


# Booking sites hide who a guest is, and tell what they hide as empty or not at all.
HIDDEN: dict[str, Any] = {"required": False, "allow_blank": True}


class GuestInfoIn(In[GuestDetails]):
    builds = channel_guest

    name = PlainText(
        source="first_name",
        max_length=100,
        required=False,
        allow_blank=True,
        help_text="First name.",
    )
    surname = PlainText(max_length=100, help_text="All that is needed of a guest.")
    email = PlainText(
        max_length=254,
        validators=[AnyEmail()],
        help_text="By a guest's own address the property's guest book finds the guest again; "
        "by none, or one of a booking site's relay, it does not.",
        **HIDDEN,
    )
    phone = PlainText(max_length=50, **HIDDEN)
    address = PlainText(source="street", max_length=255, **HIDDEN)
    post_code = PlainText(source="postcode", max_length=50, **HIDDEN)
    country_code = CountryCode(source="country", **HIDDEN)
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
    client_price = EnteredAmount(required=False, help_text="What the guest was shown; not kept.")
    channel_price = EnteredAmount(
        source="price", help_text="Gross total for all rooms; 0 is a free stay."
    )
    already_paid = EnteredAmount(
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
    stay_id = RemoteId(
        required=False,
        allow_blank=True,
        default="",
        help_text="Your own id of the stay, another one for each stay of the reservation. Without "
        "ids the stays are numbered from 1, in the order in which they come.",
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

    remote_reservation_id = RemoteId(source="remote_id")
    comments = PlainText(max_length=5000, required=False, allow_blank=True, default="")
    referrer = PlainText(max_length=255)
    guest_info = GuestInfoIn(source="guest")
    stay_infos: serializers.ListSerializer[Any] = serializers.ListSerializer(
        source="stays", child=StayInfoIn(), allow_empty=False, max_length=MOST_STAYS_EACH
    )


def _several(child: ReservationIn) -> PartialList:
    return PartialList(
        child=child,
        allow_empty=False,
        max_length=MOST_STAYS,
        help_text=f"At most {MOST_STAYS} stays in all.",
    )


def _listed(*, reservations: Sequence[Listed]) -> Sequence[Listed]:
    return reservations


class ReservationListIn(In[Sequence[Listed]]):
    builds = _listed

    reservations = _several(ReservationIn())


class ReservationsIn(In[Sequence[Listed]]):
    builds = _listed

    reservations = JSONText(ReservationListIn())


def _changed_stay(*, already_paid: Decimal | None = None, **details: Any) -> RemoteStay:
    return _remote_stay(already_paid=already_paid, **details)


class ChangedStayIn(StayInfoIn):
    builds = _changed_stay

    already_paid = EnteredAmount(
        required=False,
        help_text="Paid through the channel in all, by now; without it nothing changes.",
    )


class ChangedReservationIn(ReservationIn):
    stay_infos = serializers.ListSerializer(
        source="stays",
        child=ChangedStayIn(),
        allow_empty=False,
        max_length=MOST_STAYS_EACH,
        help_text="All stays of the reservation as it is now.",
    )


class ModifiedListIn(In[Sequence[Listed]]):
    builds = _listed

    reservations = _several(ChangedReservationIn())


class ModifiedIn(In[Sequence[Listed]]):
    builds = _listed

    reservations = JSONText(ModifiedListIn())


class BookingLinkOut(serializers.Serializer[Any]):
    link_id = serializers.IntegerField(source="pk", help_text="The booking's id again.")
    contract_uid = serializers.IntegerField(source="pk")
    booking_number = serializers.CharField(source="number")
    stay_id = serializers.CharField(
        source="channel_stay.name",
        help_text="How the stay is named within its reservation, in changes and cancellations.",
    )
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


class SomeStaysIn(In[Cancellation]):
    builds = Cancellation

    remote_reservation_id = RemoteId(source="remote_id")
    stay_ids = BoundedList(
        child=RemoteId(), allow_empty=False, max_length=MOST_STAYS_EACH, help_text="As in `links`."
    )


def _cancellations(
    *, remote_ids: Sequence[str] = (), some: Sequence[Cancellation] = ()
) -> Sequence[Cancellation]:
    """All to cancel. Raises DomainError `validation_failed` for none, and for too many."""
    found = [*map(Cancellation, dict.fromkeys(remote_ids)), *some]
    problem = ""
    if not found:
        problem = "This field is required."
    elif len(found) > MOST_STAYS:
        problem = f"At most {MOST_STAYS} reservations."
    elif len({one.remote_id for one in found}) < len(found):
        problem = "Name a reservation once, whole or with some of its stays."
    if problem:
        raise DomainError("validation_failed", problem, fields={"remote_ids": [problem]})
    return found


class ModifiedOut(serializers.Serializer[Any]):
    successful_modifications = serializers.DictField(
        source="done", child=BookedOut(), help_text="By remote id."
    )
    unsuccessful_modifications = serializers.DictField(
        source="refused", child=RefusedOut(), help_text="By remote id."
    )


class CancelIn(In[Sequence[Cancellation]]):
    builds = _cancellations

    reservation_ids = JSONText(
        BoundedList(child=RemoteId(), allow_empty=False, max_length=MOST_STAYS),
        source="remote_ids",
        required=False,
        help_text="Remote reservation ids, compared as text; not needed beside `stays`.",
    )
    stays = JSONText(
        BoundedList(child=SomeStaysIn(), allow_empty=False, max_length=MOST_STAYS),
        source="some",
        required=False,
        help_text="Reservations of which some stays are cancelled and the others go on.",
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


class RevisionQuery(serializers.Serializer[Any]):
    after = serializers.IntegerField(
        min_value=0,
        max_value=2**63 - 1,
        required=False,
        help_text="Read all behind this number, acknowledged or not. Without it those come that "
        "are not acknowledged.",
    )
    limit = serializers.IntegerField(
        min_value=1, max_value=500, default=100, help_text="Most revisions at once."
    )


# The same under another name, which the clients that people have generated know.
class KnownGuestOut(GuestDataOut):
    pass


class RevisedBookingOut(BookingOut):
    comments = serializers.CharField(help_text="Empty for a token without the scope guests_get.")
    referrer = serializers.CharField(help_text="Empty for a token without the scope guests_get.")
    amount_paid = Amount()
    guest_data = KnownGuestOut(
        required=False, help_text="Missing for a token without the scope guests_get."
    )

    def to_representation(self, booking: ChannelBooking) -> dict[str, Any]:
        """The booking, and of its guest what the token may know."""
        found = super().to_representation(booking)
        found["amount_paid"] = amount_text(booking.paid, booking.currency)
        if PERSONAL not in self.context["view"].access.scopes:
            found |= {"comments": "", "referrer": ""}
            del found["guest_data"]
        return found


class RevisionOut(serializers.Serializer[Any]):
    revision = serializers.IntegerField(
        source="number", help_text="Grows; there are gaps, but nothing ever comes in between."
    )
    change = serializers.ChoiceField(["new", "modified", "cancelled"])
    event = serializers.CharField(source="kind", help_text="As in the list of events.")
    property_uid = serializers.IntegerField(source="property_id")
    booking_id = serializers.IntegerField()
    date = Instant(source="at", help_text="ISO 8601, UTC.")
    channel_id = serializers.IntegerField(
        allow_null=True, help_text="The channel that did it; null where no channel did."
    )
    acknowledged = Flag(source="is_acknowledged")
    age = serializers.IntegerField(
        allow_null=True, help_text="Seconds for which it has waited; null once acknowledged."
    )
    booking = RevisedBookingOut(help_text="As it is by now.")


class AcknowledgeIn(serializers.Serializer[Any]):
    revisions = JSONText(
        BoundedList(
            child=serializers.IntegerField(min_value=1, max_value=2**63 - 1),
            allow_empty=False,
            max_length=1000,
        ),
        help_text="Numbers of revisions, in any order.",
    )


class AcknowledgedOut(serializers.Serializer[Any]):
    acknowledged = serializers.ListField(
        source="revisions", child=serializers.IntegerField(), help_text="Now, or before."
    )
    unknown = serializers.ListField(
        child=serializers.IntegerField(), help_text="Numbers that are none of your revisions."
    )
