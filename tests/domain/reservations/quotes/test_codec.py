"""Quotes and wishes as they are signed and stored."""

from __future__ import annotations

from copy import deepcopy
from datetime import date, timedelta
from decimal import Decimal

import pytest
import time_machine
from django.core import signing

from bookyflow.availability.nights import OccupiedNights
from bookyflow.core.dates import Stay
from bookyflow.core.errors import DomainError
from bookyflow.pricing.lines import Breakdown, Line, LineKind, Rule
from bookyflow.reservations import tokens
from bookyflow.reservations.claiming import Claim
from bookyflow.reservations.public_booking import visitor_hold
from bookyflow.reservations.quotes.codec import (
    quote_json,
    quote_of,
    request_json,
    request_of,
)
from bookyflow.reservations.quotes.make import quote_make
from bookyflow.reservations.quotes.quote import Quote, QuotedRoom
from bookyflow.reservations.quotes.stored import UnknownVersion
from bookyflow.reservations.stay_request import VISITOR, BookingRequest, RoomRequest, StayRequest
from tests.domain.reservations.conftest import fresh

pytestmark = pytest.mark.django_db

# As version 1 is stored with bookings and holds. These never change, whatever is added.
REQUEST_1 = {
    "v": 1,
    "arrival": "2027-06-01",
    "departure": "2027-06-04",
    "rooms": [
        {"room_type": 4, "room": None, "tariff_type": 9, "adults": 2, "children": 1},
        {"room_type": None, "room": 71, "tariff_type": None, "adults": None, "children": 0},
    ],
    "adults": 3,
    "child_ages": [4],
    "extras": {"5": 2},
    "guest_types": {"6": 3},
    "coupon_code": "SUN",
    "agreed": "99.50",
    "guest": 17,
}
QUOTE_1 = {
    "v": 1,
    "property": 12,
    "request": {key: value for key, value in REQUEST_1.items() if key not in {"v", "guest"}},
    "arrival": "2027-06-01",
    "departure": "2027-06-04",
    "nights_from": "2027-06-01",
    "nights_end": "2027-06-05",
    "rooms": [
        {
            "room_type": 4,
            "room_type_name": "Double",
            "tariff_type": 9,
            "tariff_name": "Flexible",
            "room": None,
            "adults": 2,
        }
    ],
    "currency": "EUR",
    "lines": [
        {
            "kind": "accommodation",
            "rule": "per_room",
            "name": "Double",
            "values": {"tariff": "Flexible", "runs": [[4, "100.00"]]},
            "first_night": "2027-06-01",
            "last_night": "2027-06-04",
            "quantity": 4,
            "unit": "100",
            "net": "373.83",
            "tax_percent": "7",
            "tax": "26.17",
            "gross": "400.00",
            "source_kind": "tariff",
            "source": 9,
        },
        {
            "kind": "cleaning",
            "rule": "cleaning_per_booking",
            "name": "",
            "values": {"price": "30.00"},
            "first_night": None,
            "last_night": None,
            "quantity": 1,
            "unit": "30",
            "net": "30.00",
            "tax_percent": "0",
            "tax": "0.00",
            "gross": "30.00",
            "source_kind": "",
            "source": None,
        },
    ],
    "mean_night": "100.00",
    "deposit": "43.00",
    "security": "200.00",
    "coupon": 3,
    "guest": 17,
}
# What a later release may add anywhere, and what this one has to have.
LATER = {"added_later": {"by": "another release"}}
NEEDED = {
    "request": {"v", "arrival", "departure", "rooms", "adults"},
    "quote": QUOTE_1.keys() - {"coupon", "guest"},
    "room": {"room_type", "room_type_name", "adults"},
    "line": QUOTE_1["lines"][0].keys() - {"first_night", "last_night", "source_kind", "source"},
}


def wish_1():
    return StayRequest(
        date(2027, 6, 1),
        date(2027, 6, 4),
        (RoomRequest(4, None, 9, 2, 1), RoomRequest(None, 71)),
        adults=3,
        child_ages=(4,),
        extras={5: 2},
        guest_types={6: 3},
        coupon="SUN",
        agreed=Decimal("99.50"),
    )


def quote_1():
    room = Line(
        LineKind.ACCOMMODATION,
        Rule.PER_ROOM,
        "Double",
        {"tariff": "Flexible", "runs": [[4, "100.00"]]},
        date(2027, 6, 1),
        date(2027, 6, 4),
        4,
        *map(Decimal, ("100", "373.83", "7", "26.17", "400.00")),
        source_kind="tariff",
        source_id=9,
    )
    cleaning = Line(
        LineKind.CLEANING,
        Rule.CLEANING_PER_BOOKING,
        "",
        {"price": "30.00"},
        None,
        None,
        1,
        *map(Decimal, ("30", "30.00", "0", "0.00", "30.00")),
    )
    return Quote(
        property_id=12,
        stay_request=wish_1(),
        stay=Stay(date(2027, 6, 1), date(2027, 6, 4)),
        nights=OccupiedNights.stored(date(2027, 6, 1), date(2027, 6, 5)),
        rooms=(QuotedRoom(4, "Double", 2, 9, "Flexible"),),
        breakdown=Breakdown("EUR", (room, cleaning), Decimal("100.00")),
        deposit=Decimal("43.00"),
        security=Decimal("200.00"),
        coupon_id=3,
        guest_id=17,
    )


def only(kept, keys):
    return {key: value for key, value in kept.items() if key in keys}


def test_requests_are_stored_as_version_1():
    request = BookingRequest(wish_1(), guest_id=17)

    assert request_json(request) == REQUEST_1
    assert request_of(REQUEST_1) == request


def test_quotes_are_stored_as_version_1():
    assert quote_json(quote_1()) == QUOTE_1
    assert quote_of(QUOTE_1) == quote_1()


def test_keys_that_a_later_release_added_are_ignored():
    quote = deepcopy(QUOTE_1) | LATER
    for kept in (
        quote["request"],
        *quote["request"]["rooms"],
        *quote["rooms"],
        *quote["lines"],
    ):
        kept.update(LATER)

    assert quote_of(quote) == quote_1()
    assert request_of(REQUEST_1 | LATER) == request_of(REQUEST_1)


def test_what_has_a_default_may_be_missing():
    quote = only(QUOTE_1, NEEDED["quote"])
    quote["request"] = only(QUOTE_1["request"], NEEDED["request"]) | {"rooms": [{}]}
    quote["rooms"] = [only(room, NEEDED["room"]) for room in QUOTE_1["rooms"]]
    quote["lines"] = [only(line, NEEDED["line"]) for line in QUOTE_1["lines"]]

    read = quote_of(quote)

    bare = StayRequest(date(2027, 6, 1), date(2027, 6, 4), (RoomRequest(),), adults=3)
    assert (read.stay_request, read.coupon_id, read.guest_id) == (bare, None, None)
    assert read.rooms == (QuotedRoom(4, "Double", 2),)
    assert [line.source_id for line in read.breakdown.lines] == [None, None]


def test_a_booking_made_without_a_request_has_none():
    assert request_of({}) is None


@pytest.mark.parametrize("version", [None, 0, 2, "1"])
def test_another_version_is_refused(version):
    with pytest.raises(UnknownVersion, match=f"version {version!r}"):
        quote_of(QUOTE_1 | {"v": version})
    with pytest.raises(UnknownVersion, match="reads 1"):
        request_of(REQUEST_1 | {"v": version})


def test_a_signed_quote_of_another_version_has_expired(inn, stay_request):
    quote = quote_json(quote_make(prop=fresh(inn), stay_request=stay_request, booker=VISITOR))
    text, _ = tokens.quote_sign(quote | {"v": 2})

    with pytest.raises(DomainError) as refused:
        visitor_hold(claim=Claim(text, address="192.0.2.1"))

    assert refused.value.key == "quote_expired"


def test_a_quote_survives_being_kept(inn, stay_request):
    quote = quote_make(prop=fresh(inn), stay_request=stay_request, booker=VISITOR)
    text, _ = tokens.quote_sign(quote_json(quote))

    assert quote_of(tokens.quote_read(text)) == quote


@pytest.mark.parametrize("name", ["Double", "Zimmer für zwei", "\U0001f3e0", 2**70])
def test_a_signed_quote_reads_as_one_that_django_signed(name):
    quote, salt = {"name": name}, tokens.QUOTE_SALT
    text, _ = tokens.quote_sign(quote)

    assert signing.loads(text, salt=salt)[1] == quote
    assert tokens.quote_read(signing.dumps(["0f", quote], salt=salt)) == quote
    assert tokens.quote_read(text) == quote


def test_a_forged_or_old_quote_is_refused(inn, stay_request):
    text, expires_at = tokens.quote_sign({"a": 1})

    with pytest.raises(DomainError) as forged:
        tokens.quote_read(text[:-3] + "abc")
    with (
        time_machine.travel(expires_at + timedelta(seconds=2), tick=False),
        pytest.raises(DomainError) as old,
    ):
        tokens.quote_read(text)

    assert (forged.value.key, old.value.key) == ("quote_invalid", "quote_expired")
