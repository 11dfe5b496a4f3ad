"""Changing bookings, at the old price or a new one."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
import time_machine
from django.utils import timezone

from bookyflow.availability.models import Occupancy
from bookyflow.core.dates import Stay
from bookyflow.core.errors import DomainError
from bookyflow.events.models import Event
from bookyflow.guests.models import Guest
from bookyflow.guests.services import guest_save
from bookyflow.pricing.engine import price_given
from bookyflow.properties.locking import property_lock
from bookyflow.property_settings.services import settings_save
from bookyflow.reservations.amendments.apply import booking_amend
from bookyflow.reservations.amendments.changes import Changes, PriceMode
from bookyflow.reservations.amendments.room_move import booking_room_move
from bookyflow.reservations.blocks import block_create
from bookyflow.reservations.lifecycle import (
    booking_cancel,
    booking_check_in,
    booking_check_out,
    booking_check_out_undo,
)
from bookyflow.reservations.models import BookingLine
from bookyflow.reservations.price_inputs import rules_of
from bookyflow.reservations.quotes.make import quote_make
from bookyflow.reservations.services import RoomsWanted, Terms, booking_add_priced, quote_book
from bookyflow.reservations.stay_request import VISITOR, Booker, RoomRequest, StayRequest
from bookyflow.tariffs.models import Coupon, Extra
from tests.domain.reservations.conftest import GRACE, fresh, price, settle

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def account(booking):
    return [(line.kind, line.gross) for line in booking.lines.all()]


def nights(booking):
    return {(one.nights.lower, one.nights.upper) for one in booking.occupancies.all()}


def test_a_longer_stay_is_priced_anew(book, stay_request, amend, soon):
    booking = book(stay_request)
    (room,) = booking.occupancies.values_list("room", flat=True)

    changed = amend(booking, departure=soon[1] + DAY)

    assert (changed.total, changed.departure, changed.version) == (480, soon[1] + DAY, 2)
    assert account(changed) == [("accommodation", 480)]
    assert nights(changed) == {(soon[0], soon[1] + DAY)}
    assert list(changed.occupancies.values_list("room", flat=True)) == [room]
    kinds = Event.objects.filter(subject_kind="booking").order_by("id")
    assert list(kinds.values_list("kind", flat=True)) == ["booking_added", "booking_modified"]
    assert f"was {soon[0]} to {soon[1]}" in changed.history.last().reason


def test_the_price_can_be_kept(book, stay_request, amend, soon):
    changed = amend(
        book(stay_request), price=PriceMode.KEPT, arrival=soon[0] + DAY, departure=soon[1] + 3 * DAY
    )

    (line,) = changed.lines.all()
    assert (changed.total, line.gross) == (360, 360)
    assert (line.first_night, line.last_night) == (soon[0] + DAY, soon[1] + 2 * DAY)
    assert nights(changed) == {(soon[0] + DAY, soon[1] + 3 * DAY)}


def test_the_same_stay_has_the_same_price_in_quote_booking_and_change(
    inn, book, stay_request, amend
):
    prop = settle(
        inn,
        per_person_per_night=True,
        city_tax=2,
        city_tax_model="perguestpernight",
        cleaning_fee=Decimal("30.55"),
        deposit_kind="percentage",
    )
    Coupon.objects.create(property=inn, code="ONCE", amount=7, max_uses=1)
    extra = Extra.objects.create(property=inn, name="Linen", price=Decimal("9.99"), forced=True)
    guest = Guest.objects.create(property=inn, surname="Hopper", email="x@guest.example")
    Guest.objects.filter(pk=guest.pk).update(discount=5)
    wanted = stay_request.changed(coupon="ONCE", extras={extra.pk: 1})

    quoted = quote_make(prop=prop, stay_request=wanted, booker=VISITOR)
    booking = book(wanted, booker=VISITOR)
    first = [(line.kind, line.rule, line.net, line.tax) for line in booking.lines.all()]
    changed = amend(booking)

    assert booking.total == quoted.breakdown.total
    assert changed.total == quoted.breakdown.total
    assert changed.deposit_required == quoted.deposit
    assert [(line.kind, line.rule, line.net, line.tax) for line in changed.lines.all()] == first


def test_a_personal_price_goes_on(inn, stay_request, amend, by):
    saved = guest_save(property_id=inn.pk, details=GRACE, trusted=True)
    Guest.objects.filter(pk=saved.id).update(discount=10)
    booker = Booker(guest_id=saved.id)
    quote = quote_make(prop=fresh(inn), stay_request=stay_request, booker=booker)
    booking = quote_book(quote=quote, guest=GRACE, booker=booker, by=by)

    assert amend(booking).total == booking.total == 324


def test_what_is_on_an_invoice_is_taken_back_by_lines_of_its_own(book, stay_request, amend, soon):
    booking = book(stay_request)
    BookingLine.objects.update(billed=True)

    changed = amend(booking, departure=soon[1] + DAY)
    again = amend(changed, departure=soon[1])

    assert account(again) == [
        ("accommodation", 360),
        ("accommodation", -360),
        ("accommodation", 360),
    ]
    assert again.total == 360


def test_services_stay(book, stay_request, amend, soon):
    booking = book(stay_request)
    BookingLine.objects.create(
        booking=booking, kind="service", name="Taxi", net=20, tax_rate=0, tax=0, gross=20
    )

    assert amend(booking, departure=soon[1] + DAY).total == 500


def test_more_guests_are_spread_anew(book, stay_request, amend, double):
    booking = book(stay_request)

    changed = amend(booking, rooms=(RoomRequest(double.pk), RoomRequest(double.pk)), adults=3)
    fewer = amend(changed, adults=2)

    assert (changed.adults, changed.occupancies.count(), changed.total) == (3, 2, 720)
    assert [room["adults"] for room in fewer.request["rooms"]] == [1, 1]


def test_rooms_with_their_adults_say_how_many_they_are(book, stay_request, amend, double):
    changed = amend(book(stay_request), rooms=(RoomRequest(double.pk, adults=1),))

    assert changed.adults == 1


def test_an_agreed_price(book, stay_request, amend):
    changed = amend(book(stay_request), agreed=Decimal(300))

    assert changed.total == 300
    assert changed.lines.get().rule == "agreed_price"


def test_nothing_is_lost_when_a_change_is_refused(book, stay_request, amend, soon, inn, by):
    booking = book(stay_request)
    for _ in range(2):
        book(stay_request)
    block_create(property_id=inn.pk, stay=Stay(soon[1], soon[1] + DAY), by=by)

    with pytest.raises(DomainError) as refused:
        amend(booking, departure=soon[1] + DAY)

    booking.refresh_from_db()
    assert refused.value.key == "no_room_available"
    assert (booking.departure, booking.version) == (soon[1], 1)
    assert nights(booking) == {soon}


def test_another_room_is_found_where_the_old_one_is_taken(book, stay_request, amend, soon, inn, by):
    booking = book(stay_request)
    (room,) = booking.occupancies.values_list("room", flat=True)
    block_create(property_id=inn.pk, stay=Stay(soon[1], soon[1] + DAY), room_ids=[room], by=by)

    changed = amend(booking, departure=soon[1] + DAY, price=PriceMode.KEPT)

    assert changed.occupancies.get().room_id != room


def test_the_windows_of_arrival_do_not_count(book, stay_request, amend, inn, soon):
    booking = book(stay_request)
    settle(inn, min_days_before_arrival=100)

    assert amend(booking, departure=soon[1] + DAY).total == 480


@pytest.mark.parametrize("price", PriceMode)
def test_rules_of_stays_count(book, stay_request, amend, inn, soon, price):
    booking = book(stay_request)
    settle(inn, fixed_periods_on=True)

    with pytest.raises(DomainError) as refused:
        amend(booking, departure=soon[1] + DAY, price=price)

    assert refused.value.key == "fixed_period"


@pytest.mark.parametrize("price", PriceMode)
def test_a_reversed_stay_is_refused(book, stay_request, amend, soon, price):
    with pytest.raises(DomainError) as refused:
        amend(book(stay_request), departure=soon[0], price=price)

    assert refused.value.key == "validation_failed"


def test_a_departure_that_the_property_sets_is_not_ignored(inn, book, stay_request, amend, soon):
    booking = book(stay_request)
    settle(inn, asks_for_departure=False, minimum_interval=3)

    with pytest.raises(DomainError) as refused:
        amend(booking, departure=soon[1] + DAY)

    assert list(refused.value.fields) == ["departure"]
    assert amend(booking, arrival=soon[0] + DAY).departure == soon[1] + DAY


def test_what_has_ended_stays_as_it_is(book, stay_request, amend, by):
    booking = book(stay_request)
    booking_cancel(booking_id=booking.pk, property_id=booking.property_id, by=by)

    for change in (
        lambda: amend(booking),
        lambda: booking_room_move(
            booking_id=booking.pk,
            property_id=booking.property_id,
            from_room_id=1,
            to_room_id=2,
            by=by,
        ),
    ):
        with pytest.raises(DomainError) as refused:
            change()
        assert refused.value.key == "booking_state"


def test_a_guest_who_has_arrived_stays_longer_but_not_from_another_day(
    book, stay_request, amend, by, soon
):
    booking = book(stay_request)
    with time_machine.travel(f"{soon[0]}T12:00:00+00:00", tick=False):
        booking_check_in(booking_id=booking.pk, property_id=booking.property_id, by=by)
        longer = amend(booking, departure=soon[1] + DAY)
        with pytest.raises(DomainError) as refused:
            amend(booking, arrival=soon[0] + DAY)

    assert (longer.state, longer.departure) == ("checked_in", soon[1] + DAY)
    assert refused.value.key == "booking_state"


@pytest.mark.parametrize(("pinned", "moves"), [(False, True), (True, False)])
def test_others_make_way_for_a_guest_who_is_in_the_house(
    book, amend, by, soon, double, pinned, moves
):
    rooms = (RoomRequest(double.pk),)
    guest = book(StayRequest(*soon, rooms, adults=2))
    (room,) = guest.room_ids()
    after = RoomRequest(double.pk, room)
    other = book(StayRequest(soon[1], soon[1] + 2 * DAY, (after,), adults=2))
    other.occupancies.update(pinned=pinned)
    with time_machine.travel(f"{soon[0]}T12:00:00+00:00", tick=False):
        booking_check_in(booking_id=guest.pk, property_id=guest.property_id, by=by)
        longer = amend(guest, departure=soon[1] + DAY)

    assert (longer.room_ids() == [room]) is moves
    assert (other.room_ids() != [room]) is moves
    assert Event.objects.filter(kind="room_moved", subject_id=other.pk).exists() is moves


def test_nobody_makes_way_for_a_stay_of_absurd_length(book, stay_request, amend, by, soon):
    booking = book(stay_request)
    with time_machine.travel(f"{soon[0]}T12:00:00+00:00", tick=False):
        booking_check_in(booking_id=booking.pk, property_id=booking.property_id, by=by)
        with pytest.raises(DomainError) as refused:
            amend(booking, departure=date.max)
    assert refused.value.key == "stay_too_long"


def test_who_has_arrived_may_be_said_to_have_arrived_again(book, stay_request, amend, by, soon):
    booking = book(stay_request)
    with time_machine.travel(f"{soon[0]}T12:00:00+00:00", tick=False):
        booking_check_in(booking_id=booking.pk, property_id=booking.property_id, by=by)
        longer = amend(booking, arrival=soon[0], departure=soon[1] + DAY)

    assert longer.departure == soon[1] + DAY


def test_nights_that_were_freed_stay_free_when_a_guest_who_left_is_back(
    book, stay_request, amend, by, soon
):
    booking = book(stay_request)
    who = {"booking_id": booking.pk, "property_id": booking.property_id, "by": by}
    left = soon[0] + DAY
    with time_machine.travel(f"{left}T12:00:00+00:00", tick=False):
        booking_check_in(**who)
        booking_check_out(**who, free_remaining=True)
        booking_check_out_undo(**who)
        changed = amend(booking, adults=1, price=PriceMode.KEPT)

    assert changed.departure == left
    assert nights(changed) == {(soon[0], left)}


def test_an_enquiry_whose_time_is_over_holds_nothing_by_being_changed(
    inn, book, stay_request, amend
):
    settle(inn, requires_approval=True)
    booking = book(stay_request, booker=VISITOR)
    Occupancy.objects.update(expires_at=timezone.now() - timedelta(hours=1))

    changed = amend(booking, adults=1, price=PriceMode.KEPT)

    assert (changed.state, changed.occupancies.count()) == ("enquiry", 0)


def test_an_enquiry_goes_on_being_one(inn, book, stay_request, amend, soon):
    settle(inn, requires_approval=True)
    booking = book(stay_request, booker=VISITOR)
    until = booking.occupancies.get().expires_at

    held = amend(booking, departure=soon[1] + DAY).occupancies.get()

    assert (held.kind, held.expires_at, held.nights.upper) == ("hold", until, soon[1] + DAY)
    held.delete()
    assert not amend(booking, departure=soon[1]).occupancies.exists()


def test_a_booking_of_a_channel_can_be_changed_and_priced(inn, double, by, soon, amend):
    prop = property_lock(inn.pk)
    stay = Stay(*soon)
    breakdown = price_given(
        rules_of(prop),
        gross=Decimal(200),
        first_night=soon[0],
        last_night=stay.last_night,
        rooms=1,
    )
    booking = booking_add_priced(
        prop=prop,
        stay=stay,
        rooms=RoomsWanted(1, double.pk),
        guest=GRACE,
        terms=Terms(breakdown, Decimal(0)),
        adults=2,
        by=by,
    )

    kept = amend(booking, departure=soon[1] + DAY, price=PriceMode.KEPT)
    priced = amend(kept)

    assert (kept.total, priced.total) == (200, 480)


def test_the_deposit_of_a_changed_booking_is_at_most_its_total(
    inn, book, stay_request, amend, soon
):
    settle(inn, deposit_kind="fixed", deposit_value=200, minimum_deposit=300)
    booking = book(stay_request)

    changed = amend(booking, departure=soon[0] + DAY)

    assert booking.deposit_required == 300
    assert (changed.total, changed.deposit_required) == (120, 120)


def test_paid_in_part_is_provisional_when_more_is_due(inn, book, stay_request, amend, soon):
    settle(inn, deposit_kind="full")
    booking = book(stay_request)
    booking.paid = 360
    booking.save()

    changed = amend(booking, departure=soon[1] + DAY)

    assert (changed.deposit_required, changed.state) == (480, "provisional")


def test_a_certain_room_stays_the_one(inn, book, amend, soon, double):
    room = inn.rooms.last()
    booking = book(StayRequest(*soon, (RoomRequest(double.pk, room.pk),), adults=2))

    longer = amend(booking, departure=soon[1] + DAY)

    held = longer.occupancies.get()
    assert (held.room_id, held.pinned) == (room.pk, True)


def test_a_tariff_can_be_changed(inn, book, stay_request, amend, double):
    dear = price(inn, double, 200, name="Dear")

    assert amend(book(stay_request), rooms=(RoomRequest(double.pk, None, dear.pk, 2),)).total == 600


@pytest.mark.parametrize("price", PriceMode)
@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"adults": 0}, "adults"),
        ({"adults": -1}, "adults"),
        ({"adults": 40_000}, "adults"),
        ({"rooms": (RoomRequest(adults=0),)}, "adults"),
        ({"rooms": ()}, "rooms"),
        ({"rooms": (RoomRequest(adults=1), RoomRequest())}, "rooms"),
        ({"rooms": (RoomRequest(adults=1),), "adults": 2}, "rooms"),
        ({"child_ages": (-3,)}, "child_ages"),
    ],
)
def test_a_party_that_cannot_be(book, stay_request, amend, changes, field, price):
    booking = book(stay_request)

    with pytest.raises(DomainError) as refused:
        amend(booking, price=price, **changes)

    assert (refused.value.key, list(refused.value.fields)) == ("validation_failed", [field])
    booking.refresh_from_db()
    assert (booking.version, booking.occupancies.count()) == (1, 1)


@pytest.mark.parametrize("agreed", ["NaN", "Infinity", "-0.01", "1e30"])
def test_an_agreed_price_that_cannot_be(book, stay_request, amend, agreed):
    with pytest.raises(DomainError) as refused:
        amend(book(stay_request), agreed=Decimal(agreed))

    assert list(refused.value.fields) == ["agreed"]


@pytest.mark.parametrize("price", PriceMode)
@pytest.mark.parametrize(
    ("changes", "key"),
    [({"adults": 3}, "too_many_adults"), ({"child_ages": (3,)}, "children_not_allowed")],
)
def test_people_fit_the_rooms_whatever_the_price(book, stay_request, amend, changes, key, price):
    with pytest.raises(DomainError) as refused:
        amend(book(stay_request), price=price, **changes)

    assert refused.value.key == key


def test_fewer_children_need_fewer_places(inn, book, stay_request, amend):
    settle(inn, allow_children=True)
    inn.rooms.update(max_children=2, max_occupancy=4)
    booking = book(stay_request.changed(child_ages=(3, 5)))
    inn.rooms.update(max_children=1, max_occupancy=3)

    changed = amend(booking, price=PriceMode.KEPT, child_ages=(3,))

    assert (changed.children, changed.adults) == (1, 2)


def test_at_a_price_that_is_kept_there_may_be_rooms_to_spare(book, stay_request, amend, double):
    changed = amend(
        book(stay_request), price=PriceMode.KEPT, adults=1, rooms=(RoomRequest(double.pk),) * 2
    )

    assert (changed.adults, changed.occupancies.count(), changed.total) == (1, 2, 360)


@pytest.mark.parametrize("change", [{"agreed": Decimal(5)}, {"coupon": "SUN"}, {"extras": {1: 1}}])
def test_what_changes_the_price_wants_it_reckoned_anew(book, stay_request, amend, change):
    with pytest.raises(DomainError) as refused:
        amend(book(stay_request), price=PriceMode.KEPT, **change)

    assert list(refused.value.fields) == list(change)


def test_a_new_price_in_another_currency_is_refused(inn, book, stay_request, by):
    booking = book(stay_request)
    settings_save(prop=inn, values={"currency": "JPY"}, by=by, confirmed=True)
    longer = Changes(departure=stay_request.departure + timedelta(days=1))
    known = {"booking_id": booking.pk, "property_id": inn.pk, "changes": longer, "by": by}

    with pytest.raises(DomainError) as error:
        booking_amend(price=PriceMode.REPRICED, **known)
    kept = booking_amend(price=PriceMode.KEPT, **known)

    assert (error.value.key, [*error.value.fields]) == ("validation_failed", ["price"])
    assert (kept.departs_on, kept.total, kept.currency) == (longer.departure, 360, "EUR")


@pytest.mark.parametrize("price", PriceMode)
def test_adults_fit_the_rooms_that_they_sleep_in(inn, book, stay_request, amend, double, price):
    """Four adults do not fit two rooms of which one takes two of its four."""
    first, second, third = inn.rooms.order_by("pk")
    type(first).objects.filter(pk=first.pk).update(max_adults=4, max_occupancy=2)
    type(first).objects.filter(pk=second.pk).update(max_adults=1, max_children=3, max_occupancy=4)
    type(first).objects.filter(pk=third.pk).delete()
    booking = book(stay_request.changed(rooms=(RoomRequest(double.pk),) * 2, adults=3))

    with pytest.raises(DomainError) as refused:
        amend(booking, price=price, adults=4)

    assert refused.value.key == "too_many_adults"


def test_a_child_that_comes_is_old_enough_whatever_the_price(inn, book, stay_request, amend):
    settle(inn, allow_children=True, child_min_age=6, children_count_for_capacity=False)
    booking = book(stay_request)

    for mode in PriceMode:
        with pytest.raises(DomainError) as refused:
            amend(booking, price=mode, child_ages=(5,))
        assert refused.value.key == "children_not_allowed"
