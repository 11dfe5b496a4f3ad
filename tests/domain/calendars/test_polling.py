"""What becomes of the nights of a calendar, reading by reading."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest
from django.db import connection
from django.db.backends.postgresql.psycopg_any import DateRange
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from bookyflow.availability.models import Occupancy
from bookyflow.calendars.feeds import FeedOptions, feed_add, feed_read
from bookyflow.calendars.models import CalendarConflict, ImportedStay
from bookyflow.calendars.polling import Polled, reading_take
from bookyflow.calendars.reading import Reading
from bookyflow.calendars.sources import (
    CalendarDetails,
    source_accept,
    source_add,
    source_change,
    source_delete,
)
from bookyflow.calendars.uids import stay_uid
from bookyflow.core.acting import SYSTEM
from bookyflow.core.dates import Stay, today_in
from bookyflow.core.errors import DomainError
from bookyflow.events.models import Event
from bookyflow.reservations.blocks import block_create, block_remove
from bookyflow.reservations.lifecycle import booking_cancel
from bookyflow.reservations.models import Booking
from tests.conftest import make_hotel
from tests.domain.calendars.conftest import ahead, event, read
from tests.domain.conftest import book

pytestmark = pytest.mark.django_db


def blocked(room, since: date | None = None) -> list[tuple[int, int]]:
    """The nights of a room's blocks, in days from today, or `since`."""
    today = since or today_in("UTC")
    rows = Occupancy.objects.filter(room=room, kind="block").order_by("nights")
    return [((one.nights.lower - today).days, (one.nights.upper - today).days) for one in rows]


def kinds() -> list[str]:
    return list(Event.objects.order_by("pk").values_list("kind", flat=True))


@pytest.fixture
def stay(today):
    """An event from so many days ahead to so many."""

    def make(first, end, uid="", label="Reserved"):
        return event(today + ahead(first), today + ahead(end), uid, label)

    return make


def book_room(room, today, first, end):
    when = Stay(today + ahead(first), today + ahead(end))
    booking = book(room.property, when)
    assert booking.room_ids() == [room.pk]
    return booking


def test_busy_nights_close_the_room(source, room, stay):
    read(source, stay(3, 6), stay(10, 12))

    assert blocked(room) == [(3, 6), (10, 12)]
    assert kinds() == ["calendar_saved", "blackbooking_added", "blackbooking_added"]
    assert Booking.objects.first().remarks == "Seaside Stays"
    assert not Occupancy.objects.exclude(room=room).exists()


def test_nobody_can_book_them(source, room, stay, today):
    read(source, stay(3, 6))

    others = [book(room.property, Stay(today + ahead(5), today + ahead(8))) for _ in range(2)]
    with pytest.raises(DomainError) as refused:
        book(room.property, Stay(today + ahead(5), today + ahead(8)))

    assert refused.value.key == "no_room_available"
    assert not any(room.pk in one.room_ids() for one in others)


def test_the_same_again_changes_nothing(source, stay, django_assert_max_num_queries):
    read(source, stay(3, 6), stay(10, 12))
    before = kinds()

    with django_assert_max_num_queries(16):
        after = read(source, stay(3, 6), stay(10, 12))

    assert kinds() == before
    assert after.state == "read"


def test_what_is_gone_is_free_again_and_what_has_moved_has_moved(source, room, stay):
    read(source, stay(3, 6), stay(10, 12, "moves"), stay(20, 22))

    read(source, stay(3, 6), stay(11, 14, "moves"))

    assert blocked(room) == [(3, 6), (11, 14)]
    assert Booking.objects.filter(state="cancelled").count() == 1


def test_other_uids_for_the_same_nights_are_no_change(source, room, stay):
    read(source, stay(3, 6, "a"), stay(10, 12, "b"))
    before = kinds()

    read(source, stay(3, 6, "c"), stay(10, 12, "d"))

    assert kinds() == before
    assert set(ImportedStay.objects.values_list("uid", flat=True)) == {"c", "d"}


def test_a_stay_that_has_begun_stays_until_its_end(source, room, stay):
    read(source, stay(-1, 3), stay(5, 6), stay(8, 9), stay(12, 14))

    read(source, stay(5, 6), stay(8, 9), stay(12, 14))

    assert blocked(room)[0] == (0, 3)


def test_a_stay_under_way_without_the_nights_that_are_over_is_the_same(source, room, stay):
    read(source, stay(-2, 3, "a"), stay(5, 6))
    before = Booking.objects.count()

    read(source, stay(0, 3, "b"), stay(5, 6))

    assert Booking.objects.count() == before
    assert blocked(room) == [(0, 3), (5, 6)]


@pytest.mark.parametrize("problem", ["It answers with status 503.", "It breaks off."])
def test_a_calendar_that_fails_keeps_its_nights_and_is_told_once(source, room, stay, problem):
    read(source, stay(3, 6))

    states = [read(source, problem=problem) for _ in range(5)]

    assert blocked(room) == [(3, 6)]
    assert {one.state for one in states} == {"failing"}
    assert kinds().count("calendar_failed") == 1
    pauses = [(one.next_poll_at - one.polled_at).total_seconds() for one in states]
    assert pauses[-1] > 10 * pauses[0]

    read(source, stay(3, 6))

    assert kinds()[-1] == "calendar_restored"


@pytest.mark.parametrize("left", [0, 1])
def test_an_empty_or_shrunk_calendar_keeps_its_nights_until_the_owner_accepts(
    source, hotel, room, stay, left
):
    stays = [stay(3, 6), stay(10, 12), stay(20, 22)]
    read(source, *stays)

    after = read(source, *stays[:left])

    assert (after.state, len(blocked(room))) == ("shrunk", 3)
    assert kinds()[-1] == "calendar_failed"
    read(source, *stays[:left])
    assert kinds().count("calendar_failed") == 1

    source_accept(property_id=hotel.pk, source_id=source.pk, by=SYSTEM)
    after = read(source, *stays[:left])

    assert (after.state, len(blocked(room))) == ("read", left)
    assert after.accepts_next is False


def test_half_of_the_stays_may_be_cancelled(source, room, stay):
    read(source, stay(3, 6), stay(10, 12))

    read(source, stay(3, 6))

    assert blocked(room) == [(3, 6)]


def test_a_booking_here_is_never_undone(source, room, stay, today):
    booking = book_room(room, today, 4, 8)

    read(source, stay(3, 6, label="Ada"))

    booking.refresh_from_db()
    assert booking.state not in {"cancelled"}
    assert blocked(room) == [(3, 4)]
    conflict = CalendarConflict.objects.get()
    assert (conflict.booking, conflict.label, conflict.ended_at) == (booking, "Ada", None)
    told = Event.objects.get(kind="calendar_conflict")
    assert (told.data["contract_uid"], told.data["room_uid"]) == (booking.pk, room.pk)

    read(source, stay(3, 6, label="Ada"))

    assert Event.objects.filter(kind="calendar_conflict").count() == 1


def test_nights_that_become_free_are_taken_at_once(source, room, stay, today):
    booking = book_room(room, today, 4, 8)
    read(source, stay(3, 6))

    booking_cancel(booking_id=booking.pk, property_id=room.property_id, by=SYSTEM)

    assert blocked(room) == [(3, 6)]
    assert CalendarConflict.objects.get().ended_at is not None
    assert kinds().count("calendar_conflict_ended") == 1


def test_the_conflict_ends_when_the_other_side_gives_way(source, room, stay, today):
    book_room(room, today, 4, 8)
    read(source, stay(3, 6), stay(20, 21), stay(30, 31))

    read(source, stay(20, 21), stay(30, 31))

    assert CalendarConflict.objects.get().ended_at is not None
    assert blocked(room) == [(20, 21), (30, 31)]


def test_two_platforms_with_one_night_are_a_conflict(source, hotel, room, stay):
    details = CalendarDetails("Hill Homes", "https://other.example.com/1.ics")
    other = source_add(property_id=hotel.pk, room_id=room.pk, details=details, by=SYSTEM)
    read(source, stay(3, 6))

    read(other, stay(5, 8))

    assert blocked(room) == [(3, 6), (6, 8)]
    assert CalendarConflict.objects.get().source == other


def test_nights_that_the_owner_has_blocked_are_no_conflict(source, hotel, room, stay, today):
    nights = Stay(today + ahead(2), today + ahead(5))
    block = block_create(property_id=hotel.pk, stay=nights, room_ids=[room.pk], by=SYSTEM)
    read(source, stay(3, 6))
    assert not CalendarConflict.objects.exists()

    block_remove(block_id=block.pk, property_id=hotel.pk, by=SYSTEM)

    assert blocked(room) == [(3, 6)]


def test_what_staff_open_again_stays_open(source, hotel, room, stay):
    read(source, stay(3, 6), stay(10, 12))
    opened = Booking.objects.order_by("arrival").first()

    block_remove(block_id=opened.pk, property_id=hotel.pk, by=SYSTEM)
    read(source, stay(3, 6), stay(10, 12))

    assert blocked(room) == [(10, 12)]


def test_our_own_stays_come_back_and_are_no_second_ones(source, room, stay, today):
    booking = book_room(room, today, 4, 8)

    read(source, stay(4, 8, stay_uid(booking.pk)), stay(20, 22))

    assert blocked(room) == [(20, 22)]
    assert not CalendarConflict.objects.exists()
    assert ImportedStay.objects.get(uid=stay_uid(booking.pk)).kind == "echo"


def test_nobody_can_make_up_our_uids(source, room, stay, today):
    booking = book_room(room, today, 4, 8)

    read(source, stay(4, 8, f"{booking.pk}-{'0' * 24}@bookyflow"))

    assert CalendarConflict.objects.exists()


def test_what_the_platform_has_read_here_comes_back_under_another_uid(source, room, stay, today):
    feed = feed_add(
        property_id=room.property_id, source_id=source.pk, options=FeedOptions(), by=SYSTEM
    )
    book_room(room, today, 4, 8)
    feed_read(token=feed.token)

    read(source, stay(4, 8, "made-up@ota", "Not available"))

    assert not CalendarConflict.objects.exists()
    assert ImportedStay.objects.get().kind == "echo"


def test_what_it_sold_before_it_could_know_is_a_conflict(source, room, stay, today):
    feed = feed_add(
        property_id=room.property_id, source_id=source.pk, options=FeedOptions(), by=SYSTEM
    )
    book_room(room, today, 4, 8)
    feed_read(token=feed.token, counts=False)  # somebody looks at it

    read(source, stay(4, 8, "sold@ota"))
    feed_read(token=feed.token)
    read(source, stay(4, 8, "sold@ota"))

    assert CalendarConflict.objects.get().ended_at is None


def test_a_night_more_than_it_knew_is_sold(source, room, stay, today):
    feed = feed_add(
        property_id=room.property_id, source_id=source.pk, options=FeedOptions(), by=SYSTEM
    )
    book_room(room, today, 4, 8)
    feed_read(token=feed.token)

    read(source, stay(4, 9, "sold@ota"))

    assert blocked(room) == [(8, 9)]


@pytest.fixture
def on_day(time_machine, today):
    """Go to a day, in days from the first."""

    def go(number):
        time_machine.move_to(datetime.combine(today + ahead(number), time(9), UTC))

    return go


def test_a_booking_window_is_busy_until_it_has_been_seen_to_move(source, room, stay, on_day):
    closed = []
    for day in range(3):
        on_day(day)
        lead, end = stay(day, day + 2, f"lead{day}"), stay(90 + day, 200, f"end{day}")
        read(source, lead, stay(10, 12, "stay"), end)
        closed.append(len(blocked(room)))

    assert closed == [3, 3, 1]
    kinds_now = dict(ImportedStay.objects.values_list("uid", "kind"))
    assert kinds_now == {"lead2": "window", "stay": "stay", "end2": "window"}


def test_a_window_that_rests_is_busy_again(source, room, stay, on_day):
    for day in range(3):
        on_day(day)
        read(source, stay(10, 12), stay(90 + day, 200, f"end{day}"))
    assert len(blocked(room)) == 1

    for day in (3, 4):
        on_day(day)
        read(source, stay(10, 12), stay(92, 200, "end2"))

    assert len(blocked(room)) == 2


def test_a_last_stay_that_is_moved_once_is_none(source, room, stay, on_day):
    for day in (0, 1, 2):
        on_day(day)
        read(source, stay(10, 12), stay(90 + min(day, 1), 97, "last"))

    assert ImportedStay.objects.get(uid="last").kind == "stay"
    assert len(blocked(room)) == 2


def test_nights_far_ahead_follow_month_by_month(source, room, stay, on_day, today):
    read(source, stay(1, 4000))
    (((_first, before),)) = blocked(room)

    on_day(60)
    read(source, stay(1, 4000))

    (((_first, after),)) = blocked(room)
    assert 700 < before < after + 60 <= before + 120


def test_a_calendar_that_is_deleted_gives_its_nights_back(source, hotel, room, stay):
    read(source, stay(3, 6), stay(10, 12))

    source_delete(property_id=hotel.pk, source_id=source.pk, by=SYSTEM)

    assert blocked(room) == []
    assert kinds()[-1] == "calendar_deleted"


def test_one_that_is_switched_off_is_not_read_and_keeps_its_nights(source, hotel, room, stay):
    read(source, stay(3, 6))
    details = CalendarDetails(source.name, source.url)

    source_change(
        property_id=hotel.pk, source_id=source.pk, details=details, is_enabled=False, by=SYSTEM
    )
    read(source)

    assert blocked(room) == [(3, 6)]


def test_another_turn_is_another_s(source, room, stay):
    polled = Polled(Reading([stay(3, 6)], []))

    assert not reading_take(source_id=source.pk, turn=7, polled=polled, at=timezone.now())
    assert blocked(room) == []


def test_many_stays_take_as_many_statements_as_few(source, hotel, room, stay):
    details = CalendarDetails("Seaside Stays", source.url)
    second = hotel.rooms.get(number="2")
    other = source_add(property_id=hotel.pk, room_id=second.pk, details=details, by=SYSTEM)

    def count(of, number):
        with CaptureQueriesContext(connection) as context:
            read(of, *(stay(3 * n, 3 * n + 2) for n in range(1, number)))
        return len(context)

    assert count(source, 60) == count(other, 4)
    assert count(source, 60) == count(other, 4)
    assert len(blocked(room)) == 59


def test_a_stay_of_another_property_of_the_site_is_no_echo(source, room, stay, today, manager):
    other = make_hotel(manager, name="Other")
    booking = book(other, Stay(today + ahead(4), today + ahead(8)))

    read(source, stay(4, 8, stay_uid(booking.pk)))

    assert blocked(room) == [(4, 8)]


def test_what_is_all_too_far_ahead_is_not_looked_at_each_time(source, room, stay):
    read(source, stay(3, 6), stay(1500, 1510))

    assert blocked(room) == [(3, 6)]


def test_a_window_of_a_calendar_that_does_not_change_is_busy_again(source, room, stay, on_day):
    for day in range(3):
        on_day(day)
        read(source, stay(10, 12), stay(90 + day, 200, f"end{day}"))
    assert len(blocked(room)) == 1

    for day in (3, 4):
        on_day(day)
        read(source, is_unchanged=True)

    assert len(blocked(room)) == 2


def test_nights_that_are_held_are_taken_once_that_is_over(source, room, stay, today, time_machine):
    until = timezone.now() + timedelta(minutes=5)
    Occupancy.objects.create(
        property=room.property,
        room=room,
        room_type=room.room_type,
        nights=DateRange(today + ahead(4), today + ahead(5)),
        kind="hold",
        expires_at=until,
    )

    after = read(source, stay(3, 6))

    assert blocked(room) == [(3, 4), (5, 6)]
    assert after.next_poll_at == until
    assert not CalendarConflict.objects.exists()

    time_machine.move_to(until + timedelta(seconds=1))
    Occupancy.objects.filter(kind="hold").update(expires_at="2026-01-01T00:00:00Z")
    read(source, stay(3, 6))

    assert blocked(room, since=today) == [(3, 6)]  # it may be tomorrow by now
