"""A booking form at the inn, step by step."""

from __future__ import annotations

import itertools
from datetime import timedelta

import pytest

from bookyflow.rooms.models import Room
from bookyflow.tariffs.models import TariffType
from tests.features.booking.conftest import API, GUEST, data

_numbers = itertools.count(1)
DATES = ("arrivalDate", "departureDate")


class Form:
    """A client with a session of its own, which begins it."""

    def __init__(self, client, prop, *, language="en-GB", nights=3, ahead=30, **headers):
        self.client, self.prop, self.language = client, prop, language
        self.headers = {"HTTP_X_BOOKYFLOW_BOOKING_SESSION_ID": f"session-{next(_numbers)}"}
        self.headers |= headers
        first = prop.settings.today() + timedelta(days=ahead)
        self.dates = {"arrivalDate": str(first), "departureDate": str(first + timedelta(nights))}

    def get(self, path, **headers):
        return self.client.get(f"{API}/{path}", **self.headers | headers)

    def post(self, path, body=None, **headers):
        return self.client.post(f"{API}/{path}", body or {}, **self.headers | headers)

    def initialise(self, **headers):
        return self.get(f"initialise/{self.prop.pk}/{self.language}", **headers)

    def begin(self, **headers):
        """Begin, with the token for the calls to come."""
        found = data(self.initialise(**headers))["response"]["data"]
        self.token = {"HTTP_X_BOOKYFLOW_BOOKING_SESSION_TOKEN": found["session_token"]}
        return found

    def pairs(self, rooms=1):
        """Pairs of the first rooms and their tariff."""
        found = Room.objects.filter(property=self.prop)[:rooms]
        tariffs = {one.room_type_id: one.pk for one in TariffType.objects.all()}
        return ",".join(f"{room.pk}^{tariffs[room.room_type_id]}" for room in found)

    def set_dates(self, **changes):
        return self.post("set/dates", self.dates | changes)

    def set_party(self, adults=2, **more):
        return self.post("set/guest/numbers", {"adults": adults, **more})

    def choose(self, pairs=None, **more):
        return self.post("set/property/booking", {"selectedRooms": pairs or self.pairs(), **more})

    def set_address(self, **changes):
        return self.post("set/address", GUEST | changes)

    def fill(self, *steps):
        """Go so far: by default all of the way to what can be booked."""
        for step in steps or ("begin", "set_dates", "set_party", "choose", "set_address"):
            answer = getattr(self, step)()
            assert step == "begin" or data(answer)["valid"] is True
        return self

    def create(self):
        return self.post("create")

    def leave(self):
        return self.client.delete(f"{API}/session", **self.headers | self.token)

    def read(self):
        return self.get("session", **self.token)


@pytest.fixture
def form(anonymous, inn):
    """A form that has not begun."""
    return Form(anonymous, inn)


@pytest.fixture
def another(anonymous, inn):
    """Make other forms."""

    def make(client=anonymous, prop=inn, **changes):
        return Form(client, prop, **changes)

    return make
