"""Many receptionists at once, over HTTP: a room is sold once."""

from __future__ import annotations

from collections import Counter

import httpx
import pytest

from bookyflow.availability.models import Occupancy
from bookyflow.events.models import Event
from bookyflow.guests.models import Guest
from bookyflow.reservations.models import Booking, BookingLine
from tests.domain.conftest import at_once, stay
from tests.features.properties.conftest import BASE

pytestmark = pytest.mark.django_db(transaction=True)


def test_of_many_who_write_down_one_room_one_gets_it(live_server, client_for, hotel):
    live_server.thread.httpd.socket.listen(128)  # its own queue of 10 turns clients away
    headers = {"Authorization": f"Bearer {client_for('bookings_set').token}"}
    when = stay(3, 2)
    booking = {
        "room_uid": hotel.rooms.first().pk,
        "start": when.arrival.isoformat(),
        "end": when.departure.isoformat(),
        "contract_total": "200.00",
        "firstname": "Ada",
        "surname": "Lovelace",
    }

    def send(number: int) -> httpx.Response:
        body = booking | {"email": f"guest{number}@mail.example"}
        url = f"{live_server.url}{BASE}{hotel.pk}/bookings/add"
        return httpx.post(url, json=body, headers=headers, timeout=60, trust_env=False)

    found = Counter(
        (answer.status_code, answer.json().get("key"))
        if isinstance(answer, httpx.Response)
        else repr(answer)
        for answer in at_once(20, send)
    )

    assert found == {(200, None): 1, (409, "room_taken"): 19}
    assert [model.objects.count() for model in (Booking, BookingLine, Occupancy, Guest)] == [1] * 4
    assert set(Event.objects.values_list("kind", flat=True)) == {"booking_added", "guest_saved"}
