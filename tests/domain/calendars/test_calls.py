"""Asking for a calendar: over HTTP, by jobs, when it is due."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from bookyflow.availability.models import Occupancy
from bookyflow.calendars.feeds import FeedOptions, feed_add, feed_read
from bookyflow.calendars.mails import conflict_mail_send, fault_mail_send
from bookyflow.calendars.models import CalendarConflict, CalendarSource, FeedEntry
from bookyflow.calendars.planning import next_poll, readers_queue
from bookyflow.calendars.polling import poll, source_poll
from bookyflow.calendars.retention import calendars_clear
from bookyflow.calendars.selectors import sources_reading
from bookyflow.calendars.sources import CalendarDetails, source_add
from bookyflow.core import metrics
from bookyflow.core.acting import SYSTEM
from tests.domain.calendars.conftest import ahead, event, ics, read
from tests.domain.conftest import book, stay
from tests.servers import HERE, saying, serving

pytestmark = pytest.mark.django_db


@pytest.fixture
def served(settings, hotel, room, today):
    """Have a server of this machine say something, and the calendar of room 1 be there."""
    settings.WEBHOOK_ALLOWED_HOSTS = [HERE]
    settings.CALENDAR_TIMEOUT = 2

    def at(server):
        details = CalendarDetails("Seaside Stays", server.address("/1.ics"))
        return source_add(property_id=hotel.pk, room_id=room.pk, details=details, by=SYSTEM)

    return at


@pytest.fixture
def content(today):
    first, end = today + ahead(3), today + ahead(6)
    return ics(f"UID:1 DTSTART;VALUE=DATE:{first:%Y%m%d} DTEND;VALUE=DATE:{end:%Y%m%d}")


def run_due() -> CalendarSource:
    """Have the jobs of all that is due done; the one calendar afterwards."""
    readers_queue()
    for job in ProcrastinateJob.objects.filter(task_name__endswith="calendar_read"):
        source_poll(**job.args)
    return CalendarSource.objects.get()


def test_a_calendar_is_read_when_it_is_due(served, content, room):
    with serving(saying(content, headers='ETag: "a1"\r\n')) as server:
        served(server)
        source = run_due()

    assert Occupancy.objects.get().room == room
    assert (source.state, source.etag) == ("read", '"a1"')
    assert source.busy_until is None
    pause = (source.next_poll_at - source.polled_at).total_seconds()
    assert 800 < pause < 1000
    assert readers_queue() == 0


def test_one_that_has_not_changed_is_not_read_again(served, content):
    with serving(saying(content, headers='ETag: "a1"\r\n')) as server:
        source = served(server)
        run_due()
        CalendarSource.objects.update(next_poll_at=timezone.now() - timedelta(seconds=1))
    with serving(saying(b"", status="304 Not Modified")) as server:
        source = CalendarSource.objects.get()
        source.url = server.address("/1.ics")
        found = poll(source)
        head = server.heard[0]

    assert found.is_unchanged
    assert 'If-None-Match: "a1"' in head


@pytest.mark.parametrize(
    ("answer", "problem"),
    [
        (saying(b"<html>Down for maintenance</html>"), "It does not begin as a calendar."),
        (saying(b"", status="503 Busy", headers="Retry-After: 7200\r\n"), "status 503"),
        (saying(b"", status="302 Found", headers="Location: http://10.0.0.1/\r\n"), "https://"),
        (saying(b"", status="302 Found", headers="Location: /1.ics\r\n"), "status 302"),
        (saying(b"", status="304 Not Modified"), "status 304"),
    ],
)
def test_what_is_no_calendar_frees_nothing(served, content, room, answer, problem):
    with serving(saying(content)) as server:
        served(server)
        run_due()
    CalendarSource.objects.update(next_poll_at=timezone.now() - timedelta(seconds=1))
    with serving(answer) as server:
        source = CalendarSource.objects.get()
        source.url = server.address("/1.ics")
        source.save()
        source = run_due()

    assert source.state == "failing"
    assert problem in source.problem
    assert Occupancy.objects.count() == 1
    if "503" in problem:
        assert source.next_poll_at - source.polled_at > timedelta(seconds=7000)


def test_readings_are_counted_by_what_came_of_them(served, content, settings):
    settings.METRICS_TOKEN = "a-token-of-prometheus"
    counter = metrics.calendar_polls
    outcomes = ("read", "unchanged", "failed")

    def counted():
        return [counter.labels(outcome)._value.get() for outcome in outcomes]

    before = counted()
    answers = [
        saying(content, headers='ETag: "a1"\r\n'),
        saying(b"", status="304 Not Modified"),
        saying(b"", status="503 Busy"),
    ]
    with serving(answers[0]) as server:
        served(server)
        run_due()
    for answer in answers[1:]:
        with serving(answer) as server:
            source = CalendarSource.objects.get()
            source.url = server.address("/1.ics")
            source.next_poll_at = timezone.now() - timedelta(seconds=100)
            source.save()
            late = {name: value for name, _, value in sources_reading()}
            run_due()
    now = counted()

    assert [after - earlier for after, earlier in zip(now, before, strict=True)] == [1, 1, 1]
    assert 100 <= late["calendars_late_seconds"] < 200
    told = {name: value for name, _, value in sources_reading()}
    assert told == {"calendars_unwell": 1, "calendars_late_seconds": 0.0}


def test_an_address_may_lead_on(served, content, room):
    with serving(saying(content)) as there:
        led = f"Location: {there.address('/other.ics')}\r\n"
        with serving(saying(b"", status="301 Moved", headers=led)) as server:
            served(server)
            source = run_due()

    assert source.state == "read"
    assert Occupancy.objects.get().room == room


def test_a_name_that_stands_for_an_inner_address_is_not_called(hotel, room):
    details = CalendarDetails("Inner", "https://localhost.example/1.ics")
    source = source_add(property_id=hotel.pk, room_id=room.pk, details=details, by=SYSTEM)
    source.url = "https://127.0.0.1/1.ics"

    assert poll(source).problem == "The address must be a public one."


def test_what_is_switched_off_or_somebody_else_s_turn_is_not_read(source):
    assert source_poll(source_id=source.pk, turn=source.turn + 1) is False
    CalendarSource.objects.update(is_enabled=False)
    assert readers_queue() == 0
    assert source_poll(source_id=source.pk, turn=source.turn) is False


def test_who_was_killed_loses_the_turn(source):
    assert readers_queue() == 1
    assert readers_queue() == 0
    CalendarSource.objects.update(busy_until=timezone.now() - timedelta(seconds=1))

    assert readers_queue() == 1
    assert CalendarSource.objects.get().turn == 2


def test_pauses_grow_and_end(settings):
    now = timezone.now()
    pauses = [next_poll(failures, asked=None, now=now) - now for failures in (0, 3, 40)]

    assert timedelta(minutes=13) < pauses[0] < timedelta(minutes=17)
    assert timedelta(minutes=100) < pauses[1] < timedelta(minutes=135)
    assert timedelta(hours=5) < pauses[2] < timedelta(hours=7)


def test_staff_hear_of_both_sides(source, hotel, today):
    booking = book(hotel, stay(4, 4))
    hotel.email = "desk@harbour.example"
    hotel.save()
    read(source, event(today + ahead(3), today + ahead(6), label="Mira\nBuy: spam.example"))
    jobs = ProcrastinateJob.objects.filter(task_name__endswith="conflict_mail")
    (job,) = jobs.filter(args__source_id=source.pk)

    conflict_mail_send(**job.args)

    (sent,) = mail.outbox
    assert sent.to == ["desk@harbour.example"]
    assert "Sold twice: room 1, Harbour House" in sent.subject
    for told in ("Seaside Stays", booking.number, "Ada Lovelace", "> Mira", "Nothing was undone"):
        assert told in sent.body
    CalendarConflict.objects.update(ended_at=timezone.now())
    conflict_mail_send(**job.args)
    assert len(mail.outbox) == 1


@pytest.mark.parametrize("reason", ["failing", "shrunk"])
def test_staff_hear_of_a_calendar_that_fails(source, hotel, reason):
    hotel.email = "desk@harbour.example"
    hotel.save()
    fault_mail_send(source_id=source.pk, reason=reason)
    assert mail.outbox == []
    CalendarSource.objects.update(state=reason, problem="It answers with status 503.")

    fault_mail_send(source_id=source.pk, reason=reason)

    (sent,) = mail.outbox
    assert "Seaside Stays" in sent.body


def test_what_was_long_ago_is_deleted(source, hotel, today, time_machine):
    book(hotel, stay(4, 4))
    read(source, event(today + ahead(3), today + ahead(6)))
    made = feed_add(property_id=hotel.pk, options=FeedOptions(), by=SYSTEM)
    feed_read(token=made.token)
    CalendarConflict.objects.update(ended_at=timezone.now())
    assert calendars_clear() == 0

    time_machine.move_to(timezone.now() + timedelta(days=120))

    assert calendars_clear() == 3
    assert not FeedEntry.objects.exists()
