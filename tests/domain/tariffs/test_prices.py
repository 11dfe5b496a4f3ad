from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError

from bookyflow.core.errors import DomainError
from bookyflow.events.models import Event
from bookyflow.reservations.blocks import block_create
from bookyflow.reservations.price_lookup import base_price, party_prices
from bookyflow.tariffs.models import DailyRate, TariffType
from bookyflow.tariffs.ranges import PriceRange
from bookyflow.tariffs.selectors import offers, rate_rows, two_years_from
from bookyflow.tariffs.services import base_price_set, prices_set
from tests.domain.conftest import stay

pytestmark = pytest.mark.django_db


@pytest.fixture
def priced(hotel, by):
    base_price_set(property_id=hotel.pk, price=Decimal(100), max_people=4, by=by)
    return hotel


def price_on(prop, when):
    return DailyRate.objects.get(property=prop, date=when).price


def test_a_base_price_holds_for_two_years(priced, today):
    rates = DailyRate.objects.filter(property=priced).order_by("date")

    assert rates.first().date == today
    assert rates.last().date == two_years_from(today)
    assert set(rates.values_list("price", "min_stay")) == {(Decimal(100), 1)}
    assert Event.objects.get().kind == "tariffs_updated"


def test_two_years_from_a_leap_day():
    assert two_years_from(date(2028, 2, 29)) == date(2030, 2, 28)


def test_a_base_price_is_for_the_first_time_only(priced, by):
    with pytest.raises(DomainError) as refused:
        base_price_set(property_id=priced.pk, price=Decimal(90), max_people=2, by=by)
    assert refused.value.key == "tariffs_already_exist"


def test_a_base_price_needs_rooms_and_prices_need_a_base(hotel, by, today):
    with pytest.raises(DomainError) as none_yet:
        prices_set(property_id=hotel.pk, ranges=[PriceRange(today, today, Decimal(1))], by=by)
    hotel.rooms.all().delete()
    with pytest.raises(DomainError) as empty:
        base_price_set(property_id=hotel.pk, price=Decimal(90), max_people=2, by=by)

    assert (none_yet.value.key, empty.value.key) == ("no_tariffs_yet", "no_rooms_in_property")


def test_later_ranges_win_and_other_nights_keep_their_price(priced, by, today):
    first = PriceRange(today + timedelta(days=1), today + timedelta(days=5), Decimal(120))
    second = PriceRange(today + timedelta(days=4), today + timedelta(days=9), Decimal(150))

    prices_set(property_id=priced.pk, ranges=[first, second], by=by)

    found = [price_on(priced, today + timedelta(days=n)) for n in (0, 1, 3, 4, 9, 10)]
    assert found == [100, 120, 120, 150, 150, 100]


def test_a_price_change_leaves_the_other_conditions_alone(priced, by, today):
    DailyRate.objects.filter(date=today).update(min_stay=3, closed_to_arrival=True)

    prices_set(property_id=priced.pk, ranges=[PriceRange(today, today, Decimal(1))], by=by)

    rate = DailyRate.objects.get(date=today)
    assert (rate.price, rate.min_stay, rate.closed_to_arrival) == (1, 3, True)


def test_nights_beyond_the_tariff_extend_it(priced, by, today):
    last = two_years_from(today)
    prices_set(
        property_id=priced.pk,
        ranges=[PriceRange(last, last + timedelta(days=3), Decimal(80))],
        by=by,
    )

    assert price_on(priced, last + timedelta(days=3)) == 80


@pytest.mark.parametrize(("start", "end"), [(5, 4), (0, 3654)])
def test_reversed_and_endless_ranges_are_refused_whole(priced, by, today, start, end):
    good = PriceRange(today, today, Decimal(1))
    bad = PriceRange(today + timedelta(days=start), today + timedelta(days=end), Decimal(1))

    with pytest.raises(DomainError) as refused:
        prices_set(property_id=priced.pk, ranges=[good, bad], by=by)

    assert set(refused.value.fields) == {"ranges[1]"}
    assert price_on(priced, today) == 100


def test_a_price_is_never_negative(priced, today):
    with pytest.raises(IntegrityError, match="daily_rate_not_negative"):
        DailyRate.objects.filter(date=today).update(price=-1)


def test_equal_days_in_a_row_are_one_rate(priced, by, today):
    middle = today + timedelta(days=10)
    prices_set(property_id=priced.pk, ranges=[PriceRange(middle, middle, Decimal(150))], by=by)

    rows = rate_rows(property_ids=[priced.pk])[priced.pk]

    assert [(row.valid_from, row.valid_to, row.price) for row in rows] == [
        (today, middle - timedelta(days=1), 100),
        (middle, middle, 150),
        (middle + timedelta(days=1), two_years_from(today), 100),
    ]
    assert rows[1].rates_uid == DailyRate.objects.get(date=middle).pk


def change(when, **fields):
    DailyRate.objects.filter(date=when).update(**fields)


def test_ex_5_the_largest_minimum_of_the_nights_counts(priced):
    change(stay(8, 1).arrival, min_stay=3)

    assert not offers(prop=priced, stay=stay(7, 2), people=2)
    assert offers(prop=priced, stay=stay(7, 1), people=2)
    assert offers(prop=priced, stay=stay(7, 3), people=2)


def test_every_night_must_have_an_open_price(priced):
    change(stay(8, 1).arrival, closed=True)

    assert not offers(prop=priced, stay=stay(7, 3), people=2)
    DailyRate.objects.filter(date=stay(8, 1).arrival).delete()
    assert not offers(prop=priced, stay=stay(7, 3), people=2)
    assert offers(prop=priced, stay=stay(5, 3), people=2)


def test_closed_to_arrival_and_to_departure(priced):
    change(stay(8, 1).arrival, closed_to_arrival=True, closed_to_departure=True)

    assert not offers(prop=priced, stay=stay(8, 2), people=2)
    assert not offers(prop=priced, stay=stay(6, 2), people=2)
    assert offers(prop=priced, stay=stay(7, 3), people=2)


@pytest.mark.parametrize(("people", "found"), [(0, 1), (1, 1), (4, 1), (5, 0)])
def test_party_limits(priced, people, found):
    assert len(offers(prop=priced, stay=stay(1, 1), people=people)) == found


def test_longest_stays(priced):
    TariffType.objects.update(max_stay=5)
    change(stay(30, 1).arrival, max_stay=2)

    assert offers(prop=priced, stay=stay(1, 5), people=1)
    assert not offers(prop=priced, stay=stay(1, 6), people=1)
    assert not offers(prop=priced, stay=stay(29, 3), people=1)


def test_offers_cost_one_query(priced, django_assert_num_queries):
    with django_assert_num_queries(1):
        assert len(offers(prop=priced, stay=stay(1, 200), people=2)) == 1


def test_the_base_price_is_tonights_lowest(priced, today):
    found = base_price(prop=priced)

    assert (found.net, found.gross, found.currency) == (Decimal("83.33"), 100, "EUR")
    change(today, closed=True)
    assert base_price(prop=priced) is None


def test_prices_for_each_party_that_fits_a_room(priced):
    found = party_prices(prop=priced, stay=stay(1, 3), people=2)

    assert [price.guests for price in found] == [1, 2]
    assert {price.breakdown.total for price in found} == {Decimal(300)}
    assert found[0].deposit == 60


def test_prices_per_person(priced):
    priced.settings.per_person_per_night = True
    priced.settings.save()

    found = party_prices(prop=priced, stay=stay(1, 3), people=2)

    assert [price.breakdown.total for price in found] == [300, 600]


def test_no_price_when_full_or_without_tariff(priced, by):
    block_create(property_id=priced.pk, stay=stay(5, 1), by=by)

    with pytest.raises(DomainError) as full:
        party_prices(prop=priced, stay=stay(4, 3), people=2)
    with pytest.raises(DomainError) as unpriced:
        party_prices(prop=priced, stay=stay(1, 2), people=9)
    assert (full.value.key, unpriced.value.key) == ("property_not_available", "no_valid_tariffs")


def test_a_long_stay_has_its_discount_in_prices_per_party(priced):
    priced.tariff_types.update(discount_7=Decimal(10))

    found = party_prices(prop=priced, stay=stay(5, 7), people=2)

    assert {price.nights_gross for price in found} == {
        party_prices(prop=priced, stay=stay(5, 1), people=2)[0].nights_gross * 7 * Decimal("0.9")
    }
