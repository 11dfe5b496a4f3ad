from __future__ import annotations

from datetime import date

import pytest

from bookyflow.availability.models import Occupancy
from bookyflow.channels.booking_links import channel_block_create
from bookyflow.channels.models import Channel, ChannelProperty
from bookyflow.core.acting import SYSTEM
from bookyflow.events.models import Event
from bookyflow.reservations.models import Booking
from tests.conftest import make_hotel
from tests.domain.conftest import at_once, book, stay
from tests.features.cmf.conftest import BASE, FORM, day, refusal, value

pytestmark = pytest.mark.django_db

BLOCK = BASE + "property/blackbooking"


@pytest.fixture
def body(hotel):
    """Blocks the whole hotel for two nights."""
    return {
        "property_uid": hotel.pk,
        "availability": {"date_from": day(3), "date_to": day(4)},
        "text": "Painting",
    }


def test_blocks_all_rooms(ota, linked, body):
    response = ota.put(BLOCK, body)

    block = Booking.objects.get()
    assert value(response) == {"success": True, "contract_id": block.pk}
    assert (block.kind, block.remarks, block.departure) == (
        "block",
        "Painting",
        date.fromisoformat(day(5)),
    )
    assert Occupancy.objects.count() == 3
    assert Event.objects.values_list("kind", "channel_id").get() == (
        "blackbooking_added",
        linked.pk,
    )


def test_blocks_some_rooms_from_a_form_with_json_text(ota, hotel):
    one, two, _ = hotel.rooms.order_by("number")
    form = (
        f'property_uid={hotel.pk}&availability={{"date_from":"{day(3)}","date_to":"{day(9)}"}}'
        f"&room_ids=[{one.pk},{two.pk}]&remote_booking_id=BLK-5531&text=Owner stay"
    )

    value(ota.put(BLOCK, form, content_type=FORM))

    assert set(Occupancy.objects.values_list("room", flat=True)) == {one.pk, two.pk}


def test_an_empty_list_of_rooms_means_all_and_one_named_twice_is_one(ota, hotel, body):
    room = hotel.rooms.first()

    value(ota.put(BLOCK, body | {"room_ids": []}))
    later = {"date_from": day(8), "date_to": day(8)}
    value(ota.put(BLOCK, body | {"availability": later, "room_ids": [room.pk, room.pk]}))

    assert Occupancy.objects.count() == 4


def test_a_taken_night_refuses_the_whole_block(ota, hotel, body):
    book(hotel, stay(4, 1))

    assert refusal(ota.put(BLOCK, body)) == (409, "room_taken", [])
    assert Occupancy.objects.count() == 1
    assert Booking.objects.count() == 1
    assert Event.objects.filter(subject_kind="booking").count() == 1


def test_blocking_twice_is_refused(ota, body):
    value(ota.put(BLOCK, body))

    assert refusal(ota.put(BLOCK, body)) == (409, "room_taken", [])


def test_the_night_of_departure_is_free_again(ota, body):
    value(ota.put(BLOCK, body))

    value(ota.put(BLOCK, body | {"availability": {"date_from": day(5), "date_to": day(5)}}))


def test_refuses_the_past(ota, body):
    past = {"date_from": day(-3), "date_to": day(-2)}

    assert refusal(ota.put(BLOCK, body | {"availability": past})) == (409, "dates_in_past", [])


def test_refuses_rooms_of_another_property(ota, manager, hotel, body):
    strange = make_hotel(manager, name="Other").rooms.first()
    rooms = [hotel.rooms.first().pk, strange.pk]

    response = ota.put(BLOCK, body | {"room_ids": rooms})

    assert refusal(response) == (404, "room_not_found", [])
    assert not Booking.objects.exists()


def test_refuses_a_property_without_rooms(ota, hotel, body):
    hotel.rooms.all().delete()

    assert refusal(ota.put(BLOCK, body)) == (409, "no_rooms_in_property", [])


@pytest.mark.parametrize(
    ("name", "hostile"),
    [
        (
            "availability",
            [
                None,
                "",
                [],
                {},
                "{",
                5,
                [{"date_from": "2027-06-01", "date_to": "2027-06-02"}],
                {"date_from": "2099-01-05", "date_to": "2099-01-04"},
                {"date_from": "2099-01-01", "date_to": "2102-01-04"},
                {"date_from": "2027-02-29", "date_to": "2027-03-01"},
                {"date_from": "2100-02-28", "date_to": "2100-02-29"},
                {"date_from": "2199-12-31"},
            ],
        ),
        (
            "room_ids",
            [None, "", {}, 5, "all", ["a"], [0], [-1], [True], [1.5], [2**63], [1] * 1001],
        ),
        ("text", [None, [], {}, True, "x" * 1001, "a\x07b"]),
        ("remote_booking_id", [None, [], "x" * 256]),
        ("property_uid", [None, "", [], 0, -1, "x", 2**63, True]),
    ],
)
def test_refuses_hostile_fields(ota, body, name, hostile):
    found = {repr(bad): refusal(ota.put(BLOCK, body | {name: bad})) for bad in hostile}

    assert found == dict.fromkeys(found, (400, "validation_failed", [name]))
    assert not Booking.objects.exists()


def test_the_last_night_of_the_calendar_can_be_blocked(ota, body):
    last = {"date_from": "2199-12-31", "date_to": "2199-12-31"}

    value(ota.put(BLOCK, body | {"availability": last}))

    assert Booking.objects.get().departure == date(2200, 1, 1)


def test_a_leap_day_can_be_blocked(ota, body):
    leap = {"date_from": "2096-02-29", "date_to": "2096-02-29"}

    value(ota.put(BLOCK, body | {"availability": leap}))

    assert Booking.objects.get().departure == date(2096, 3, 1)


def test_opens_blocked_rooms_again(ota, hotel, body):
    block = value(ota.put(BLOCK, body))["contract_id"]

    response = ota.delete(f"{BLOCK}/{hotel.pk}/{block}")

    assert value(response) is True
    assert not Occupancy.objects.exists()
    assert value(ota.delete(f"{BLOCK}/{hotel.pk}/{block}")) is True
    assert Event.objects.filter(kind="blackbooking_deleted").count() == 1


def test_a_booking_or_anothers_block_cannot_be_opened(ota, manager, hotel, body):
    booking = book(hotel, stay(8, 1))
    other = make_hotel(manager, name="Other")
    foreign = book(other, stay(8, 1))

    for contract in (booking.pk, foreign.pk, 999_999_999_999_999_999):
        response = ota.delete(f"{BLOCK}/{hotel.pk}/{contract}")
        assert refusal(response) == (404, "block_not_found", [])
    assert Occupancy.objects.count() == 2


def test_lists_the_open_blocks_by_their_first_night(ota, hotel, body):
    later = value(ota.put(BLOCK, body))["contract_id"]
    first = value(
        ota.put(BLOCK, body | {"availability": {"date_from": day(-3), "date_to": day(0)}})
    )["contract_id"]
    removed = value(
        ota.put(BLOCK, body | {"availability": {"date_from": day(8), "date_to": day(8)}})
    )["contract_id"]
    ota.delete(f"{BLOCK}/{hotel.pk}/{removed}")
    book(hotel, stay(20, 1))

    response = ota.get(f"{BASE}property/list/blackbookings/{hotel.pk}")

    assert value(response) == {
        "blackbooking_ids": [first, later],
        "blackbookings": {
            str(first): {"date_from": day(-3), "date_to": day(0), "remote_booking_id": ""},
            str(later): {"date_from": day(3), "date_to": day(4), "remote_booking_id": ""},
        },
    }


LIST = BASE + "property/list/blackbookings/"


def test_the_id_of_a_block_is_kept_and_the_block_made_once(ota, hotel, body):
    first = value(ota.put(BLOCK, body | {"remote_booking_id": "BLK-5531"}))
    again = value(ota.put(BLOCK, body | {"remote_booking_id": "BLK-5531", "room_ids": []}))

    shown = value(ota.get(f"{LIST}{hotel.pk}"))["blackbookings"]
    assert first == again
    assert {one["remote_booking_id"] for one in shown.values()} == {"BLK-5531"}
    assert Event.objects.count() == 1


def test_other_nights_or_rooms_under_the_id_of_a_block_are_refused(ota, hotel, body):
    named = body | {"remote_booking_id": 5531}
    value(ota.put(BLOCK, named))
    nights = {"availability": {"date_from": day(13), "date_to": day(14)}}

    for change in (nights, {"room_ids": [hotel.rooms.first().pk]}):
        assert refusal(ota.put(BLOCK, named | change)) == (409, "block_differs", [])
    assert Booking.objects.count() == 1


def test_the_id_of_a_block_that_was_removed_is_free_again(ota, hotel, body):
    named = body | {"remote_booking_id": "B1"}
    first = value(ota.put(BLOCK, named))["contract_id"]
    value(ota.delete(f"{BLOCK}/{hotel.pk}/{first}"))

    second = value(ota.put(BLOCK, named))["contract_id"]

    assert second != first
    assert Booking.objects.get(pk=first).state == "cancelled"


def test_one_id_may_be_a_block_at_each_property_and_of_each_channel(
    ota, manager, channel, hotel, body, client_for
):
    other = make_hotel(manager, name="Other")
    second = Channel.objects.create(user=manager, name="two", friendly_name="Two")
    for one, prop in ((channel, other), (second, hotel)):
        ChannelProperty.objects.create(channel=one, property=prop)
    later = {"availability": {"date_from": day(13), "date_to": day(14)}}

    named = body | {"remote_booking_id": "B1"}
    value(ota.put(BLOCK, named))
    value(ota.put(BLOCK, named | {"property_uid": other.pk}))
    value(client_for("channel_management", channel="two").put(BLOCK, named | later))

    assert Booking.objects.filter(kind="block").count() == 3
    shown = value(ota.get(f"{LIST}{hotel.pk}"))["blackbookings"].values()
    assert sorted(one["remote_booking_id"] for one in shown) == ["", "B1"]


@pytest.mark.django_db(transaction=True)
def test_a_block_sent_many_times_at_once_is_made_once(channel, hotel, ota):
    def send(n):
        return channel_block_create(
            channel_id=channel.pk,
            property_id=hotel.pk,
            stay=stay(3, 2),
            remote_id="B1",
            by=SYSTEM,
        ).pk

    assert len(set(at_once(6, send))) == 1


def test_without_blocks_the_map_is_empty(ota, hotel):
    found = value(ota.get(f"{BASE}property/list/blackbookings/{hotel.pk}"))

    assert found == {"blackbooking_ids": [], "blackbookings": {}}
