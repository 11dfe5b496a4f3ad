"""How many statements a request costs, all counted, including the one that authenticates it."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bookyflow.channels.models import CrossReference
from bookyflow.core.acting import SYSTEM
from bookyflow.properties.models import PropertyText
from bookyflow.reservations.models import Booking
from bookyflow.rooms.models import Room, RoomType
from bookyflow.tariffs.services import base_price_set
from tests.domain.conftest import book, stay
from tests.features.cmf.conftest import BASE, day, reservation, sent, stay_info, value

pytestmark = pytest.mark.django_db

READ = 6  # statements of any read of one property
BOOK = 5  # of booking one room
NOT_COUNTED = ("BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE")


def counted(call) -> tuple[int, object]:
    """Statements on the request's connection, and what the success answers."""
    with CaptureQueriesContext(
        connection,
    ) as captured:
        response = call()
    texts = [query["sql"] or "" for query in captured.captured_queries]
    statements = [text for text in texts if not text.startswith(NOT_COUNTED)]
    return len(statements), value(response)


def grow(prop, channel, number: int) -> None:
    """One more of all that a property can have several of: a room of its own type, with prices,
    a booking by a guest of its own, a text, a cross-reference."""
    kind = RoomType.objects.create(name=f"Kind {number}")
    Room.objects.create(property=prop, room_type=kind, number=f"1{number}")
    prop.tariff_types.all().delete()
    base_price_set(property_id=prop.pk, price=Decimal(100), max_people=2, by=SYSTEM)
    book(prop, stay(30 + number, 1))
    PropertyText.objects.create(
        property=prop, field=PropertyText.Field.values[number], language="en-GB", text="x"
    )
    CrossReference.objects.create(
        channel=channel, property=prop, item_type="room", remote_id=str(number), local_id=number
    )


@pytest.mark.parametrize(
    "path",
    [
        "property/{uid}",
        "property/rooms/{uid}",
        "property/base/price/{uid}",
        "property/price/{uid}/{day}/{day}/2",
        "property/available/rooms/{uid}/{day}/{day}",
        "property/calendar/{uid}/{day}/{day}",
        "property/list/blackbookings/{uid}",
        "property/list/bookings/{uid}",
        "property/list/prices/{uid}",
        "property/list/tariff/types/dates/{uid}",
    ],
)
def test_a_read_costs_no_more_for_more_rows(ota, linked, hotel, path):
    text = BASE + path.format(uid=hotel.pk, day=day(1))
    grow(hotel, linked, 0)
    ota.get(text)  # from then on the process keeps the property
    few, answer = counted(lambda: ota.get(text))
    for number in range(1, 5):
        grow(hotel, linked, number)
    many, larger = counted(lambda: ota.get(text))

    assert few == many <= READ
    assert len(str(larger)) >= len(str(answer))


@pytest.mark.parametrize("path", ["properties/ids"])
def test_a_list_of_the_channel_costs_no_more_for_more_rows(ota, linked, hotel, path):
    few, _ = counted(lambda: ota.get(BASE + path))
    for number in range(4):
        prop = hotel.__class__.objects.create(
            name=str(number), property_type=hotel.property_type, country="GB"
        )
        prop.staff.create(user=linked.user)
        linked.links.create(property=prop)
    many, answer = counted(lambda: ota.get(BASE + path))

    assert len(answer) == 5
    assert few == many <= READ


def test_one_booking_costs_no_more_for_more_rooms(ota, hotel):
    for remote_id, rooms in (("one", 1), ("two", 2)):
        body = sent(reservation(remote_id, stay_info(hotel, room_quantity=rooms)))
        value(ota.put(BASE + "reservations/add", body))
    one, two = Booking.objects.order_by("pk")
    path = f"{BASE}property/booking/{hotel.pk}/"
    ota.get(f"{path}{one.pk}")  # from then on the process keeps the property

    few, _ = counted(lambda: ota.get(f"{path}{one.pk}"))
    many, _ = counted(lambda: ota.get(f"{path}{two.pk}"))

    assert few == many <= READ


def test_booking_a_room_costs_few_statements(ota, hotel):
    body = sent(reservation("R1", stay_info(hotel, guest_number=2)))

    statements, _ = counted(lambda: ota.put(BASE + "reservations/add", body))

    assert statements == BOOK


def test_each_further_stay_costs_its_rooms_its_guest_and_its_booking(ota, hotel):
    stays = [stay_info(hotel), stay_info(hotel)]

    statements, _ = counted(
        lambda: ota.put(BASE + "reservations/add", sent(reservation("R1", *stays)))
    )

    assert statements == BOOK + 3


def test_booking_several_rooms_costs_no_more_than_one(ota, hotel):
    def cost(rooms: int) -> int:
        body = sent(reservation(f"R{rooms}", stay_info(hotel, room_quantity=rooms)))
        return counted(lambda: ota.put(BASE + "reservations/add", body))[0]

    assert cost(1) == cost(2)


def test_adding_rooms_costs_no_more_for_more_rooms(ota, hotel, double):
    double.property_types.add(hotel.property_type)

    def cost(count: int) -> int:
        item = {"count": count, "max_guests": 2, "amenity": {"bookyflow_id": double.pk}}
        body = {"property_uid": hotel.pk, "rooms": [item]}
        return counted(lambda: ota.put(BASE + "property/rooms", body))[0]

    assert cost(1) == cost(5)


def test_setting_prices_costs_no_more_for_more_nights(ota, priced):
    def cost(ranges: int) -> int:
        nights = {"date_from": day(1), "date_to": day(ranges), "ratepernight": 90}
        body = {"property_uid": priced.pk, "ratepernight": [nights] * ranges}
        return counted(lambda: ota.put(BASE + "property/prices", body))[0]

    assert cost(1) == cost(5)
