"""Why nights cannot be booked, said for people: one entry for each rule that closes one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from bookyflow.availability import sql
from bookyflow.availability.stay_rules import (
    WEEK,
    WEEKS_AHEAD,
    arrival_dates,
    arrival_window,
    changeover_refusal,
    window_refusal,
)
from bookyflow.core.database import connection
from bookyflow.core.dates import days
from bookyflow.properties.models import Property, PropertySettings

ABOUT_ARRIVAL = frozenset({"closed_to_arrival", "arrival_window", "changeover_day"})
ABOUT_DEPARTURE = frozenset({"closed_to_departure"})
STOCK = frozenset(
    {"past", "no_rooms", "booked", "blocked", "held", "stop_sell", "sold_out_allotment"}
)  # about rooms, whatever the prices


@dataclass(frozen=True)
class Reason:
    """One thing that closes a night: a stable key, and a sentence.

    Keys: past, no_rooms, booked, blocked, held, stop_sell, sold_out_allotment, no_price,
    tariff_closed, tariff_weekend close the night; closed_to_arrival, arrival_window,
    changeover_day only close it for arrivals; closed_to_departure closes the date for departures.
    """

    key: str
    sentence: str


@dataclass(frozen=True)
class Explanation:
    """One night of one room type: how many rooms, how many free, how many of these for sale.

    `room_type_id` is None at a property without rooms; `min_stay` where nothing open has a price.
    """

    date: date
    room_type_id: int | None
    rooms: int
    free: int
    for_sale: int
    min_stay: int | None
    reasons: tuple[Reason, ...]

    @property
    def is_open(self) -> bool:
        """Whether the night can be part of a stay."""
        keys = {reason.key for reason in self.reasons}
        return not keys - ABOUT_ARRIVAL - ABOUT_DEPARTURE

    @property
    def takes_arrivals(self) -> bool:
        """Whether a stay can begin with the night."""
        return self.is_open and not any(one.key in ABOUT_ARRIVAL for one in self.reasons)


@dataclass(frozen=True)
class _Night:
    """A row of sql.EXPLANATIONS."""

    date: date
    room_type_id: int | None
    rooms: int = 0
    booked: int = 0
    blocked: int = 0
    held: int = 0
    sold: int = 0
    max_to_sell: int | None = None
    stop_sell: bool = False
    has_open_rate: bool | None = None
    can_be_had: bool | None = None
    takes_arrivals: bool | None = None
    takes_departures: bool | None = None
    min_stay: int | None = None

    @property
    def free(self) -> int:
        return max(self.rooms - self.booked - self.blocked - self.held, 0)

    @property
    def for_sale(self) -> int:
        if self.stop_sell:
            return 0
        if self.max_to_sell is None:
            return self.free
        return max(min(self.free, self.max_to_sell - self.sold), 0)


def explanations(
    *, prop: Property, first: date, last: date, room_type_id: int | None = None
) -> list[Explanation]:
    """Every night from `first` to `last`, both included, by date and room type; one query.

    Of all room types of the property, or of one. Windows of arrival are those of guests. `prop`
    comes with its settings.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            sql.EXPLANATIONS,
            {
                "property_id": prop.pk,
                "first": first,
                "last": last,
                "room_type_id": room_type_id,
                "weekend": list(prop.settings.weekend()),
            },
        )
        nights = [_Night(*row) for row in cursor.fetchall()]
    if not nights:
        nights = [_Night(night, None) for night in days(first, last + timedelta(days=1))]
    today = prop.settings.today()
    return [
        Explanation(
            date=night.date,
            room_type_id=night.room_type_id,
            rooms=night.rooms,
            free=night.free,
            for_sale=night.for_sale,
            min_stay=night.min_stay,
            reasons=(
                *_stock_reasons(night),
                *_tariff_reasons(night),
                *_day_reasons(prop.settings, night.date, today),
            ),
        )
        for night in nights
    ]


def arrival_dates_offered(*, prop: Property, by_staff: bool = False) -> list[date]:
    """The changeover days that guests are offered, see `rules.arrival_dates`; one query at most.

    Weeks with an occupied night are skipped where the property is let as a whole (R-FP-3).
    `prop` comes with its settings and type.
    """
    settings = prop.settings
    today = settings.today()
    taken: set[date] = set()
    if settings.fixed_arrival_on and prop.property_type.is_single_unit:
        first, _ = arrival_window(settings, today=today, by_staff=by_staff)
        last = first + WEEK * (WEEKS_AHEAD + 1)
        with connection.cursor() as cursor:
            cursor.execute(sql.TAKEN_NIGHTS, {"property_id": prop.pk, "first": first, "last": last})
            taken = {night for (night,) in cursor.fetchall()}
    return arrival_dates(settings, today=today, taken=taken, by_staff=by_staff)


def _stock_reasons(night: _Night) -> Iterator[Reason]:
    if not night.rooms:
        yield Reason("no_rooms", "There is no room of this type.")
    elif not night.free:
        if night.booked:
            yield Reason("booked", f"{night.booked} of {night.rooms} room(s) booked.")
        if night.blocked:
            yield Reason("blocked", f"{night.blocked} of {night.rooms} room(s) blocked.")
        if night.held:
            yield Reason("held", f"{night.held} of {night.rooms} room(s) held for a while.")
    if night.stop_sell:
        yield Reason("stop_sell", "The property has stopped selling this room type.")
    elif night.max_to_sell is not None and night.sold >= night.max_to_sell:
        sentence = f"{night.sold} sold; at most {night.max_to_sell} may be sold."
        yield Reason("sold_out_allotment", sentence)


def _tariff_reasons(night: _Night) -> Iterator[Reason]:
    if night.has_open_rate is None:
        yield Reason("no_price", "The night has no price.")
    elif not night.has_open_rate:
        yield Reason("tariff_closed", "Every tariff is closed on this night.")
    elif not night.can_be_had:
        yield Reason("tariff_weekend", "Every open tariff is for the other part of the week.")
    elif not night.takes_arrivals:
        yield Reason("closed_to_arrival", "No tariff lets guests arrive on this day.")
    if night.takes_departures is False:
        yield Reason("closed_to_departure", "No tariff lets guests leave on this day.")


def _day_reasons(settings: PropertySettings, day: date, today: date) -> Iterator[Reason]:
    if day < today:
        yield Reason("past", "The night is over.")
        return
    if window := window_refusal(settings, day, today=today):
        yield Reason("arrival_window", window.sentence)
    if changeover := changeover_refusal(settings, day):
        yield Reason("changeover_day", changeover.sentence)
