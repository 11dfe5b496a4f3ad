"""A channel sends its reservations again as they are now."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from bookyflow.availability.models import Allotment, Occupancy
from bookyflow.billing.invoicing import invoice_issue
from bookyflow.billing.models import Payment
from bookyflow.billing.payments import payment_record, payment_refund
from bookyflow.channels.models import ChannelProperty, ChannelReservation, ChannelStay
from bookyflow.channels.reservations import Cancellation
from bookyflow.core.dates import ONE_DAY
from bookyflow.events.models import Event
from bookyflow.guests.services import GuestDetails
from bookyflow.pricing.lines import LineKind
from bookyflow.reservations.amendments.apply import booking_amend
from bookyflow.reservations.amendments.changes import Changes, PriceMode
from bookyflow.reservations.folio_charges import service_add
from bookyflow.reservations.lead_guest import lead_guest_correct
from bookyflow.reservations.lifecycle import booking_cancel, booking_check_in
from bookyflow.reservations.models import Booking, BookingState
from bookyflow.tariffs.models import Extra
from tests.conftest import make_hotel
from tests.domain.channels.conftest import keys
from tests.domain.conftest import ADA, at_once, book, remote, stay
from tests.domain.reservations.conftest import settle

pytestmark = pytest.mark.django_db


def group(remote_id, prop, *stays):
    """A reservation of several stays, each the changes of the first one."""
    one = remote(remote_id, prop, stay(3, 2))
    return replace(one, stays=tuple(replace(one.stays[0], **changes) for changes in stays))


def kinds():
    return list(Event.objects.order_by("pk").values_list("kind", flat=True))


def held(booking):
    """The rooms and nights that a booking holds."""
    found = Occupancy.objects.filter(booking=booking).order_by("room")
    return [(one.room_id, one.nights.lower, one.nights.upper) for one in found]


def test_other_dates_rooms_people_and_price_stay_one_booking(add, modify, hotel, linked):
    (before,) = add(remote("R1", hotel, stay(3, 2)))
    told = len(kinds())

    (after,) = modify(remote("R1", hotel, stay(4, 3), rooms=2, guests=2, price=Decimal("333.33")))

    (booking,) = after.bookings
    booking.refresh_from_db()
    assert booking.pk == before.bookings[0].pk
    assert (booking.stay(), booking.adults, booking.total) == (stay(4, 3), 4, Decimal("333.33"))
    assert {span[1:] for span in held(booking)} == {(stay(4, 3).arrival, stay(4, 3).departure)}
    assert len(held(booking)) == 2
    assert booking.lines.get().last_night == stay(4, 3).last_night
    assert (booking.deposit_required, booking.state) == (Decimal("333.33"), "provisional")
    assert kinds()[told:] == ["booking_modified"]
    assert Event.objects.order_by("pk").last().channel_id == linked.pk


def test_sent_again_it_changes_nothing_and_answers_with_its_bookings(add, modify, hotel):
    add(remote("R1", hotel, stay(3, 2)))
    changed = remote("R1", hotel, stay(4, 2))
    (first,) = modify(changed)
    told, version = kinds(), Booking.objects.get().version

    (again,) = modify(changed)
    (added,) = add(changed)
    (before,) = add(remote("R1", hotel, stay(3, 2)))

    assert again.bookings == added.bookings == first.bookings
    assert keys([before]) == ["reservation_differs"]
    assert (kinds(), Booking.objects.get().version) == (told, version)


@pytest.mark.parametrize("change", [{"rooms": 4}, {"guests": 99}, {"room_type_name": "Igloo"}])
def test_one_that_no_longer_fits_stays_whole(add, modify, hotel, change):
    (before,) = add(remote("R1", hotel, stay(3, 2), already_paid=Decimal(50)))
    (booking,) = before.bookings
    rooms, told = held(booking), kinds()

    (after,) = modify(remote("R1", hotel, stay(9, 2), already_paid=Decimal(0), **change))

    again = Booking.objects.get()
    assert keys([after]) == ["no_room_available"]
    assert (held(again), kinds(), again.version) == (rooms, told, booking.version)
    assert (again.stay(), again.paid) == (stay(3, 2), 50)
    assert keys(add(remote("R1", hotel, stay(3, 2), already_paid=Decimal(50)))) == ["ok"]


def test_nights_of_others_are_not_taken(add, modify, hotel):
    add(remote("R1", hotel, stay(3, 2)))
    add(remote("R2", hotel, stay(5, 2), rooms=3))

    assert keys(modify(remote("R1", hotel, stay(3, 3)))) == ["no_room_available"]
    assert keys(modify(remote("R1", hotel, stay(2, 3)))) == ["ok"]


def test_it_keeps_its_room_where_that_is_free(add, modify, hotel):
    add(remote("R0", hotel, stay(3, 2)), remote("R1", hotel, stay(3, 2)))
    booking = Booking.objects.last()
    ((room, *_),) = held(booking)

    modify(remote("R1", hotel, stay(2, 4)))
    assert held(booking) == [(room, stay(2, 4).arrival, stay(2, 4).departure)]
    modify(remote("R1", hotel, stay(2, 4), rooms=2))

    assert room in [span[0] for span in held(booking)]
    assert len(held(booking)) == 2


def test_new_nights_must_be_for_sale_and_nights_that_it_has_need_not(add, modify, hotel, double):
    add(remote("R1", hotel, stay(3, 2)))
    closed = {"property": hotel, "room_type": double, "stop_sell": True}
    for ahead in (3, 4, 6):
        Allotment.objects.create(**closed, date=stay(ahead, 1).arrival)

    assert keys(modify(remote("R1", hotel, stay(3, 3)))) == ["ok"]
    assert keys(modify(remote("R1", hotel, stay(3, 4)))) == ["stop_sell"]
    assert keys(modify(remote("R1", hotel, stay(6, 1)))) == ["stop_sell"]
    assert keys(modify(remote("R1", hotel, stay(2, 2)))) == ["ok"]


def test_the_allotment_counts_for_new_nights(add, modify, hotel, double):
    add(remote("R1", hotel, stay(3, 2)), remote("R2", hotel, stay(5, 1)))
    Allotment.objects.create(
        property=hotel, room_type=double, max_to_sell=1, date=stay(5, 1).arrival
    )

    assert keys(modify(remote("R1", hotel, stay(3, 3)))) == ["no_room_available"]


@pytest.fixture
def double(hotel):
    return hotel.rooms.first().room_type


def test_a_reservation_that_is_not_there_or_over_is_not_changed(add, modify, cancel, hotel, by):
    assert keys(modify(remote("R1", hotel, stay(3, 2)))) == ["booking_not_found"]
    add(remote("R1", hotel, stay(3, 2)), remote("R2", hotel, stay(3, 2)))
    cancel("R1")
    pk = Booking.objects.get(channel_stay__reservation__remote_id="R2").pk
    booking_cancel(booking_id=pk, property_id=hotel.pk, by=by)

    found = modify(remote("R1", hotel, stay(4, 2)), remote("R2", hotel, stay(4, 2)))

    assert keys(found) == ["reservation_cancelled"] * 2


def test_properties_out_of_reach_are_not_found(add, modify, hotel, manager, linked):
    add(remote("R1", hotel, stay(3, 2)))
    unlinked = make_hotel(manager, name="Unlinked")

    assert keys(modify(remote("R1", unlinked, stay(3, 2)))) == ["property_not_found"]
    ChannelProperty.objects.all().delete()
    ChannelProperty.objects.create(channel=linked, property=unlinked)
    assert keys(modify(remote("R1", unlinked, stay(3, 2)))) == ["booking_not_found"]


def test_a_stay_can_move_to_another_property(add, modify, hotel, manager, linked):
    other = make_hotel(manager, name="Other")
    ChannelProperty.objects.create(channel=linked, property=other)
    (before,) = add(remote("R1", hotel, stay(3, 2), stay_id="a"))

    (after,) = modify(remote("R1", other, stay(3, 2), stay_id="a"))

    assert after.bookings[0].property_id == other.pk
    assert Booking.objects.get(pk=before.bookings[0].pk).state == "cancelled"
    stays = ChannelStay.objects.order_by("number").values_list("number", "remote_id")
    assert list(stays) == [(0, "a"), (100, "a")]


# Money


def test_what_is_paid_follows_the_channel(add, modify, hotel, by):
    def sent(price, **paid):
        (outcome,) = modify(remote("R1", hotel, stay(3, 2), price=Decimal(price), **paid))
        booking = Booking.objects.get()
        assert keys([outcome]) == ["ok"]
        assert outcome.bookings[0].paid == booking.paid
        return booking.paid, booking.deposit_required, booking.state

    add(remote("R1", hotel, stay(3, 2), already_paid=Decimal(50)))

    assert sent(210, already_paid=Decimal(80)) == (80, 80, "confirmed")
    assert sent(220, already_paid=None) == (80, 80, "confirmed")
    assert sent(230, already_paid=Decimal(300)) == (300, 230, "confirmed")
    assert sent(240, already_paid=Decimal(0)) == (0, 240, "provisional")
    entered = Payment.objects.order_by("pk").values_list("kind", "amount", "method", "reference")
    assert list(entered) == [
        ("payment", 50, "channel", "R1"),
        ("payment", 30, "channel", "R1"),
        ("payment", 220, "channel", "R1"),
        ("refund", -300, "channel", "R1"),
    ]


def test_what_the_guest_paid_at_the_desk_is_no_business_of_the_channel(add, modify, hotel, by):
    (outcome,) = add(remote("R1", hotel, stay(3, 2), already_paid=Decimal(50)))
    which = {"property_id": hotel.pk, "booking_id": outcome.bookings[0].pk, "by": by}
    payment_record(**which, amount=Decimal(20), method="cash")

    modify(remote("R1", hotel, stay(4, 2), already_paid=Decimal(60)))

    assert Booking.objects.get().paid == 80


def test_money_that_is_not_there_any_more_is_not_given_back(add, modify, hotel, by):
    (outcome,) = add(remote("R1", hotel, stay(3, 2), already_paid=Decimal(50)))
    which = {"property_id": hotel.pk, "booking_id": outcome.bookings[0].pk, "by": by}
    payment_refund(**which, amount=Decimal(50), method="cash")

    found = modify(remote("R1", hotel, stay(4, 2), already_paid=Decimal(0)))

    assert keys(found) == ["refund_exceeds_paid"]
    assert Booking.objects.get().stay() == stay(3, 2)


def test_services_and_what_is_invoiced_stay_on_the_account(add, modify, hotel, by):
    (outcome,) = add(remote("R1", hotel, stay(3, 2)))
    which = {"property_id": hotel.pk, "booking_id": outcome.bookings[0].pk, "by": by}
    service_add(**which, description="Sauna", price=Decimal(30), quantity=1)
    invoice_issue(**which)

    (after,) = modify(remote("R1", hotel, stay(3, 3), price=Decimal(300)))

    assert after.bookings[0].total == 330
    lines = Booking.objects.get().lines.order_by("pk").values_list("kind", "gross", "billed")
    assert list(lines) == [
        ("accommodation", 200, True),
        ("service", 30, True),
        ("accommodation", -200, False),
        ("accommodation", 300, False),
    ]


@pytest.mark.parametrize("inclusive", [True, False])
def test_what_staff_sold_beside_the_rooms_goes_on_at_its_terms(hotel, add, modify, by, inclusive):
    settle(hotel, prices_inclusive=inclusive, accommodation_tax_rate=Decimal(10))
    extra = Extra.objects.create(
        property=hotel, name="Breakfast", price=Decimal(7), model="per_night"
    )
    (outcome,) = add(remote("R1", hotel, stay(10, 2), guests=2, price=Decimal(100)))
    which = {"property_id": hotel.pk, "booking_id": outcome.bookings[0].pk, "by": by}
    booking_amend(**which, changes=Changes(extras={extra.pk: 1}), price=PriceMode.GRANTED)
    Extra.objects.update(price=Decimal(99))

    (after,) = modify(remote("R1", hotel, stay(10, 3), guests=2, price=Decimal("133.33")))
    booking = after.bookings[0]
    of_rooms = booking.lines.get(kind=LineKind.ACCOMMODATION)
    beside = booking.lines.get(kind=LineKind.EXTRA)

    assert (of_rooms.gross, beside.gross) == (Decimal("133.33"), 3 * 7)
    assert booking.total == Decimal("154.33")
    changed = booking_amend(
        **which,
        changes=Changes(departure=booking.departs_on - ONE_DAY),
        price=PriceMode.GRANTED,
    )
    assert changed.lines.get(kind=LineKind.EXTRA).gross == 2 * 7
    assert changed.lines.get(kind=LineKind.ACCOMMODATION).gross == pytest.approx(
        Decimal("88.89"), abs=Decimal("0.01")
    )


def test_a_property_that_sells_in_another_currency_changes_nothing(add, modify, hotel):
    add(remote("R1", hotel, stay(3, 2)))
    settle(hotel, currency="JPY")

    (outcome,) = modify(remote("R1", hotel, stay(4, 2)))

    assert (outcome.key, list(outcome.error.fields)) == ("validation_failed", ["price"])


# Who comes


def test_what_is_told_anew_is_kept_and_what_is_hidden_stays(add, modify, hotel):
    one = remote("R1", hotel, stay(3, 2))
    add(one)
    guest = GuestDetails("Byron", email="", phone="+44 1")

    (outcome,) = modify(replace(one, guest=guest, comments="Late"))

    (booking,) = outcome.bookings
    assert booking.lead_guest == ADA.told() | {"surname": "Byron", "phone": "+44 1"}
    assert (booking.remarks, booking.referrer) == ("Late", "ota")
    assert kinds()[-1] == "booking_modified"
    assert booking.history.count() == 2


def test_what_staff_corrected_stays_unless_the_channel_says_something_new(add, modify, hotel, by):
    (outcome,) = add(remote("R1", hotel, stay(3, 2)))
    which = {"property_id": hotel.pk, "booking_id": outcome.bookings[0].pk, "by": by}
    lead_guest_correct(**which, changes={"surname": "King"})

    modify(remote("R1", hotel, stay(4, 2)))

    assert Booking.objects.get().lead_guest["surname"] == "King"


def test_an_anonymised_guest_stays_unknown(add, modify, hotel):
    one = remote("R1", hotel, stay(3, 2))
    add(one)
    booking = Booking.objects.get()
    booking.lead_guest = {}
    booking.save()

    modify(replace(one, guest=GuestDetails("Byron")))

    assert Booking.objects.get().lead_guest == {}


def test_the_split_of_a_party_that_stays_as_large_is_kept(add, modify, hotel):
    add(remote("R1", hotel, stay(3, 2), guests=2))
    Booking.objects.update(adults=1, children=1)

    modify(remote("R1", hotel, stay(4, 2), guests=2))
    booking = Booking.objects.get()
    modify(remote("R1", hotel, stay(4, 2), guests=1))

    assert (booking.adults, booking.children) == (1, 1)
    assert Booking.objects.values_list("adults", "children").get() == (1, 0)


def test_a_guest_who_is_there_may_stay_longer_and_arrives_no_other_day(add, modify, hotel, by):
    (outcome,) = add(remote("R1", hotel, stay(0, 2)))
    booking_check_in(booking_id=outcome.bookings[0].pk, property_id=hotel.pk, by=by)

    assert keys(modify(remote("R1", hotel, stay(0, 3)))) == ["ok"]
    assert Booking.objects.get().state == BookingState.CHECKED_IN
    assert keys(modify(remote("R1", hotel, stay(1, 2)))) == ["booking_state"]


# Groups


def test_one_stay_of_a_group_is_changed_and_the_others_are_not_touched(add, modify, hotel):
    first = group("R1", hotel, {}, {"stay": stay(8, 1)}, {"stay": stay(9, 1)})
    (before,) = add(first)

    (after,) = modify(group("R1", hotel, {"stay": stay(9, 1)}, {}, {"stay": stay(8, 2)}))

    a, b, c = before.bookings
    assert [one.pk for one in after.bookings] == [c.pk, a.pk, b.pk]
    versions = dict(Booking.objects.values_list("pk", "version"))
    assert versions == {a.pk: 1, b.pk: 2, c.pk: 1}
    assert [one.channel_stay.name for one in after.bookings] == ["3", "1", "2"]


def test_stays_that_are_left_out_are_cancelled_and_new_ones_booked(add, modify, hotel):
    (before,) = add(group("R1", hotel, {}, {"stay": stay(8, 1)}))

    (after,) = modify(group("R1", hotel, {"stay": stay(8, 1)}))
    (more,) = modify(group("R1", hotel, {"stay": stay(8, 1)}, {"stay": stay(20, 1)}))

    assert [one.pk for one in after.bookings] == [before.bookings[1].pk]
    assert Booking.objects.get(pk=before.bookings[0].pk).state == "cancelled"
    assert [one.channel_stay.name for one in more.bookings] == ["2", "1"]
    assert kinds()[-2:] == ["booking_cancelled", "booking_added"]


def test_names_say_which_stay_is_which(add, modify, hotel):
    (before,) = add(group("R1", hotel, {"stay_id": "a"}, {"stay": stay(8, 1), "stay_id": "b"}))

    (after,) = modify(group("R1", hotel, {"stay_id": "b"}, {"stay": stay(8, 1), "stay_id": "a"}))

    a, b = before.bookings
    assert [one.pk for one in after.bookings] == [b.pk, a.pk]
    assert Booking.objects.get(pk=a.pk).stay() == stay(8, 1)


def test_the_numbers_of_stays_without_names_name_them(add, modify, hotel):
    (before,) = add(group("R1", hotel, {}, {"stay": stay(8, 1)}))

    (after,) = modify(group("R1", hotel, {"stay_id": "2", "stay": stay(12, 1)}))

    assert [one.pk for one in after.bookings] == [before.bookings[1].pk]


def test_two_stays_can_swap_the_last_rooms(add, modify, hotel):
    hotel.rooms.exclude(number="1").delete()
    (before,) = add(group("R1", hotel, {"stay_id": "a"}, {"stay": stay(5, 2), "stay_id": "b"}))

    (after,) = modify(group("R1", hotel, {"stay_id": "b"}, {"stay": stay(5, 2), "stay_id": "a"}))

    assert keys([after]) == ["ok"]
    assert {one.pk for one in after.bookings} == {one.pk for one in before.bookings}


def test_a_group_is_changed_whole_or_not_at_all(add, modify, hotel):
    (before,) = add(group("R1", hotel, {}, {"stay": stay(8, 1)}, {"stay": stay(20, 1)}))

    found = modify(group("R1", hotel, {"stay": stay(4, 2)}, {"stay": stay(8, 1), "rooms": 4}))

    assert keys(found) == ["no_room_available"]
    assert Booking.objects.filter(version=1, state="provisional").count() == 3
    assert before.bookings[0].stay() == stay(3, 2)


@pytest.mark.parametrize("names", [("a", ""), ("a", "a")])
def test_each_stay_has_a_name_of_its_own_or_none_has(hotel, names):
    with pytest.raises(Exception, match="Name each stay") as refused:
        group("R1", hotel, *({"stay_id": name} for name in names))

    assert refused.value.fields == {"stays": ["Name each stay, and each another way, or none."]}


def test_more_stays_than_a_reservation_can_have(hotel):
    with pytest.raises(Exception, match="At most 100 stays"):
        group("R1", hotel, *({} for _ in range(101)))


def test_one_stay_of_a_group_is_cancelled_and_again(add, cancel, modify, hotel):
    whole = group("R1", hotel, {}, {"stay": stay(8, 1)})
    (before,) = add(whole)

    (first,) = cancel(Cancellation("R1", ["2"]))
    told = kinds()
    (again,) = cancel(Cancellation("R1", ["2", "2"]))

    assert keys([first, again]) == ["ok", "ok"]
    assert [one.pk for one in again.bookings] == [before.bookings[1].pk]
    assert kinds() == told
    assert list(Booking.objects.order_by("pk").values_list("state", flat=True)) == [
        "provisional",
        "cancelled",
    ]
    assert keys(add(whole)) == ["reservation_differs"]
    (both,) = modify(whole)
    assert keys([both]) == ["ok"]
    assert both.bookings[0].pk == before.bookings[0].pk
    assert both.bookings[1].pk not in {one.pk for one in before.bookings}


def test_cancelling_the_last_stay_cancels_the_reservation(add, cancel, hotel):
    whole = group("R1", hotel, {}, {"stay": stay(8, 1)})
    add(whole)

    assert keys(cancel(Cancellation("R1", ["2"]))) == ["ok"]
    assert ChannelReservation.objects.get().cancelled_at is None
    assert keys(cancel(Cancellation("R1", ["1"]))) == ["ok"]
    assert ChannelReservation.objects.get().cancelled_at is not None
    assert keys(add(whole)) == ["ok"]
    assert Occupancy.objects.count() == 2


def test_a_stay_that_there_is_not_cancels_nothing(add, cancel, hotel):
    add(group("R1", hotel, {}, {"stay": stay(8, 1)}))

    (outcome,) = cancel(Cancellation("R1", ["2", "3"]))

    assert (outcome.key, outcome.message) == (
        "booking_not_found",
        "The reservation has no stay `3`.",
    )
    assert Occupancy.objects.count() == 2


# From before stays had names and contents


def test_a_reservation_from_before_is_known_and_changed(add, modify, cancel, hotel):
    whole = group("R1", hotel, {}, {"stay": stay(8, 1)})
    (before,) = add(whole)
    ChannelStay.objects.update(remote_id="", content="")
    ChannelReservation.objects.update(about="")

    (same,) = add(whole)
    (after,) = modify(group("R1", hotel, {}, {"stay": stay(8, 2)}))
    gone = cancel(Cancellation("R1", ["2"]))

    assert same.bookings == before.bookings
    assert [one.pk for one in after.bookings] == [one.pk for one in before.bookings]
    assert keys(gone) == ["ok"]
    assert [one.pk for one in gone[0].bookings] == [before.bookings[1].pk]


# At once


@pytest.mark.django_db(transaction=True)
def test_rival_changes_end_in_one_of_them(add, modify, hotel):
    hotel.rooms.exclude(number="1").delete()
    add(remote("R1", hotel, stay(3, 2)))

    results = at_once(6, lambda n: keys(modify(remote("R1", hotel, stay(4 + n, 2))))[0])

    assert results == ["ok"] * 6
    booking = Booking.objects.get()
    assert held(booking) == [(held(booking)[0][0], booking.arrival, booking.departs_on)]


@pytest.mark.django_db(transaction=True)
def test_the_same_change_many_times_at_once_is_made_once(add, modify, hotel):
    add(remote("R1", hotel, stay(3, 2)))

    results = at_once(6, lambda n: keys(modify(remote("R1", hotel, stay(4, 2))))[0])

    assert results == ["ok"] * 6
    assert Booking.objects.get().version == 2


@pytest.mark.django_db(transaction=True)
def test_changes_and_cancellations_at_once_leave_no_room_taken_twice(add, modify, cancel, hotel):
    whole = group("R1", hotel, {}, {"stay": stay(8, 1)})
    add(whole)

    def work(n):
        if n % 3 == 0:
            return keys(cancel("R1"))[0]
        if n % 3 == 1:
            return keys(add(whole))[0]
        return keys(modify(group("R1", hotel, {"stay": stay(3 + n, 1)})))[0]

    found = set(at_once(9, work))

    assert found <= {"ok", "reservation_differs", "reservation_cancelled"}
    live = Booking.objects.exclude(state="cancelled")
    assert Occupancy.objects.count() == live.count() <= 2
    assert set(live.values_list("channel_stay__number", flat=True)) <= {0, 1}


@pytest.mark.django_db(transaction=True)
def test_moves_between_properties_in_any_order_never_deadlock(add, modify, manager, hotel, linked):
    other = make_hotel(manager, name="Other")
    ChannelProperty.objects.create(channel=linked, property=other)
    add(remote("R1", hotel, stay(3, 2)))

    def work(n):
        prop = (hotel, other)[n % 2]
        return keys(modify(remote("R1", prop, stay(3 + n, 2))))[0]

    found = at_once(8, work)

    assert set(found) <= {"ok", "busy"}
    assert "ok" in found
    assert Booking.objects.exclude(state="cancelled").count() == 1


def test_a_booking_of_others_is_never_touched(add, modify, hotel, by):
    other = book(hotel, stay(3, 2), by=by)
    add(remote("R1", hotel, stay(3, 2)))

    modify(remote("R1", hotel, stay(3, 3), rooms=2))

    other.refresh_from_db()
    assert other.version == 1
