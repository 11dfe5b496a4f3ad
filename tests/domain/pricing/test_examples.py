"""The worked examples of the domain's rules, by their ids."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from bookyflow.pricing.deposits import DepositKind, DepositTerms, deposit, guest_may_cancel
from bookyflow.pricing.discounts import WisepriceSteps, days_ahead, wiseprice
from bookyflow.pricing.engine import price_given, price_stay
from bookyflow.pricing.fees import GuestCounts, extra_factor
from bookyflow.pricing.inputs import (
    Charges,
    ChildBand,
    CityTax,
    CityTaxModel,
    CleaningFee,
    CouponDiscount,
    ExtraCharge,
    ExtraModel,
    GuestVariance,
    LengthDiscount,
    SingleSupplement,
)
from bookyflow.pricing.lines import Breakdown, Line, LineKind, PriceRules, Rule
from tests.domain.pricing.stays import EXCLUSIVE, FIRST, INCLUSIVE, money, nights, room

TODAY = date(2030, 6, 1)


def test_ex_6_one_room():
    priced = price_stay(INCLUSIVE, [room(100, 100, 130)])

    (line,) = priced.lines
    assert (line.net, line.tax, line.gross) == money("275.00", "55.00", "330.00")
    assert (line.first_night, line.last_night) == (FIRST, date(2030, 6, 12))
    assert priced.total == Decimal("330.00")
    assert line.explanation == "2 nights at 100.00 + 1 night at 130.00."


def test_ex_7_two_rooms():
    priced = price_stay(INCLUSIVE, [room(100, 100, 130), room(80, 80, 80, name="B")])

    assert (priced.net, priced.total) == money("475.00", "570.00")


def test_ex_8_per_person():
    rooms = [
        room(100, 100, 130, guests=3, per_person=True),
        room(80, 80, 80, name="B", guests=1, per_person=True),
    ]

    priced = price_stay(INCLUSIVE, rooms)

    assert (priced.net, priced.total) == money("1025.00", "1230.00")
    assert priced.lines[0].rule == Rule.PER_PERSON


def test_ex_9_surcharge():
    priced = price_stay(INCLUSIVE, [room(100, 100, 130, surcharge=Decimal(12))])

    assert (priced.net, priced.total) == money("305.00", "366.00")
    assert "surcharge of 12.00" in priced.lines[0].explanation


def test_ex_10_the_flat_model_counts_the_first_night_and_no_surcharge():
    flat = PriceRules("EUR", prices_inclusive=True, tax_percent=Decimal(20), flat=True)

    priced = price_stay(flat, [room(100, 100, 130, surcharge=Decimal(12))])

    assert priced.total == Decimal("300.00")


@pytest.mark.parametrize(
    ("other", "total"),
    [
        (GuestVariance("Child", 1, Decimal(50), is_percentage=True, is_addition=False), "500"),
        (GuestVariance("Senior", 1, Decimal(10)), "620"),
    ],
)
def test_ex_11_guest_types(other, total):
    types = (GuestVariance("Adult", 2), other)

    priced = price_stay(
        INCLUSIVE, [room(100, 100, guests=3, per_person=True)], Charges(guest_types=types)
    )

    assert priced.total == Decimal(total)


def test_ex_12_children():
    bands = (ChildBand(0, 2, Decimal(0), per_stay=True), ChildBand(3, 11, Decimal(15)))

    priced = price_stay(
        INCLUSIVE,
        [room(0, 0, 0, 0, per_person=True)],
        Charges(child_ages=(2, 6, 6), child_bands=bands),
    )

    (line,) = priced.of(LineKind.CHILDREN)
    assert (line.gross, line.quantity) == (Decimal("120.00"), 8)
    assert line.tax == Decimal("20.00")  # taxed like accommodation


STEPS = WisepriceSteps(60, *money("30", "20", "10", "5"))


@pytest.mark.parametrize(
    ("taken", "percent"), [(1, 30), (2, 20), (3, 10), (5, 10), (6, 5), (7, 5), (8, 0), (0, 30)]
)
def test_ex_13_wiseprice_steps(taken, percent):
    assert wiseprice(STEPS, taken=taken, rooms=10, ahead=30) == percent


@pytest.mark.parametrize(
    ("taken", "percent"),
    [(10, 30), (11, 20), (25, 20), (26, 10), (50, 10), (51, 5), (75, 5), (76, 0)],
)
def test_each_step_of_wiseprice_ends_with_its_per_cent(taken, percent):
    assert wiseprice(STEPS, taken=taken, rooms=100, ahead=30) == percent


def test_ex_13_wiseprice_lowers_the_nightly_rate():
    priced = price_stay(INCLUSIVE, [room(100, 100, 130, wiseprice=Decimal(20))])

    assert (priced.net, priced.total) == money("220.00", "264.00")


def test_wiseprice_is_for_arrivals_soon():
    ahead = days_ahead(TODAY, date(2030, 7, 30))

    assert ahead == 60
    assert wiseprice(STEPS, taken=0, rooms=10, ahead=ahead) == 30
    assert wiseprice(STEPS, taken=0, rooms=10, ahead=ahead + 1) == 0
    assert wiseprice(STEPS, taken=0, rooms=0, ahead=ahead) == 0


def test_ex_14_discounts_multiply_in_their_order():
    stay = room(*[125] * 8, length_discount=LengthDiscount(seven=Decimal(10)))
    charges = Charges(
        coupon=CouponDiscount(1, "TEN", Decimal(10)),
        personal=Decimal(5),
        partner=(Decimal(8),),
        last_minute=Decimal(20),
    )

    priced = price_stay(EXCLUSIVE, [stay], charges)

    assert [line.rule for line in priced.of(LineKind.DISCOUNT)] == [
        Rule.COUPON,
        Rule.LENGTH_OF_STAY,
        Rule.PERSONAL,
        Rule.PARTNER,
        Rule.LAST_MINUTE,
    ]
    assert [line.net for line in priced.lines] == list(
        money("1000.00", "-100.00", "-90.00", "-40.50", "-61.56", "-141.59")
    )
    assert priced.net == Decimal("566.35")


def test_ex_15_a_coupon_counts_for_the_nights_in_its_window():
    coupon = CouponDiscount(1, "TEN", Decimal(10), nights_from=date(2030, 6, 12))

    priced = price_stay(INCLUSIVE, [room(*[120] * 5)], Charges(coupon=coupon))

    assert (priced.net, priced.total) == money("470.00", "564.00")
    assert priced.lines[1].explanation == "10 % off 3 of 5 nights."


def test_ex_16_a_fixed_coupon_is_in_the_convention_of_the_prices():
    coupon = CouponDiscount(1, "FIFTY", Decimal(50), is_percentage=False)

    priced = price_stay(INCLUSIVE, [room(*[120] * 5)], Charges(coupon=coupon))

    assert priced.total == Decimal("550.00")


@pytest.mark.parametrize(("arrival", "ahead"), [(5, 5), (6, 6), (7, 7)])
def test_ex_17_days_ahead_count_both_ends(arrival, ahead):
    assert days_ahead(TODAY, date(2030, 6, arrival)) == ahead


@pytest.mark.parametrize(
    ("model", "amount"),
    [
        (ExtraModel.PER_WEEK, 10),
        (ExtraModel.PER_NIGHT, 40),
        (ExtraModel.PER_BOOKING, 5),
        (ExtraModel.PER_PERSON, 15),
        (ExtraModel.PER_PERSON_AND_NIGHT, 120),
        (ExtraModel.PER_PERSON_AND_WEEK, 30),
        (ExtraModel.PER_NIGHT_WITH_MINIMUM, 50),
        (ExtraModel.PER_NIGHT_AND_ROOM, 80),
        (ExtraModel.PER_ROOM, 10),
    ],
)
def test_ex_18_extras(model, amount):
    extra = ExtraCharge(1, "Extra", model, Decimal(5), minimum=10)

    assert extra_factor(extra, GuestCounts(3, (), rooms=2, nights=8)) * extra.price == amount


def test_ex_18_an_extra_can_be_a_percentage_of_the_rooms():
    extra = ExtraCharge(1, "Service", ExtraModel.PERCENTAGE, Decimal(5))

    priced = price_stay(EXCLUSIVE, [room(*[125] * 8)], Charges(extras=(extra,)))

    assert priced.of(LineKind.EXTRA)[0].gross == Decimal("50.00")


def test_ex_19_single_supplement():
    alone = room(*[100] * 4, guests=1, capacity=2)

    fixed = price_stay(EXCLUSIVE, [alone], Charges(supplement=SingleSupplement(Decimal(10))))
    percent = price_stay(
        EXCLUSIVE, [alone], Charges(supplement=SingleSupplement(Decimal(10), is_percentage=True))
    )

    (line,) = fixed.of(LineKind.SINGLE_SUPPLEMENT)
    assert (line.net, line.gross) == money("40.00", "48.00")
    assert percent.of(LineKind.SINGLE_SUPPLEMENT)[0].net == Decimal("40.00")


def ex_20(rules):
    rooms = [
        room(120, 120, 120, guests=2, capacity=2),
        room(90, 90, 90, name="B", guests=1, capacity=2),
    ]
    charges = Charges(
        personal=Decimal(10),
        supplement=SingleSupplement(Decimal(15)),
        city_tax=CityTax(Decimal("1.50"), CityTaxModel.PER_GUEST_AND_NIGHT),
        cleaning=CleaningFee(Decimal(30), per_room=True),
        extras=(
            ExtraCharge(
                1, "Breakfast", ExtraModel.PER_PERSON_AND_NIGHT, Decimal(8), tax_percent=Decimal(10)
            ),
            ExtraCharge(2, "Parking", ExtraModel.PER_NIGHT, Decimal(12), tax_percent=Decimal(20)),
        ),
    )
    return price_stay(rules, rooms, charges)


def gross(priced, *kinds):
    return sum(line.gross for line in priced.of(*kinds))


ROOMS = (LineKind.ACCOMMODATION, LineKind.DISCOUNT, LineKind.SINGLE_SUPPLEMENT)


def test_ex_20_inclusive():
    priced = ex_20(INCLUSIVE)

    assert gross(priced, *ROOMS) == Decimal("621.00")
    assert sum(line.tax for line in priced.of(*ROOMS)) == Decimal("103.50")
    breakfast, parking = priced.of(LineKind.EXTRA)
    assert (breakfast.net, breakfast.tax, breakfast.gross) == money("65.45", "6.55", "72.00")
    assert (parking.net, parking.tax, parking.gross) == money("30.00", "6.00", "36.00")
    assert gross(priced, LineKind.CITY_TAX) == Decimal("13.50")
    assert gross(priced, LineKind.CLEANING) == Decimal("60.00")
    assert priced.total == Decimal("802.50")
    assert deposit(PERCENT, priced, nights=3, ahead=20) == Decimal("160.50")


def test_ex_20_exclusive():
    priced = ex_20(EXCLUSIVE)

    assert gross(priced, *ROOMS) == Decimal("734.40")
    assert [line.gross for line in priced.of(LineKind.EXTRA)] == list(money("79.20", "43.20"))
    assert priced.total == Decimal("930.30")
    assert deposit(PERCENT, priced, nights=3, ahead=20) == Decimal("186.06")


PERCENT = DepositTerms(DepositKind.PERCENTAGE, Decimal(20))


@pytest.mark.parametrize(
    ("terms", "expected"),
    [
        (PERCENT, "160.50"),
        (DepositTerms(DepositKind.PERCENTAGE, Decimal(20), round_up=True), "161"),
        (DepositTerms(DepositKind.PERCENTAGE, Decimal(20), minimum=Decimal(200)), "200"),
        (DepositTerms(DepositKind.FIXED, Decimal(100)), "100"),
        (DepositTerms(DepositKind.PERCENTAGE, Decimal(20), near_days=60), "802.50"),
        (DepositTerms(DepositKind.PERCENTAGE, Decimal(20), near_days=19), "160.50"),
        (DepositTerms(DepositKind.ONE_NIGHT, near_days=60), "105.00"),
        # Beyond the example: what is capped, and what nothing lifts.
        (DepositTerms(DepositKind.FULL), "802.50"),
        (DepositTerms(DepositKind.FIXED, Decimal(1000)), "802.50"),
        (DepositTerms(DepositKind.FIXED, Decimal(100), minimum=Decimal(5000)), "802.50"),
        (DepositTerms(DepositKind.NONE, Decimal(20), near_days=60, minimum=Decimal(9)), "0"),
    ],
)
def test_ex_21_deposits(terms, expected):
    assert deposit(terms, ex_20(INCLUSIVE), nights=3, ahead=20) == Decimal(expected)


@pytest.mark.parametrize(
    ("currency", "minimum", "expected"),
    [("EUR", "9.995", "10.00"), ("JPY", "9.5", "10"), ("KWD", "9.995", "9.995")],
)
def test_a_least_deposit_is_rounded_to_the_currency(currency, minimum, expected):
    rules = PriceRules(currency, prices_inclusive=True, tax_percent=Decimal(20))
    terms = DepositTerms(DepositKind.PERCENTAGE, Decimal(1), minimum=Decimal(minimum))

    due = deposit(terms, price_stay(rules, [room(100)]), nights=1, ahead=20)

    assert str(due) == expected


def test_ex_21_one_night_of_a_stay_of_one_night_is_the_total():
    priced = price_stay(INCLUSIVE, [room(120), room(90, name="B")])

    assert deposit(DepositTerms(DepositKind.ONE_NIGHT), priced, nights=1, ahead=20) == Decimal(
        "210.00"
    )


def test_ex_22_rounds_a_line_once():
    priced = price_stay(INCLUSIVE, [room("33.33", "33.33", "33.33")])

    (line,) = priced.lines
    assert (line.gross, line.net, line.tax) == money("99.99", "83.33", "16.66")


@pytest.mark.parametrize(
    ("entered", "percent", "shown"),
    [("0.045", 10, ("0.05", "0.01", "0.06")), ("0.072", 7, ("0.07", "0.00", "0.07"))],
)
def test_tax_is_that_of_the_net_amount_as_it_is_shown(entered, percent, shown):
    rules = replace(EXCLUSIVE, tax_percent=Decimal(percent))

    (line,) = price_stay(rules, [room(entered)]).lines

    assert (line.net, line.tax, line.gross) == money(*shown)


@pytest.mark.parametrize(("day", "allowed"), [(16, True), (15, False), (1, False)])
def test_ex_23_a_guest_cancels_in_time(day, allowed):
    arrival = date(2030, 6, day)

    assert guest_may_cancel(threshold=14, today=TODAY, arrival=arrival) is allowed


def test_ex_23_an_arrival_that_is_over_is_not_far_away():
    assert not guest_may_cancel(threshold=14, today=TODAY, arrival=date(2030, 5, 1))


def test_ex_24_a_channel_price_is_gross_and_taxed_once():
    priced = price_given(
        INCLUSIVE, gross=Decimal(120), first_night=FIRST, last_night=FIRST, rooms=1
    )

    (line,) = priced.lines
    assert (line.net, line.tax, line.gross) == money("100.00", "20.00", "120.00")


def test_the_examples_use_every_part_of_a_line():
    line = ex_20(INCLUSIVE).lines[0]

    assert isinstance(line, Line)
    assert (line.quantity, line.unit, line.description) == (3, Decimal(120), "A")
    assert nights(1)[0][0] == line.first_night
    assert Breakdown("EUR", (line,)).tax == line.tax
