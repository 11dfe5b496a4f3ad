from __future__ import annotations

from datetime import timedelta

import pytest

from bookyflow.availability.models import Occupancy
from bookyflow.core.acting import SYSTEM
from bookyflow.core.dates import today_in
from bookyflow.events.models import Event
from bookyflow.properties.models import PropertySettings
from bookyflow.reservations.blocks import block_create
from bookyflow.reservations.models import Booking, BookingHistory
from bookyflow.rooms.models import Room
from tests.conftest import make_hotel
from tests.domain.conftest import at_once, book, stay
from tests.examples import example
from tests.features.conftest import problem, queries

pytestmark = pytest.mark.django_db

BASE = "/bookyflow/api/blackbookings"


def day(ahead):
    return (today_in("UTC") + timedelta(days=ahead)).isoformat()


@pytest.fixture
def desk(client_for, receptionist):
    """A receptionist who blocks rooms."""
    return client_for("bookings_get desk_set", user=receptionist)


@pytest.fixture
def rooms(hotel):
    """The rooms 1, 2 and 3."""
    return list(hotel.rooms.order_by("number"))


@pytest.fixture
def block(hotel):
    """Block rooms for some nights."""

    def make(start, nights, *rooms, prop=hotel, reason=""):
        ids = [room.pk for room in rooms]
        when = stay(start, nights)
        return block_create(property_id=prop.pk, stay=when, room_ids=ids, reason=reason, by=SYSTEM)

    return make


@pytest.fixture
def listed(desk, hotel):
    """The rooms that are blocked from so many days ahead on."""

    def ask(ahead):
        answer = desk.get(f"{BASE}/{hotel.pk}/roomlist/{day(ahead)}")
        return answer.json()["data"]["blackbooking"]

    return ask


def test_a_room_is_blocked_for_a_night(desk, hotel, rooms, receptionist):
    body = example("blackbookings.create").request

    answer = desk.post(f"{BASE}/{hotel.pk}/{rooms[1].pk}/{day(3)}", body)

    made = Booking.objects.get()
    assert answer.json()["data"] == {"addblackbookings": made.pk}
    assert (made.kind, made.guest, made.total, made.remarks) == ("block", None, 0, "Painting")
    held = Occupancy.objects.get()
    assert (held.room, held.nights.lower.isoformat(), held.nights.upper.isoformat()) == (
        rooms[1],
        day(3),
        day(4),
    )
    event = Event.objects.get()
    assert (event.kind, event.user_id) == ("blackbooking_added", receptionist.pk)
    assert BookingHistory.objects.get().user_id == receptionist.pk


@pytest.mark.parametrize("body", [None, {}, {"reason": ""}])
def test_the_reason_may_be_left_out(desk, hotel, rooms, body):
    answer = desk.post(f"{BASE}/{hotel.pk}/{rooms[0].pk}/{day(0)}", body)

    assert answer.status_code == 200
    assert Booking.objects.get().remarks == ""


def test_where_whole_days_are_let_the_day_after_is_closed_too(desk, hotel, rooms, listed):
    PropertySettings.objects.filter(property=hotel).update(whole_day_booking=True)

    desk.post(f"{BASE}/{hotel.pk}/{rooms[0].pk}/{day(3)}")

    ((one,),) = [room["blocks"] for room in listed(0)]
    assert (one["arrival"], one["departure"]) == (day(3), day(5))


def test_each_room_comes_with_all_blocks_that_close_it_still(block, listed, rooms, hotel):
    Room.objects.filter(pk=rooms[0].pk).update(name="Captain", floor="1", number="01")
    long, late = block(-2, 6, *rooms[:2], reason="Painting"), block(9, 1, rooms[0], reason="Owner")
    book(hotel, stay(20, 2))

    first, second = listed(1)

    (shown,) = example("blackbookings.list_rooms").answer
    blocks = [
        {"contract_uid": long.pk, "arrival": day(-2), "departure": day(4), "reason": "Painting"},
        {"contract_uid": late.pk, "arrival": day(9), "departure": day(10), "reason": "Owner"},
    ]
    own = {"room_uid": rooms[0].pk, "contract_uid": long.pk, "date": day(1), "blocks": blocks}
    assert first == shown | own
    assert (second["room_uid"], second["room_name"], second["blocks"]) == (
        rooms[1].pk,
        "",
        blocks[:1],
    )
    (only,) = listed(4)
    assert (only["contract_uid"], only["date"], len(only["blocks"])) == (late.pk, day(9), 1)
    assert listed(10) == []


def test_the_language_counts_for_nothing_and_a_date_must_be_one(desk, hotel, block):
    block(3, 1)

    paths = [f"{BASE}/{hotel.pk}/roomlist/{one}" for one in (day(0), f"{day(0)}/de")]
    assert [len(desk.get(path).json()["data"]["blackbooking"]) for path in paths] == [3, 3]
    answer = desk.get(f"{BASE}/{hotel.pk}/roomlist/2027-02-30")
    assert problem(answer) == (400, "validation_failed", ["date"])


def test_the_list_asks_as_much_for_many_rooms_as_for_two(desk, hotel, rooms, block):
    path = f"{BASE}/{hotel.pk}/roomlist/{day(0)}"
    block(1, 1, *rooms[:2])
    few = queries(desk, path)
    kind = rooms[0].room_type
    more = Room.objects.bulk_create(
        Room(property=hotel, room_type=kind, number=f"x{number}") for number in range(18)
    )
    block(1, 1, *more)
    block(3, 2, *more)

    assert queries(desk, path) == few <= 6
    page = desk.get(f"{path}?limit=5")
    assert (len(page.json()["data"]["blackbooking"]), page["X-Total-Count"]) == (5, "20")


def test_a_taken_night_is_not_blocked(desk, hotel, rooms, block):
    booking = book(hotel, stay(3, 2))
    block(8, 1, rooms[0])
    taken = Occupancy.objects.get(booking=booking).room_id

    for room, ahead in ((taken, 3), (taken, 4), (rooms[0].pk, 8)):
        answer = desk.post(f"{BASE}/{hotel.pk}/{room}/{day(ahead)}")
        assert problem(answer) == (409, "room_taken", [])
    assert Booking.objects.count() == 2
    assert desk.post(f"{BASE}/{hotel.pk}/{taken}/{day(5)}").status_code == 200


@pytest.mark.django_db(transaction=True)
def test_of_four_at_once_one_blocks_the_room(desk, hotel, rooms):
    path = f"{BASE}/{hotel.pk}/{rooms[0].pk}/{day(3)}"

    answers = at_once(4, lambda _: desk.post(path).status_code)

    assert sorted(answers) == [200, 409, 409, 409]
    assert Occupancy.objects.count() == Booking.objects.count() == 1


def test_rooms_of_elsewhere_are_not_found(desk, hotel, manager, rooms):
    strange = make_hotel(manager, name="Other").rooms.first()

    for pk in (strange.pk, 999_999_999_999_999_999):
        answer = desk.post(f"{BASE}/{hotel.pk}/{pk}/{day(3)}")
        assert problem(answer) == (404, "room_not_found", [])
    hotel.rooms.all().delete()
    answer = desk.post(f"{BASE}/{hotel.pk}/{rooms[0].pk}/{day(3)}")
    assert problem(answer) == (409, "no_rooms_in_property", [])


@pytest.mark.parametrize(
    ("when", "expected"),
    [
        (day(-1), (409, "dates_in_past", [])),
        ("2027-02-29", (400, "validation_failed", ["date"])),
        ("2200-01-01", (400, "validation_failed", ["date"])),
    ],
)
def test_what_is_no_night_to_block(desk, hotel, rooms, when, expected):
    assert problem(desk.post(f"{BASE}/{hotel.pk}/{rooms[0].pk}/{when}")) == expected


@pytest.mark.parametrize("reason", [None, [], {}, True, "x" * 1001, "a\x07b"])
def test_what_is_no_reason(desk, hotel, rooms, reason):
    answer = desk.post(f"{BASE}/{hotel.pk}/{rooms[0].pk}/{day(3)}", {"reason": reason})

    assert problem(answer) == (400, "validation_failed", ["reason"])
    assert not Booking.objects.exists()


def test_a_block_is_opened_once_and_stays_as_cancelled(desk, hotel, block, listed):
    made = block(3, 2)
    path = f"{BASE}/{hotel.pk}/{made.pk}"

    answers = [desk.delete(path).json()["data"] for _ in range(2)]

    assert answers == [{"blackbookingsdeleted": made.pk}] * 2
    assert listed(0) == []
    made.refresh_from_db()
    assert made.state == "cancelled"
    assert Event.objects.filter(kind="blackbooking_deleted").count() == 1


def test_no_booking_and_no_block_of_elsewhere_is_opened(desk, hotel, manager, block):
    booking = book(hotel, stay(3, 1))
    foreign = block(3, 1, prop=make_hotel(manager, name="Other"))

    for pk in (booking.pk, foreign.pk, 999_999_999_999_999_999):
        answer = desk.delete(f"{BASE}/{hotel.pk}/{pk}")
        assert problem(answer) == (404, "block_not_found", [])
    assert Occupancy.objects.count() == 4
