"""The lines of the desk: a booking with what comes next."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext, gettext_lazy, ngettext

from bookyflow.messaging.reading import Unread
from bookyflow.reservations.desk_day import NOT_YET, DeskDay
from bookyflow.reservations.models import Booking, BookingState
from bookyflow.web.desk.links import booking_url
from bookyflow.web.desk.words import guest_name, money, open_amount, people, state_name

STEPS = {
    "check-in": gettext_lazy("Check in"),
    "check-out": gettext_lazy("Check out"),
    "undo-check-in": gettext_lazy("Undo check-in"),
    "undo-check-out": gettext_lazy("Undo check-out"),
}


@dataclass(frozen=True)
class Step:
    """Something that the desk does with a booking; quietly shown where it is not the usual one."""

    name: str
    url: str
    is_quiet: bool

    @property
    def label(self) -> str:
        """What its button says."""
        return str(STEPS[self.name])


@dataclass(frozen=True)
class Line:
    """A booking of the day."""

    booking: Booking
    step: Step | None

    @property
    def name(self) -> str:
        """Whom it is for."""
        return guest_name(self.booking)

    @property
    def rooms(self) -> str:
        """The numbers of its rooms."""
        return ", ".join(self.booking.room_numbers)  # type: ignore[attr-defined]  # annotated

    @property
    def url(self) -> str:
        """The page of the booking."""
        return booking_url(self.booking.property_id, self.booking.pk)

    @property
    def state(self) -> str:
        """What it is by now."""
        return state_name(self.booking)

    @property
    def people(self) -> str:
        """How many come."""
        return people(self.booking)

    @property
    def due(self) -> str:
        """What is left to pay, "" for nothing."""
        return open_amount(self.booking)


@dataclass(frozen=True)
class Task:
    """Something to do: what, about whom, and where it is done."""

    label: str
    name: str
    text: str
    url: str
    step: Step | None = None


@dataclass(frozen=True)
class Lines:
    """The day in lines."""

    arrivals: Sequence[Line]
    departures: Sequence[Line]
    in_house: Sequence[Line]

    @property
    def arrived(self) -> int:
        """How many of the arrivals are there."""
        return sum(one.booking.has_arrived() for one in self.arrivals)

    @property
    def left(self) -> int:
        """How many of the departures are gone."""
        return sum(one.booking.has_left() for one in self.departures)


def lines_of(found: DeskDay, *, today: date) -> Lines:
    """The lines of a day; nothing can be done beforehand."""
    return Lines(
        arrivals=[Line(one, _arriving(one, today)) for one in found.arrivals],
        departures=[Line(one, _leaving(one, today)) for one in found.departures],
        in_house=[Line(one, _leaving(one, today)) for one in found.in_house],
    )


def tasks_of(
    found: DeskDay, unread: Iterable[Unread], *, property_id: int, today: date
) -> list[Task]:
    """What waits for the desk, the most pressing first."""
    return [*_of_bookings(found, today), *_of_messages(unread, property_id)]


def _of_bookings(found: DeskDay, today: date) -> Iterator[Task]:
    for one in found.overdue:
        text = gettext("was to leave on %(day)s") % {"day": _day(one.departs_on)}
        yield _task(gettext("Overdue"), one, text, _leaving(one, today))
    for one in found.late:
        text = gettext("expected since %(day)s") % {"day": _day(one.arrival)}
        yield _task(gettext("Not here yet"), one, text, _arriving(one, today))
    for one in found.enquiries:
        yield _task(gettext("Enquiry"), one, _stay(one), None)
    for one in sorted(found.unpaid, key=lambda one: one.arrival):
        missing = money(one.deposit_required - one.paid, one.currency)
        text = gettext("%(amount)s deposit is missing, arrival %(day)s")
        text %= {"amount": missing, "day": _day(one.arrival)}
        yield _task(gettext("Deposit due"), one, text, None)


def _of_messages(unread: Iterable[Unread], property_id: int) -> Iterator[Task]:
    for one in unread:
        if one.booking_id is None:
            continue  # an account writes, whose messages are not about a booking
        text = ngettext("%(count)s unread message", "%(count)s unread messages", one.messages)
        yield Task(
            label=gettext("Message"),
            name=gettext("Booking %(number)s") % {"number": one.booking_number},
            text=text % {"count": one.messages},
            url=booking_url(property_id, one.booking_id),
        )


def _task(label: str, booking: Booking, text: str, step: Step | None) -> Task:
    url = booking_url(booking.property_id, booking.pk)
    return Task(label, guest_name(booking), text, url, step)


def _stay(booking: Booking) -> str:
    first, last = _day(booking.arrival), _day(booking.departs_on)
    return f"{first} to {last}, {people(booking)}"


def _day(day: date) -> str:
    return date_format(day, "j M")


def _arriving(booking: Booking, today: date) -> Step | None:
    if booking.state == BookingState.CHECKED_IN:
        return step_of(booking, "undo-check-in")
    if booking.state in NOT_YET and booking.arrival <= today:
        return step_of(booking, "check-in")
    return None


def _leaving(booking: Booking, today: date) -> Step | None:
    if booking.state == BookingState.CHECKED_IN:
        return step_of(booking, "check-out", is_quiet=booking.departs_on > today)
    if booking.state == BookingState.CHECKED_OUT and booking.departs_on == today:
        return step_of(booking, "undo-check-out")
    return None


def step_of(booking: Booking, name: str, *, is_quiet: bool = False) -> Step:
    """A step of a booking, with where it is taken; taking one back is never the usual."""
    args = [booking.property_id, booking.pk, name]
    url = reverse("web:desk_step", args=args)
    return Step(name, url, is_quiet=is_quiet or name.startswith("undo"))
