"""Which nights a calendar makes busy, whatever its platform thinks of the standard."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bookyflow.calendars import reading
from bookyflow.calendars.reading import CalendarUnreadable, calendar_read
from tests.domain.calendars.conftest import ics
from tests.domain.calendars.platforms import PLATFORMS, TODAY

ROME = ZoneInfo("Europe/Rome")


def read(content, zone=ROME, first=date(2027, 1, 1)):
    return calendar_read(content, zone=zone, first=first, end=date(2029, 1, 1))


def nights(content, **options):
    return [(str(one.first), str(one.end)) for one in read(content, **options).busy]


def notes(content):
    return [(str(one.kind), one.about) for one in read(content).notes]


@pytest.mark.parametrize("platform", PLATFORMS, ids=lambda one: one.name)
def test_the_nights_of_a_platform(platform):
    found = read(platform.content, first=date.fromisoformat(TODAY))

    assert tuple((str(one.first), str(one.end)) for one in found.busy) == platform.nights
    assert found.notes == []


@pytest.mark.parametrize(
    ("event", "expected"),
    [
        ("DTSTART;VALUE=DATE:20270601 DTEND;VALUE=DATE:20270604", ("2027-06-01", "2027-06-04")),
        ("DTSTART;VALUE=DATE:20270601", ("2027-06-01", "2027-06-02")),
        ("DTSTART:20270601 DTEND:20270603", ("2027-06-01", "2027-06-03")),
        ("DTSTART;VALUE=DATE:20270601 DURATION:P3D", ("2027-06-01", "2027-06-04")),
        ("DTSTART;VALUE=DATE:20270601 DURATION:PT30H", ("2027-06-01", "2027-06-03")),
        ("DTSTART:20270601T150000 DURATION:PT44H", ("2027-06-01", "2027-06-03")),
        ("DTSTART:20270601T150000Z DTEND:20270603T080000Z", ("2027-06-01", "2027-06-03")),
        # Half past midnight in Rome is another day than in Greenwich.
        ("DTSTART:20270601T223000Z DTEND:20270603T080000Z", ("2027-06-02", "2027-06-03")),
        # The end of a day is no departure.
        ("DTSTART:20270601T000000 DTEND:20270602T235959", ("2027-06-01", "2027-06-03")),
        ("DTSTART:20270601T100000 DTEND:20270601T110000", ("2027-06-01", "2027-06-02")),
        ("DTSTART;VALUE=DATE:20260101 DTEND;VALUE=DATE:20990101", ("2026-01-01", "2099-01-01")),
        ("DTSTART;VALUE=DATE:20270601 STATUS:TENTATIVE", ("2027-06-01", "2027-06-02")),
    ],
)
def test_the_end_of_an_event(event, expected):
    content = ics(f"UID:1 {event}")

    assert nights(content) == [expected]
    assert notes(content) == []


@pytest.mark.parametrize("end", ["20270601", "20270528"])
def test_an_end_that_is_not_after_the_start_is_one_night_and_told(end):
    content = ics(f"UID:odd DTSTART;VALUE=DATE:20270601 DTEND;VALUE=DATE:{end}")

    assert nights(content) == [("2027-06-01", "2027-06-02")]
    assert notes(content) == [("no_night", "odd")]


@pytest.mark.parametrize("line", ["STATUS:CANCELLED", "TRANSP:TRANSPARENT", "status:cancelled"])
def test_what_is_called_off_or_transparent_is_free(line):
    assert nights(ics(f"UID:1 DTSTART;VALUE=DATE:20270601 {line}")) == []


def test_a_summary_frees_nothing():
    content = ics("UID:1 DTSTART;VALUE=DATE:20270601 SUMMARY:Available!")

    assert nights(content) == [("2027-06-01", "2027-06-02")]


def test_a_zone_that_nobody_knows_is_told_and_counts_as_the_property_s():
    content = ics(
        "UID:1 DTSTART;TZID=Mars/Base:20270601T230000 DTEND;TZID=Mars/Base:20270603T090000"
    )

    assert nights(content) == [("2027-06-01", "2027-06-03")]
    assert notes(content) == [("zone_unknown", "Mars/Base")]


def test_nights_are_counted_in_the_property_s_zone():
    content = ics("UID:1 DTSTART:20270601T030000Z DTEND:20270602T150000Z")

    assert nights(content, zone=ZoneInfo("America/New_York")) == [("2027-05-31", "2027-06-02")]
    assert nights(content, zone=ZoneInfo("Asia/Tokyo")) == [("2027-06-01", "2027-06-03")]


@pytest.mark.parametrize(
    ("rule", "firsts"),
    [
        ("RRULE:FREQ=WEEKLY;COUNT=3", ["06-01", "06-08", "06-15"]),
        ("RRULE:FREQ=WEEKLY;COUNT=3 EXDATE;VALUE=DATE:20270608", ["06-01", "06-15"]),
        ("RDATE;VALUE=DATE:20270620", ["06-01", "06-20"]),
        # What does not follow from the rule begins it all the same.
        ("RRULE:FREQ=WEEKLY;BYDAY=MO;COUNT=2", ["06-01", "06-07", "06-14"]),
    ],
)
def test_what_repeats(rule, firsts):
    content = ics(f"UID:1 DTSTART;VALUE=DATE:20270601 {rule}")

    assert [first for first, _end in nights(content)] == [f"2027-{one}" for one in firsts]


def test_one_of_a_series_may_be_moved_or_called_off():
    content = ics(
        "UID:1 DTSTART;VALUE=DATE:20270601 RRULE:FREQ=WEEKLY;COUNT=3",
        "UID:1 RECURRENCE-ID;VALUE=DATE:20270608 DTSTART;VALUE=DATE:20270610",
        "UID:1 RECURRENCE-ID;VALUE=DATE:20270615 DTSTART;VALUE=DATE:20270615 STATUS:CANCELLED",
    )

    assert [first for first, _end in nights(content)] == ["2027-06-01", "2027-06-10"]


@pytest.mark.parametrize(
    "rule", ["RRULE:FREQ=SECONDLY", "RRULE:FREQ=DAILY;BYHOUR=1,2", "RRULE:FREQ=NEVER"]
)
def test_a_rule_that_cannot_be_followed_costs_what_it_repeats(rule):
    content = ics(
        f"UID:odd DTSTART;VALUE=DATE:20270601 {rule}", "UID:good DTSTART;VALUE=DATE:20270701"
    )

    assert nights(content) == [("2027-06-01", "2027-06-02"), ("2027-07-01", "2027-07-02")]
    assert notes(content) == [("rule_odd", "odd")]


@pytest.mark.parametrize(
    "odd",
    [
        "UID:odd DTSTART:2027-06-31",
        "UID:odd SUMMARY:Nothing",
        "UID:odd DTSTART;VALUE=DATE:20270631",
        "UID:odd DTSTART;VALUE=DATE:20270601 DTSTART;VALUE=DATE:20270602",
    ],
)
def test_an_odd_event_costs_itself(odd):
    content = ics(odd, "UID:good DTSTART;VALUE=DATE:20270701")

    assert nights(content) == [("2027-07-01", "2027-07-02")]
    assert notes(content) == [("event_odd", "odd")]


def test_a_line_that_is_none_costs_nothing():
    content = ics("UID:1 oops DTSTART;VALUE=DATE:20270601")

    assert nights(content) == [("2027-06-01", "2027-06-02")]


def test_the_end_of_one_event_may_be_missing():
    content = ics("UID:1 DTSTART;VALUE=DATE:20270601", "UID:2 DTSTART;VALUE=DATE:20270701")
    first, rest = content.split(b"END:VEVENT\r\n", 1)

    assert nights(first + rest) == [("2027-06-01", "2027-06-02"), ("2027-07-01", "2027-07-02")]


def test_one_uid_may_be_that_of_several_stays():
    content = ics(
        "UID:1 DTSTART;VALUE=DATE:20270601 DTEND;VALUE=DATE:20270603",
        "UID:1 DTSTART;VALUE=DATE:20270701 DTEND;VALUE=DATE:20270703",
    )

    assert len({one.key for one in read(content).busy}) == 2


def test_of_two_versions_the_later_counts():
    content = ics(
        "UID:1 SEQUENCE:2 DTSTART;VALUE=DATE:20270601 DTEND;VALUE=DATE:20270603",
        "UID:1 SEQUENCE:1 DTSTART;VALUE=DATE:20270601 DTEND;VALUE=DATE:20270609",
    )

    assert nights(content) == [("2027-06-01", "2027-06-03")]


def test_what_lies_within_another_event_counts_once():
    content = ics(
        "UID:in DTSTART:20270601T150000 DTEND:20270601T160000",
        "UID:stay DTSTART;VALUE=DATE:20270601 DTEND;VALUE=DATE:20270605",
        "UID:part DTSTART;VALUE=DATE:20270602 DTEND;VALUE=DATE:20270605",
        "UID:twice DTSTART;VALUE=DATE:20270601 DTEND;VALUE=DATE:20270605",
        "UID:out DTSTART:20270605T100000 DTEND:20270605T110000",
        "UID:next DTSTART;VALUE=DATE:20270604 DTEND;VALUE=DATE:20270606",
    )

    assert nights(content) == [("2027-06-01", "2027-06-05"), ("2027-06-04", "2027-06-06")]


def test_what_is_over_is_left_out():
    content = ics(
        "UID:1 DTSTART;VALUE=DATE:20270601 DTEND;VALUE=DATE:20270605",
        "UID:2 DTSTART;VALUE=DATE:20270601 DTEND;VALUE=DATE:20270606",
    )

    assert nights(content, first=date(2027, 6, 5)) == [("2027-06-01", "2027-06-06")]


@pytest.mark.parametrize(
    "content",
    [b"", b"<html>Sorry</html>", b"BEGIN:VCALENDAR\r\n", ics("UID:1 DTSTART:20270601")[:-20]],
)
def test_what_is_no_whole_calendar_is_refused(content):
    with pytest.raises(CalendarUnreadable):
        read(content)


def test_a_mark_of_utf_8_and_several_calendars_in_one_file():
    one = ics("UID:1 DTSTART;VALUE=DATE:20270601")
    other = ics("UID:2 DTSTART;VALUE=DATE:20270701")

    assert len(nights(b"\xef\xbb\xbf" + one + other)) == 2


def test_more_events_than_a_room_can_have_are_refused(monkeypatch):
    monkeypatch.setattr(reading, "MOST_EVENTS", 2)
    content = ics("UID:1 DTSTART;VALUE=DATE:20270601 RRULE:FREQ=DAILY;COUNT=3")

    with pytest.raises(CalendarUnreadable):
        read(content)


def test_labels_are_one_line():
    content = ics("UID:1 DTSTART;VALUE=DATE:20270601 SUMMARY:Reserved\\n-\\tAda")

    assert [one.label for one in read(content).busy] == ["Reserved -\\tAda"]


def test_the_table_of_the_documentation_has_each_platform_and_its_nights():
    page = (Path(__file__).parents[3] / "docs" / "calendars.md").read_text(encoding="utf-8")

    for platform in PLATFORMS:
        (row,) = (line for line in page.splitlines() if f"({platform.told})" in line)
        nights = "; ".join(f"{first} to {end}" for first, end in platform.nights)
        assert row.endswith(f" {nights} |")
