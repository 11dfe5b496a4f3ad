"""Quotes: what a request costs, and every reason why it cannot be had."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from bookyflow.availability.models import Allotment
from bookyflow.core.dates import Stay
from bookyflow.core.errors import DomainError
from bookyflow.guests.models import Guest
from bookyflow.properties.models import PropertyType
from bookyflow.reservations.blocks import block_create
from bookyflow.reservations.holds import hold_make
from bookyflow.reservations.models import Booking
from bookyflow.reservations.quotes.make import quote_make
from bookyflow.reservations.stay_request import STAFF, VISITOR, Booker, RoomRequest, StayRequest
from bookyflow.rooms.models import Room, RoomType
from bookyflow.tariffs.models import (
    ChildRate,
    Coupon,
    Extra,
    GuestType,
    PartnerDiscount,
    TaxRate,
)
from tests.domain.reservations.conftest import fresh, price, settle

pytestmark = pytest.mark.django_db


def refusal(prop, stay_request, booker=VISITOR):
    with pytest.raises(DomainError) as caught:
        quote_make(prop=fresh(prop), stay_request=stay_request, booker=booker)
    return caught.value


def total(prop, stay_request, booker=VISITOR):
    return quote_make(prop=fresh(prop), stay_request=stay_request, booker=booker).breakdown.total


def test_a_quote_prices_rooms_by_their_cheapest_tariff(inn, stay_request, double):
    price(inn, double, 150, name="Dear")

    quote = quote_make(prop=fresh(inn), stay_request=stay_request, booker=VISITOR)

    assert quote.breakdown.total == 360
    (room,) = quote.rooms
    assert (room.room_type, room.tariff, room.adults) == ("Double", "Flexible", 2)


def test_half_per_cents_off_are_granted_and_told(inn, soon, double):
    inn.tariff_types.update(discount_7=Decimal("12.5"))
    guest = Guest.objects.create(property=inn, surname="Hopper", discount=Decimal("99.99"))
    first, _ = soon
    week = StayRequest(first, first + timedelta(days=7), (RoomRequest(double.pk),), adults=2)

    quote = quote_make(prop=fresh(inn), stay_request=week, booker=VISITOR)
    known = Booker(guest_id=guest.pk)

    assert quote.breakdown.total == 735
    assert "12.5 % off for 7 nights" in quote.breakdown.lines[-1].explanation
    assert total(inn, week, known) == Decimal("0.07")


def test_a_certain_tariff_can_be_asked_for(inn, soon, double):
    dear = price(inn, double, 150, name="Dear")

    assert total(inn, StayRequest(*soon, (RoomRequest(double.pk, None, dear.pk),), adults=2)) == 450


def test_ex_20_the_whole_example(inn, soon, double):
    single = RoomType.objects.create(name="Cosy", property=inn)
    Room.objects.create(property=inn, room_type=single, number="9", max_adults=2)
    price(inn, single, 90)
    prop = settle(
        inn,
        single_supplement_on=True,
        single_supplement=15,
        city_tax=Decimal("1.50"),
        city_tax_model="perguestpernight",
        cleaning_fee=30,
        cleaning_fee_per="per_room",
        deposit_kind="percentage",
        deposit_value=20,
    )
    reduced = TaxRate.objects.create(code="10", description="Reduced", rate=10)
    full = TaxRate.objects.create(code="20", description="Full", rate=20)
    breakfast = Extra.objects.create(
        property=prop, name="Breakfast", price=8, model="per_person_per_night", tax_rate=reduced
    )
    parking = Extra.objects.create(
        property=prop, name="Parking", price=12, model="per_night", tax_rate=full
    )
    guest = Guest.objects.create(property=prop, surname="Hopper", discount=10)
    wanted = StayRequest(
        *soon,
        (RoomRequest(double.pk, adults=2), RoomRequest(single.pk, adults=1)),
        extras={breakfast.pk: 1, parking.pk: 1},
    )

    inclusive = quote_make(prop=prop, stay_request=wanted, booker=Booker(guest_id=guest.pk))
    exclusive = quote_make(
        prop=settle(inn, prices_inclusive=False),
        stay_request=wanted,
        booker=Booker(guest_id=guest.pk),
    )

    assert (inclusive.breakdown.total, inclusive.deposit) == (Decimal("802.50"), Decimal("160.50"))
    assert (exclusive.breakdown.total, exclusive.deposit) == (Decimal("930.30"), Decimal("186.06"))


def test_the_number_of_questions_does_not_grow_with_the_rooms(inn, soon, double):
    prop = fresh(inn)

    def queries(rooms):
        with CaptureQueriesContext(
            connection,
        ) as asked:
            quote_make(
                prop=prop,
                stay_request=StayRequest(*soon, (RoomRequest(double.pk),) * rooms, adults=3),
                booker=VISITOR,
            )
        return len(asked)

    assert queries(1 + 1) == queries(3)


def test_guests_are_spread_and_the_split_can_be_given(inn, soon, double):
    def guests(*rooms, adults=0):
        quote = quote_make(
            prop=fresh(inn), stay_request=StayRequest(*soon, rooms, adults=adults), booker=VISITOR
        )
        return [room.adults for room in quote.rooms]

    assert guests(RoomRequest(double.pk), RoomRequest(double.pk), adults=3) == [2, 1]
    assert guests(RoomRequest(double.pk, adults=1), RoomRequest(double.pk, adults=2)) == [1, 2]


@pytest.mark.parametrize(
    ("rooms", "adults", "field"),
    [
        ((), 2, "rooms"),
        ((RoomRequest(adults=1), RoomRequest()), 2, "rooms"),
        ((RoomRequest(adults=1),), 2, "rooms"),
        ((RoomRequest(),), 0, "adults"),
    ],
)
def test_a_wish_that_does_not_fit_together(inn, soon, rooms, adults, field):
    error = refusal(inn, StayRequest(*soon, rooms, adults=adults))

    assert error.key == "validation_failed"
    assert list(error.fields) == [field]


def test_too_many_people_are_refused(inn, soon):
    assert refusal(inn, StayRequest(*soon, (RoomRequest(),), adults=3)).key == "too_many_adults"
    assert refusal(inn, StayRequest(*soon, (RoomRequest(),) * 2, adults=1)).key == "too_many_rooms"


def test_a_room_for_so_many_is_not_there(inn, soon):
    assert refusal(inn, StayRequest(*soon, (RoomRequest(adults=5),))).key == "no_room_available"


def test_taken_and_stopped_rooms_are_not_quoted(inn, stay_request, soon, double, by):
    block_create(property_id=inn.pk, stay=Stay(*soon), by=by)
    taken = refusal(inn, stay_request)
    Booking.objects.get().occupancies.all().delete()
    Allotment.objects.create(property=inn, room_type=double, date=soon[0], stop_sell=True)

    assert taken.key == "no_room_available"
    assert refusal(inn, stay_request).key == "stop_sell"


def test_no_tariff_says_why(inn, stay_request, double, soon):
    Room.objects.filter(property=inn).update(max_adults=4, max_occupancy=4)
    inn.tariff_types.update(max_people=2)

    error = refusal(inn, stay_request.changed(adults=3))

    assert error.key == "no_valid_tariffs"
    assert error.detail == "It is for 2 adults at most."


def test_a_tariff_for_the_second_room_only(inn, soon, double):
    inn.tariff_types.update(min_rooms_selected=1)

    assert (
        refusal(inn, StayRequest(*soon, (RoomRequest(double.pk),), adults=1)).key
        == "no_valid_tariffs"
    )
    price(inn, double, 200, name="First")
    assert total(inn, StayRequest(*soon, (RoomRequest(double.pk),) * 2, adults=2)) == 600 + 360


@pytest.mark.parametrize(
    ("settings", "key"),
    [
        ({"visitors_can_book": False}, "not_bookable_online"),
        ({"only_registered_can_book": True}, "registration_needed"),
        ({"min_days_before_arrival": 11}, "arrival_too_soon"),
        ({"advance_limit_on": True, "advance_limit_days": 5}, "arrival_too_late"),
        ({"fixed_periods_on": True}, "fixed_period"),
    ],
)
def test_rules_for_guests(inn, stay_request, settings, key):
    prop = settle(inn, **settings)

    assert refusal(prop, stay_request).key == key


def test_staff_book_where_guests_may_not(inn, stay_request):
    prop = settle(inn, visitors_can_book=False, min_days_before_arrival=50)

    assert total(prop, stay_request, STAFF) == 360
    assert total(settle(inn, only_registered_can_book=True), stay_request, STAFF) == 360


def test_who_is_registered_may_book(inn, stay_request):
    prop = settle(inn, only_registered_can_book=True)

    assert total(prop, stay_request, Booker(is_registered=True)) == 360


def test_an_unpublished_property_is_not_bookable(inn, stay_request):
    type(inn).objects.filter(pk=inn.pk).update(is_published=False)

    assert refusal(inn, stay_request).key == "not_bookable_online"


def test_a_property_for_sale_is_not_bookable(inn, stay_request):
    sale = PropertyType.objects.create(name="Sale", flag=4)
    type(inn).objects.filter(pk=inn.pk).update(property_type=sale)

    assert refusal(inn, stay_request).key == "not_bookable_online"


def test_a_property_let_as_a_whole_needs_no_room(inn, soon, double):
    villa = PropertyType.objects.create(name="Whole villa", flag=1)
    Room.objects.filter(property=inn).exclude(number="1").delete()
    type(inn).objects.filter(pk=inn.pk).update(property_type=villa)
    prop = settle(inn, last_minute_on=True, last_minute_days=20, last_minute_discount=10)

    assert total(prop, StayRequest(*soon, adults=2)) == 324


def test_items_are_hired_without_counting_heads(inn, soon, double):
    hire = PropertyType.objects.create(name="Bicycles", flag=5)
    type(inn).objects.filter(pk=inn.pk).update(property_type=hire)

    assert total(inn, StayRequest(*soon, (RoomRequest(double.pk),) * 2, adults=1)) == 720


def test_whole_days_are_paid_and_taken(inn, stay_request):
    prop = settle(inn, whole_day_booking=True)

    quote = quote_make(prop=prop, stay_request=stay_request, booker=VISITOR)

    assert (quote.nights.length, quote.breakdown.total) == (4, 480)


def test_a_preset_length_of_stay(inn, stay_request):
    prop = settle(inn, asks_for_departure=False, minimum_interval=2)

    assert total(prop, stay_request.changed(departure=None)) == 240


def test_children(inn, stay_request):
    ChildRate.objects.create(property=inn, age_from=0, age_to=2, price=0, per_stay=True)
    ChildRate.objects.create(property=inn, age_from=3, age_to=11, price=15)
    family = stay_request.changed(child_ages=(2, 6))

    assert refusal(inn, family).key == "children_not_allowed"
    settle(inn, allow_children=True, children_count_for_capacity=False)
    assert total(inn, family) == 360  # per room: children do not count
    settle(inn, per_person_per_night=True)
    assert total(inn, family) == 720 + 45
    settle(inn, child_min_age=3)
    assert refusal(inn, family).key == "children_not_allowed"
    settle(inn, child_min_age=0, children_count_for_capacity=True)
    assert refusal(inn, family).key == "too_many_children"


def test_children_need_places_unless_the_house_says_otherwise(inn, stay_request):
    settle(inn, allow_children=True)
    crowd = stay_request.changed(adults=1, child_ages=(17,) * 20)

    error = refusal(inn, crowd)

    assert (error.key, error.detail) == ("too_many_children", "The rooms sleep at most 0 children.")
    inn.rooms.update(max_children=1, max_occupancy=3)
    assert total(inn, stay_request.changed(child_ages=(17,))) == 360
    settle(inn, children_count_for_capacity=False)
    assert total(inn, crowd) == 360


def test_guest_types(inn, stay_request):
    prop = settle(inn, use_guest_types=True, per_person_per_night=True)
    adult = GuestType.objects.create(property=inn, name="Adult", maximum=3)
    child = GuestType.objects.create(
        property=inn,
        name="Child",
        variance=50,
        is_percentage=True,
        is_addition=False,
        maximum=1,
        is_child=True,
    )

    assert (
        total(prop, stay_request.changed(guest_types={adult.pk: 2, child.pk: 1})) == 360 * 2 + 180
    )
    # Unknown, too many, fewer or more than the adults of the party, less than nobody.
    for wrong in (
        {0: 1},
        {adult.pk: 2, child.pk: 2},
        {adult.pk: 1},
        {adult.pk: 3},
        {adult.pk: 2, child.pk: -1},
    ):
        assert list(refusal(prop, stay_request.changed(guest_types=wrong)).fields) == [
            "guest_types"
        ]


def test_wiseprice_lowers_the_price_of_an_empty_house(inn, stay_request, soon, by):
    prop = settle(inn, wiseprice_on=True, wiseprice_days=30)

    assert total(prop, stay_request) == 252  # nothing taken: 30 % off
    block_create(
        property_id=inn.pk,
        stay=Stay(*soon),
        room_ids=[inn.rooms.values_list("pk", flat=True)[0]],
        by=by,
    )
    assert total(prop, stay_request) == 324  # a third taken: 10 % off
    assert total(settle(inn, wiseprice_days=5), stay_request) == 360


def test_wiseprice_and_last_minute_begin_so_many_days_ahead(inn, stay_request, soon):
    ahead = (soon[0] - inn.settings.today()).days + 1  # today and the day of arrival count

    assert total(settle(inn, wiseprice_on=True, wiseprice_days=ahead), stay_request) == 252
    assert total(settle(inn, wiseprice_days=ahead - 1), stay_request) == 360
    villa = PropertyType.objects.create(name="Whole villa", flag=1)
    Room.objects.filter(property=inn).exclude(number="1").delete()
    type(inn).objects.filter(pk=inn.pk).update(property_type=villa)
    settle(inn, last_minute_on=True, last_minute_discount=10)
    assert total(settle(inn, last_minute_days=ahead), stay_request) == 324
    assert total(settle(inn, last_minute_days=ahead - 1), stay_request) == 360


def test_rooms_whose_hold_has_expired_are_not_taken_for_wiseprice(inn, stay_request, by):
    prop = settle(inn, wiseprice_on=True, wiseprice_days=30)
    hold = hold_make(quote=quote_make(prop=prop, stay_request=stay_request, booker=VISITOR), by=by)

    assert total(prop, stay_request) == 324  # a third is held: 10 % off
    hold.occupancies.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert total(prop, stay_request) == 252


def test_personal_and_partner_discounts(inn, stay_request, soon, stranger):
    guest = Guest.objects.create(property=inn, surname="Hopper", discount=10)
    PartnerDiscount.objects.create(
        property=inn, partner=stranger, valid_from=soon[0], valid_to=soon[1], percentage=50
    )

    assert total(inn, stay_request, Booker(guest_id=guest.pk)) == 324
    assert total(inn, stay_request, Booker(partner_id=stranger.pk)) == 180
    PartnerDiscount.objects.update(valid_from=soon[1])
    assert total(inn, stay_request, Booker(partner_id=stranger.pk)) == 360


def test_coupons(inn, stay_request, double):
    coupon = Coupon.objects.create(property=inn, code="SUN", amount=10)

    assert total(inn, stay_request.changed(coupon="sun")) == 324
    assert refusal(inn, stay_request.changed(coupon="MOON")).key == "coupon_invalid"
    Coupon.objects.filter(pk=coupon.pk).update(min_spend=1000)
    assert (
        refusal(inn, stay_request.changed(coupon="SUN")).detail
        == "The coupon requires a room charge of at least 1000.00."
    )


def test_extras_that_are_forced_come_by_themselves(inn, stay_request):
    extra = Extra.objects.create(property=inn, name="Linen", price=20, forced=True)

    quote = quote_make(prop=fresh(inn), stay_request=stay_request, booker=VISITOR)

    assert (quote.breakdown.total, quote.stay_request.extras) == (380, {extra.pk: 1})
    assert refusal(inn, stay_request.changed(extras={0: 1})).key == "extra_not_available"


def test_an_agreed_price(inn, stay_request):
    assert total(inn, stay_request.changed(agreed=Decimal(99)), STAFF) == 99


def test_a_stay_that_fits_only_after_moving_others_is_quoted(inn, soon, double, book, stay_request):
    first, last = soon
    rooms = list(inn.rooms.order_by("number"))
    day = timedelta(days=1)

    def in_room(room, start, end):
        wanted = StayRequest(start, end, (RoomRequest(double.pk),), adults=2)
        booking = book(wanted)
        booking.occupancies.update(room=room)

    # The middle night is free somewhere on each night, but in no single room.
    in_room(rooms[0], first, first + day)
    in_room(rooms[1], first + day, first + 2 * day)
    in_room(rooms[2], first + 2 * day, last)

    assert total(inn, stay_request) == 360
    assert book(stay_request).occupancies.count() == 1


def test_the_cheapest_tariff_is_the_one_by_which_the_room_costs_least(inn, stay_request, double):
    prop = settle(inn, per_person_per_night=True)
    price(inn, double, 200, name="For the room", ignore_per_person=True)
    week = stay_request.changed(departure=stay_request.arrival + timedelta(days=7))

    assert total(prop, stay_request) == 600  # and not 120 for each of two
    price(inn, double, 210, name="Long", ignore_per_person=True, discount_7=50)
    assert total(prop, week) == 735


def test_children_of_a_guest_type_do_not_pay_by_age_as_well(inn, stay_request):
    prop = settle(
        inn,
        use_guest_types=True,
        per_person_per_night=True,
        allow_children=True,
        children_count_for_capacity=False,
    )
    ChildRate.objects.create(property=inn, age_from=0, age_to=11, price=15)
    adult = GuestType.objects.create(property=inn, name="Adult")
    child = GuestType.objects.create(property=inn, name="Child", is_child=True)
    family = stay_request.changed(child_ages=(6,))

    assert total(prop, family.changed(guest_types={adult.pk: 2, child.pk: 1})) == 360 * 3
    assert total(prop, family.changed(guest_types={adult.pk: 2})) == 360 * 2 + 45


def test_a_child_too_old_for_every_rate_is_no_free_guest(inn, stay_request):
    prop = settle(
        inn, per_person_per_night=True, allow_children=True, children_count_for_capacity=False
    )
    assert total(prop, stay_request.changed(child_ages=(15,))) == 720
    ChildRate.objects.create(property=inn, age_from=0, age_to=11, price=15)

    error = refusal(prop, stay_request.changed(child_ages=(15,)))

    assert (error.key, list(error.fields)) == ("children_not_allowed", ["child_ages"])
    assert error.detail == "Children pay up to the age of 11; count older ones as adults."


def test_a_room_takes_no_more_adults_than_people(inn, soon):
    rooms = list(inn.rooms.order_by("pk"))
    Room.objects.filter(pk=rooms[0].pk).update(max_adults=4, max_occupancy=2)
    Room.objects.filter(pk=rooms[1].pk).update(max_adults=1, max_children=3, max_occupancy=4)
    both = RoomRequest(room_id=rooms[0].pk), RoomRequest(room_id=rooms[1].pk)

    for adults in (4, 5):
        assert refusal(inn, StayRequest(*soon, both, adults=adults)).key == "too_many_adults"
    quote = quote_make(
        prop=fresh(inn), stay_request=StayRequest(*soon, both, adults=3), booker=VISITOR
    )
    assert [room.adults for room in quote.rooms] == [2, 1]


@pytest.mark.parametrize("adults", [0, -1])
def test_there_is_no_room_without_an_adult(inn, soon, adults):
    error = refusal(inn, StayRequest(*soon, (RoomRequest(adults=adults), RoomRequest(adults=2))))

    assert (error.key, list(error.fields)) == ("validation_failed", ["rooms"])


def test_a_quote_for_hired_items_can_be_quoted_again(inn, soon, double):
    hire = PropertyType.objects.create(name="Bicycles", flag=5)
    type(inn).objects.filter(pk=inn.pk).update(property_type=hire)
    prop = fresh(inn)
    wanted = StayRequest(*soon, (RoomRequest(double.pk),) * 2, adults=1)

    first = quote_make(prop=prop, stay_request=wanted, booker=VISITOR)

    assert (
        quote_make(prop=prop, stay_request=first.stay_request, booker=STAFF).breakdown
        == first.breakdown
    )


@pytest.mark.parametrize("agreed", ["-5", "NaN", "Infinity", "1e40"])
def test_an_agreed_price_is_an_amount(inn, stay_request, agreed):
    error = refusal(inn, stay_request.changed(agreed=Decimal(agreed)), STAFF)

    assert (error.key, list(error.fields)) == ("validation_failed", ["agreed"])


def test_guests_agree_on_no_price_by_themselves(inn, stay_request):
    assert list(refusal(inn, stay_request.changed(agreed=Decimal(1))).fields) == ["agreed"]


def test_an_agreed_price_uses_up_no_coupon(inn, stay_request):
    Coupon.objects.create(property=inn, code="SUN", amount=10)

    quote = quote_make(
        prop=fresh(inn),
        stay_request=stay_request.changed(coupon="SUN", agreed=Decimal(99)),
        booker=STAFF,
    )

    assert (quote.breakdown.total, quote.coupon_id) == (99, None)


def test_a_price_that_no_booking_can_keep_is_refused(inn, stay_request):
    inn.tariff_types.get().rates.update(price=Decimal("999999999.999"))

    error = refusal(inn, stay_request.changed(departure=stay_request.arrival + timedelta(days=300)))

    assert error.key == "validation_failed"


def test_a_security_deposit_is_in_whole_units_of_the_currency(inn, stay_request):
    prop = settle(inn, security_deposit=Decimal("50.005"))

    assert str(quote_make(prop=prop, stay_request=stay_request, booker=VISITOR).security) == "50.01"
