"""What explanations, calendar and search say of nights is what a quote does, whatever is set."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from random import Random

import pytest
from django.db import transaction
from django.utils import timezone

from bookyflow.availability.explanations import Explanation, explanations
from bookyflow.availability.models import Allotment, OccupancyKind
from bookyflow.availability.nights import OccupiedNights
from bookyflow.availability.search import Wanted, search
from bookyflow.availability.selectors import calendar
from bookyflow.availability.services import Taking, occupy
from bookyflow.core.dates import Stay, days
from bookyflow.core.errors import DomainError
from bookyflow.properties.models import BookingModel, Property, PropertyType, TariffMode
from bookyflow.reservations.quotes.explanation import stay_explain
from bookyflow.reservations.quotes.make import quote_make
from bookyflow.reservations.stay_request import VISITOR, RoomRequest, StayRequest
from bookyflow.rooms.models import Room, RoomType
from bookyflow.tariffs.models import DailyRate, TariffType
from tests.domain.reservations.conftest import settle

pytestmark = pytest.mark.django_db
NIGHTS = 16
ONE_DAY = timedelta(days=1)


@pytest.fixture(params=range(8))
def chance(request) -> Random:
    return Random(request.param)


@pytest.fixture
def house(hotel, chance) -> Property:
    """A hotel with two room types, of which anything may be set, taken, limited and priced."""
    if chance.random() < 0.2:
        hire = PropertyType.objects.create(name="Canoes", flag=BookingModel.ITEM_HIRE)
        Property.objects.filter(pk=hotel.pk).update(property_type=hire)
    prop = settle(
        hotel,
        deposit_kind="none",
        whole_day_booking=chance.random() < 0.3,
        fixed_arrival_on=chance.random() < 0.2,
        fixed_arrival_weekday=chance.randrange(7),
        min_days_before_arrival=chance.randrange(3),
        advance_limit_on=chance.random() < 0.3,
        advance_limit_days=chance.randrange(15),
        tariff_mode=chance.choice([TariffMode.MICROMANAGE, TariffMode.STANDARD]),
        price_model=chance.choice([1, 2]),
        weekend_days=chance.choice(["5,6", "6,0"]),
        time_zone=chance.choice(["UTC", "Pacific/Kiritimati", "Pacific/Pago_Pago"]),
    )
    suite = RoomType.objects.create(name="Suite", property=prop)
    Room.objects.create(property=prop, room_type=suite, number="9")
    today = prop.settings.today()
    for room_type in (prop.rooms.first().room_type, suite):
        for _ in range(chance.choice([0, 1, 1, 2])):
            tariff(prop, room_type, today, chance)
        limits(prop, room_type, today, chance)
    for room in prop.rooms.all():
        holds(room, today, chance)
    return prop


def tariff(prop, room_type, today, chance) -> None:
    made = TariffType.objects.create(
        property=prop,
        room_type=room_type,
        arrival_weekday=chance.choice([7, 7, 7, chance.randrange(7)]),
        allow_weekend=chance.random() < 0.7,
        weekend_only=chance.random() < 0.15,
        max_people=chance.choice([1, 100]),
    )
    DailyRate.objects.bulk_create(
        DailyRate(
            tariff_type=made,
            property=prop,
            date=night,
            price=Decimal(chance.choice([0, 50, 50, 50, 60])),
            closed=chance.random() < 0.1,
            closed_to_arrival=chance.random() < 0.1,
            closed_to_departure=chance.random() < 0.1,
            min_stay=chance.choice([1, 1, 1, 1, 2]),
        )
        for night in days(today - ONE_DAY, today + timedelta(days=NIGHTS))
        if chance.random() < 0.95
    )


def limits(prop, room_type, today, chance) -> None:
    for night in days(today, today + timedelta(days=NIGHTS)):
        if chance.random() < 0.3:
            Allotment.objects.create(
                property=prop,
                room_type=room_type,
                date=night,
                max_to_sell=chance.choice([None, 0, 1, 2]),
                stop_sell=chance.random() < 0.2,
            )


def holds(room, today, chance) -> None:
    """Holds of one to three nights, every third of which has expired."""
    night = today
    while night < today + timedelta(days=NIGHTS):
        leaving = night + timedelta(days=chance.choice([1, 2, 3]))
        if chance.random() < 0.4:
            with transaction.atomic():
                occupy(
                    Taking(
                        property_id=room.property_id,
                        room_ids=[room.pk],
                        nights=OccupiedNights.stored(night, leaving),
                        kind=OccupancyKind.HOLD,
                        expires_at=timezone.now() + timedelta(hours=chance.choice([-1, 1, 1])),
                    )
                )
        night = leaving


def told(prop, first: date, last: date) -> dict[tuple[int, date], Explanation]:
    found = explanations(prop=prop, first=first, last=last)
    return {(one.room_type_id or 0, one.date): one for one in found}


def quoted(prop, stay, room: RoomRequest, adults: int = 1) -> tuple[Decimal | None, str]:
    """The price of a stay, or None and why there is none."""
    stay_request = StayRequest(stay.arrival, stay.departure, (room,), adults=adults)
    try:
        return quote_make(prop=prop, stay_request=stay_request, booker=VISITOR).breakdown.total, ""
    except DomainError as error:
        return None, f"{error.key}: {error.detail}"


def test_the_calendar_counts_as_the_explanations_do(house):
    first = house.settings.today() - ONE_DAY
    last = first + timedelta(days=NIGHTS)
    nights = told(house, first, last)

    for day in calendar(property_id=house.pk, first=first, last=last):
        of_types = [one for (_, night), one in nights.items() if night == day.date]
        least = [one.min_stay for one in of_types if one.min_stay is not None]
        assert day.for_sale == sum(one.for_sale for one in of_types)
        assert day.min_stay == min(least, default=None)


def test_a_quote_is_had_where_all_is_open_and_nowhere_else(house):
    today = house.settings.today()
    nights = told(house, today - ONE_DAY, today + timedelta(days=NIGHTS))
    more = house.settings.whole_day_booking  # the day of departure is taken, too

    for (room_type, night), first in nights.items():
        if not today <= night < today + timedelta(days=NIGHTS - 4):
            continue
        for length in (1, 3):
            stay = Stay(night, night + timedelta(days=length))
            end = stay.departure + more * ONE_DAY
            inside = [nights[room_type, one] for one in days(night, end)]
            is_open = all(one.is_open for one in inside) and first.takes_arrivals
            leaving = {reason.key for reason in nights[room_type, end].reasons}
            price, why = quoted(house, stay, RoomRequest(room_type))

            if price is not None:
                assert is_open
                assert "closed_to_departure" not in leaving
            elif is_open and len(inside) == 1 and "closed_to_departure" not in leaving:
                assert "nights have to be booked" in why  # which is said by min_stay
                assert first.min_stay is not None


def test_the_search_finds_what_a_quote_costs(house):
    today = house.settings.today()
    types = set(house.rooms.values_list("room_type", flat=True))

    for ahead in range(NIGHTS - 4):
        for length in (1, 3):
            arrival = today + timedelta(days=ahead)
            stay = Stay(arrival, arrival + timedelta(days=length))
            prices = [quoted(house, stay, RoomRequest(room_type))[0] for room_type in types]
            found = search(Wanted(stay), priced=True).items

            cheapest = min((price for price in prices if price is not None), default=None)
            assert [one.price for one in found if one.price is not None] == (
                [] if cheapest is None else [cheapest]
            )


def test_the_explanation_is_what_a_quote_of_each_rate_plan_says(house):
    today = house.settings.today()

    for ahead in range(-1, NIGHTS - 4):
        for length, adults in ((1, 1), (3, 2)):
            arrival = today + timedelta(days=ahead)
            stay = Stay(arrival, arrival + timedelta(days=length))
            found = stay_explain(prop=house, stay=stay, number_of_people=adults)

            for room_type, explained in found.items():
                for plan, told in explained.rate_plans.items():
                    asked = RoomRequest(room_type, tariff_type_id=plan)
                    price, why = quoted(house, stay, asked, adults)
                    assert (told.total, told.is_bookable) == (price, price is not None), why
                    assert bool(told.objections) == (price is None)
                    assert set(explained.objections) <= set(told.objections)
