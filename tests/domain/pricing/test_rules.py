"""Rules of prices that no worked example shows."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest

from bookyflow.core.money import rounded
from bookyflow.pricing import inputs
from bookyflow.pricing.allocation import allocate
from bookyflow.pricing.apportioning import apportion
from bookyflow.pricing.deposits import (
    DepositKind,
    DepositTerms,
    FeeKind,
    deposit,
    fee,
    is_cancelled_free,
)
from bookyflow.pricing.discounts import LastMinuteTerms, last_minute_percent
from bookyflow.pricing.engine import price_stay
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
from bookyflow.pricing.lines import LineKind, PriceRules, Rule
from tests.domain.pricing.stays import EXCLUSIVE, FIRST, INCLUSIVE, money, room


def test_guests_do_not_count_where_prices_are_per_room():
    assert price_stay(INCLUSIVE, [room(100, guests=4)]).total == Decimal("100.00")


def test_so_many_pay_at_least_where_prices_are_per_person():
    rules = PriceRules("EUR", prices_inclusive=True, tax_percent=Decimal(0), minimum_payers=2)

    assert price_stay(rules, [room(50, guests=1, per_person=True)]).total == 100
    assert price_stay(rules, [room(50, guests=3, per_person=True)]).total == 150
    assert price_stay(rules, [room(50, guests=1)]).total == 50


def test_a_line_says_that_more_pay_than_sleep_there():
    rules = PriceRules("EUR", prices_inclusive=True, tax_percent=Decimal(0), minimum_payers=2)

    (line,) = price_stay(rules, [room(50, guests=1, per_person=True)]).lines

    assert line.explanation == "1 night at 50.00, for 2 guests at least."


def test_a_surcharge_below_nothing_lowers_a_price_to_nothing_at_most():
    assert price_stay(INCLUSIVE, [room(100, 10, surcharge=Decimal(-20))]).total == 80


def test_weekly_prices_are_divided():
    rules = PriceRules("EUR", prices_inclusive=True, tax_percent=Decimal(20), weekly=True)

    assert price_stay(rules, [room(*[700] * 3, surcharge=Decimal(1))]).total == 303


@pytest.mark.parametrize(
    ("per_person", "expected"), [(False, 100 * 2 + 30 * 2), (True, 100 * 2 * 2 + 30 * 2)]
)
def test_extra_guests_have_their_own_price(per_person, expected):
    three = room(
        *(100, 100),
        guests=3,
        per_person=per_person,
        extra_guest_price=Decimal(30),
        tariff_name="Flex",
    )

    priced = price_stay(INCLUSIVE, [three])

    assert priced.total == expected
    (extra,) = priced.lines[1:]
    assert extra.rule == Rule.EXTRA_GUESTS
    assert extra.explanation == "Tariff Flex: 1 extra guest x 2 nights at 30.00."


def test_each_extra_guest_pays_the_price_of_one():
    four = room(100, guests=4, extra_guest_price=Decimal(30))

    assert price_stay(INCLUSIVE, [four]).total == 160


def test_a_line_says_nothing_of_a_minimum_that_is_met():
    (line,) = price_stay(INCLUSIVE, [room(50, guests=2, per_person=True)]).lines

    assert line.explanation == "1 night at 50.00, for 2 guests."


def test_two_guests_have_no_extra_guest():
    two = room(100, guests=2, extra_guest_price=Decimal(30))

    assert price_stay(INCLUSIVE, [two]).total == 100


def test_extra_guests_pay_as_the_others_where_they_have_no_price():
    assert price_stay(INCLUSIVE, [room(100, guests=3, per_person=True)]).total == 300


def test_guest_types_do_not_count_where_prices_are_per_room():
    types = (GuestVariance("Adult", 2, Decimal(10)),)

    assert price_stay(INCLUSIVE, [room(100)], Charges(guest_types=types)).total == 100


@pytest.mark.parametrize(
    ("senior", "total"),
    [
        (GuestVariance("Senior", 1), "210.00"),
        # The discount is on the rate of the night, so that a fixed difference stays (R-WP-3).
        (GuestVariance("Senior", 1, Decimal(10)), "220.00"),
        (GuestVariance("Senior", 1, Decimal(10), is_percentage=True), "217.00"),
    ],
)
def test_guest_types_have_wiseprice(senior, total):
    types = (GuestVariance("Adult", 2), senior)
    stay = room(100, guests=3, per_person=True, wiseprice=Decimal(30))

    priced = price_stay(INCLUSIVE, [stay], Charges(guest_types=types))

    assert priced.total == Decimal(total)
    assert [line.rule for line in priced.lines] == [Rule.GUEST_TYPES, Rule.WISEPRICE]


def test_guest_types_have_the_discount_for_long_stays_of_each_rooms_tariff():
    flex = LengthDiscount(seven=Decimal(10))
    rooms = [
        room(*[100] * 7, per_person=True, tariff_id=1, tariff_name="Flex", length_discount=flex),
        room(*[50] * 7, name="B", per_person=True, tariff_id=2, tariff_name="Saver"),
    ]

    priced = price_stay(INCLUSIVE, rooms, Charges(guest_types=(GuestVariance("Adult", 2),)))

    both, discount = priced.lines
    assert (both.gross, both.description) == (Decimal("1050.00"), "A, B")
    assert both.explanation == "Tariff Flex, Saver: 7 nights: 2 x Adult at 75.00."
    assert (discount.gross, discount.source_id) == (Decimal("-70.00"), 1)  # of the 700 of room A


def test_free_rooms_share_what_guest_types_add():
    rooms = [room(0, per_person=True, tariff_id=1), room(0, per_person=True, tariff_id=1)]
    types = (GuestVariance("Adult", 2, Decimal(1000)),)

    priced = price_stay(INCLUSIVE, rooms, Charges(guest_types=types, personal=Decimal(50)))

    assert [line.gross for line in priced.lines] == list(money("2000.00", "-1000.00"))
    assert (priced.lines[0].source_kind, priced.lines[0].source_id) == ("tariff", 1)


def test_a_variance_never_makes_a_price_negative():
    types = (GuestVariance("Baby", 1, Decimal(500), is_addition=False),)

    priced = price_stay(INCLUSIVE, [room(100, per_person=True)], Charges(guest_types=types))

    assert priced.total == 0


def test_an_agreed_price_replaces_rooms_and_discounts_but_the_last_minute_one():
    charges = Charges(
        agreed=Decimal(200),
        coupon=CouponDiscount(1, "TEN", Decimal(10)),
        personal=Decimal(5),
        last_minute=Decimal(10),
    )

    priced = price_stay(INCLUSIVE, [room(100, 100, 130, wiseprice=Decimal(30))], charges)

    assert [(line.rule, line.gross) for line in priced.lines] == [
        (Rule.AGREED, Decimal("200.00")),
        (Rule.LAST_MINUTE, Decimal("-20.00")),
    ]


def test_a_single_supplement_comes_before_the_last_minute_discount():
    alone = room(100, guests=1, capacity=2)
    charges = Charges(
        supplement=SingleSupplement(Decimal(50), is_percentage=True), last_minute=Decimal(50)
    )

    priced = price_stay(EXCLUSIVE, [alone], charges)

    assert priced.of(LineKind.SINGLE_SUPPLEMENT)[0].net == 50
    assert priced.of(LineKind.DISCOUNT)[0].net == -50


def test_a_room_has_its_own_single_supplement():
    alone = room(100, 100, guests=1, capacity=2, single_supplement=Decimal(7))

    assert price_stay(EXCLUSIVE, [alone]).of(LineKind.SINGLE_SUPPLEMENT)[0].net == 14


@pytest.mark.parametrize("details", [{"guests": 1, "capacity": 1}, {"guests": 2, "capacity": 2}])
def test_who_fills_a_room_pays_no_supplement(details):
    full = room(100, single_supplement=Decimal(7), **details)

    assert price_stay(EXCLUSIVE, [full]).of(LineKind.SINGLE_SUPPLEMENT) == []


@pytest.mark.parametrize(
    ("nights", "expected"), [(6, 600), (7, 630), (29, 2610), (30, 2400), (31, 2480)]
)
def test_long_stays_have_their_discount(nights, expected):
    discount = LengthDiscount(seven=Decimal(10), thirty=Decimal(20))

    priced = price_stay(INCLUSIVE, [room(*[100] * nights, length_discount=discount)])

    assert priced.total == expected


@pytest.mark.parametrize(
    ("percent", "told", "off"),
    [
        ("12.5", "12.5 %", 105),
        ("12.500", "12.5 %", 105),
        ("0.5", "0.5 %", "4.20"),
        ("99.99", "99.99 %", "839.92"),
    ],
)
def test_per_cents_count_and_are_told_as_they_were_entered(percent, told, off):
    percent = Decimal(percent)
    week = [120] * 7
    long_stay = LengthDiscount(seven=percent)

    priced = [
        price_stay(INCLUSIVE, [room(*week, length_discount=long_stay)]),
        price_stay(INCLUSIVE, [room(*week)], Charges(personal=percent)),
        price_stay(INCLUSIVE, [room(*week)], Charges(partner=(percent,))),
        price_stay(INCLUSIVE, [room(*week)], Charges(coupon=CouponDiscount(1, "X", percent))),
        price_stay(INCLUSIVE, [room(*week)], Charges(last_minute=percent)),
        price_stay(INCLUSIVE, [room(*week, wiseprice=percent)]),
    ]

    for one in priced:
        (line,) = one.of(LineKind.DISCOUNT)
        assert line.gross == -Decimal(off), line
        assert line.explanation.startswith(f"{told} off"), line


def test_a_discount_for_a_month_is_not_inherited_from_the_week():
    discount = LengthDiscount(seven=Decimal(10))

    assert price_stay(INCLUSIVE, [room(*[100] * 30, length_discount=discount)]).total == 3000


def test_a_long_stay_can_have_an_amount_off_once_per_tariff():
    discount = LengthDiscount(seven=Decimal(100), is_percentage=False)
    rooms = [
        room(*[100] * 7, tariff_id=1, tariff_name="Flex", length_discount=discount),
        room(*[100] * 7, name="B", tariff_id=1, tariff_name="Flex", length_discount=discount),
        room(*[10] * 7, name="C", tariff_id=2),
    ]

    priced = price_stay(INCLUSIVE, rooms)

    (line,) = priced.of(LineKind.DISCOUNT)
    assert (line.gross, line.source_kind, line.source_id) == (-100, "tariff", 1)
    assert "Flex" in line.explanation


def test_each_tariff_has_its_own_discount_for_long_stays():
    rooms = [
        room(*[100] * 7, tariff_id=1),
        room(*[50] * 7, name="B", tariff_id=2, length_discount=LengthDiscount(seven=Decimal(10))),
    ]

    (line,) = price_stay(INCLUSIVE, rooms).of(LineKind.DISCOUNT)

    assert (line.gross, line.source_id) == (-35, 2)


def test_an_amount_off_is_at_most_what_there_is():
    coupon = CouponDiscount(1, "ALL", Decimal(5000), is_percentage=False)
    discount = LengthDiscount(seven=Decimal(5000), is_percentage=False)

    assert price_stay(INCLUSIVE, [room(100)], Charges(coupon=coupon)).total == 0
    assert price_stay(INCLUSIVE, [room(*[1] * 7, length_discount=discount)]).total == 0


def test_a_coupon_without_a_night_in_its_window_changes_nothing():
    coupon = CouponDiscount(1, "OLD", Decimal(10), nights_to=date(2029, 1, 1))

    assert len(price_stay(INCLUSIVE, [room(100)], Charges(coupon=coupon)).lines) == 1


def test_a_discount_of_all_leaves_neither_net_nor_tax():
    rooms = [room("0.02"), room("0.02", name="B")]

    for rules in (INCLUSIVE, EXCLUSIVE):
        priced = price_stay(rules, rooms, Charges(personal=Decimal(100)))
        assert (priced.net, priced.tax, priced.total) == (0, 0, 0)


def test_children_outside_every_band_pay_nothing():
    bands = (ChildBand(3, 11, Decimal(15)),)

    priced = price_stay(INCLUSIVE, [room(100)], Charges(child_ages=(1,), child_bands=bands))

    assert priced.of(LineKind.CHILDREN) == []


def test_an_extra_can_count_children():
    extra = ExtraCharge(1, "Lunch", ExtraModel.PER_PERSON, Decimal(5), counts_children=True)

    priced = price_stay(INCLUSIVE, [room(1, guests=2)], Charges(child_ages=(4,), extras=(extra,)))

    assert priced.of(LineKind.EXTRA)[0].gross == 15


def test_children_have_no_extra_that_does_not_count_them():
    extra = ExtraCharge(1, "Bar", ExtraModel.PER_PERSON, Decimal(5))

    priced = price_stay(INCLUSIVE, [room(1, guests=2)], Charges(child_ages=(4,), extras=(extra,)))

    assert priced.of(LineKind.EXTRA)[0].gross == 10


@pytest.mark.parametrize(
    ("model", "expected"),
    [
        (CityTaxModel.SINGLE, "2.00"),
        (CityTaxModel.PER_NIGHT, "4.00"),  # two of three nights
        (CityTaxModel.PER_GUEST, "6.00"),  # two adults and one of 15; not the one of 3
        (CityTaxModel.PER_GUEST_AND_NIGHT, "12.00"),
        (CityTaxModel.PERCENTAGE, "5.00"),  # of 250 without tax
    ],
)
def test_city_tax(model, expected):
    tax = CityTax(Decimal(2), model, exempt_under_age=14, max_nights=2)

    priced = price_stay(
        INCLUSIVE, [room(100, 100, 100, guests=2)], Charges(child_ages=(3, 15), city_tax=tax)
    )

    (line,) = priced.of(LineKind.CITY_TAX)
    assert (line.gross, line.tax) == (Decimal(expected), 0)


@pytest.mark.parametrize(("age", "liable"), [(13, 2), (14, 3), (15, 3)])
def test_who_is_as_old_as_the_limit_pays_city_tax(age, liable):
    tax = CityTax(Decimal(2), CityTaxModel.PER_GUEST, exempt_under_age=14)

    priced = price_stay(INCLUSIVE, [room(100, guests=2)], Charges(child_ages=(age,), city_tax=tax))

    assert priced.of(LineKind.CITY_TAX)[0].quantity == liable


def test_the_cheapest_stay_has_its_city_tax():
    for price in ("0.01", "1"):
        priced = price_stay(EXCLUSIVE, [room(price)], Charges(city_tax=CityTax(Decimal(2))))

        assert priced.of(LineKind.CITY_TAX)[0].gross == 2


def test_city_tax_in_per_cent_is_of_the_single_supplement_too():
    alone = room(100, guests=1, capacity=2, single_supplement=Decimal(50))
    tax = CityTax(Decimal(10), CityTaxModel.PERCENTAGE)

    priced = price_stay(EXCLUSIVE, [alone], Charges(city_tax=tax))

    assert priced.of(LineKind.CITY_TAX)[0].gross == 15


def test_all_adults_count_where_their_number_is_given():
    lunch = ExtraCharge(1, "Lunch", ExtraModel.PER_PERSON, Decimal(5))

    priced = price_stay(INCLUSIVE, [room(100, guests=2)], Charges(adults=3, extras=(lunch,)))

    assert priced.of(LineKind.EXTRA)[0].quantity == 3


def test_a_free_stay_costs_nothing():
    priced = price_stay(INCLUSIVE, [room(0, 0)], Charges(city_tax=CityTax(Decimal(2))))

    assert priced.total == 0
    assert priced.of(LineKind.CITY_TAX) == []


def test_no_nights_to_tax_is_no_line():
    tax = CityTax(Decimal(2), CityTaxModel.PER_NIGHT, max_nights=0)

    assert price_stay(INCLUSIVE, [room(100)], Charges(city_tax=tax)).of(LineKind.CITY_TAX) == []


@pytest.mark.parametrize(("per_room", "gross"), [(False, 30), (True, 60)])
def test_cleaning_has_its_own_tax(per_room, gross):
    cleaning = CleaningFee(Decimal(30), per_room=per_room, tax_percent=Decimal(20))

    priced = price_stay(INCLUSIVE, [room(100), room(100, name="B")], Charges(cleaning=cleaning))

    (line,) = priced.of(LineKind.CLEANING)
    assert (line.gross, line.tax) == (gross, gross / 6)
    assert line.rule == (Rule.CLEANING_PER_ROOM if per_room else Rule.CLEANING_PER_BOOKING)


def test_exclusive_prices_get_tax_on_top():
    (line,) = price_stay(EXCLUSIVE, [room(100, "0.01")]).lines

    assert (line.net, line.tax, line.gross) == money("100.01", "20.00", "120.01")


@pytest.mark.parametrize(
    ("currency", "entered", "gross"),
    [("JPY", "110.5", "111"), ("KWD", "1.2345", "1.235"), ("EUR", "1.005", "1.01")],
)
def test_rounds_half_up_to_the_exponent_of_the_currency(currency, entered, gross):
    rules = PriceRules(currency, prices_inclusive=True, tax_percent=Decimal(0))

    assert price_stay(rules, [room(entered)]).total == Decimal(gross)


@pytest.mark.parametrize(
    ("kind", "value", "expected"),
    [
        (FeeKind.NONE, 50, "0"),
        (FeeKind.PERCENTAGE, 50, "50.00"),
        (FeeKind.FIXED, 30, "30.00"),
        (FeeKind.FIXED, 300, "100.00"),
        (FeeKind.FIRST_NIGHT, 0, "33.33"),
    ],
)
def test_a_fee_is_never_more_than_the_total(kind, value, expected):
    found = fee(kind, Decimal(value), total=Decimal(100), nights=3, currency="EUR")

    assert found == Decimal(expected)
    assert rounded(found, "EUR") == found


@pytest.mark.parametrize(
    ("party", "capacities", "expected"),
    [
        (3, (2, 2), [2, 1]),
        (4, (3, 1), [3, 1]),
        (5, (1, 4, 2), [1, 2, 2]),
        (1, (2,), [1]),
        (2, (0, 2), [0, 2]),
    ],
)
def test_guests_are_spread_round_and_round(party, capacities, expected):
    assert allocate(party, capacities) == expected


@pytest.mark.parametrize(
    ("party", "capacities", "problem"),
    [(5, (2, 2), "more guests than places"), (1, (2, 2), "more rooms than guests")],
)
def test_a_party_that_does_not_fit_is_refused(party, capacities, problem):
    with pytest.raises(ValueError, match=f"^{problem}$"):
        allocate(party, capacities)


@pytest.mark.parametrize(
    ("nights", "weeks"), [(1, 1), (6, 1), (7, 1), (8, 2), (14, 2), (15, 3), (28, 4)]
)
def test_fees_per_week_are_for_each_week_begun(nights, weeks):
    parking = ExtraCharge(1, "Parking", ExtraModel.PER_WEEK, Decimal(10))

    priced = price_stay(INCLUSIVE, [room(*[100] * nights)], Charges(extras=(parking,)))

    assert priced.of(LineKind.EXTRA)[0].gross == 10 * weeks


def test_both_ends_of_a_coupons_nights_are_included():
    second, third = FIRST + timedelta(days=1), FIRST + timedelta(days=2)
    coupon = CouponDiscount(1, "MID", Decimal(10), nights_from=second, nights_to=third)

    priced = price_stay(INCLUSIVE, [room(100, 100, 100, 100)], Charges(coupon=coupon))

    assert priced.total == 380


def test_the_largest_remainders_get_what_rounding_leaves():
    weights = money("2", "3", "2")  # of ten cents: 2.86, 4.29 and 2.86

    parts = apportion(Decimal("0.10"), weights, money("1", "1", "1"), Decimal("0.01"))

    assert parts == list(money("0.03", "0.04", "0.03"))


@pytest.mark.parametrize(
    ("cents", "weights", "expected"),
    [
        ("0.03", ("5", "1", "1"), ("0.02", "0.01", "0.00")),  # 2.14, 0.43 and 0.43 cents
        ("0.04", ("5", "2"), ("0.03", "0.01")),  # 2.86 and 1.14 cents
    ],
)
def test_a_remainder_counts_whatever_its_part_is(cents, weights, expected):
    limits = [Decimal(1)] * len(weights)

    parts = apportion(Decimal(cents), money(*weights), limits, Decimal("0.01"))

    assert parts == list(money(*expected))


def test_no_part_goes_beyond_its_limit():
    weights = money("1", "1")  # of three cents: 1.5 each

    parts = apportion(Decimal("0.03"), weights, money("0.01", "0.02"), Decimal("0.01"))

    assert parts == list(money("0.01", "0.02"))


@pytest.mark.parametrize(("ahead", "percent"), [(1, 20), (5, 20), (6, 20), (7, 0)])
def test_last_minute_begins_so_many_days_ahead(ahead, percent):
    assert last_minute_percent(LastMinuteTerms(6, Decimal(20)), ahead=ahead) == percent


@pytest.mark.parametrize(("arrival", "is_free"), [(9, False), (10, True), (11, True)])
def test_cancelling_is_free_so_many_days_before(arrival, is_free):
    days = {"today": date(2030, 6, 1), "arrival": date(2030, 6, 1 + arrival)}

    assert is_cancelled_free(free_days=10, **days) == is_free
    assert not is_cancelled_free(free_days=0, **days)


def test_cancelling_can_be_free_until_the_day_before():
    arrival = date(2030, 6, 2)

    assert is_cancelled_free(free_days=1, today=date(2030, 6, 1), arrival=arrival)
    assert not is_cancelled_free(free_days=1, today=arrival, arrival=arrival)


def test_the_number_of_standard_guests_is_two():
    assert inputs.STANDARD_GUESTS == 2


def test_an_explanation_stays_short():
    many = price_stay(INCLUSIVE, [room(*range(100, 120), tariff_name="Flex")])

    assert many.lines[0].explanation == "Tariff Flex: 20 nights at 100.00 to 119.00."


@pytest.mark.parametrize(("age", "price"), [(2, 0), (3, 15), (11, 15), (12, 0)])
def test_both_ages_of_a_band_belong_to_it(age, price):
    bands = (ChildBand(3, 11, Decimal(15), per_stay=True),)

    priced = price_stay(INCLUSIVE, [room(100)], Charges(child_ages=(age,), child_bands=bands))

    assert priced.total == 100 + price


def test_an_extra_is_paid_as_often_as_it_is_taken():
    extra = ExtraCharge(1, "Cot", ExtraModel.PER_NIGHT, Decimal(5), quantity=3)

    priced = price_stay(INCLUSIVE, [room(100, 100)], Charges(extras=(extra,)))

    (line,) = priced.of(LineKind.EXTRA)
    assert (line.quantity, line.gross) == (6, Decimal("30.00"))


def test_a_supplement_in_per_cent_is_of_what_one_guest_pays():
    rooms = [room(100, guests=1, capacity=2), room(200, guests=2, capacity=2, name="B")]
    charges = Charges(supplement=SingleSupplement(Decimal(10), is_percentage=True))

    (line,) = price_stay(EXCLUSIVE, rooms, charges).of(LineKind.SINGLE_SUPPLEMENT)

    assert line.net == Decimal("10.00")  # of 300 for three


@pytest.mark.parametrize(("ahead", "due"), [(19, "100.00"), (20, "100.00"), (21, "20.00")])
def test_all_is_due_for_an_arrival_within_so_many_days(ahead, due):
    terms = DepositTerms(DepositKind.PERCENTAGE, Decimal(20), near_days=20)

    priced = price_stay(INCLUSIVE, [room(100)])

    assert str(deposit(terms, priced, nights=1, ahead=ahead)) == due
