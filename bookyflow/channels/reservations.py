"""Reservations made on a channel: brought in once, however often they are sent."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from decimal import Decimal
from functools import partial
from http import HTTPStatus
from typing import Any

from django.db import connection
from django.utils import timezone

from bookyflow.availability.nights import nights_taken
from bookyflow.billing.ledger import payment_note
from bookyflow.billing.models import PaymentMethod
from bookyflow.channels import sql
from bookyflow.channels.models import ChannelReservation, ChannelStay
from bookyflow.channels.selectors import reachable_through
from bookyflow.core import languages
from bookyflow.core.acting import Actor
from bookyflow.core.crypto import keyed_digest
from bookyflow.core.database import Each, each_in_turn
from bookyflow.core.dates import Stay
from bookyflow.core.errors import DomainError
from bookyflow.core.money import amounts_check
from bookyflow.guests.email_lookup import email_hash
from bookyflow.guests.services import GuestDetails
from bookyflow.pricing.engine import price_given
from bookyflow.properties.locking import properties_lock
from bookyflow.properties.models import Property
from bookyflow.properties.selectors import Reach
from bookyflow.reservations.lifecycle import booking_cancel
from bookyflow.reservations.models import ENDED, Booking
from bookyflow.reservations.price_inputs import rules_of
from bookyflow.reservations.services import RoomsWanted, Terms, booking_add_priced
from bookyflow.rooms.models import RoomType

MOST_HEADS = 32_767  # what the column of a booking takes
SHARED = {HTTPStatus.BAD_REQUEST, HTTPStatus.CONFLICT, HTTPStatus.SERVICE_UNAVAILABLE}


@dataclass(frozen=True)
class RemoteStay:
    """One stay of a reservation: `price` is gross, in the property's currency, for all rooms.

    `already_paid` may be more than the price, when the channel took more than the rooms cost.
    `guests` come into each of the rooms, which must have places for so many; 0 when the channel
    does not say. `room_type_id` None and `room_type_name` "" mean any room type.
    """

    property_id: int
    stay: Stay
    price: Decimal
    already_paid: Decimal = Decimal(0)
    rooms: int = 1
    room_type_id: int | None = None
    room_type_name: str = ""
    guests: int = 0

    @property
    def heads(self) -> int:
        """How many adults come in all: one to a room where the channel does not say."""
        return (self.guests or 1) * self.rooms

    @property
    def said(self) -> str:
        """The same text for the same stay, however it was written.

        A room type counts as it is named: what a name stands for may change.
        """
        return json.dumps(_spelled(asdict(self)), sort_keys=True)


@dataclass(frozen=True)
class RemoteReservation:
    """A reservation as a channel sends it."""

    remote_id: str
    guest: GuestDetails
    stays: Sequence[RemoteStay]
    comments: str = ""
    referrer: str = ""

    @property
    def content(self) -> str:
        """A digest of what is said: another one when anything else is.

        How it is said does not count: the digits of an amount, margins of texts, the spelling of
        the e-mail address, the order of the stays.
        """
        email = self.guest.email
        said = _spelled(asdict(self)) | {"stays": [self.stays[n].said for n in self.order]}
        said["guest"]["email"] = email_hash(email) or email
        return keyed_digest(json.dumps(said, sort_keys=True))

    @property
    def order(self) -> list[int]:
        """The places of the stays, from 0, in an order that does not depend on how they came."""
        places = range(len(self.stays))
        return sorted(places, key=lambda n: (self.stays[n].stay.arrival, self.stays[n].said))


def channel_guest(*, phone: str = "", language: str = "", **details: str) -> GuestDetails:
    """A guest as channels tell of one: a single number, and a language as near as there is one."""
    known = languages.nearest(language)
    return GuestDetails(phone=phone, mobile=phone, language=known, **details)


def _spelled(value: Any) -> Any:
    """A value in the one spelling that equal ones share, fit for JSON."""
    if isinstance(value, dict):
        return {name: _spelled(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [_spelled(one) for one in value]
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    if isinstance(value, date):
        return value.isoformat()
    return value.strip() if isinstance(value, str) else value


@dataclass(frozen=True)
class InvalidReservation:
    """A reservation that cannot be read: its problems by field, the first one to be told."""

    remote_id: str
    problems: Mapping[str, list[str]]

    def error_at(self, place: int) -> DomainError:
        """The refusal, for a reservation at this place of a list."""
        name, (problem, *_) = next(iter(self.problems.items()))
        fields = {f"reservations[{place}].{one}": told for one, told in self.problems.items()}
        return DomainError("validation_failed", f"{name}: {problem}", fields=fields)


@dataclass(frozen=True)
class Outcome:
    """What became of one reservation: its bookings in the order of its stays, or why not."""

    remote_id: str
    bookings: tuple[Booking, ...] = ()
    error: DomainError | None = None

    @property
    def is_success(self) -> bool:
        """Whether it was done."""
        return self.error is None

    @property
    def first_booking(self) -> Booking:
        """That of the first stay."""
        return self.bookings[0]

    @property
    def key(self) -> str:
        """The key of the error, or nothing."""
        return self.error.key if self.error else ""

    @property
    def message(self) -> str:
        """What the error says, or nothing."""
        return self.error.detail if self.error else ""


class Outcomes(list[Outcome]):
    """What became of all reservations of a call."""

    @property
    def is_success(self) -> bool:
        """Whether any was done."""
        return any(one.is_success for one in self)

    @property
    def bookings(self) -> list[Booking]:
        """All that were touched."""
        return [booking for one in self for booking in one.bookings]

    @property
    def by_id(self) -> dict[str, Outcome]:
        """Each by the channel's own id."""
        return {one.remote_id: one for one in self}

    @property
    def done(self) -> dict[str, Outcome]:
        """Those that were done, by the channel's own id."""
        return {one.remote_id: one for one in self if one.is_success}

    @property
    def refused(self) -> dict[str, Outcome]:
        """Those that were not, by the channel's own id."""
        return {one.remote_id: one for one in self if not one.is_success}

    def refuse_if_none(self, key: str) -> None:
        """Raise a DomainError with the result of each reservation when none was done.

        It is the refusal that all of them share, such as `no_room_available`, where they share one
        that is a conflict, an invalid field or a lock that others have; else `key`.
        """
        errors = [one.error for one in self if one.error]
        if len(errors) < len(self):
            return
        results = {one.remote_id: one.error for one in self if one.error}
        first = errors[0]
        if first.kind.status in SHARED and {error.key for error in errors} == {first.key}:
            fields = {name: told for error in errors for name, told in error.fields.items()}
            raise DomainError(first.key, first.detail, fields=fields, results=results)
        raise DomainError(key, results=results)


def reservations_add(
    *,
    reservations: Sequence[RemoteReservation | InvalidReservation],
    channel_id: int,
    reach: Reach,
    by: Actor,
    each: Each = each_in_turn,
) -> Outcomes:
    """Book reservations of a channel, each with all of its stays or not at all.

    Each is done by way of `each`, so that properties can be locked for one reservation at a time. A
    reservation known with the same content gives the bookings it has, in the order in which its
    stays are sent now; `reservation_differs` and `reservation_cancelled` otherwise. One that cannot
    be read is refused with its error. Outcomes are in the order of the list.
    """
    return Outcomes(
        Outcome(one.remote_id, error=one.error_at(place))
        if isinstance(one, InvalidReservation)
        else _tried(each, one.remote_id, partial(_book, one, channel_id, reach, by))
        for place, one in enumerate(reservations)
    )


def reservations_cancel(
    *,
    remote_ids: Sequence[str],
    channel_id: int,
    reach: Reach,
    by: Actor,
    each: Each = each_in_turn,
) -> Outcomes:
    """Cancel every booking of the named reservations, compared as text.

    Each is done by way of `each`, as in `reservations_add`. One that was cancelled before counts as
    done. Outcomes are in the order of the list, with `booking_not_found` or `booking_state` where
    nothing could be done.
    """
    return Outcomes(
        _tried(each, remote_id, partial(_cancel, remote_id, channel_id, reach, by))
        for remote_id in remote_ids
    )


def _tried(each: Each, remote_id: str, work: Callable[[], list[Booking]]) -> Outcome:
    try:
        return Outcome(remote_id, tuple(each(work)))
    except DomainError as error:
        return Outcome(remote_id, error=error)


def _locked(reach: Reach, channel_id: int, wanted: set[int]) -> dict[int, Property]:
    """The wanted properties that the channel reaches, locked; by id."""
    return properties_lock(reachable_through(reach=reach, channel=channel_id).filter(pk__in=wanted))


def _book(one: RemoteReservation, channel_id: int, reach: Reach, by: Actor) -> list[Booking]:
    wanted = {stay.property_id for stay in one.stays}
    properties = _locked(reach, channel_id, wanted)
    if properties.keys() != wanted:
        raise DomainError("property_not_found")
    reservation_id = _claim(one, channel_id)
    if reservation_id is None:
        return _known(one, channel_id)
    _check_amounts(one, properties)
    bookings = [_book_stay(one, stay, properties[stay.property_id], by) for stay in one.stays]
    ChannelStay.objects.bulk_create(
        ChannelStay(reservation_id=reservation_id, number=number, booking=bookings[place])
        for number, place in enumerate(one.order)
    )
    return bookings


def _claim(one: RemoteReservation, channel_id: int) -> int | None:
    """The id of a new row, or None when the reservation is known.

    Two calls at once meet here: the second waits until the first has ended.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            sql.CLAIM_RESERVATION,
            {"channel_id": channel_id, "remote_id": one.remote_id, "content": one.content},
        )
        row = cursor.fetchone()
    return row[0] if row else None


def _check_amounts(one: RemoteReservation, properties: dict[int, Property]) -> None:
    for number, stay in enumerate(one.stays):
        place = f"stays[{number}]"
        amounts_check(
            {f"{place}.price": stay.price, f"{place}.already_paid": stay.already_paid},
            properties[stay.property_id].settings.currency,
        )


def _known(one: RemoteReservation, channel_id: int) -> list[Booking]:
    known = ChannelReservation.objects.get(channel=channel_id, remote_id=one.remote_id)
    stays = known.stays.select_related("booking__property")
    bookings = [stay.booking for stay in stays]
    if known.cancelled_at is not None or all(one.state in ENDED for one in bookings):
        raise DomainError("reservation_cancelled")
    if known.content != one.content:
        raise DomainError("reservation_differs")
    by_place = dict(zip(one.order, bookings, strict=True))
    return [by_place[place] for place in range(len(bookings))]


def _book_stay(one: RemoteReservation, stay: RemoteStay, prop: Property, by: Actor) -> Booking:
    if stay.heads > MOST_HEADS:
        problem = f"At most {MOST_HEADS} guests in all rooms."
        raise DomainError("validation_failed", problem, fields={"guests": [problem]})
    nights = nights_taken(prop.settings, stay.stay)
    breakdown = price_given(
        rules_of(prop),
        gross=stay.price,
        first_night=nights.first,
        last_night=nights.last,
        rooms=stay.rooms,
    )
    total, paid = breakdown.total, stay.already_paid
    booking = booking_add_priced(
        prop=prop,
        stay=stay.stay,
        rooms=RoomsWanted(stay.rooms, _room_type(stay, prop), stay.guests),
        guest=one.guest,
        # No more than the price is due; what was paid beyond it is a negative balance.
        terms=Terms(breakdown, deposit_required=min(paid or total, total), deposit_paid=paid),
        adults=stay.heads,
        remarks=one.comments,
        referrer=one.referrer,
        by=by,
    )
    if paid:
        payment_note(
            booking, amount=paid, method=PaymentMethod.CHANNEL, reference=one.remote_id, by=by
        )
    return booking


def _room_type(stay: RemoteStay, prop: Property) -> int | None:
    if not stay.room_type_name:
        return stay.room_type_id
    named = RoomType.objects.filter(name=stay.room_type_name, rooms__property=prop)
    if stay.room_type_id is not None:
        named = named.filter(pk=stay.room_type_id)
    found = named.values_list("pk", flat=True).first()
    if found is None:
        raise DomainError("no_room_available", "No room of the requested room type.")
    return found


def _cancel(remote_id: str, channel_id: int, reach: Reach, by: Actor) -> list[Booking]:
    stays = list(
        ChannelStay.objects.filter(
            reservation__channel=channel_id, reservation__remote_id=remote_id
        )
        .order_by("number")
        .values_list("booking", "booking__property")
    )
    touched = {property_id for _, property_id in stays}
    if not stays or _locked(reach, channel_id, touched).keys() != touched:
        raise DomainError("booking_not_found")
    bookings = [
        booking_cancel(booking_id=booking_id, property_id=property_id, by=by)
        for booking_id, property_id in stays
    ]
    ChannelReservation.objects.filter(
        channel=channel_id, remote_id=remote_id, cancelled_at=None
    ).update(cancelled_at=timezone.now())
    return bookings
