"""What others read of a room or a property."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.utils import timezone
from icalendar import Calendar

from bookyflow.calendars.feeds import (
    FeedOptions,
    feed_add,
    feed_change,
    feed_delete,
    feed_read,
    feed_renew,
)
from bookyflow.calendars.models import CalendarFeed
from bookyflow.calendars.sources import CalendarDetails, source_add
from bookyflow.calendars.uids import stay_uid
from bookyflow.core.acting import SYSTEM
from bookyflow.core.dates import Stay
from bookyflow.core.errors import DomainError
from bookyflow.properties.models import PropertySettings
from bookyflow.reservations import journal
from bookyflow.reservations.blocks import block_create
from bookyflow.reservations.lifecycle import booking_cancel
from bookyflow.reservations.services import RoomsWanted
from tests.domain.calendars.conftest import ahead, event, read
from tests.domain.conftest import book, stay

pytestmark = pytest.mark.django_db


@pytest.fixture
def feed(hotel):
    """Make a feed of the hotel, or of one of its rooms."""

    def make(room=None, source_id=None, **options):
        return feed_add(
            property_id=hotel.pk,
            room_id=room and room.pk,
            source_id=source_id,
            options=FeedOptions(**options),
            by=SYSTEM,
        )

    return make


def shown(feed, **options) -> list:
    return Calendar.from_ical(feed_read(token=feed.token, **options)).walk("VEVENT")


def nights(feed) -> list[tuple[date, date]]:
    return [(one["DTSTART"].dt, one["DTEND"].dt) for one in shown(feed)]


def test_a_stay_is_days_only_and_ends_on_the_departure(hotel, feed):
    booking = book(hotel, stay(3, 4))
    made = feed()

    (one,) = shown(made)

    assert (one["DTSTART"].dt, one["DTEND"].dt) == (booking.arrival, booking.departs_on)
    assert type(one["DTSTART"].dt) is date
    assert one["UID"] == stay_uid(booking.pk)
    text = feed_read(token=made.token).decode()
    assert "Lovelace" not in text
    assert "TZID" not in text
    assert f"DTSTART;VALUE=DATE:{booking.arrival:%Y%m%d}" in text


def test_the_same_stays_are_the_same_bytes(hotel, feed, time_machine):
    book(hotel, stay(3, 4))
    made = feed()
    before = feed_read(token=made.token)

    time_machine.move_to(timezone.now() + timedelta(minutes=50))

    assert feed_read(token=made.token) == before


def test_a_room_s_feed_is_of_that_room(hotel, room, feed):
    first = book(hotel, stay(3, 4))
    book(hotel, stay(3, 4))
    assert first.room_ids() == [room.pk]

    assert [one["UID"] for one in shown(feed(room))] == [stay_uid(first.pk)]
    assert len(shown(feed())) == 2


def test_a_booking_of_two_rooms_is_one_stay(hotel, feed):
    booking = book(hotel, stay(3, 4), rooms=RoomsWanted(quantity=2))

    assert [one["UID"] for one in shown(feed())] == [stay_uid(booking.pk)]


def test_stamp_and_sequence_rise_and_the_uid_stays(hotel, feed, time_machine):
    booking = book(hotel, stay(3, 4))
    made = feed()
    (before,) = shown(made)
    time_machine.move_to(timezone.now() + timedelta(hours=1))

    locked = type(booking).objects.get(pk=booking.pk)
    journal.save(locked, adults=2)

    (after,) = shown(made)

    assert after["UID"] == before["UID"]
    assert after["SEQUENCE"] > before["SEQUENCE"]
    assert after["DTSTAMP"].dt > before["DTSTAMP"].dt


def test_a_guest_s_name_is_shown_if_the_owner_chooses(hotel, feed):
    book(hotel, stay(3, 4))

    (one,) = shown(feed(names_guests=True))

    assert one["SUMMARY"] == "Ada Lovelace"


def test_a_cancelled_stay_vanishes(hotel, feed):
    booking = book(hotel, stay(3, 4))
    made = feed()
    assert len(shown(made)) == 1

    booking_cancel(booking_id=booking.pk, property_id=hotel.pk, by=SYSTEM)

    assert shown(made) == []


def test_or_is_told_to_be_cancelled_to_those_who_knew_of_it(hotel, feed):
    unknown, booking = book(hotel, stay(10, 2)), book(hotel, stay(3, 4))
    made = feed(keeps_cancelled=True)
    booking_cancel(booking_id=unknown.pk, property_id=hotel.pk, by=SYSTEM)
    (before,) = shown(made)

    booking_cancel(booking_id=booking.pk, property_id=hotel.pk, by=SYSTEM)

    for _ in range(2):
        (one,) = shown(made)
        assert (one["UID"], one["STATUS"]) == (stay_uid(booking.pk), "CANCELLED")
        assert one["SEQUENCE"] > before["SEQUENCE"]


def test_blocks_are_shown_unless_they_shall_not(hotel, room, feed):
    block_create(property_id=hotel.pk, stay=stay(3, 4), room_ids=[room.pk], by=SYSTEM)

    assert [one["SUMMARY"] for one in shown(feed(room))] == ["Not available"]
    assert shown(feed(shows_blocks=False)) == []


def test_what_was_imported_is_passed_on_but_not_to_where_it_came_from(
    hotel, room, source, feed, today
):
    read(source, event(today + ahead(3), today + ahead(6)))

    assert len(shown(feed(room))) == 1
    assert len(shown(feed(shows_blocks=False))) == 1
    assert shown(feed(source_id=source.pk)) == []


def test_a_site_of_this_kind_reads_its_own_name_of_a_stay(hotel, room, source, feed, today):
    uid = f"77-{'a' * 24}@bookyflow"
    read(source, event(today + ahead(3), today + ahead(6), uid))

    assert [one["UID"] for one in shown(feed(room))] == [uid]


def test_the_day_is_the_property_s(hotel, feed, time_machine):
    PropertySettings.objects.filter(property=hotel).update(time_zone="Pacific/Auckland")
    time_machine.move_to("2027-06-01T13:00:00+00:00")  # the second of June in Auckland
    book(hotel, Stay(date(2027, 6, 2), date(2027, 6, 3)))
    made = feed()
    assert len(shown(made)) == 1

    time_machine.move_to("2027-06-02T13:00:00+00:00")

    assert shown(made) == []


def test_another_address_opens_it_and_the_old_one_no_more(hotel, feed):
    made = feed()
    old = made.token

    renewed = feed_renew(property_id=hotel.pk, feed_id=made.pk, by=SYSTEM)

    assert renewed.token != old
    assert feed_read(token=renewed.token)
    with pytest.raises(DomainError) as refused:
        feed_read(token=old)
    assert refused.value.key == "calendar_feed_not_found"
    assert CalendarFeed.objects.get().token == renewed.token


def test_a_feed_that_is_deleted_is_none(hotel, feed):
    made = feed()

    feed_delete(property_id=hotel.pk, feed_id=made.pk, by=SYSTEM)

    with pytest.raises(DomainError):
        feed_read(token=made.token)


def test_there_is_one_of_a_kind(hotel, room, source, feed):
    feed(), feed(room), feed(source_id=source.pk)

    for again in ({}, {"room": room}, {"source_id": source.pk}):
        with pytest.raises(DomainError) as refused:
            feed(**again)
        assert refused.value.key == "calendar_already_exists"


def test_options_can_be_changed(hotel, feed):
    book(hotel, stay(3, 4))
    made = feed()

    feed_change(
        property_id=hotel.pk, feed_id=made.pk, options=FeedOptions(names_guests=True), by=SYSTEM
    )

    assert [one["SUMMARY"] for one in shown(made)] == ["Ada Lovelace"]


def test_it_is_noted_when_others_read_it(hotel, feed):
    made = feed()
    shown(made, counts=False)
    made.refresh_from_db()
    assert made.fetched_at is None

    shown(made)

    made.refresh_from_db()
    assert made.fetched_at is not None


@pytest.mark.parametrize(
    ("url", "field"),
    [
        ("http://calendars.example.com/1.ics", "url"),
        ("https://127.0.0.1/1.ics", "url"),
        ("https://printer.local/1.ics", "url"),
        ("file:///etc/passwd", "url"),
        ("https://user:secret@calendars.example.com/", "url"),
    ],
)
def test_an_address_that_is_not_public_is_refused(url, field):
    with pytest.raises(DomainError) as refused:
        CalendarDetails("Seaside Stays", url)

    assert list(refused.value.fields) == [field]


def test_webcal_is_https():
    assert CalendarDetails("A", "webcal://a.example.com/1.ics").url == "https://a.example.com/1.ics"


def test_a_room_has_an_address_once(hotel, room, source):
    with pytest.raises(DomainError) as refused:
        source_add(
            property_id=hotel.pk,
            room_id=room.pk,
            details=CalendarDetails("Again", source.url),
            by=SYSTEM,
        )

    assert refused.value.key == "calendar_already_exists"


def test_a_uid_that_another_calendar_has_twice_is_shown_once(hotel, room, source, feed, today):
    uid = f"77-{'a' * 24}@bookyflow"
    nights = [(today + ahead(first), today + ahead(first + 2)) for first in (3, 8)]
    read(source, *(event(first, end, uid) for first, end in nights))
    made = feed(room)

    assert len({one["UID"] for one in shown(made)}) == 2
