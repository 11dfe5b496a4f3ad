"""The steps of a booking's life, and those that there are not."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
import time_machine
from django.utils import timezone

from bookyflow.availability.models import Occupancy
from bookyflow.core.dates import ONE_DAY
from bookyflow.core.errors import DomainError
from bookyflow.events.models import Event
from bookyflow.guests.models import Guest
from bookyflow.guests.services import GuestDetails
from bookyflow.property_settings.services import settings_save
from bookyflow.reservations import journal
from bookyflow.reservations.lifecycle import (
    booking_approve,
    booking_cancel,
    booking_check_in,
    booking_check_in_undo,
    booking_check_out,
    booking_check_out_undo,
    booking_no_show,
    booking_reject,
    deposit_settled,
)
from bookyflow.reservations.models import MOVES, Booking, BookingState
from bookyflow.reservations.quotes.make import quote_make
from bookyflow.reservations.selectors import timeline
from bookyflow.reservations.services import quote_book
from bookyflow.reservations.stay_request import VISITOR, Booker, RoomRequest
from tests.domain.reservations.conftest import GRACE, fresh, settle

pytestmark = pytest.mark.django_db


def told(booking):
    found = Event.objects.filter(subject_kind="booking", subject_id=booking.pk).order_by("id")
    return list(found.values_list("kind", flat=True))


def account(booking):
    return [(line.kind, line.gross) for line in booking.lines.all()]


@pytest.fixture
def at():
    """Do a step to a booking, by staff."""

    def do(step, booking, **details):
        return step(booking_id=booking.pk, property_id=booking.property_id, **details)

    return do


def on(day):
    return time_machine.travel(f"{day}T12:00:00+00:00", tick=False)


def test_a_booking_without_a_deposit_is_confirmed_at_once(book, stay_request, inn):
    assert book(stay_request).state == BookingState.CONFIRMED
    settle(inn, deposit_kind="percentage", deposit_value=20)
    booking = book(stay_request)
    assert (booking.state, booking.deposit_required) == (BookingState.PROVISIONAL, 72)


def test_a_booking_is_whole(book, stay_request, by):
    booking = book(stay_request)

    assert told(booking) == ["booking_added"]
    (line,) = booking.lines.all()
    assert (line.gross, line.rule, line.unit) == (360, "per_room", 120)
    assert line.source_kind == "tariff"
    (held,) = booking.occupancies.all()
    assert (held.kind, held.pinned) == ("booking", False)
    (step,) = booking.history.all()
    assert (step.from_state, step.to_state, step.user_id) == ("", "confirmed", by.user_id)
    assert booking.request["adults"] == 2


def test_a_guest_gives_what_the_property_asks_for(book, stay_request, inn):
    with pytest.raises(DomainError) as missing:
        book(stay_request, booker=VISITOR, guest=GuestDetails("Hopper", email="g@guest.example"))
    Guest.objects.all().delete()
    book(stay_request, guest=GuestDetails("Hopper"))  # staff need a surname only

    assert missing.value.key == "guest_fields_missing"
    assert missing.value.fields.keys() == {"guest"}
    assert missing.value.fields["guest"].keys() == {"first_name", "mobile", "region", "country"}


def test_a_blacklisted_guest_is_for_staff_only(book, stay_request):
    book(stay_request)
    Guest.objects.update(blacklisted=True)

    with pytest.raises(DomainError) as refused:
        book(stay_request, booker=VISITOR)

    assert refused.value.key == "no_room_available"
    assert book(stay_request).pk


@pytest.fixture
def enquiry(inn, book, stay_request):
    settle(inn, requires_approval=True)
    return book(stay_request, booker=VISITOR)


def test_an_enquiry_holds_its_rooms_for_a_while(enquiry):
    (held,) = enquiry.occupancies.all()

    assert (enquiry.state, held.kind) == (BookingState.ENQUIRY, "hold")
    assert held.expires_at - timezone.now() > timedelta(hours=23)
    assert told(enquiry) == ["booking_enquired"]


def test_an_enquiry_can_hold_nothing(inn, book, stay_request):
    settle(inn, requires_approval=True, enquiry_hold_hours=0)

    assert not book(stay_request, booker=VISITOR).occupancies.exists()


def test_staff_need_no_approval(inn, book, stay_request):
    settle(inn, requires_approval=True)

    assert book(stay_request).state == BookingState.CONFIRMED


def test_approving_takes_what_is_held(enquiry, at, by):
    (room,) = enquiry.occupancies.values_list("room", flat=True)

    booking = at(booking_approve, enquiry, by=by)

    assert booking.state == BookingState.CONFIRMED
    assert list(booking.occupancies.values_list("room", "kind", "expires_at")) == [
        (room, "booking", None)
    ]
    assert told(booking) == ["booking_enquired", "booking_added"]


def test_approving_later_looks_for_rooms(enquiry, at, by, book, stay_request):
    later = timezone.now() + timedelta(hours=25)
    with time_machine.travel(later, tick=False):
        Occupancy.objects.update(expires_at=timezone.now() - timedelta(minutes=1))
        booking = at(booking_approve, enquiry, by=by)

    assert booking.occupancies.get().kind == "booking"


def test_an_enquiry_for_dates_that_are_over_is_not_approved(enquiry, at, by, soon):
    with on(soon[1]), pytest.raises(DomainError) as refused:
        at(booking_approve, enquiry, by=by)

    assert refused.value.key == "dates_in_past"


def test_the_first_that_is_approved_wins(inn, enquiry, at, by, book, stay_request):
    Occupancy.objects.all().delete()
    settle(inn, requires_approval=False)
    for _ in range(3):
        book(stay_request)

    with pytest.raises(DomainError) as refused:
        at(booking_approve, enquiry, by=by)

    assert refused.value.key == "no_room_available"


def test_rejecting_frees_what_is_held(enquiry, at, by):
    booking = at(booking_reject, enquiry, by=by, reason="Full of painters")
    at(booking_reject, enquiry, by=by)

    assert (booking.state, booking.total) == (BookingState.REJECTED, 0)
    assert not booking.occupancies.exists()
    assert told(booking) == ["booking_enquired", "booking_cancelled"]
    assert booking.history.last().reason == "Full of painters"


def test_only_enquiries_are_approved_or_rejected(book, stay_request, at, by):
    booking = book(stay_request)

    for step in (booking_approve, booking_reject):
        with pytest.raises(DomainError) as refused:
            at(step, booking, by=by)
        assert refused.value.key == "booking_state"


def test_cancelling_takes_every_line_back(book, stay_request, at, by):
    booking = at(booking_cancel, book(stay_request), by=by, reason="Ill")

    assert account(booking) == [("accommodation", 360), ("accommodation", -360)]
    assert (booking.total, booking.deposit_required, booking.cancellation_reason) == (0, 0, "Ill")
    assert booking.lines.last().reverses == booking.lines.first()
    assert not booking.occupancies.exists()


def test_a_guest_pays_the_fee(inn, book, stay_request, at, by):
    settle(
        inn,
        cancellation_threshold=5,
        cancellation_fee_kind="percentage",
        cancellation_fee=50,
        cancellation_free_days=11,
    )

    booking = at(booking_cancel, book(stay_request), by=by, by_guest=True)

    assert account(booking)[-1] == ("cancellation_fee", 180)
    assert booking.total == 180


def test_cancelling_early_is_free(inn, book, stay_request, at, by):
    settle(
        inn,
        cancellation_threshold=5,
        cancellation_fee_kind="fixed",
        cancellation_fee=50,
        cancellation_free_days=10,
    )

    assert at(booking_cancel, book(stay_request), by=by, by_guest=True).total == 0


def test_staff_choose_whether_there_is_a_fee(inn, book, stay_request, at, by):
    settle(inn, cancellation_fee_kind="first_night")

    assert at(booking_cancel, book(stay_request), by=by).total == 0
    assert at(booking_cancel, book(stay_request), by=by, charge_fee=True).total == 120


def test_ex_23_a_guest_cancels_in_time(inn, book, stay_request, soon, at, by):
    settle(inn, cancellation_threshold=10)

    with pytest.raises(DomainError) as late:
        at(booking_cancel, book(stay_request), by=by, by_guest=True)
    settle(inn, cancellation_threshold=9)
    booking = at(booking_cancel, Booking.objects.get(), by=by, by_guest=True)

    assert late.value.key == "cancellation_too_late"
    assert booking.state == BookingState.CANCELLED


def test_cancelling_an_enquiry_costs_nothing(inn, enquiry, at, by):
    settle(inn, cancellation_threshold=1, cancellation_fee_kind="fixed", cancellation_fee=50)

    assert at(booking_cancel, enquiry, by=by, by_guest=True).total == 0


def test_who_does_not_come_pays(inn, book, stay_request, soon, at, by):
    settle(inn, no_show_fee_kind="percentage", no_show_fee=100)
    booking = book(stay_request)

    with pytest.raises(DomainError) as early:
        at(booking_no_show, booking, by=by)
    with on(soon[0]):
        at(booking_no_show, booking, by=by)
        booking = at(booking_no_show, booking, by=by)

    assert early.value.key == "too_early"
    assert (booking.state, booking.total) == (BookingState.NO_SHOW, 360)
    assert account(booking)[-1] == ("no_show_fee", 360)
    assert told(booking) == ["booking_added", "booking_marked_noshow"]
    assert not booking.occupancies.exists()


@pytest.mark.parametrize(
    ("step", "fee"), [(booking_cancel, "cancellation_fee"), (booking_no_show, "no_show_fee")]
)
def test_a_fee_contains_tax_at_its_own_rate(inn, book, stay_request, soon, at, by, step, fee):
    other = {"cancellation_fee": "no_show_fee", "no_show_fee": "cancellation_fee"}[fee]
    settle(
        inn,
        accommodation_tax_rate=20,
        **{f"{fee}_kind": "fixed", fee: 107, f"{fee}_tax_rate": 7, f"{other}_tax_rate": 19},
    )
    booking = book(stay_request)

    with on(soon[0]):
        charged = {"charge_fee": True}
        booking = at(step, booking, by=by, **charged)

    line = booking.lines.get(kind=fee)
    assert (line.net, line.tax_rate, line.tax, line.gross) == (100, 7, 7, 107)
    assert booking.total == 107


def test_nobody_gets_a_room_whose_last_guest_is_still_in_it(inn, book, stay_request, soon, at, by):
    first = book(stay_request)
    room = first.occupancies.get().room
    wanted = stay_request.changed(
        arrival=soon[1], departure=soon[1] + ONE_DAY, rooms=(RoomRequest(room_id=room.pk),)
    )
    second = book(wanted)
    with on(soon[0]):
        at(booking_check_in, first, by=by)
    with on(soon[1]):
        with pytest.raises(DomainError) as refused:
            at(booking_check_in, second, by=by)
        at(booking_check_out, first, by=by)
        at(booking_check_in, second, by=by)
        with pytest.raises(DomainError) as undone:
            at(booking_check_out_undo, first, by=by)
        assert at(booking_check_out_undo, first, by=by, override=True).state == "checked_in"
        at(booking_check_in_undo, second, by=by)
        assert at(booking_check_in, second, by=by, override=True).state == "checked_in"

    assert [refused.value.key, undone.value.key] == ["room_occupied"] * 2
    assert first.number in refused.value.detail
    assert str(room.number) in refused.value.detail


def test_who_does_not_come_can_be_forgiven(inn, book, stay_request, soon, at, by):
    settle(inn, no_show_fee_kind="percentage", no_show_fee=100)
    booking = book(stay_request)

    with on(soon[0]):
        assert at(booking_no_show, booking, by=by, charge_fee=False).total == 0


def test_arriving_and_leaving_and_back(book, stay_request, soon, at, by):
    booking = book(stay_request)

    with pytest.raises(DomainError) as early:
        at(booking_check_in, booking, by=by)
    with on(soon[0]):
        arrived = at(booking_check_in, booking, by=by)
    assert early.value.key == "too_early"
    assert arrived.checked_in_at
    with on(soon[1]):
        left = at(booking_check_out, booking, by=by)
        assert left.checked_out_at
        back = at(booking_check_out_undo, booking, by=by)
        assert back.state == BookingState.CHECKED_IN
        gone = at(booking_check_in_undo, booking, by=by)
    assert (gone.state, gone.checked_in_at) == (BookingState.CONFIRMED, None)
    assert not gone.occupancies.get().pinned
    assert told(booking)[1:] == [
        "guest_checkedin",
        "guest_checkedout",
        "guest_checkedout_undone",
        "guest_checkedin_undone",
    ]


def test_staff_may_let_a_guest_in_early(book, stay_request, at, by):
    assert (
        at(booking_check_in, book(stay_request), by=by, override=True).state
        == BookingState.CHECKED_IN
    )


def test_leaving_early_can_free_the_nights_that_are_left(book, stay_request, soon, at, by):
    booking = book(stay_request)
    with on(soon[0] + timedelta(days=1)):
        at(booking_check_in, booking, by=by)
        left = at(booking_check_out, booking, by=by, free_remaining=True)

    assert left.departure == soon[0] + timedelta(days=1)
    assert left.occupancies.get().nights.upper == left.departure
    assert "Left early" in left.history.last().reason
    assert left.total == 360


def test_leaving_on_the_day_that_was_booked_is_not_early(book, stay_request, soon, at, by):
    booking = book(stay_request)
    with on(soon[1]):
        at(booking_check_in, booking, by=by)
        left = at(booking_check_out, booking, by=by, free_remaining=True)

    assert (left.departs_on, left.departure) == (soon[1], soon[1])
    assert left.history.last().reason == ""


def test_where_whole_days_are_let_the_day_of_leaving_stays_taken(
    inn, book, stay_request, soon, at, by
):
    settle(inn, whole_day_booking=True)
    booking = book(stay_request)
    today = soon[0] + timedelta(days=1)
    with on(today):
        at(booking_check_in, booking, by=by)
        left = at(booking_check_out, booking, by=by, free_remaining=True)

    assert left.departs_on == today
    assert left.occupancies.get().nights.upper == left.departure == today + timedelta(days=1)
    assert f"departure {today} instead of {soon[1]}" in left.history.last().reason


@pytest.mark.parametrize("step", [booking_check_in_undo, booking_check_out, booking_check_out_undo])
def test_steps_that_there_are_not(book, stay_request, at, by, step):
    with pytest.raises(DomainError) as refused:
        at(step, book(stay_request), by=by)

    assert refused.value.key == "booking_state"


def test_who_has_left_does_not_arrive_again(book, stay_request, at, by):
    booking = book(stay_request)
    at(booking_check_in, booking, by=by, override=True)
    left = at(booking_check_out, booking, by=by).checked_out_at

    with pytest.raises(DomainError) as refused:
        at(booking_check_in, booking, by=by, override=True)

    assert refused.value.key == "booking_state"
    booking.refresh_from_db()
    assert (booking.state, booking.checked_out_at) == (BookingState.CHECKED_OUT, left)


@pytest.mark.parametrize("state", BookingState.values)
@pytest.mark.parametrize("to", BookingState.values)
def test_every_move_is_in_the_table(book, stay_request, by, state, to):
    booking = book(stay_request)
    booking.state = state

    if to in MOVES[state]:
        journal.transition(booking, BookingState(to), by=by)
        assert Booking.objects.get(pk=booking.pk).state == to
    else:
        with pytest.raises(DomainError) as refused:
            journal.transition(booking, BookingState(to), by=by)
        assert refused.value.key == "booking_state"


def test_paying_the_deposit_confirms_and_taking_it_back_does_not(inn, book, stay_request, by):
    settle(inn, deposit_kind="full")
    booking = book(stay_request)

    deposit_settled(booking, paid=Decimal(360), by=by)
    assert booking.state == BookingState.CONFIRMED
    deposit_settled(booking, paid=Decimal(100), by=by)

    booking.refresh_from_db()
    assert (booking.state, booking.paid, booking.version) == (BookingState.PROVISIONAL, 100, 3)
    assert [step.to_state for step in booking.history.all()] == [
        "provisional",
        "confirmed",
        "provisional",
    ]


def test_somebody_elses_booking_is_not_there(book, stay_request, by, at):
    booking = book(stay_request)

    with pytest.raises(DomainError) as refused:
        booking_cancel(booking_id=booking.pk + 1, property_id=booking.property_id, by=by)

    assert refused.value.key == "booking_not_found"


def test_the_guest_of_a_personal_price_books_it(inn, stay_request, by):
    guest = Guest.objects.create(property=inn, surname="Other", discount=10)
    booker = Booker(guest_id=guest.pk)
    quote = quote_make(prop=fresh(inn), stay_request=stay_request, booker=booker)

    with pytest.raises(DomainError) as refused:
        quote_book(quote=quote, guest=GRACE, booker=booker, by=by)

    assert refused.value.key == "quote_invalid"


def test_an_enquiry_whose_time_is_over_is_not_on_the_timeline(enquiry, soon):
    period = {"property_id": enquiry.property_id, "start": soon[0], "end": soon[1]}

    assert timeline(**period).count() == 1
    Occupancy.objects.update(expires_at=timezone.now() - timedelta(minutes=1))
    assert timeline(**period).count() == 0


def test_an_enquiry_that_came_without_a_request_gets_some_room(enquiry, at, by):
    Occupancy.objects.all().delete()
    Booking.objects.update(request={})

    assert at(booking_approve, enquiry, by=by).occupancies.count() == 1


def test_a_fee_in_another_currency_than_the_booking_is_not_charged(inn, book, stay_request, by):
    fee = {"cancellation_fee_kind": "fixed", "cancellation_fee": "50"}
    settings_save(prop=inn, values=fee, by=by)
    euros, later = book(stay_request), book(stay_request)

    paid = booking_cancel(booking_id=euros.pk, property_id=inn.pk, by=by, charge_fee=True)
    settings_save(
        prop=inn, values={"currency": "JPY", "cancellation_fee": "5000"}, by=by, confirmed=True
    )
    free = booking_cancel(booking_id=later.pk, property_id=inn.pk, by=by, charge_fee=True)

    assert (paid.total, free.total) == (50, 0)
