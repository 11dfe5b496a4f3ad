"""What was granted stays granted when a booking changes; only what is new is priced as of today."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from functools import partial

import pytest
import time_machine

from bookyflow.channels.reservations import reservations_add
from bookyflow.core.errors import DomainError
from bookyflow.pricing.lines import Rule
from bookyflow.properties.models import PropertySettings
from bookyflow.reservations.amendments.changes import PriceMode
from bookyflow.reservations.folio_charges import service_add
from bookyflow.reservations.lifecycle import (
    booking_check_in,
    booking_check_out,
    booking_check_out_undo,
)
from bookyflow.reservations.models import Booking, BookingLine
from bookyflow.reservations.quotes.basis_codec import basis_of
from bookyflow.reservations.stay_request import Booker, RoomRequest
from bookyflow.rooms.models import Room, RoomType
from bookyflow.tariffs.models import (
    Coupon,
    DailyRate,
    Extra,
    GuestType,
    PartnerDiscount,
    TariffType,
)
from bookyflow.tariffs.overrides import Overridable
from bookyflow.tariffs.tariff_types import tariff_delete
from tests.domain.conftest import remote, stay
from tests.domain.reservations.conftest import price, settle

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def amend(amend):
    return partial(amend, price=PriceMode.GRANTED)


@pytest.fixture
def booking(book, stay_request):
    """Three nights at 120."""
    return book(stay_request)


def raised(inn, amount):
    DailyRate.objects.filter(property=inn).update(price=amount)


def lines(booking):
    return [(line.rule, line.gross) for line in booking.lines.order_by("id")]


def test_nights_keep_their_price_and_new_ones_cost_what_they_do_today(inn, booking, amend, soon):
    raised(inn, 200)

    longer = amend(booking, departure=soon[1] + DAY)
    assert (longer.total, lines(longer)) == (560, [("per_room", 560)])
    earlier = amend(longer, arrival=soon[0] - DAY)
    assert earlier.total == 760
    raised(inn, 500)
    assert amend(earlier, arrival=soon[0], departure=soon[1]).total == 360
    assert amend(earlier, adults=1).total == 360


def test_nights_slept_in_keep_their_price_where_a_push_has_none_any_more(inn, booking, amend, soon):
    DailyRate.objects.filter(property=inn, date__lt=soon[1]).delete()

    with time_machine.travel(soon[0] + timedelta(days=1, hours=12)):
        assert amend(booking, departure=soon[1] + DAY).total == 480


def test_a_coupon_that_has_run_out_goes_on(inn, book, stay_request, amend, soon):
    coupon = Coupon.objects.create(property=inn, code="EARLY", amount=10)
    booking = book(stay_request.changed(coupon="EARLY"))
    Coupon.objects.update(valid_to=inn.settings.today() - DAY, amount=50)

    assert amend(booking, adults=1).total == booking.total == 324
    longer = amend(booking, departure=soon[1] + DAY)
    assert (longer.total, longer.coupon_id) == (432, coupon.pk)
    assert amend(longer, coupon="").total == 480
    with pytest.raises(DomainError, match="coupon_invalid"):
        amend(longer, coupon="EARLY")


def test_an_extra_keeps_its_price_and_may_be_off_the_list(inn, book, stay_request, amend, soon):
    breakfast = Extra.objects.create(
        property=inn, name="Breakfast", price=10, model="per_night", max_quantity=9
    )
    booking = book(stay_request.changed(extras={breakfast.pk: 1}))
    Extra.objects.update(is_published=False, price=25)

    assert amend(booking, departure=soon[1] + DAY).total == 4 * 120 + 4 * 10
    assert amend(booking, extras={}).total == 4 * 120


def test_more_of_an_extra_costs_what_it_does_today(inn, book, stay_request, amend):
    dinner = Extra.objects.create(property=inn, name="Dinner", price=10, max_quantity=9)
    wine = Extra.objects.create(property=inn, name="Wine", price=30, max_quantity=9)
    booking = book(stay_request.changed(extras={dinner.pk: 2}))
    Extra.objects.filter(pk=dinner.pk).update(price=25)

    more = amend(booking, extras={dinner.pk: 3, wine.pk: 1})

    assert lines(more)[1:] == [("extra", 20), ("extra", 25), ("extra", 30)]
    assert Booking.objects.get().request["extras"] == {str(dinner.pk): 3, str(wine.pk): 1}
    fewer = amend(more, extras={dinner.pk: 1})
    assert lines(fewer)[1:] == [("extra", 10)]
    Extra.objects.filter(pk=dinner.pk).update(is_published=False)
    with pytest.raises(DomainError, match="extra_not_available"):
        amend(fewer, extras={dinner.pk: 2})


def test_the_discount_of_a_partner_goes_on(inn, book, stay_request, amend, soon, stranger):
    PartnerDiscount.objects.create(
        property=inn, partner=stranger, percentage=10, valid_from=soon[0], valid_to=soon[1]
    )
    booking = book(stay_request, booker=Booker(partner_id=stranger.pk, is_registered=True))
    PartnerDiscount.objects.all().delete()

    assert booking.total == 324
    assert amend(booking, departure=soon[1] + DAY).total == 432


def test_discounts_by_time_are_those_of_the_day_it_was_booked(inn, booking, amend):
    settle(inn, wiseprice_on=True, wiseprice_days=50, wiseprice_10=50, wiseprice_25=50)
    settle(inn, wiseprice_50=50, wiseprice_75=50)

    assert amend(booking, adults=1).total == 360


def test_minimum_stays_and_tariffs_of_later_are_not_asked(inn, booking, amend, soon, by):
    DailyRate.objects.update(min_stay=3, closed_to_arrival=True, closed_to_departure=False)
    assert amend(booking, departure=soon[1] - DAY).total == 240

    tariff_delete(property_id=inn.pk, tariff_type_id=TariffType.objects.get().pk, by=by)
    shorter = amend(booking, departure=soon[0] + DAY)
    assert shorter.total == 120
    with pytest.raises(DomainError, match="no_valid_tariffs"):
        amend(shorter, departure=soon[1])


def test_new_nights_are_sold_by_the_rules_of_today(inn, booking, amend, soon):
    DailyRate.objects.filter(date=soon[1]).update(closed=True)

    with pytest.raises(DomainError) as refused:
        amend(booking, departure=soon[1] + DAY)
    assert refused.value.key == "no_valid_tariffs"
    assert f"The night of {soon[1]} is closed." in refused.value.detail
    assert (
        amend(booking, departure=soon[1] + DAY, override=frozenset({Overridable.STOP_SELL})).total
        == 480
    )


def test_another_tariff_where_its_own_has_no_price_for_the_new_nights(
    inn, double, booking, amend, soon
):
    DailyRate.objects.filter(date__gte=soon[1]).delete()
    price(inn, double, 150, name="Later")
    price(inn, double, 140, name="Cheaper later")

    assert amend(booking, departure=soon[1] + DAY).total == 500


def test_a_room_more_costs_what_it_does_today(inn, double, booking, amend):
    raised(inn, 200)

    two = amend(booking, rooms=(RoomRequest(double.pk), RoomRequest(double.pk)))
    assert (two.total, two.occupancies.count()) == (960, 2)
    one = amend(two, rooms=(RoomRequest(double.pk),))
    assert one.total == 360


def test_another_room_type_is_new(inn, booking, amend):
    suite = RoomType.objects.create(name="Suite", property=inn)
    price(inn, suite, 300)
    inn.rooms.create(room_type=suite, number="S1", max_adults=2, max_occupancy=2)

    assert amend(booking, rooms=(RoomRequest(suite.pk),)).total == 900


def test_people_pay_the_price_that_was_granted_for_a_person(inn, book, stay_request, amend):
    settle(inn, per_person_per_night=True)
    booking = book(stay_request)
    raised(inn, 500)

    assert amend(booking, adults=1).total == 360
    with pytest.raises(DomainError, match="too_many_adults"):
        amend(booking, adults=3)


def test_guest_types_have_to_add_up(inn, book, stay_request, amend):
    settle(inn, per_person_per_night=True, use_guest_types=True)
    senior = GuestType.objects.create(property=inn, name="Senior", variance=20, maximum=9)
    booking = book(stay_request.changed(guest_types={senior.pk: 2}))
    GuestType.objects.update(variance=99)

    assert amend(booking, arrival=stay_request.arrival + DAY).total == booking.total * 2 / 3
    with pytest.raises(DomainError) as refused:
        amend(booking, adults=1)
    assert list(refused.value.fields) == ["guest_types"]


class TestAgreed:
    """Prices that staff have agreed with the guest, or that a channel has set."""

    @pytest.fixture
    def booking(self, book, stay_request):
        return book(stay_request.changed(agreed=Decimal(150)))

    def test_it_is_for_its_nights(self, booking, amend, soon):
        longer = amend(booking, departure=soon[1] + 2 * DAY)

        assert (longer.total, lines(longer)) == (390, [(Rule.AGREED, 390)])
        assert amend(longer, departure=soon[0] + DAY).total == 78  # a fifth
        assert amend(booking, adults=1).total == 78

    def test_it_can_be_dropped(self, booking, amend):
        assert amend(booking, drops_agreed=True).total == 360

    def test_it_can_be_dropped_for_a_new_price(self, inn, booking, amend):
        raised(inn, 200)

        changed = amend(booking, price=PriceMode.REPRICED, drops_agreed=True)

        assert changed.total == 600
        assert amend(changed, price=PriceMode.REPRICED).total == 600

    def test_another_one_takes_its_place(self, booking, amend, soon):
        assert amend(booking, agreed=Decimal(99), departure=soon[1] + DAY).total == 99
        with pytest.raises(DomainError) as refused:
            amend(booking, agreed=Decimal(99), drops_agreed=True)
        assert list(refused.value.fields) == ["agreed"]

    def test_a_price_that_was_kept_is_one(self, inn, book, stay_request, amend, soon):
        booking = book(stay_request)
        kept = amend(booking, price=PriceMode.KEPT, departure=soon[1] + DAY)
        raised(inn, 200)

        assert kept.total == 360
        assert amend(kept, departure=soon[1] + 2 * DAY).total == 560
        assert amend(kept, adults=1).total == 560

    def test_it_stands_for_the_rooms_that_there_are(self, double, book, stay_request, amend, soon):
        booking, two = book(stay_request), (RoomRequest(double.pk),) * 2
        kept = amend(booking, price=PriceMode.KEPT, rooms=two)

        assert (kept.total, kept.occupancies.count()) == (360, 2)
        longer = amend(kept, departure=soon[1] + DAY)
        assert longer.total == 360 + 2 * 120
        assert amend(longer, rooms=two[:1]).total == 300
        assert amend(longer, price=PriceMode.KEPT, rooms=two[:1]).total == 300
        assert amend(longer, departure=soon[0] + DAY).total == 75

    @pytest.mark.parametrize("inclusive", [True, False])
    def test_what_counts_nights_and_people_does_not_move_it(
        self, inn, book, stay_request, amend, soon, inclusive
    ):
        settle(
            inn,
            prices_inclusive=inclusive,
            single_supplement_on=True,
            city_tax=Decimal("1.50"),
            city_tax_model="perguestpernight",
        )
        booking = book(stay_request.changed(adults=1))
        total = booking.total

        for changes in ({"departure": soon[1] + DAY}, {"adults": 2}, {"departure": soon[1]}):
            kept = amend(booking, price=PriceMode.KEPT, **changes)
            assert kept.total == total
            assert amend(booking).total == total

    def test_it_stands_for_the_nights_of_a_guest_who_has_left_early(
        self, book, stay_request, amend, by, soon
    ):
        booking = book(stay_request)
        here = {"booking_id": booking.pk, "property_id": booking.property_id, "by": by}
        with time_machine.travel(soon[0] + timedelta(hours=12)):
            booking_check_in(**here)
        with time_machine.travel(soon[0] + DAY + timedelta(hours=12)):
            booking_check_out(**here, free_remaining=True)
            booking_check_out_undo(**here)
            assert amend(booking).total == 360
            assert amend(booking, departure=soon[1]).total == 360 + 2 * 120

    def test_it_is_in_the_currency_of_the_booking(self, inn, book, stay_request, amend):
        booking = book(stay_request.changed(agreed=Decimal("100.55")))
        settle(inn, currency="JPY")

        assert amend(booking).total == Decimal("100.55")
        assert amend(booking, agreed=Decimal("55.55")).total == Decimal("55.55")
        with pytest.raises(DomainError) as refused:
            amend(booking, agreed=Decimal("55.555"))
        assert list(refused.value.fields) == ["agreed"]

    def test_it_is_not_more_than_can_be_kept(self, booking, amend, by):
        here = {"booking_id": booking.pk, "property_id": booking.property_id, "by": by}
        most = Decimal("99999999")
        service_add(**here, description="Palace", price=most, quantity=1000)

        with pytest.raises(DomainError, match="too large"):
            amend(booking, agreed=Decimal(1_001))

    def test_the_price_of_a_channel_is_one(self, hotel, inn, linked, reach, by, amend):
        made = remote("C-1", hotel, stay(10, 3), price=Decimal("100.01"))
        reservations_add(reservations=[made], channel_id=linked.pk, reach=reach, by=by)
        booking = Booking.objects.get()

        longer = amend(booking, departure=booking.departs_on + DAY)

        assert longer.total == Decimal("220.01")
        kept = amend(longer, price=PriceMode.KEPT, departure=longer.departs_on + DAY)
        assert kept.total == Decimal("220.01")
        assert amend(kept, departure=booking.arrival + DAY).total == Decimal("44.00")
        with pytest.raises(DomainError) as refused:
            amend(booking, drops_agreed=True, departure=booking.arrival + DAY)
        assert list(refused.value.fields) == ["price"]


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"currency": "CHF"}, "sells in CHF now"),
        ({"prices_inclusive": False}, "prices in another way now"),
    ],
)
def test_prices_of_another_kind_are_not_added(inn, booking, amend, soon, changed, told):
    PropertySettings.objects.filter(property=inn).update(**changed)

    assert amend(booking, departure=soon[1] - DAY).total == 240
    with pytest.raises(DomainError, match=told) as refused:
        amend(booking, departure=soon[1])
    assert list(refused.value.fields) == ["price"]


def test_a_booking_of_which_nothing_is_known(inn, booking, amend):
    Booking.objects.update(granted={})

    with pytest.raises(DomainError) as refused:
        amend(booking, adults=1)
    assert list(refused.value.fields) == ["price"]


def test_rules_of_rooms_people_and_dates_hold(inn, booking, book, stay_request, amend, soon):
    for _ in range(2):
        book(stay_request.changed(arrival=soon[1], departure=soon[1] + DAY))
    book(stay_request.changed(arrival=soon[1], departure=soon[1] + DAY))

    with pytest.raises(DomainError) as full:
        amend(booking, departure=soon[1] + DAY)
    with pytest.raises(DomainError) as reversed_:
        amend(booking, departure=soon[0])
    PropertySettings.objects.filter(property=inn).update(allow_children=False)
    with pytest.raises(DomainError) as children:
        amend(booking, child_ages=(4,))
    found = [one.value.key for one in (full, reversed_, children)]
    assert found == ["no_room_available", "validation_failed", "children_not_allowed"]
    assert BookingLine.objects.filter(booking=booking).count() == 1
    assert Room.objects.filter(occupancies__booking=booking).count() == 1


def test_the_deposit_is_the_one_that_was_asked_for(inn, book, stay_request, amend, soon):
    settle(inn, deposit_kind="percentage", deposit_value=50)
    booking = book(stay_request)
    settle(inn, deposit_value=100)

    assert amend(booking, departure=soon[1] + DAY).deposit_required == 180
    assert amend(booking, departure=soon[0] + DAY).deposit_required == 120


def test_what_was_granted_is_read_as_it_was_stored(inn, booking):
    booking.refresh_from_db()

    basis = basis_of(booking.granted)

    assert basis is not None
    assert basis.priced().total == booking.total
    assert [len(room.nights) for room in basis.rooms] == [3]
