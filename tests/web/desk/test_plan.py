"""The room plan, and what is done from it by forms."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from bookyflow.availability.models import Allotment, Occupancy, OccupancyKind
from bookyflow.core.acting import SYSTEM
from bookyflow.core.dates import Stay
from bookyflow.reservations.blocks import block_create
from bookyflow.reservations.models import Booking, BookingKind, BookingState
from bookyflow.reservations.quotes.make import quote_make
from bookyflow.reservations.services import quote_book
from bookyflow.reservations.stay_request import STAFF, RoomRequest, StayRequest
from bookyflow.rooms.models import Room
from bookyflow.tariffs.models import DailyRate
from tests.conftest import make_hotel
from tests.domain.conftest import ADA

pytestmark = pytest.mark.django_db


def plan_of(prop, **asked):
    query = "&".join(f"{name}={value}" for name, value in asked.items())
    return f"/bookyflow/p/{prop.pk}/plan?{query}".replace("from_=", "from=")


def page_of(booking):
    return f"/bookyflow/p/{booking.property_id}/plan/bookings/{booking.pk}"


def block_page(block, tail=""):
    return f"/bookyflow/p/{block.property_id}/plan/blocks/{block.pk}{tail}"


def new_block(prop):
    return f"/bookyflow/p/{prop.pk}/plan/blocks/new"


def room(prop, number):
    return Room.objects.get(property=prop, number=number)


@pytest.fixture
def sold(inn, day):
    """Make a booking at 120 a night, in a room, as the front desk does."""

    def make(start, end, number="1"):
        wanted = RoomRequest(room_id=room(inn, number).pk)
        asked = StayRequest(day(start), day(end), (wanted,), adults=2)
        quote = quote_make(prop=inn, stay_request=asked, booker=STAFF)
        return quote_book(quote=quote, guest=ADA, booker=STAFF, by=SYSTEM)

    return make


@pytest.fixture
def closed(inn, day):
    """Block room 3 for some days."""

    def make(start, end, *numbers):
        rooms = [room(inn, number).pk for number in numbers or ("3",)]
        return block_create(
            property_id=inn.pk, stay=Stay(day(start), day(end)), room_ids=rooms, by=SYSTEM
        )

    return make


def bars(answer):
    groups = answer.context["groups"]
    return {row.room.number: list(row.bars) for group in groups for row in group.rows}


def test_bars_begin_and_end_in_the_middle_of_a_day(at_desk, inn, sold, closed, day):
    sold(2, 4)
    sold(4, 5)
    closed(0, 30)

    shown = bars(at_desk.get(plan_of(inn, from_=day(1), days=14)))

    first, second = shown["1"]
    assert (first.begins, first.ends) == (4, 8)
    assert (second.begins, second.ends) == (8, 10)
    (block,) = shown["3"]
    assert (block.begins, block.ends, block.kind) == (1, 29, "block")
    assert block.is_open_before
    assert block.is_open_after


def test_what_only_touches_the_days_is_not_shown(at_desk, inn, sold, day):
    sold(2, 4)

    assert bars(at_desk.get(plan_of(inn, from_=day(4))))["1"] == []
    assert len(bars(at_desk.get(plan_of(inn, from_=day(3))))["1"]) == 1


def test_every_state_has_its_own_bar(at_desk, inn, booked, closed, day):
    booked(1, 1, room="1", state=BookingState.CONFIRMED)
    booked(2, 1, room="1", state=BookingState.CHECKED_IN)
    booked(3, 1, room="1", state=BookingState.CHECKED_OUT)
    closed(1, 2)
    enquiry = booked(4, 1, room="1", state=BookingState.ENQUIRY)
    later = timezone.now() + timezone.timedelta(hours=1)
    enquiry.occupancies.update(kind=OccupancyKind.HOLD, expires_at=later)
    over = booked(5, 1, room="1", state=BookingState.ENQUIRY)
    over.occupancies.update(kind=OccupancyKind.HOLD, expires_at=timezone.now())

    answer = at_desk.get(plan_of(inn, from_=day(0)))

    kinds = [bar.kind for bar in bars(answer)["1"]]
    assert kinds == ["confirmed", "checked_in", "checked_out", "enquiry"]
    assert [bar.is_fixed for bar in bars(answer)["1"]] == [False, False, True, False]
    assert [booking for booking, _ in answer.context["unplaced"]] == [over]
    html = answer.content.decode()
    assert "Ada Lovelace" in html
    assert " style=" not in html


def test_prices_rooms_left_and_restrictions_are_told(at_desk, inn, sold, day):
    sold(1, 2)
    DailyRate.objects.filter(date=day(2)).update(min_stay=3, closed_to_arrival=True)
    kind = room(inn, "1").room_type
    Allotment.objects.create(property=inn, room_type=kind, date=day(3), stop_sell=True)

    (group,) = at_desk.get(plan_of(inn, from_=day(1))).context["groups"]

    told = [(cell.left, cell.price, [mark for mark, _ in cell.marks]) for cell in group.cells[:3]]
    assert told == [(2, "120", []), (3, "120", ["no arr.", "≥3"]), (0, "120", ["stop"])]


@pytest.mark.parametrize("asked", ["from=x&days=x", "from=9999-12-31&days=9", "from=&days=-31"])
def test_days_that_are_none_are_a_fortnight_from_yesterday(at_desk, inn, day, asked):
    window = at_desk.get(f"/bookyflow/p/{inn.pk}/plan?{asked}").context["window"]

    assert (window.first, window.length) == (day(-1), 14)


def test_a_property_without_rooms(at_desk, receptionist):
    bare = make_hotel(receptionist, name="Bare House")
    Room.objects.filter(property=bare).delete()

    assert b"No rooms yet" in at_desk.get(plan_of(bare)).content


def test_the_plan_is_for_staff_of_the_property(client, inn, stranger, sold, closed):
    booking, block = sold(2, 4), closed(2, 4)
    paths = [plan_of(inn), page_of(booking), new_block(inn), block_page(block)]
    assert {client.get(path).status_code for path in paths} == {302}
    client.force_login(stranger)
    assert {client.get(path).status_code for path in paths} == {404}
    assert {client.post(path).status_code for path in paths[1:]} == {404}


def test_bookings_and_blocks_of_others_are_not_there(at_desk, inn, closed, booked):
    other = make_hotel(name="Other House")
    foreign = booked(2, 2, prop=other)
    foreign.property_id = inn.pk
    assert at_desk.get(page_of(foreign)).status_code == 404
    assert at_desk.get(block_page(foreign)).status_code == 404
    assert at_desk.post(block_page(foreign, "/end")).status_code == 404
    assert at_desk.get(page_of(closed(2, 4))).status_code == 404


def asked(booking, to, arrival, departure, **more):
    has = booking.occupancies.get().room_id
    return {
        "room": has,
        "to_room": to if isinstance(to, int) else to.pk,
        "arrival": arrival,
        "departure": departure,
        **more,
    }


def test_looking_at_a_change_tells_the_difference_and_writes_nothing(at_desk, inn, sold, day):
    booking = sold(2, 4)

    wanted = asked(booking, room(inn, "2"), day(3), day(6))
    answer = at_desk.get(page_of(booking), wanted)

    assert answer.status_code == 200
    choices = {one["value"]: one for one in answer.context["choices"]}
    assert choices["kept"]["difference"] == "no difference"
    assert choices["granted"]["difference"] == "+€120.00"
    assert choices["repriced"]["total"] == "€360.00"
    booking.refresh_from_db()
    assert (booking.arrival, booking.total) == (day(2), Decimal(240))
    assert booking.history.count() == 1


@pytest.mark.parametrize(
    ("price", "total"), [("kept", 240), ("granted", 360), ("repriced", 360), ("", 240)]
)
def test_a_booking_gets_other_nights_and_another_room_at_once(
    at_desk, inn, sold, day, price, total
):
    booking = sold(2, 4)

    wanted = asked(booking, room(inn, "2"), day(3), day(6), price=price)
    answer = at_desk.post(page_of(booking), wanted)

    assert answer.status_code == 302
    booking.refresh_from_db()
    assert (booking.arrival, booking.departs_on, booking.total) == (day(3), day(6), total)
    assert booking.occupancies.get().room == room(inn, "2")


def test_sent_twice_it_happens_once(at_desk, inn, sold, day):
    booking = sold(2, 4)
    wanted = asked(booking, room(inn, "2"), day(2), day(4), price="kept")
    at_desk.post(page_of(booking), wanted)
    again = at_desk.post(page_of(booking), wanted)

    assert again.status_code == 409
    assert "does not have this room" in again.content.decode()
    assert booking.history.count() == 2


def test_a_room_that_is_taken_is_refused_in_words(at_desk, inn, sold, closed, day):
    booking, _ = sold(2, 4), closed(3, 9)

    wanted = asked(booking, room(inn, "3"), day(2), day(4))
    looked = at_desk.get(page_of(booking), wanted)
    assert looked.status_code == 409
    assert f"Room 3 is not free from {day(2)} to {day(4)}." in looked.content.decode()
    assert looked.context["choices"] == []

    assert at_desk.post(page_of(booking), wanted).status_code == 409
    assert booking.occupancies.get().room == room(inn, "1")


def test_a_stay_is_not_extended_into_another_room_unasked(at_desk, inn, sold, day):
    booking, _ = sold(2, 4), sold(4, 6)

    same = asked(booking, room(inn, "1"), day(2), day(5), price="granted")
    assert at_desk.post(page_of(booking), same).status_code == 409
    booking.refresh_from_db()
    assert booking.departs_on == day(4)

    any_room = asked(booking, 0, day(2), day(5), price="granted")
    assert at_desk.post(page_of(booking), any_room).status_code == 302
    booking.refresh_from_db()
    assert booking.departs_on == day(5)
    assert booking.occupancies.get().room != room(inn, "1")


def test_selling_rules_are_set_aside_when_staff_say_so(at_desk, inn, sold, day):
    booking = sold(2, 4)
    kind = room(inn, "1").room_type
    Allotment.objects.create(property=inn, room_type=kind, date=day(5), stop_sell=True)
    wanted = asked(booking, room(inn, "2"), day(4), day(6), price="repriced")

    assert at_desk.post(page_of(booking), wanted).status_code == 409
    assert at_desk.post(page_of(booking), wanted | {"sets_aside": "on"}).status_code == 302


@pytest.mark.parametrize(
    "wrong",
    [
        {"arrival": "2026-99-01"},
        {"departure": "9999-12-31"},
        {"arrival": "0001-01-01"},
        {"room": "x"},
        {"room": "9" * 30},
        {"room": ""},
        {"to_room": "99999999"},
        {"price": "free"},
        {"arrival": "2031-01-02", "departure": "2031-01-01"},
    ],
)
def test_a_change_that_makes_no_sense(at_desk, inn, sold, day, wrong):
    booking = sold(2, 4)
    wanted = asked(booking, room(inn, "2"), day(3), day(6), price="kept") | wrong

    assert at_desk.post(page_of(booking), wanted).status_code == 400
    assert at_desk.get(page_of(booking), wanted).status_code == 400
    booking.refresh_from_db()
    assert booking.arrival == day(2)


def test_who_has_left_is_not_moved(at_desk, inn, sold, day):
    booking = sold(0, 2)
    Booking.objects.update(state=BookingState.CHECKED_OUT)
    wanted = asked(booking, room(inn, "2"), day(0), day(2), price="kept")

    assert b"cannot be changed any more" in at_desk.get(page_of(booking)).content
    assert at_desk.post(page_of(booking), wanted).status_code == 409


def test_a_dialog_is_told_where_to_go(at_desk, inn, sold, day):
    booking = sold(2, 4)
    dialog = {"HTTP_HX_REQUEST": "true"}
    wanted = asked(
        booking, room(inn, "2"), day(2), day(4), price="kept", next=plan_of(inn, days=31)
    )

    fragment = at_desk.get(page_of(booking), **dialog).content
    assert b"<html" not in fragment
    answer = at_desk.post(page_of(booking), wanted, **dialog)

    assert answer.status_code == 204
    assert answer.headers["HX-Redirect"] == plan_of(inn, days=31)


def test_rooms_are_blocked_and_opened_again(at_desk, inn, day):
    wanted = {"rooms_closed": [room(inn, "1").pk, room(inn, "2").pk], "reason": "Paint"}
    wanted |= {"arrival": day(3), "departure": day(5)}

    assert at_desk.post(new_block(inn), wanted).status_code == 302
    block = Booking.objects.get(kind=BookingKind.BLOCK)
    assert (block.remarks, block.occupancies.count()) == ("Paint", 2)
    refused = at_desk.post(new_block(inn), wanted)
    assert refused.status_code == 409
    assert "A room is not free" in refused.content.decode()

    assert b"can be sold again at once" in at_desk.get(block_page(block, "/end")).content
    assert Occupancy.objects.exists()
    assert at_desk.post(block_page(block, "/end")).status_code == 302
    assert not Occupancy.objects.exists()
    assert at_desk.post(block_page(block, "/end")).status_code == 404


def test_a_block_is_changed(at_desk, inn, closed, day):
    block = closed(3, 5)
    drag = {"room": room(inn, "3").pk, "to_room": room(inn, "1").pk}
    drag |= {"arrival": day(4), "departure": day(7)}

    form = at_desk.get(block_page(block), drag).context["form"]
    assert form["rooms_closed"].value() == [room(inn, "1").pk]
    assert form["departure"].value() == day(7)
    wanted = {"rooms_closed": form["rooms_closed"].value(), "reason": "Roof"}
    at_desk.post(block_page(block), wanted | {"arrival": day(4), "departure": day(7)})

    block.refresh_from_db()
    assert (block.arrival, block.departs_on, block.remarks) == (day(4), day(7), "Roof")
    assert block.occupancies.get().room == room(inn, "1")


@pytest.mark.parametrize(
    "wrong",
    [
        {"rooms_closed": []},
        {"rooms_closed": ["99999999"]},
        {"arrival": ""},
        {"departure": "9999-12-31"},
        {"reason": "x" * 1001},
    ],
)
def test_a_block_that_makes_no_sense(at_desk, inn, closed, day, wrong):
    block = closed(3, 5)
    wanted = {"rooms_closed": [room(inn, "3").pk], "arrival": day(4), "departure": day(7)} | wrong

    assert at_desk.post(block_page(block), wanted).status_code == 400
    assert at_desk.post(new_block(inn), wanted).status_code == 400
    assert Booking.objects.filter(kind=BookingKind.BLOCK).count() == 1


def test_free_nights_lead_to_a_block_or_a_booking(at_desk, inn, day):
    query = {"room": room(inn, "2").pk, "arrival": day(3), "departure": day(5)}
    answer = at_desk.get(new_block(inn), query)

    assert answer.context["form"]["rooms_closed"].value() == [room(inn, "2").pk]
    assert f"room={room(inn, '2').pk}" in answer.context["booking_new"]
    odd = at_desk.get(new_block(inn), {"room": "-1", "arrival": "9999-12-31", "departure": "x"})
    assert odd.status_code == 200


def test_statements_do_not_grow_with_rooms_and_stays(at_desk, inn, sold, day, record_property):
    def statements():
        at_desk.get(plan_of(inn, days=31))
        with CaptureQueriesContext(connection) as caught:
            assert at_desk.get(plan_of(inn, days=31)).status_code == 200
        return len(caught)

    sold(1, 2, "1")  # that guests' names are read is noted, for any number of them
    few = statements()
    kind = room(inn, "1").room_type
    for number in range(10, 20):
        Room.objects.create(property=inn, room_type=kind, number=str(number))
        sold(number - 8, number - 6, str(number))

    assert statements() == few <= 11
    record_property("counted", f"room plan: {few} statements")
