"""A price that is kept tells the nights, rooms and people of now, also once it was invoiced."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
import time_machine

from bookyflow.billing.invoicing import invoice_cancel, invoice_issue
from bookyflow.reservations.amendments.changes import PriceMode
from bookyflow.reservations.amendments.room_move import booking_room_move
from bookyflow.reservations.lifecycle import booking_check_in, booking_check_out
from bookyflow.reservations.models import Booking
from bookyflow.reservations.quotes.codec import request_of
from bookyflow.reservations.stay_request import RoomRequest
from bookyflow.rooms.models import RoomType
from bookyflow.tariffs.models import Coupon
from tests.domain.reservations.conftest import price, settle

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
ROOMS = ("accommodation", "discount")


@pytest.fixture
def issue(by):
    def work(booking):
        return invoice_issue(booking_id=booking.pk, property_id=booking.property_id, by=by)

    return work


@pytest.fixture
def leave_early(by):
    """Have the guest of a booking go a night after arrival, at the price of the whole stay."""

    def work(booking):
        here = {"booking_id": booking.pk, "property_id": booking.property_id, "by": by}
        with time_machine.travel(booking.arrival + timedelta(hours=12)):
            booking_check_in(**here)
        with time_machine.travel(booking.arrival + DAY + timedelta(hours=12)):
            return booking_check_out(**here, free_remaining=True)

    return work


@pytest.fixture
def suite(inn):
    kind = RoomType.objects.create(name="Suite", property=inn)
    price(inn, kind, 300)
    return inn.rooms.create(room_type=kind, number="S1", max_adults=2, max_occupancy=2)


def live(booking):
    """The lines that count."""
    return booking.lines.filter(reverses=None, reversed_by=None).order_by("pk")


def nights(line):
    return line.first_night, line.last_night, line.quantity


def on_paper(booking):
    """What invoices and credit notes bill of a booking, once what they take back is left out."""
    lines = live(booking).filter(invoice_line__isnull=False)
    return [nights(line.invoice_line) for line in lines], sum(
        booking.invoices.values_list("gross", flat=True)
    )


def test_the_line_is_for_as_many_nights_as_there_are(book, stay_request, amend, soon):
    booking = amend(book(stay_request), price=PriceMode.KEPT, departure=soon[1] + 2 * DAY)

    (line,) = live(booking)
    assert nights(line) == (soon[0], soon[1] + DAY, 5)
    assert (line.gross, line.description) == (360, "Accommodation")
    assert "agreed" in line.explanation  # and not of three nights at 120


def test_what_was_invoiced_is_invoiced_anew_for_the_nights_of_now(
    book, stay_request, amend, soon, issue
):
    booking = book(stay_request)
    issue(booking)

    changed = amend(booking, price=PriceMode.KEPT, departure=soon[1] + DAY)
    issue(changed)

    assert changed.total == 360
    assert on_paper(changed) == ([(soon[0], soon[1], 4)], 360)


def test_what_does_not_change_stays_invoiced(inn, book, stay_request, amend, soon, issue):
    settle(inn, cleaning_fee=30)
    booking = book(stay_request)
    issue(booking)

    changed = amend(booking, departure=soon[1] + DAY)

    assert list(changed.lines.filter(billed=False).values_list("kind", "gross")) == [
        ("accommodation", -360),
        ("accommodation", 480),
    ]


def test_what_counts_nights_is_for_those_of_now(inn, book, stay_request, amend, soon):
    settle(inn, city_tax=Decimal("1.50"), city_tax_model="perguestpernight")
    booking = amend(book(stay_request), price=PriceMode.KEPT, departure=soon[1] + DAY)

    rooms, city_tax = live(booking)
    assert (city_tax.quantity, city_tax.gross) == (2 * 4, 12)
    assert (rooms.gross, booking.total) == (360 + 9 - 12, 369)


def test_a_guest_who_leaves_early_has_a_line_of_the_nights_until_then(
    book, stay_request, leave_early, issue, soon, by
):
    booking = book(stay_request)
    invoice = issue(booking)

    left = leave_early(booking)

    asked = request_of(left.request).stay_request
    assert (asked.departure, left.departs_on) == (soon[0] + DAY,) * 2
    (line,) = live(left)
    assert nights(line) == (soon[0], soon[0], 1)
    note = invoice_cancel(property_id=left.property_id, invoice_id=invoice.pk, by=by)
    assert note.lines.get().last_night == soon[1] - DAY
    assert (note.arrival, note.departure) == soon  # the stay that it takes back
    again = issue(left)
    assert (again.arrival, again.departure) == (soon[0], soon[0] + DAY)
    assert on_paper(left) == ([(soon[0], soon[0], 1)], 360)


def test_a_price_of_others_stays_theirs(book, stay_request, leave_early, soon):
    booking = book(stay_request)
    booking.lines.update(rule="agreed_price", values={"by": "others"}, quantity=1)
    Booking.objects.update(request={}, granted={})

    left = leave_early(Booking.objects.get())

    (line,) = live(left)
    assert (nights(line), line.values) == ((soon[0], soon[0], 1), {"by": "others"})
    assert (left.granted, line.gross) == ({}, 360)


def test_a_price_of_which_nothing_is_known_is_one_for_all_nights(
    inn, book, stay_request, amend, soon
):
    Coupon.objects.create(property=inn, code="TENTH", amount=10)
    booking = book(stay_request.changed(coupon="TENTH"))
    Booking.objects.update(granted={})

    changed = amend(booking, price=PriceMode.KEPT, departure=soon[1] + DAY)

    (line,) = live(changed)
    assert (nights(line), line.kind, line.gross) == ((soon[0], soon[1], 4), "accommodation", 324)


def test_a_total_that_rounding_misses_is_kept(inn, book, stay_request, amend, soon, double):
    inn = settle(inn, currency="JPY", prices_inclusive=False, accommodation_tax_rate=10)
    price(inn, double, 4, name="Cheap")
    booking = book(stay_request.changed(rooms=(RoomRequest(double.pk),) * 2, adults=2))
    two = booking.total  # each room 12 and 1 of tax; 24 and 2 for both

    changed = amend(booking, price=PriceMode.KEPT, departure=soon[1] + DAY)

    (line,) = live(changed)
    assert changed.total == line.gross == line.net + line.tax == two == 26
    assert amend(changed, price=PriceMode.GRANTED).total == 26


def test_a_room_of_another_type_is_called_what_it_is(
    inn, book, stay_request, amend, by, suite, soon
):
    booking = book(stay_request)
    booking_room_move(
        booking_id=booking.pk,
        property_id=inn.pk,
        from_room_id=booking.occupancies.get().room_id,
        to_room_id=suite.pk,
        by=by,
    )

    (line,) = live(booking)
    assert (line.name, line.gross, nights(line)) == ("Suite", 360, (soon[0], soon[1] - DAY, 3))
    longer = amend(booking, price=PriceMode.GRANTED, departure=soon[1] + DAY)
    assert [one.name for one in live(longer)] == ["Suite"]


def test_a_room_that_is_changed_at_the_old_price_is_called_what_it_is(
    inn, book, stay_request, amend, suite
):
    booking = book(stay_request)
    kept = amend(booking, price=PriceMode.KEPT, rooms=(RoomRequest(room_id=suite.pk),))

    (asked,) = request_of(kept.request).stay_request.rooms
    assert (asked.room_type_id, asked.room_id) == (suite.room_type_id, suite.pk)
    dropped = amend(kept, price=PriceMode.GRANTED, drops_agreed=True)
    assert [one.name for one in live(dropped)] == ["Suite"]


@pytest.mark.parametrize("mode", list(PriceMode))
def test_days_let_otherwise_by_now_do_not_change_the_same_stay(
    inn, book, stay_request, amend, soon, mode
):
    booking = book(stay_request)
    settle(inn, whole_day_booking=True)

    changed = amend(booking, price=mode, adults=1)

    assert (changed.departs_on, changed.departure, changed.total) == (soon[1], soon[1], 360)
    longer = amend(changed, price=mode, departure=soon[1] + DAY)
    assert longer.departure == soon[1] + 2 * DAY
