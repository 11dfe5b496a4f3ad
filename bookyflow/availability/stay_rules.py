"""When a guest may arrive and for how long a stay may last; nothing here asks the database."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext

from bookyflow.availability.nights import nights_taken
from bookyflow.core.dates import LONGEST_STAY, Stay, days
from bookyflow.core.errors import DomainError
from bookyflow.properties.models import PropertySettings
from bookyflow.tariffs.overrides import NONE, Overridable, Overrides
from bookyflow.tariffs.selectors import DAYS_OF_WEEK, weekday

WEEK = timedelta(days=DAYS_OF_WEEK)
WEEKS_AHEAD = 208  # how far changeover days are looked for: four years


@dataclass(frozen=True)
class Refusal:
    """One rule that a stay breaks: a key of ERRORS, a sentence for people, the field at fault."""

    key: str
    sentence: str
    field: str


def stay_of(settings: PropertySettings, arrival: date, departure: date | None = None) -> Stay:
    """The stay that somebody asks for (R-DT-3, R-DT-5).

    A property that does not ask for the departure sets it itself, whatever was sent. Raises
    DomainError `validation_failed` where it is missing or not after the arrival.
    """
    if not settings.asks_for_departure:
        departure = arrival + timedelta(days=settings.minimum_interval)
    if departure is None:
        raise DomainError(
            "validation_failed", fields={"departure": [gettext("This field is required.")]}
        )
    if departure <= arrival:
        problem = gettext("The departure must be after the arrival.")
        raise DomainError("validation_failed", problem, fields={"departure": [problem]})
    return Stay(arrival, departure)


def stay_refusals(
    settings: PropertySettings,
    stay: Stay,
    *,
    today: date,
    by_staff: bool = False,
    amends: Stay | None = None,
    override: Overrides = NONE,
) -> list[Refusal]:
    """Every rule about dates that a stay breaks, the windows of arrival first; none: it may be.

    `today` is the property's own. Staff may let a guest arrive from today on and however far
    ahead. Changeover day and fixed periods bind everybody. When a booking is amended, whose stay
    was `amends`, no window counts (R-DT-4), nor what was granted: the day of arrival and the
    length that it has. Rules of a kind in `override`, for staff who decide otherwise, are not
    asked; the longest stay always is.
    """
    found: list[Refusal | None] = []
    if amends is None and Overridable.ADVANCE_LIMIT not in override:
        found.append(window_refusal(settings, stay.arrival, today=today, by_staff=by_staff))
    arrives_then = amends is not None and amends.arrival == stay.arrival
    if not arrives_then and Overridable.CHANGEOVER not in override:
        found.append(changeover_refusal(settings, stay.arrival))
    is_as_long = amends is not None and amends.length == stay.length
    if not is_as_long and Overridable.LENGTH_OF_STAY not in override:
        found.append(_fixed_period(settings, stay))
    found.append(_length(settings, stay))
    return [refusal for refusal in found if refusal]


def stay_check(
    settings: PropertySettings,
    stay: Stay,
    *,
    today: date,
    by_staff: bool = False,
    amends: Stay | None = None,
    override: Overrides = NONE,
) -> None:
    """Raise a DomainError for the first rule that a stay breaks; see `stay_refusals`."""
    for refusal in stay_refusals(
        settings, stay, today=today, by_staff=by_staff, amends=amends, override=override
    ):
        raise DomainError(refusal.key, refusal.sentence, fields={refusal.field: [refusal.sentence]})


def arrival_window(
    settings: PropertySettings, *, today: date, by_staff: bool = False
) -> tuple[date, date | None]:
    """The first and the last day on which a guest may arrive; None: no end (R-DT-1, R-DT-2)."""
    if by_staff:
        return today, None
    first = today + timedelta(days=settings.min_days_before_arrival)
    if not settings.advance_limit_on:
        return first, None
    return first, today + timedelta(days=settings.advance_limit_days)


def window_refusal(
    settings: PropertySettings, day: date, *, today: date, by_staff: bool = False
) -> Refusal | None:
    """Why no guest may arrive on a day that is too near or too far ahead; None: it is neither."""
    first, last = arrival_window(settings, today=today, by_staff=by_staff)
    if day < first:
        sentence = gettext("The first possible arrival is %(day)s.") % {"day": first}
        return Refusal("arrival_too_soon", sentence, "arrival")
    if last and day > last:
        sentence = gettext("The last possible arrival is %(day)s.") % {"day": last}
        return Refusal("arrival_too_late", sentence, "arrival")
    return None


def changeover_refusal(settings: PropertySettings, day: date) -> Refusal | None:
    """Why no guest may arrive on this weekday (R-FP-1); None: one may."""
    if not settings.fixed_arrival_on or weekday(day) == settings.fixed_arrival_weekday:
        return None
    name = WEEKDAYS[(settings.fixed_arrival_weekday - 1) % DAYS_OF_WEEK]
    sentence = gettext("Guests arrive on a %(weekday)s here.") % {"weekday": name}
    return Refusal("changeover_day", sentence, "arrival")


def arrival_dates(
    settings: PropertySettings,
    *,
    today: date,
    taken: Collection[date] = (),
    by_staff: bool = False,
) -> list[date]:
    """The changeover days that a guest is offered, in order; none where any day will do.

    At most `fixed_arrival_dates` of them, within the window of arrival and four years. Weeks with
    a night in `taken` are skipped: what a property that is let as a whole passes (R-FP-3).
    """
    if not settings.fixed_arrival_on:
        return []
    first, last = arrival_window(settings, today=today, by_staff=by_staff)
    ahead = (settings.fixed_arrival_weekday - weekday(first)) % DAYS_OF_WEEK
    day = first + timedelta(days=ahead)
    found: list[date] = []
    for _ in range(WEEKS_AHEAD):
        if len(found) == settings.fixed_arrival_dates or (last and day > last):
            break
        if not any(night in taken for night in days(day, day + WEEK)):
            found.append(day)
        day += WEEK
    return found


def _fixed_period(settings: PropertySettings, stay: Stay) -> Refusal | None:
    if not settings.fixed_periods_on:
        return None
    period, most = settings.fixed_period_nights, settings.fixed_periods_most
    short = settings.short_break_nights if settings.short_break_on else None
    whole, rest = divmod(stay.length, period)
    if stay.length == short or (rest == 0 and whole <= most):
        return None
    if most > 1 and short:
        told = gettext(
            "A stay lasts %(nights)s nights or a multiple up to %(most)s, or %(short)s nights."
        )
    elif most > 1:
        told = gettext("A stay lasts %(nights)s nights or a multiple up to %(most)s.")
    elif short:
        told = gettext("A stay lasts %(nights)s nights, or %(short)s nights.")
    else:
        told = gettext("A stay lasts %(nights)s nights.")
    filled = {"nights": period, "most": period * most, "short": short}
    return Refusal("fixed_period", told % filled, "departure")


def _length(settings: PropertySettings, stay: Stay) -> Refusal | None:
    if nights_taken(settings, stay).length <= LONGEST_STAY:
        return None
    sentence = gettext("A stay lasts %(nights)s nights at most.") % {"nights": LONGEST_STAY}
    return Refusal("stay_too_long", sentence, "departure")
