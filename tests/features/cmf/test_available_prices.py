"""What a stay costs at every property of a channel that is free."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bookyflow.availability.models import Allotment
from bookyflow.channels.models import ChannelProperty
from bookyflow.core.acting import SYSTEM
from bookyflow.properties.models import PropertySettings, TariffMode
from bookyflow.reservations.blocks import block_create
from bookyflow.rooms.models import Room, RoomType
from bookyflow.tariffs.models import TariffType
from bookyflow.tariffs.services import base_price_set
from tests.conftest import make_hotel
from tests.domain.conftest import book, stay
from tests.features.cmf.conftest import BASE, day, refusal, shown, value

pytestmark = pytest.mark.django_db


def path(first: int = 1, last: int = 3, people: int = 2) -> str:
    return f"{BASE}properties/available/prices/{day(first)}/{day(last)}/{people}"


def by_property(answer) -> dict[int, dict]:
    return {one["property_uid"]: one["prices"] for one in answer}


@pytest.fixture
def another(manager, linked):
    """Make another priced hotel of the channel, with other settings."""

    def make(price: int = 100, **settings):
        made = make_hotel(manager)
        ChannelProperty.objects.create(channel=linked, property=made)
        PropertySettings.objects.filter(pk=made.pk).update(**settings)
        base_price_set(property_id=made.pk, price=Decimal(price), max_people=4, by=SYSTEM)
        return made

    return make


def test_prices_of_all_that_is_free(ota, priced):
    TariffType.objects.update(min_people=2)
    PropertySettings.objects.update(security_deposit=50)
    (one,) = shown("properties_available_prices", property_uid=priced.pk)
    amounts = {"price_exclusive": "250.00", "price_inclusive": "300.00", "total": "300.00"}
    two = one["prices"]["2"] | amounts | {"deposit": "60.00"}

    answer = value(ota.get(path()))

    assert answer == [one | {"prices": {"2": two}}]


def test_each_is_priced_as_by_itself_and_what_that_refuses_is_left_out(ota, priced, another):
    full, no_double, closed, sold, whole_day, unpriced = (another() for _ in range(6))
    double = full.rooms.first().room_type
    for prop in (full, no_double):
        block_create(property_id=prop.pk, stay=stay(2, 1), by=SYSTEM)
    attic = RoomType.objects.create(name="Attic")
    Room.objects.create(property=no_double, room_type=attic, number="9")
    tomorrow = stay(1, 1).arrival
    Allotment.objects.create(property=closed, room_type=double, date=tomorrow, stop_sell=True)
    Allotment.objects.create(property=sold, room_type=double, date=tomorrow, max_to_sell=1)
    book(sold, stay(1, 1))
    block_create(property_id=whole_day.pk, stay=stay(4, 1), by=SYSTEM)
    PropertySettings.objects.filter(pk=whole_day.pk).update(whole_day_booking=True)
    TariffType.objects.filter(property=unpriced).update(min_people=3)
    wise = another(wiseprice_on=True, cleaning_fee=30, last_minute_on=True)
    book(wise, stay(1, 1))
    weekly = another(70, prices_weekly=True, tariff_mode=TariffMode.ADVANCED, security_deposit=9)

    found = by_property(value(ota.get(path())))

    every = ChannelProperty.objects.order_by("property").values_list("property", flat=True)
    alone = {
        pk: ota.get(f"{BASE}property/price/{pk}/{day(1)}/{day(3)}/2").json().get("data")
        for pk in every
    }
    assert found == {pk: data["response"] for pk, data in alone.items() if data}
    assert list(found) == [priced.pk, wise.pk, weekly.pk]
    assert found[wise.pk] != found[weekly.pk] != found[priced.pk]


def test_only_properties_linked_to_the_channel(ota, priced, manager, stranger):
    for owner, settings in ((manager, {"api_privacy_off": True}), (stranger, {})):
        other = make_hotel(owner)
        PropertySettings.objects.filter(pk=other.pk).update(**settings)
        base_price_set(property_id=other.pk, price=Decimal(9), max_people=4, by=SYSTEM)

    assert list(by_property(value(ota.get(path())))) == [priced.pk]


def test_a_stay_that_is_over_has_no_price(ota, priced):
    assert value(ota.get(path(-5, -1))) == []
    assert value(ota.get(path(people=5))) == []
    assert value(ota.get(path(people=10**30))) == []


@pytest.mark.parametrize(("first", "last"), [(5, 4), (0, 1098)])
def test_refuses_ranges_that_cannot_be(ota, first, last):
    assert refusal(ota.get(path(first, last))) == (400, "validation_failed", ["end_date"])


def test_pages_go_on_over_properties_that_are_full(ota, priced, another):
    full, free = another(), another()
    block_create(property_id=full.pk, stay=stay(2, 1), by=SYSTEM)
    found, link = [], path() + "?limit=1"

    while link:
        answer = ota.get(link)
        found.append([one["property_uid"] for one in value(answer)])
        link = answer.get("Link", "").partition(">")[0].removeprefix("<")

    assert found == [[priced.pk], [], [free.pk]]
    assert answer["X-Total-Count"] == "3"


def test_statements_are_as_many_for_one_property_as_for_five(ota, priced, another):
    PropertySettings.objects.update(wiseprice_on=True)

    def cost() -> int:
        with CaptureQueriesContext(connection) as captured:
            value(ota.get(path()))
        return len(captured)

    few = cost()
    for _ in range(4):
        another(wiseprice_on=True)

    assert cost() == few <= 7
    assert len(value(ota.get(path()))) == 5
