"""What a calendar of another platform says: which nights are busy. Asks nobody and keeps nothing.

Platforms agree on little: an odd event costs itself and never the calendar, and what cannot be told
apart counts as busy.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from time import monotonic
from typing import Any
from zoneinfo import ZoneInfo

import recurring_ical_events
from icalendar import Calendar, Event

from bookyflow.calendars.busy import BusyNights, CalendarUnreadable, Note, NoteKind, Reading
from bookyflow.core.dates import ONE_DAY

LONGEST_TEXT = 255
LONGEST_LABEL = 200
MOST_EVENTS = 20_000
MOST_NOTES = 20
REPEATING = frozenset({"RRULE", "RDATE", "EXDATE"})
FREQUENCIES = frozenset({"DAILY", "WEEKLY", "MONTHLY", "YEARLY"})
WITHIN_A_DAY = ("BYHOUR", "BYMINUTE", "BYSECOND")
SECONDS = 20.0  # for the rules of repetition of one calendar
ODD = (ValueError, TypeError, KeyError, AttributeError, OverflowError)  # what reading one raises
LAST_MINUTE = time(23, 59)  # nobody departs then: it is how some write the end of a day
_BEGIN = re.compile(rb"^BEGIN:VEVENT\s*$", re.M | re.I)
_EVENT = re.compile(rb"^BEGIN:VEVENT\r?\n.*?(?=^BEGIN:VEVENT|^END:VEVENT)", re.M | re.S | re.I)


@dataclass(frozen=True)
class _Found:
    """An event with its nights; `is_passing` where it begins and ends on one day."""

    nights: BusyNights
    sequence: int
    is_passing: bool


@dataclass
class _Notes:
    found: dict[Note, None] = field(default_factory=dict)

    def add(self, kind: NoteKind, about: str) -> None:
        if len(self.found) < MOST_NOTES:
            self.found[Note(kind, about[:LONGEST_TEXT])] = None


def calendar_read(content: bytes, *, zone: ZoneInfo, first: date, end: date) -> Reading:
    """The busy nights of a calendar, as the clock in `zone` has them, that end after `first`.

    What repeats is followed until the night before `end`. Raises CalendarUnreadable for what is no
    calendar, is not whole, or has more than MOST_EVENTS events.
    """
    notes = _Notes()
    events = _events(_checked(content), notes)
    if len(events) > MOST_EVENTS:
        raise CalendarUnreadable(f"More than {MOST_EVENTS:,} events.")
    for one in events:
        for name in REPEATING & {name for name, _problem in one.errors}:
            one.pop(name, None)  # what is left are the nights that the event names itself
            notes.add(NoteKind.RULE_ODD, _text(one, "UID"))
    repeating = {_text(one, "UID") for one in events if "RRULE" in one or "RDATE" in one}
    single = [one for one in events if _text(one, "UID") not in repeating]
    series = [one for one in events if _text(one, "UID") in repeating]
    found = [*single, *_occurrences(series, notes, first, end)]
    if len(found) > MOST_EVENTS:
        raise CalendarUnreadable(f"More than {MOST_EVENTS:,} events.")
    busy = _each(found, zone, notes)
    return Reading(_told_once([one for one in busy if one.nights.end > first]), [*notes.found])


def _checked(content: bytes) -> bytes:
    """The text of a calendar without what stands before it. Raises CalendarUnreadable."""
    text = content.removeprefix(b"\xef\xbb\xbf").strip()
    if not text[:15].upper().startswith(b"BEGIN:VCALENDAR"):
        raise CalendarUnreadable("It does not begin as a calendar.")
    if not text[-13:].upper().endswith(b"END:VCALENDAR"):
        raise CalendarUnreadable("The calendar breaks off before its end.")
    return text + b"\r\n"


def _events(text: bytes, notes: _Notes) -> list[Event]:
    try:
        calendars = Calendar.from_ical(text, multiple=True)
    except ValueError:
        return list(_events_alone(text, notes))
    found: list[Any] = [one for calendar in calendars for one in calendar.walk("VEVENT")]
    # Where the end of one event is missing, none are given, and no error tells.
    return found if len(found) == len(_BEGIN.findall(text)) else list(_events_alone(text, notes))


def _events_alone(text: bytes, notes: _Notes) -> Iterator[Any]:
    """The events of a calendar that cannot be read as a whole, each read by itself."""
    head = _EVENT.split(text, maxsplit=1)[0]
    zones = b"".join(re.findall(rb"^BEGIN:VTIMEZONE.*?^END:VTIMEZONE\r?\n", head, re.M | re.S))
    for part in _EVENT.findall(text):
        alone = b"BEGIN:VCALENDAR\r\n" + zones + part + b"END:VEVENT\r\nEND:VCALENDAR\r\n"
        try:
            yield from Calendar.from_ical(alone).walk("VEVENT")
        except ValueError:
            notes.add(NoteKind.EVENT_ODD, _uid_of(part))


def _uid_of(part: bytes) -> str:
    found = re.search(rb"^UID[^:\r\n]*:([^\r\n]*)", part, re.M | re.I)
    return found[1].decode(errors="replace") if found else ""


def _occurrences(events: Iterable[Event], notes: _Notes, first: date, end: date) -> list[Event]:
    """What the series come to: each by itself, so that an odd one costs no other."""
    until, found = monotonic() + SECONDS, []
    by_uid = defaultdict(list)
    for one in events:
        by_uid[_text(one, "UID")].append(one)
    for uid, parts in by_uid.items():
        if monotonic() > until:
            raise CalendarUnreadable("Its rules of repetition take too long.")
        try:
            found += _followed(parts, first, end)
        except ODD:  # as a rule of RFC 5545 that dateutil cannot follow
            notes.add(NoteKind.RULE_ODD, uid)
            found += parts  # the nights that they name themselves
        if len(found) > MOST_EVENTS:
            raise CalendarUnreadable(f"More than {MOST_EVENTS:,} events.")
    return found


def _followed(parts: Sequence[Event], first: date, end: date) -> list[Event]:
    """The occurrences of one series. Raises one of ODD."""
    if not all(map(_is_daily, parts)):
        raise ValueError("several times a day")
    calendar = Calendar()
    for part in parts:
        calendar.add_component(part)
    return list(recurring_ical_events.of(calendar).between(first - ONE_DAY, end))


def _is_daily(event: Event) -> bool:
    """Whether a rule can be one of stays: at most one a day, so that none is without end."""
    rules = event.get("RRULE", [])
    for rule in rules if isinstance(rules, list) else [rules]:
        if not {str(one).upper() for one in rule.get("FREQ", ())} <= FREQUENCIES:
            return False
        if any(len(rule.get(name, ())) > 1 for name in WITHIN_A_DAY):
            return False
    return True


def _each(events: Iterable[Event], zone: ZoneInfo, notes: _Notes) -> list[_Found]:
    """The events that make a night busy; of several under one key the latest version."""
    found: dict[tuple[str, str, str], _Found] = {}
    for event in events:
        if _text(event, "STATUS").upper() == "CANCELLED":
            continue
        if _text(event, "TRANSP").upper() == "TRANSPARENT":
            continue
        try:
            one = _nights(event, zone, notes)
        except ODD:
            notes.add(NoteKind.EVENT_ODD, _text(event, "UID"))
            continue
        known = found.get(one.nights.key)
        if known is None or one.sequence > known.sequence:
            found[one.nights.key] = one
    return list(found.values())


def _nights(event: Event, zone: ZoneInfo, notes: _Notes) -> _Found:
    """The nights of an event; one where it says no end, or one that is not after its start."""
    uid, started = _text(event, "UID"), event["DTSTART"]
    start = _local(event, "DTSTART", zone, notes)
    end = _end(event, start, zone, notes)
    first, last = _day(start), _departure(end)
    is_passing = False
    if end is None or last is None:
        last = first + ONE_DAY
    elif _as_time(end) <= _as_time(start):
        notes.add(NoteKind.NO_NIGHT, uid)
        last = first + ONE_DAY
    elif last <= first:
        is_passing, last = True, first + ONE_DAY
    nights = BusyNights(
        uid=uid[:LONGEST_TEXT],
        recurrence_id=_written(event.get("RECURRENCE-ID")),
        start=_written(started),
        first=first,
        end=last,
        label=" ".join(_text(event, "SUMMARY").split())[:LONGEST_LABEL],
    )
    return _Found(nights, _sequence(event), is_passing)


def _end(event: Event, start: date, zone: ZoneInfo, notes: _Notes) -> date | None:
    if "DTEND" in event:
        return _local(event, "DTEND", zone, notes)
    if "DURATION" in event:
        length: timedelta = _value(event, "DURATION").dt
        if isinstance(start, datetime) or not length % ONE_DAY:
            return start + length
        return start + length + ONE_DAY  # a date and so many hours: what begins of a day is busy
    return None


def _local(event: Event, name: str, zone: ZoneInfo, notes: _Notes) -> date:
    """A date, or the time that the clock of the property shows then, without a zone.

    A time without a zone, or with one that nobody knows, is taken to be the property's.
    """
    value = _value(event, name)
    moment = value.dt
    if not isinstance(moment, datetime):
        if not isinstance(moment, date):
            raise TypeError(name)
        return moment
    if moment.tzinfo is not None:
        return moment.astimezone(zone).replace(tzinfo=None)
    if named := value.params.get("TZID"):
        notes.add(NoteKind.ZONE_UNKNOWN, str(named))
    return moment


def _value(event: Event, name: str) -> Any:
    """A property as icalendar has it, whose type follows from what the calendar says."""
    return event[name]


def _day(moment: date) -> date:
    return moment.date() if isinstance(moment, datetime) else moment


def _departure(end: date | None) -> date | None:
    """The first day whose night is free again."""
    if isinstance(end, datetime) and end.time() >= LAST_MINUTE:
        return end.date() + ONE_DAY
    return None if end is None else _day(end)


def _as_time(moment: date) -> datetime:
    return moment if isinstance(moment, datetime) else datetime.combine(moment, time())


def _told_once(found: list[_Found]) -> list[BusyNights]:
    """In order, without what lies wholly within another: some send arrival, stay and departure.

    What begins and ends on one day takes no night of its own where another comes or goes then.
    """
    stays = sorted(
        (one.nights for one in found if not one.is_passing),
        key=lambda nights: (nights.first, -nights.end.toordinal()),
    )
    whole: list[BusyNights] = []
    for nights in stays:  # those before begin no later: whichever ends last contains it or none
        if not whole or nights.end > whole[-1].end:
            whole.append(nights)
    begins = [nights.first for nights in whole]
    passing: dict[date, BusyNights] = {}
    for nights in (one.nights for one in found if one.is_passing):
        before = bisect_right(begins, nights.first) - 1
        if before < 0 or whole[before].end < nights.first:
            passing.setdefault(nights.first, nights)
    return sorted([*whole, *passing.values()], key=lambda one: (one.first, one.end, one.key))


def _sequence(event: Event) -> int:
    try:
        return int(event.get("SEQUENCE", 0))
    except (TypeError, ValueError):
        return 0


def _text(event: Event, name: str) -> str:
    """A property as text, the first where it is there several times."""
    value = event.get(name, "")
    value = value[0] if isinstance(value, list) else value
    return str(value).replace("\0", "").strip()


def _written(value: object) -> str:
    if value is None:
        return ""
    written: bytes = value.to_ical()  # type: ignore[attr-defined]  # every property of icalendar has it
    return written.decode()[:LONGEST_TEXT]
