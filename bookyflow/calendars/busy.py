"""What a calendar of another platform comes to: busy nights, and what was odd about it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class NoteKind(StrEnum):
    """What was odd about a calendar that could be read."""

    ZONE_UNKNOWN = "zone_unknown"
    NO_NIGHT = "no_night"
    EVENT_ODD = "event_odd"
    RULE_ODD = "rule_odd"


class CalendarUnreadable(Exception):
    """What came is no whole calendar; the text says why."""


@dataclass(frozen=True)
class Note:
    """Something odd, and what it is about: a zone's name, or the event's UID."""

    kind: NoteKind
    about: str


@dataclass(frozen=True)
class BusyNights:
    """The nights [first, end) of one event; `key` is what knows it again in the next reading.

    Platforms use one UID for several stays, so that `uid` alone would not do.
    """

    uid: str
    recurrence_id: str
    start: str
    first: date
    end: date
    label: str

    @property
    def key(self) -> tuple[str, str, str]:
        """UID, RECURRENCE-ID and DTSTART as they are written."""
        return self.uid, self.recurrence_id, self.start


@dataclass(frozen=True)
class Reading:
    """All busy nights of a calendar from a day on, in order, and what was odd."""

    busy: Sequence[BusyNights]
    notes: Sequence[Note]
