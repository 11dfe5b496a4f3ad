"""What must hold for any price."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from bookyflow.core.money import rounded
from bookyflow.pricing.allocation import allocate
from bookyflow.pricing.apportioning import apportion
from bookyflow.pricing.deposits import DepositKind, DepositTerms, deposit
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
    RoomStay,
    SingleSupplement,
)
from bookyflow.pricing.lines import LineKind, PriceRules, Rule
from tests.domain.pricing.stays import nights

PRICES = st.decimals(min_value=0, max_value=99999, places=3)
SMALL = st.decimals(min_value=0, max_value=200, places=2)
PERCENTAGES = st.decimals(min_value=0, max_value=100, places=2)
RULES = st.builds(
    PriceRules,
    currency=st.sampled_from(["EUR", "JPY", "KWD"]),
    prices_inclusive=st.booleans(),
    tax_percent=PERCENTAGES,
    flat=st.booleans(),
    weekly=st.booleans(),
    minimum_payers=st.integers(1, 3),
)
PLAIN_ROOM = st.builds(
    RoomStay,
    description=st.just("A"),
    nights=st.lists(PRICES, min_size=1, max_size=40).map(lambda found: nights(*found)),
    guests=st.integers(1, 8),
    per_person=st.booleans(),
    surcharge=st.decimals(min_value=-200, max_value=200, places=2),
    capacity=st.integers(1, 8),
    single_supplement=SMALL,
    extra_guest_price=st.none() | SMALL,
)
PER_PERSON = PLAIN_ROOM.map(lambda found: replace(found, per_person=True))
LENGTHS = st.one_of(
    st.builds(LengthDiscount, seven=st.none() | PERCENTAGES, thirty=st.none() | PERCENTAGES),
    st.builds(
        LengthDiscount,
        seven=st.none() | PRICES,
        thirty=st.none() | PRICES,
        is_percentage=st.just(value=False),
    ),
)
EXTRAS = st.builds(
    ExtraCharge,
    extra_id=st.just(1),
    name=st.just("Extra"),
    model=st.sampled_from(ExtraModel),
    price=SMALL,
    tax_percent=PERCENTAGES,
    quantity=st.integers(1, 5),
    minimum=st.integers(0, 20),
    counts_children=st.booleans(),
)
COUPONS = st.one_of(
    st.builds(CouponDiscount, st.just(1), st.just("C"), PERCENTAGES),
    st.builds(CouponDiscount, st.just(1), st.just("C"), PRICES, is_percentage=st.just(value=False)),
)
VARIANCES = st.builds(
    GuestVariance, st.just("Adult"), st.integers(1, 4), PERCENTAGES, st.booleans(), st.booleans()
)
CHARGES = st.builds(
    Charges,
    guest_types=st.lists(VARIANCES, max_size=3).map(tuple),
    child_ages=st.lists(st.integers(0, 17), max_size=4).map(tuple),
    coupon=st.none() | COUPONS,
    personal=PERCENTAGES,
    partner=st.lists(PERCENTAGES, max_size=2).map(tuple),
    agreed=st.none() | PRICES,
    supplement=st.none() | st.builds(SingleSupplement, SMALL, st.booleans()),
    last_minute=PERCENTAGES,
    child_bands=st.just((ChildBand(0, 2, Decimal(0)), ChildBand(3, 17, Decimal("12.345")))),
    extras=st.lists(EXTRAS, max_size=3).map(tuple),
    city_tax=st.none() | st.builds(CityTax, SMALL, st.sampled_from(CityTaxModel)),
    cleaning=st.none() | st.builds(CleaningFee, SMALL, st.booleans(), PERCENTAGES),
)


@st.composite
def rooms(draw):
    """Rooms for the same nights."""
    kind = draw(st.sampled_from([PLAIN_ROOM, PER_PERSON]))
    first = draw(kind)
    others = draw(st.lists(st.tuples(kind, PRICES), max_size=3))
    same = [
        replace(one, nights=tuple((night, price) for night, _ in first.nights))
        for one, price in others
    ]
    return [
        replace(one, wiseprice=draw(PERCENTAGES), length_discount=draw(LENGTHS))
        for one in (first, *same)
    ]


@given(rules=RULES, stay=rooms(), charges=CHARGES)
def test_lines_add_up_and_are_rounded_and_the_total_is_never_negative(rules, stay, charges):
    priced = price_stay(rules, stay, charges)

    assert priced.total == sum(line.gross for line in priced.lines)
    assert priced.net + priced.tax == priced.total
    for line in priced.lines:
        assert line.net + line.tax == line.gross
        assert {rounded(x, rules.currency) - x for x in (line.net, line.tax, line.gross)} == {0}
        assert (line.gross <= 0) if line.kind == LineKind.DISCOUNT else (line.gross >= 0)
        assert line.explanation
    rooms_only = priced.of(LineKind.ACCOMMODATION, LineKind.DISCOUNT)
    assert sum(line.net for line in rooms_only) >= 0
    assert sum(line.tax for line in rooms_only) >= 0
    assert priced.total >= 0


ORDER = [
    Rule.WISEPRICE,
    Rule.COUPON,
    Rule.LENGTH_OF_STAY,
    Rule.PERSONAL,
    Rule.PARTNER,
    Rule.LAST_MINUTE,
]


@given(rules=RULES, stay=rooms(), charges=CHARGES)
def test_discounts_are_in_the_documented_order(rules, stay, charges):
    places = [
        ORDER.index(line.rule) for line in price_stay(rules, stay, charges).of(LineKind.DISCOUNT)
    ]

    assert places == sorted(places)


@given(rules=RULES, stay=rooms(), charges=CHARGES)
def test_the_same_stay_has_the_same_price(rules, stay, charges):
    assert price_stay(rules, stay, charges) == price_stay(rules, list(stay), replace(charges))


@given(rules=RULES, room=PLAIN_ROOM, more=PRICES)
def test_another_night_never_makes_a_stay_cheaper_without_discounts(rules, room, more):
    next_night = room.nights[-1][0] + timedelta(days=1)
    longer = replace(room, nights=(*room.nights, (next_night, more)))

    assert price_stay(rules, [longer]).total >= price_stay(rules, [room]).total


@given(
    rules=RULES,
    stay=rooms(),
    charges=CHARGES,
    terms=st.builds(
        DepositTerms,
        st.sampled_from(DepositKind),
        PERCENTAGES,
        st.booleans(),
        st.none() | st.integers(0, 60),
        st.just(Decimal(7)),
    ),
    ahead=st.integers(1, 90),
)
def test_a_deposit_lies_between_nothing_and_the_total(rules, stay, charges, terms, ahead):
    priced = price_stay(rules, stay, charges)

    due = deposit(terms, priced, nights=len(stay[0].nights), ahead=ahead)

    assert 0 <= due <= priced.total
    assert rounded(due, rules.currency) == due


@given(capacities=st.lists(st.integers(1, 6), min_size=1, max_size=6), data=st.data())
def test_everybody_has_a_bed_and_no_room_is_empty(capacities, data):
    party = data.draw(st.integers(len(capacities), sum(capacities)))

    found = allocate(party, capacities)

    assert sum(found) == party
    assert all(1 <= guests <= most for guests, most in zip(found, capacities, strict=True))


@given(limits=st.lists(st.integers(0, 10**6), min_size=1, max_size=6), data=st.data())
def test_an_amount_is_dealt_out_whole_and_within_limits(limits, data):
    cents = [Decimal(limit) / 100 for limit in limits]
    amount = Decimal(data.draw(st.integers(0, sum(limits)))) / 100

    parts = apportion(amount, cents, cents, Decimal("0.01"))

    assert sum(parts) == amount
    assert all(0 <= part <= limit for part, limit in zip(parts, cents, strict=True))
