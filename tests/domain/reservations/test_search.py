"""Searching for what the engine sells."""

from __future__ import annotations

from decimal import Decimal
from random import Random

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bookyflow.availability.search import Filters, candidates
from bookyflow.availability.search_sql import Order
from bookyflow.core.errors import DomainError
from bookyflow.properties.models import Property, PropertyType, TariffMode
from bookyflow.reservations import search
from bookyflow.reservations.quotes.make import quote_make
from bookyflow.reservations.quotes.stock import stocks
from bookyflow.reservations.search import START, Place, StayWanted, Waiting, offers_page
from bookyflow.reservations.stay_request import VISITOR
from bookyflow.rooms.models import Room, RoomType
from bookyflow.tariffs.models import Extra
from tests.conftest import make_hotel
from tests.domain.conftest import book, stay
from tests.domain.reservations.conftest import fresh, price, settle

pytestmark = pytest.mark.django_db

RULES = [
    {},
    {"cleaning_fee": 80, "city_tax": 2},
    {"prices_inclusive": False, "accommodation_tax_rate": 10},
    {"price_model": 1},
    {"per_person_per_night": True, "minimum_charged_guests": 2},
    {"wiseprice_on": True, "wiseprice_10": 40},
    {"single_supplement_on": True},
    {"prices_weekly": True, "tariff_mode": TariffMode.ADVANCED},
    {"whole_day_booking": True},
    {"last_minute_on": True, "last_minute_days": 60},
]
TARIFFS = [
    {},
    {"extra_guest_price": Decimal(1)},
    {"discount_7": Decimal(30)},
    {"discount_7": Decimal(40), "discount_30": Decimal(50), "discount_is_percentage": False},
    {"ignore_per_person": True},
]


@pytest.fixture
def town(manager, double):
    """Twelve places with prices, rules and rooms of all kinds; always the same."""
    chance, villa = Random(7), PropertyType.objects.get(name="Villa")
    twin = RoomType.objects.get(name="Twin", property=None)
    made = []
    for number in range(12):
        rules = RULES[number % len(RULES)]
        prop = make_hotel(manager, name=f"Inn {number}")
        Room.objects.filter(property=prop).update(
            max_adults=4, max_occupancy=4, surcharge=(0, 15, -20)[number % 3]
        )
        if rules.get("last_minute_on"):
            prop.rooms.exclude(number="1").delete()
            Property.objects.filter(pk=prop.pk).update(property_type=villa)
        else:
            Room.objects.create(
                property=prop, room_type=twin, number="9", max_adults=4, max_occupancy=4
            )
            price(prop, twin, chance.randint(60, 200), **TARIFFS[number % len(TARIFFS)])
        price(prop, double, chance.randint(60, 200), **TARIFFS[(number + 2) % len(TARIFFS)])
        settle(prop, deposit_kind="none", **rules)
        made.append(prop)
    return made


def wanted(nights=3, *, guests=2, rooms=1):
    return StayWanted(stay(20, nights), guests, (), rooms)


def pages(asked, order, *, limit, filters=None):
    """The offers of all pages, page by page."""
    place, found = START, []
    while place:
        page = offers_page(
            asked=asked, filters=filters or Filters(), order=order, place=place, limit=limit
        )
        found.append(page.items)
        place = page.following
        assert len(found) < 100
    return found


def flat(found):
    return [(one.total, one.property_id) for page in found for one in page]


@pytest.mark.parametrize("nights", [3, 8])
@pytest.mark.parametrize(("guests", "rooms"), [(1, 1), (3, 1), (4, 2)])
@pytest.mark.usefixtures("town")
def test_the_engine_asks_no_less_than_the_bound(nights, guests, rooms):
    asked = wanted(nights, guests=guests, rooms=rooms)
    found = candidates(asked.wanted, filters=Filters(), order=Order.PRICE, after=None, limit=100)

    assert len(found) >= 10
    assert any(one.floor > 50 for one in found)
    for one in found:
        for room_type in one.room_types:
            try:
                quote = quote_make(
                    prop=fresh(Property(pk=one.position.property_id)),
                    stay_request=asked.request(room_type),
                    booker=VISITOR,
                )
            except DomainError:
                continue
            assert one.floor <= quote.breakdown.total


@pytest.mark.parametrize("limit", [1, 4, 50])
@pytest.mark.parametrize(("guests", "rooms"), [(2, 1), (4, 2)])
@pytest.mark.usefixtures("town")
def test_pages_by_price_are_exact(monkeypatch, limit, guests, rooms):
    monkeypatch.setattr(search, "MOST_PRICED", 5)
    asked = wanted(guests=guests, rooms=rooms)
    everything = sorted(flat(pages(asked, Order.ID, limit=50)))

    assert len(everything) >= 10
    assert flat(pages(asked, Order.PRICE, limit=limit)) == everything


@pytest.mark.parametrize("guests", [1, 3])
@pytest.mark.parametrize("order", [Order.ID, Order.PRICE])
@pytest.mark.usefixtures("town")
def test_a_price_range_is_that_of_the_engine(monkeypatch, order, guests):
    monkeypatch.setattr(search, "MOST_PRICED", 4)
    asked = wanted(guests=guests)
    everything = [one for page in pages(asked, Order.ID, limit=50) for one in page]
    least, most = sorted(one.nightly for one in everything)[3:9:5]

    found = pages(asked, order, limit=3, filters=Filters(least=least, most=most))

    assert sorted(one for _, one in flat(found)) == sorted(
        one.property_id for one in everything if least <= one.nightly <= most
    )


def test_what_costs_too_little_for_sure_is_not_priced(hotel, double):
    price(hotel, double, 50)

    def found(bottom, **rules):
        settle(hotel, **rules)
        return candidates(
            wanted().wanted,
            filters=Filters(),
            order=Order.ID,
            after=None,
            limit=5,
            bottom=Decimal(bottom),
        )

    assert found(150)
    assert not found(152)
    for added in ({"cleaning_fee": 1}, {"city_tax": 1}, {"prices_inclusive": False}):
        assert found(152, **added)
        settle(hotel, cleaning_fee=0, city_tax=0, prices_inclusive=True)
    Extra.objects.create(property=hotel, name="Breakfast", price=9, auto_select=True)
    assert found(152)


def test_a_call_asks_for_a_limited_number_of_prices(monkeypatch, manager, double):
    monkeypatch.setattr(search, "MOST_PRICED", 3)
    closed = [make_hotel(manager, name=f"Closed {number}") for number in range(7)]
    for prop in closed:
        price(prop, double, 100)
        settle(
            prop,
            minimum_charged_guests=1,
            child_min_age=17,
            allow_children=True,
            children_count_for_capacity=False,
        )
    last = make_hotel(manager, name="Open")
    price(last, double, 100)
    settle(last, allow_children=True, children_count_for_capacity=False)
    asked = StayWanted(stay(20, 3), 1, (4,))

    found = pages(asked, Order.ID, limit=10)

    assert [len(page) for page in found] == [0, 0, 1]
    assert found[2][0].property_id == last.pk


def test_with_too_many_waiting_the_cheapest_known_comes(monkeypatch, manager, double):
    monkeypatch.setattr(search, "MOST_PRICED", 3)
    monkeypatch.setattr(search, "MOST_WAITING", 2)
    for number in range(6):
        prop = make_hotel(manager, name=f"Inn {number}")
        price(prop, double, 10 + number)
        settle(prop, cleaning_fee=500 - 50 * number)

    found = flat(pages(wanted(), Order.PRICE, limit=2))

    assert len(found) == len({one for _, one in found}) == 6


def test_what_waits_is_looked_at_again(manager, double):
    first, second, third = (make_hotel(manager, name=f"Inn {n}") for n in range(3))
    for prop, night in ((first, 50), (second, 60), (third, 70)):
        price(prop, double, night)
    book(third, stay(20, 3), rooms=None)
    Room.objects.filter(property=third).exclude(number="1").delete()
    waiting = tuple(
        Waiting(Decimal(one), prop.pk) for one, prop in ((1, first), (2, second), (3, third))
    )
    after = candidates(wanted().wanted, filters=Filters(), order=Order.PRICE, after=None, limit=10)[
        -1
    ].position

    page = offers_page(
        asked=wanted(), filters=Filters(), order=Order.PRICE, place=Place(after, waiting), limit=10
    )

    assert flat([page.items]) == [(150, first.pk), (180, second.pk)]
    assert page.following is None


def test_a_room_type_that_the_engine_refuses_gives_way_to_the_next(hotel, double):
    twin = RoomType.objects.get(name="Twin", property=None)
    Room.objects.create(property=hotel, room_type=twin, number="9")
    price(hotel, double, 50, min_rooms_selected=0, max_rooms_selected=1)
    price(hotel, twin, 70)
    asked = wanted(1)
    assert flat(pages(asked, Order.ID, limit=1)) == [(50, hotel.pk)]

    book(hotel, asked.stay)
    book(hotel, asked.stay)
    book(hotel, asked.stay)
    (offer,) = pages(asked, Order.PRICE, limit=1)[0]

    assert (offer.total, offer.quote.rooms[0].room_type_id) == (70, twin.pk)


def test_a_property_that_presets_the_length_is_offered_for_that_only(hotel, double):
    price(hotel, double, 50)
    settle(hotel, asks_for_departure=False, minimum_interval=2)

    assert flat(pages(wanted(3), Order.ID, limit=5)) == []
    assert flat(pages(wanted(2), Order.ID, limit=5)) == [(100, hotel.pk)]


@pytest.mark.usefixtures("town")
@pytest.mark.parametrize("order", [Order.ID, Order.PRICE])
def test_a_page_takes_few_statements_however_many_properties_it_has(order):
    with CaptureQueriesContext(connection) as sent:
        found = offers_page(asked=wanted(), filters=Filters(), order=order, limit=12)

    assert len(found.items) == 12
    assert len(sent) <= 10  # some for what is read for all, and the next candidates


@pytest.mark.parametrize(("nights", "guests", "rooms"), [(3, 2, 1), (8, 4, 2), (1, 1, 1)])
def test_a_quote_is_the_same_with_what_was_read_for_many(town, nights, guests, rooms):
    asked = wanted(nights, guests=guests, rooms=rooms)
    properties = [fresh(one) for one in town]
    Extra.objects.create(property=town[0], name="Linen", price=7, forced=True)
    book(town[1], stay(21, 2))
    known = stocks(
        properties=properties,
        arrival=asked.stay.arrival,
        departure=asked.stay.departure,
        rooms=rooms,
    )
    request = asked.request(None)
    quoted = [
        [outcome(prop, request, stock) for stock in (known[prop.pk], None)] for prop in properties
    ]
    assert all(first == second for first, second in quoted)
    assert len({str(first) for first, _ in quoted}) > 5


def outcome(prop, request, stock):
    try:
        return quote_make(prop=prop, stay_request=request, booker=VISITOR, stock=stock)
    except DomainError as error:
        return error.key, error.detail
