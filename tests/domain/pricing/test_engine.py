"""The worked examples of the domain's rules, by their ids, and what must hold for any price."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bookyflow.core.money import rounded
from bookyflow.pricing.engine import (
    DepositKind,
    LineKind,
    PriceRules,
    RoomStay,
    deposit,
    price_given,
    price_stay,
)

INCLUSIVE = PriceRules("EUR", prices_inclusive=True, tax_percent=Decimal(20))
EXCLUSIVE = PriceRules("EUR", prices_inclusive=False, tax_percent=Decimal(20))
FIRST = date(2030, 6, 10)


def nights(*prices):
    return tuple((FIRST + timedelta(days=n), Decimal(str(price))) for n, price in enumerate(prices))


def test_ex_6_one_room():
    priced = price_stay(INCLUSIVE, [RoomStay("A", nights(100, 100, 130))])

    (line,) = priced.lines
    assert (line.net, line.tax, line.gross) == (
        Decimal("275.00"),
        Decimal("55.00"),
        Decimal("330.00"),
    )
    assert (line.first_night, line.last_night) == (FIRST, FIRST + timedelta(days=2))
    assert priced.total == Decimal("330.00")


def test_ex_7_two_rooms():
    rooms = [RoomStay("A", nights(100, 100, 130)), RoomStay("B", nights(80, 80, 80))]

    priced = price_stay(INCLUSIVE, rooms)

    assert (priced.net, priced.total) == (Decimal("475.00"), Decimal("570.00"))


def test_ex_8_per_person():
    rooms = [
        RoomStay("A", nights(100, 100, 130), guests=3, per_person=True),
        RoomStay("B", nights(80, 80, 80), guests=1, per_person=True),
    ]

    priced = price_stay(INCLUSIVE, rooms)

    assert (priced.net, priced.total) == (Decimal("1025.00"), Decimal("1230.00"))


def test_ex_9_surcharge():
    priced = price_stay(INCLUSIVE, [RoomStay("A", nights(100, 100, 130), surcharge=Decimal(12))])

    assert (priced.net, priced.total) == (Decimal("305.00"), Decimal("366.00"))


def test_guests_do_not_count_where_prices_are_per_room():
    priced = price_stay(INCLUSIVE, [RoomStay("A", nights(100), guests=4)])

    assert priced.total == Decimal("100.00")


def test_ex_22_rounds_a_line_once():
    priced = price_stay(INCLUSIVE, [RoomStay("A", nights("33.33", "33.33", "33.33"))])

    (line,) = priced.lines
    assert (line.gross, line.net, line.tax) == (
        Decimal("99.99"),
        Decimal("83.33"),
        Decimal("16.66"),
    )


def test_ex_24_a_channel_price_is_gross_and_taxed_once():
    priced = price_given(
        INCLUSIVE, gross=Decimal(120), first_night=FIRST, last_night=FIRST, rooms=1
    )

    (line,) = priced.lines
    assert (line.net, line.tax, line.gross) == (
        Decimal("100.00"),
        Decimal("20.00"),
        Decimal("120.00"),
    )


def test_exclusive_prices_get_tax_on_top():
    priced = price_stay(EXCLUSIVE, [RoomStay("A", nights(100, "0.01"))])

    (line,) = priced.lines
    assert (line.net, line.tax, line.gross) == (
        Decimal("100.01"),
        Decimal("20.00"),
        Decimal("120.01"),
    )


@pytest.mark.parametrize(
    ("currency", "entered", "gross"),
    [("JPY", "110.5", "111"), ("KWD", "1.2345", "1.235"), ("EUR", "1.005", "1.01")],
)
def test_rounds_half_up_to_the_exponent_of_the_currency(currency, entered, gross):
    rules = PriceRules(currency, prices_inclusive=True, tax_percent=Decimal(0))

    assert price_stay(rules, [RoomStay("A", nights(entered))]).total == Decimal(gross)


def test_cleaning_is_a_line_of_its_own():
    priced = price_stay(INCLUSIVE, [RoomStay("A", nights(100))], cleaning_fee=Decimal(30))

    assert [line.kind for line in priced.lines] == [LineKind.ACCOMMODATION, LineKind.CLEANING]
    assert priced.lines[1].tax == 0
    assert priced.total == Decimal("130.00")


def test_a_free_stay_costs_nothing():
    assert price_stay(INCLUSIVE, [RoomStay("A", nights(0, 0))]).total == 0


@pytest.mark.parametrize(
    ("kind", "value", "expected"),
    [
        (DepositKind.NONE, "20", "0"),
        (DepositKind.PERCENTAGE, "20", "160.50"),
        (DepositKind.PERCENTAGE, "100", "802.50"),
        (DepositKind.FIXED, "100", "100.00"),
        (DepositKind.FIXED, "1000", "802.50"),
    ],
)
def test_ex_21_deposits_never_exceed_the_total(kind, value, expected):
    assert deposit(kind, Decimal(value), total=Decimal("802.50"), currency="EUR") == Decimal(
        expected
    )


PRICES = st.decimals(min_value=0, max_value=99999, places=2)
RULES = st.builds(
    PriceRules,
    currency=st.sampled_from(["EUR", "JPY", "KWD"]),
    prices_inclusive=st.booleans(),
    tax_percent=st.decimals(min_value=0, max_value=100, places=2),
)
ROOMS = st.builds(
    RoomStay,
    description=st.just("A"),
    nights=st.lists(PRICES, min_size=1, max_size=30).map(lambda found: nights(*found)),
    guests=st.integers(1, 8),
    per_person=st.booleans(),
    surcharge=st.decimals(min_value=0, max_value=100, places=2),
)


@given(rules=RULES, rooms=st.lists(ROOMS, min_size=1, max_size=5), fee=PRICES)
def test_lines_add_up_and_are_never_negative(rules, rooms, fee):
    priced = price_stay(rules, rooms, cleaning_fee=fee)

    assert priced.total == sum(line.gross for line in priced.lines)
    for line in priced.lines:
        assert line.net + line.tax == line.gross
        assert line.net >= 0
        assert line.tax >= 0
        assert {rounded(x, rules.currency) - x for x in (line.net, line.tax, line.gross)} == {0}


@given(rules=RULES, room=ROOMS, more=PRICES)
def test_another_night_never_makes_a_stay_cheaper(rules, room, more):
    longer = RoomStay(
        room.description,
        (*room.nights, (room.nights[-1][0] + timedelta(days=1), more)),
        room.guests,
        room.per_person,
        room.surcharge,
    )

    assert price_stay(rules, [longer]).total >= price_stay(rules, [room]).total
