"""Lines in full: what each says of itself, to people and to programs."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest

from bookyflow.pricing.engine import price_given, price_stay
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
from bookyflow.pricing.lines import Breakdown, LineKind, Rule
from tests.domain.pricing.stays import EXCLUSIVE, FIRST, INCLUSIVE, money, room

LAST = FIRST + timedelta(days=6)
BESIDE_EXTRA_GUESTS = (
    "Tariff Flex: 7 nights at 100.00, with a surcharge of 5.00 a night, for 2 guests."
)


def line(kind, rule, texts, number, unit, amounts, *, source=("", None), percent="20"):
    """A line of seven nights where it is for the rooms, else of none."""
    dated = kind in {LineKind.ACCOMMODATION, LineKind.DISCOUNT}
    first, last = (FIRST, LAST) if dated else (None, None)
    (description, explanation), (net, tax, gross) = texts, money(*amounts)
    return (
        *(kind, rule, description, explanation, first, last, number),
        *(Decimal(unit), net, Decimal(percent), tax, gross, *source),
    )


def told(line):
    """All that a line says."""
    return (
        *(line.kind, line.rule, line.description, line.explanation),
        *(line.first_night, line.last_night, line.quantity, line.unit),
        *(line.net, line.tax_percent, line.tax, line.gross, line.source_kind, line.source_id),
    )


def cut(rule, texts, off, net, tax, *, source=("", None)):
    return line(LineKind.DISCOUNT, rule, texts, 1, off, (net, tax, off), source=source)


def test_all_lines_of_a_stay_in_full():
    flex = ("tariff", 64)
    rooms = [
        room(
            *[100] * 7,
            guests=3,
            capacity=4,
            per_person=True,
            surcharge=Decimal(5),
            extra_guest_price=Decimal(30),
            wiseprice=Decimal(20),
            length_discount=LengthDiscount(seven=Decimal(10)),
            tariff_id=64,
            tariff_name="Flex",
        ),
        room(*[80] * 7, name="B", guests=1, capacity=2, single_supplement=Decimal(9)),
    ]
    charges = Charges(
        child_ages=(4, 15),
        coupon=CouponDiscount(
            3, "SPRING", Decimal(50), is_percentage=False, nights_to=FIRST + timedelta(days=2)
        ),
        personal=Decimal(5),
        partner=(Decimal(2),),
        last_minute=Decimal(1),
        child_bands=(
            ChildBand(3, 11, Decimal(15)),
            ChildBand(12, 17, Decimal(20), per_stay=True),
        ),
        extras=(
            ExtraCharge(7, "Parking", ExtraModel.PER_WEEK, Decimal(10), Decimal(10)),
            ExtraCharge(8, "Lunch", ExtraModel.PER_PERSON_AND_NIGHT, Decimal(12)),
            ExtraCharge(9, "Service", ExtraModel.PERCENTAGE, Decimal("2.5"), Decimal(20)),
        ),
        city_tax=CityTax(Decimal(2), CityTaxModel.PER_GUEST_AND_NIGHT, 14, 3),
        cleaning=CleaningFee(Decimal(30), per_room=True, tax_percent=Decimal(20)),
    )

    priced = price_stay(INCLUSIVE, rooms, charges)

    wiseprice = ("Wiseprice: A", "20 % off while few rooms of this type are taken.")
    assert list(map(told, priced.lines)) == [
        line(
            *(LineKind.ACCOMMODATION, Rule.PER_PERSON),
            ("A", BESIDE_EXTRA_GUESTS),
            *(7, "210", ("1225.00", "245.00", "1470.00")),
            source=flex,
        ),
        line(
            *(LineKind.ACCOMMODATION, Rule.EXTRA_GUESTS),
            ("A", "Tariff Flex: 1 extra guest x 7 nights at 30.00."),
            *(7, "30", ("175.00", "35.00", "210.00")),
            source=flex,
        ),
        line(
            *(LineKind.ACCOMMODATION, Rule.PER_ROOM, ("B", "7 nights at 80.00.")),
            *(7, "80", ("466.67", "93.33", "560.00")),
        ),
        cut(Rule.WISEPRICE, wiseprice, "-294.00", "-245.00", "-49.00"),
        cut(Rule.WISEPRICE, wiseprice, "-42.00", "-35.00", "-7.00"),
        cut(
            *(Rule.COUPON, ("Coupon SPRING", "50.00 off 3 of 7 nights.")),
            *("-50.00", "-41.67", "-8.33"),
            source=("coupon", 3),
        ),
        cut(
            *(Rule.LENGTH_OF_STAY, ("Long stay", "10 % off for 7 nights, by tariff Flex.")),
            *("-130.87", "-109.06", "-21.81"),
            source=flex,
        ),
        cut(
            *(Rule.PERSONAL, ("Personal discount", "5 % off for this guest.")),
            *("-86.16", "-71.80", "-14.36"),
        ),
        cut(
            *(Rule.PARTNER, ("Partner discount", "2 % off for this partner.")),
            *("-32.74", "-27.28", "-5.46"),
        ),
        line(
            *(LineKind.SINGLE_SUPPLEMENT, Rule.SUPPLEMENT),
            (
                "Single occupancy: B",
                "One guest in a room for 2: 7 nights at 9.00, without tax.",
            ),
            *(1, "63", ("63.00", "12.60", "75.60")),
        ),
        cut(
            *(Rule.LAST_MINUTE, ("Last-minute discount", "1 % off for an arrival soon.")),
            *("-16.04", "-13.37", "-2.67"),
        ),
        line(
            *(LineKind.CHILDREN, Rule.CHILD_PER_NIGHT),
            ("Children from 3 to 11", "1 child at 15.00 for each of 7 nights."),
            *(7, "15", ("87.50", "17.50", "105.00")),
        ),
        line(
            *(LineKind.CHILDREN, Rule.CHILD_PER_STAY),
            ("Children from 12 to 17", "1 child at 20.00 for the stay."),
            *(1, "20", ("16.67", "3.33", "20.00")),
        ),
        line(
            *(LineKind.EXTRA, Rule.EXTRA, ("Parking", "10.00 per week.")),
            *(1, "10", ("9.09", "0.91", "10.00")),
            source=("extra", 7),
            percent="10",
        ),
        line(
            *(LineKind.EXTRA, Rule.EXTRA),
            ("Lunch", "12.00 per person per night, 28 times."),
            *(28, "12", ("336.00", "0.00", "336.00")),
            source=("extra", 8),
            percent="0",
        ),
        line(
            *(LineKind.EXTRA, Rule.EXTRA, ("Service", "2.5 % of the rooms without tax.")),
            *(1, "33.08725", ("27.58", "5.51", "33.09")),
            source=("extra", 9),
        ),
        line(
            *(LineKind.CITY_TAX, Rule.CITY_TAX),
            ("City tax", "2.00 x 15 (5 guests, 3 nights)."),
            *(15, "2", ("30.00", "0.00", "30.00")),
            percent="0",
        ),
        line(
            *(LineKind.CLEANING, Rule.CLEANING_PER_ROOM),
            ("Cleaning", "30.00 for each of 2 rooms."),
            *(2, "30", ("50.00", "10.00", "60.00")),
        ),
    ]
    # A night: 105 less 20 % for each of three, and 80 for one.
    assert (priced.currency, priced.mean_night) == ("EUR", Decimal("83.00"))


def test_a_price_that_was_agreed_in_full():
    priced = price_stay(INCLUSIVE, [room(*[100] * 7)], Charges(agreed=Decimal(600)))

    assert list(map(told, priced.lines)) == [
        line(
            *(LineKind.ACCOMMODATION, Rule.AGREED),
            (
                "Accommodation",
                "A price that staff agreed with the guest; it replaces tariffs and discounts.",
            ),
            *(7, Decimal(600) / 7, ("500.00", "100.00", "600.00")),
        )
    ]


def test_a_price_that_somebody_else_has_set_in_full():
    priced = price_given(INCLUSIVE, gross=Decimal(600), first_night=FIRST, last_night=LAST, rooms=2)

    agreed = line(
        *(LineKind.ACCOMMODATION, Rule.AGREED),
        ("Accommodation", "The price that was agreed elsewhere, with tax."),
        *(2, "600", ("500.00", "100.00", "600.00")),
    )
    (only,) = priced.lines
    assert told(only) == agreed
    assert priced == Breakdown("EUR", (only,), Decimal("600.00"))


def test_guests_of_several_types_in_full():
    rooms = [
        room(*[100] * 7, per_person=True, tariff_id=1, tariff_name="Flex", wiseprice=Decimal(10)),
        room(*[80] * 7, name="B", per_person=True, tariff_id=2, tariff_name="Saver"),
    ]
    types = (GuestVariance("Adult", 1), GuestVariance("Senior", 1, Decimal(10), is_addition=False))

    priced = price_stay(INCLUSIVE, rooms, Charges(guest_types=types))

    types_told = "Tariff Flex, Saver: 7 nights: 1 x Adult at 90.00, 1 x Senior at 80.00."
    assert list(map(told, priced.lines)) == [
        line(
            *(LineKind.ACCOMMODATION, Rule.GUEST_TYPES, ("A, B", types_told)),
            *(7, "170", ("991.67", "198.33", "1190.00")),
        ),
        # Ten per cent of room A's 100 is 5 of the mean night, for two guests and seven nights.
        cut(
            Rule.WISEPRICE,
            ("Wiseprice: A", "10 % off while few rooms of this type are taken."),
            *("-70.00", "-58.33", "-11.67"),
        ),
    ]


def test_guests_of_one_type_without_a_tariff_name_none():
    priced = price_stay(
        INCLUSIVE,
        [room(*[100] * 7, per_person=True)],
        Charges(guest_types=(GuestVariance("Adult", 1),)),
    )

    (only,) = priced.lines
    assert only.explanation == "7 nights: 1 x Adult at 100.00."
    assert (only.source_kind, only.source_id) == ("", None)


def test_nobody_of_any_type_pays_nothing():
    priced = price_stay(
        INCLUSIVE,
        [room(100, per_person=True, guests=0)],
        Charges(guest_types=(GuestVariance("Adult", 1),)),
    )

    assert priced.total == 0


ALONE = room(100, 100, guests=1, capacity=2)


@pytest.mark.parametrize(
    ("charges", "explanation"),
    [
        (
            Charges(supplement=SingleSupplement(Decimal(7))),
            "One guest in a room for 2: 2 nights at 7.00, without tax.",
        ),
        (
            Charges(supplement=SingleSupplement(Decimal(7), is_percentage=True)),
            "One guest in a room for 2: 7 % of the room charge per adult, without tax.",
        ),
        (Charges(cleaning=CleaningFee(Decimal(30))), "30.00 for the booking."),
        (
            Charges(city_tax=CityTax(Decimal(3), CityTaxModel.PERCENTAGE)),
            "3 % of the accommodation without tax.",
        ),
        (
            Charges(extras=(ExtraCharge(1, "Cot", ExtraModel.PER_NIGHT, Decimal(5)),)),
            "5.00 per night, 2 times.",
        ),
        (Charges(coupon=CouponDiscount(1, "TEN", Decimal(10))), "10 % off 2 of 2 nights."),
    ],
)
def test_what_the_last_line_says(charges, explanation):
    assert price_stay(EXCLUSIVE, [ALONE], charges).lines[-1].explanation == explanation


def test_an_amount_off_a_long_stay_without_a_tariff_names_none():
    discount = LengthDiscount(seven=Decimal(70), is_percentage=False)

    priced = price_stay(INCLUSIVE, [room(*[100] * 7, length_discount=discount)])

    (off,) = priced.of(LineKind.DISCOUNT)
    assert off.explanation == "70.00 off for 7 nights."
    assert (off.source_kind, off.source_id) == ("", None)


def test_prices_of_several_nights_are_told_run_by_run():
    (six,) = price_stay(INCLUSIVE, [room(1, 1, 2, 3, 2, 4, 5)]).lines
    (seven,) = price_stay(INCLUSIVE, [room(1, 2, 3, 2, 4, 5, 6)]).lines

    assert six.explanation == (
        "2 nights at 1.00 + 1 night at 2.00 + 1 night at 3.00 + 1 night at 2.00"
        " + 1 night at 4.00 + 1 night at 5.00."
    )
    assert seven.explanation == "7 nights at 1.00 to 6.00."
    assert (seven.first_night, seven.last_night) == (FIRST, date(2030, 6, 16))
