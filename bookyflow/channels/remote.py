"""Reservations as channels send them, and what becomes of each."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from decimal import Decimal
from functools import cached_property
from http import HTTPStatus
from typing import Any

from bookyflow.core import languages
from bookyflow.core.crypto import keyed_digest
from bookyflow.core.dates import Stay
from bookyflow.core.errors import DomainError
from bookyflow.guests.email_lookup import email_hash
from bookyflow.guests.services import GuestDetails
from bookyflow.reservations.models import Booking

MOST_STAYS_EACH = 100  # of one reservation
_in_order = json.JSONEncoder(sort_keys=True).encode  # kept as digests: it must not change
SHARED = {HTTPStatus.BAD_REQUEST, HTTPStatus.CONFLICT, HTTPStatus.SERVICE_UNAVAILABLE}


@dataclass(frozen=True)
class RemoteStay:
    """One stay of a reservation: `price` is gross, in the property's currency, for all rooms.

    `already_paid` may be more than the price, when the channel took more than the rooms cost; None
    leaves what is paid as it is. `guests` come into each of the rooms, which must have places for
    so many; 0 when the channel does not say. `room_type_id` None and `room_type_name` "" mean any
    room type. `stay_id` is the channel's own name of the stay within its reservation, "" for none.
    """

    property_id: int
    stay: Stay
    price: Decimal
    already_paid: Decimal | None = Decimal(0)
    rooms: int = 1
    room_type_id: int | None = None
    room_type_name: str = ""
    guests: int = 0
    stay_id: str = ""

    @property
    def heads(self) -> int:
        """How many adults come in all: one to a room where the channel does not say."""
        return (self.guests or 1) * self.rooms

    @cached_property
    def said(self) -> str:
        """The same text for the same stay, however it was written.

        A room type counts as it is named: what a name stands for may change. A stay without a name
        says none, so that it says what it said before stays had names.
        """
        said = {name: getattr(self, name) for name in _SAID} | {"stay": _dates(self.stay)}
        if not self.stay_id:
            del said["stay_id"]
        return _in_order(_spelled(said))

    @property
    def content(self) -> str:
        """A digest of what is said."""
        return keyed_digest(self.said)


_SAID = [field.name for field in fields(RemoteStay)]


@dataclass(frozen=True)
class RemoteReservation:
    """A reservation as a channel sends it: as a whole, as it is now.

    Its stays have names of the channel's own, each another one, or none has. Raises DomainError
    `validation_failed` for others, and for more than 100 stays.
    """

    remote_id: str
    guest: GuestDetails
    stays: Sequence[RemoteStay]
    comments: str = ""
    referrer: str = ""

    def __post_init__(self) -> None:
        names = [stay.stay_id for stay in self.stays]
        problem = ""
        if len(names) > MOST_STAYS_EACH:
            problem = f"At most {MOST_STAYS_EACH} stays."
        elif any(names) and (not all(names) or len(set(names)) < len(names)):
            problem = "Name each stay, and each another way, or none."
        if problem:
            raise DomainError("validation_failed", problem, fields={"stays": [problem]})

    @property
    def is_named(self) -> bool:
        """Whether its stays have names of the channel's own."""
        return any(stay.stay_id for stay in self.stays)

    @property
    def about(self) -> str:
        """A digest of what is said beside the stays: whom it is for, and the remarks."""
        return keyed_digest(_in_order(self._said))

    @property
    def content(self) -> str:
        """A digest of what is said: another one when anything else is.

        How it is said does not count: the digits of an amount, margins of texts, the spelling of
        the e-mail address, the order of the stays.
        """
        said = self._said | {"stays": [self.stays[n].said for n in self.order]}
        return keyed_digest(_in_order(said))

    @cached_property
    def _said(self) -> dict[str, Any]:
        """All but the stays."""
        email = self.guest.email
        guest = _spelled(vars(self.guest)) | {"email": email_hash(email) or email}
        said = {name: getattr(self, name) for name in ("remote_id", "comments", "referrer")}
        return {**_spelled(said), "guest": guest}

    @cached_property
    def order(self) -> list[int]:
        """The places of the stays, from 0, in an order that does not depend on how they came."""
        places = range(len(self.stays))
        return sorted(places, key=lambda n: (self.stays[n].stay.arrival, self.stays[n].said))


def channel_guest(*, phone: str = "", language: str = "", **details: str) -> GuestDetails:
    """A guest as channels tell of one: a single number, and a language as near as there is one."""
    known = languages.nearest(language)
    return GuestDetails(phone=phone, mobile=phone, language=known, **details)


def _dates(stay: Stay) -> dict[str, date]:
    return {"arrival": stay.arrival, "departure": stay.departure}


def _spelled(value: Any) -> Any:
    """A value in the one spelling that equal ones share, fit for JSON."""
    if isinstance(value, str):  # as most are
        return value.strip()
    if isinstance(value, dict):
        return {name: _spelled(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [_spelled(one) for one in value]
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    return value.isoformat() if isinstance(value, date) else value


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
