"""Many clients at once, over HTTP: nothing is sold twice, and nobody gets a 5xx."""

from __future__ import annotations

from collections import Counter

import httpx
import pytest
from django.db import connection

from bookyflow.availability.models import Occupancy
from bookyflow.channels.models import ChannelReservation
from bookyflow.events.models import Event
from bookyflow.guests.models import Guest
from bookyflow.reservations.models import Booking, BookingLine
from bookyflow.rooms.models import Room
from tests.domain.conftest import at_once
from tests.features.cmf.conftest import BASE, reservation, sent, stay_info

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def book_over_http(live_server, ota):
    """Have so many clients send one reservation each, all at once; their answers."""
    live_server.thread.httpd.socket.listen(128)  # its own queue of 10 turns clients away

    def book(clients: int, stay: dict[str, object]) -> list[httpx.Response]:
        headers = {
            "Authorization": f"Bearer {ota.token}",
            "X-BOOKYFLOW-channel-name": "ota",
        }

        def send(number: int) -> httpx.Response:
            guest = reservation("")["guest_info"] | {"email": f"guest{number}@mail.example"}
            body = sent(reservation(f"R{number}", stay, guest_info=guest))
            url = f"{live_server.url}{BASE}reservations/add"
            return httpx.put(url, json=body, headers=headers, timeout=60, trust_env=False)

        return at_once(clients, send)

    return book


def outcomes(answers: list[httpx.Response]) -> Counter[object]:
    """How many answers there are of each status and key."""
    return Counter(
        (answer.status_code, answer.json().get("key"))
        if isinstance(answer, httpx.Response)
        else repr(answer)
        for answer in answers
    )


def deadlocks() -> int:
    """How many deadlocks the database has had to end."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()")
        return int(cursor.fetchone()[0])


def test_of_fifty_who_want_the_last_room_one_gets_it(book_over_http, hotel, double):
    hotel.rooms.exclude(number="1").delete()

    found = outcomes(book_over_http(50, stay_info(hotel, room_type_id=double.pk)))

    assert found == {(200, None): 1, (409, "no_room_available"): 49}
    models = (Booking, BookingLine, Occupancy, Guest, ChannelReservation)
    assert [model.objects.count() for model in models] == [1] * 5
    assert set(Event.objects.values_list("kind", flat=True)) == {"booking_added", "guest_saved"}


def test_sixteen_who_want_three_of_ten_rooms_never_share_one(book_over_http, hotel, double):
    Room.objects.bulk_create(
        Room(property=hotel, room_type=double, number=f"1{number}") for number in range(7)
    )
    before = deadlocks()

    found = outcomes(book_over_http(16, stay_info(hotel, room_quantity=3)))

    assert found == {(200, None): 3, (409, "no_room_available"): 13}
    rooms = list(Occupancy.objects.values_list("room", flat=True))
    assert len(rooms) == len(set(rooms)) == 9
    assert Booking.objects.count() == 3
    assert deadlocks() == before
