"""Why a stay can or cannot have a tariff (reference R-TF-1 to 11): no query, no side effect."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple

from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext

from bookyflow.core.dates import Stay
from bookyflow.tariffs.models import ANY_DAY, TariffType
from bookyflow.tariffs.overrides import NONE, Overridable, Overrides


class Reason(StrEnum):
    """Why a tariff is not offered; stable codes."""

    NO_PRICE = "no_price"
    CLOSED = "closed"
    MIN_STAY = "min_stay"
    MAX_STAY = "max_stay"
    CLOSED_TO_ARRIVAL = "closed_to_arrival"
    CLOSED_TO_DEPARTURE = "closed_to_departure"
    PARTY_TOO_SMALL = "party_too_small"
    PARTY_TOO_LARGE = "party_too_large"
    ROOMS_SELECTED = "rooms_selected"
    WEEKEND = "weekend"
    WEEKEND_ONLY = "weekend_only"
    ARRIVAL_WEEKDAY = "arrival_weekday"
    GUEST_TYPE_MINIMUM = "guest_type_minimum"


OVERRIDABLE = {  # the others are about people, and about what has no price
    Reason.CLOSED: Overridable.STOP_SELL,
    Reason.MIN_STAY: Overridable.LENGTH_OF_STAY,
    Reason.MAX_STAY: Overridable.LENGTH_OF_STAY,
    Reason.CLOSED_TO_ARRIVAL: Overridable.CHANGEOVER,
    Reason.CLOSED_TO_DEPARTURE: Overridable.CHANGEOVER,
    Reason.WEEKEND: Overridable.CHANGEOVER,
    Reason.WEEKEND_ONLY: Overridable.CHANGEOVER,
    Reason.ARRIVAL_WEEKDAY: Overridable.CHANGEOVER,
}


@dataclass(frozen=True)
class Refusal:
    """One reason, a sentence that says it of this stay, and the days whose rule it is.

    No day: the rule is about the stay as a whole.
    """

    reason: Reason
    sentence: str
    days: tuple[date, ...] = ()


@dataclass(frozen=True)
class Asked:
    """What tariffs are asked for.

    `party` counts adults; 0: their number is not tested. `rooms_selected` are the rooms chosen
    before this one; None: not tested. `weekend_nights` says how many nights are a weekend's,
    `short_of` which guest type is too few, by room type: its name and the least number. Rules
    of a kind in `override` are not asked.
    """

    stay: Stay
    party: int
    rooms_selected: int | None
    arrival_weekday: int
    weekend_nights: int
    short_of: Mapping[int, tuple[str, int]] = field(default_factory=dict)
    override: Overrides = NONE


class NightRate(NamedTuple):
    """What a night costs in some tariff type, and on which conditions; as a DailyRate has it."""

    date: date
    price: Decimal
    min_stay: int = 1
    max_stay: int | None = None
    closed: bool = False
    closed_to_arrival: bool = False
    closed_to_departure: bool = False


Rates = Mapping[date, NightRate]  # of one tariff type, with those of nights and departure


def refusals_of(tariff_type: TariffType, rates: Rates, asked: Asked) -> list[Refusal]:
    """Every reason against a tariff type, in a fixed order; none: it is offered."""
    nights = [rates[night] for night in asked.stay.nights if night in rates]
    found = [
        *_prices(rates, nights, asked.stay),
        *_length(tariff_type, nights, asked.stay),
        *_ends(rates, asked.stay),
        *_party(tariff_type, asked),
        *_days(tariff_type, asked),
    ]
    return [one for one in found if OVERRIDABLE.get(one.reason) not in asked.override]


def _prices(rates: Rates, nights: list[NightRate], stay: Stay) -> Iterator[Refusal]:
    """R-TF-2 to 4."""
    missing = [night for night in stay.nights if night not in rates or not rates[night].price]
    if missing:
        yield Refusal(
            Reason.NO_PRICE,
            gettext("There is no price for the night of %(day)s.") % {"day": missing[0]},
            tuple(missing),
        )
    closed = [rate.date for rate in nights if rate.closed]
    if closed:
        yield Refusal(
            Reason.CLOSED,
            gettext("The night of %(day)s is closed.") % {"day": closed[0]},
            tuple(closed),
        )


def _length(tariff_type: TariffType, nights: list[NightRate], stay: Stay) -> Iterator[Refusal]:
    """R-TF-5: the largest minimum of the nights counts, and the smallest maximum."""
    least = max((rate.min_stay for rate in nights), default=1)
    if stay.length < least:
        sentence = gettext("At least %(nights)s nights have to be booked.") % {"nights": least}
        asking = tuple(rate.date for rate in nights if rate.min_stay > stay.length)
        yield Refusal(Reason.MIN_STAY, sentence, asking)
    longest = min(
        [tariff_type.max_stay, *(rate.max_stay for rate in nights if rate.max_stay is not None)]
    )
    if stay.length > longest:
        sentence = gettext("At most %(nights)s nights can be booked.") % {"nights": longest}
        limiting = tuple(
            rate.date for rate in nights if rate.max_stay and rate.max_stay < stay.length
        )
        is_own = tariff_type.max_stay < stay.length  # of the rate plan, whatever the nights say
        yield Refusal(Reason.MAX_STAY, sentence, () if is_own else limiting)


def _ends(rates: Rates, stay: Stay) -> Iterator[Refusal]:
    arriving, leaving = rates.get(stay.arrival), rates.get(stay.departure)
    if arriving is not None and arriving.closed_to_arrival:
        sentence = gettext("Nobody can arrive on %(day)s.") % {"day": stay.arrival}
        yield Refusal(Reason.CLOSED_TO_ARRIVAL, sentence, (stay.arrival,))
    if leaving is not None and leaving.closed_to_departure:
        sentence = gettext("Nobody can leave on %(day)s.") % {"day": stay.departure}
        yield Refusal(Reason.CLOSED_TO_DEPARTURE, sentence, (stay.departure,))


def _party(tariff_type: TariffType, asked: Asked) -> Iterator[Refusal]:
    """R-TF-6, 7 and 11."""
    if asked.party and asked.party < tariff_type.min_people:
        sentence = gettext("It is for %(count)s adults or more.") % {
            "count": tariff_type.min_people
        }
        yield Refusal(Reason.PARTY_TOO_SMALL, sentence)
    if asked.party > tariff_type.max_people:
        sentence = gettext("It is for %(count)s adults at most.") % {
            "count": tariff_type.max_people
        }
        yield Refusal(Reason.PARTY_TOO_LARGE, sentence)
    if asked.rooms_selected is not None and not admits(tariff_type, asked.rooms_selected):
        sentence = gettext(
            "It is for a room after %(least)s others or more, and fewer than %(most)s."
        ) % {"least": tariff_type.min_rooms_selected, "most": tariff_type.max_rooms_selected}
        yield Refusal(Reason.ROOMS_SELECTED, sentence)
    if tariff_type.room_type_id in asked.short_of:
        name, least = asked.short_of[tariff_type.room_type_id]
        sentence = gettext(
            "The room type needs at least %(count)s guests of the type %(name)s."
        ) % {"count": least, "name": name}
        yield Refusal(Reason.GUEST_TYPE_MINIMUM, sentence)


def admits(tariff_type: TariffType, rooms_selected: int) -> bool:
    """R-TF-6: whether it can be had by a guest who has chosen so many rooms before."""
    return tariff_type.min_rooms_selected <= rooms_selected < tariff_type.max_rooms_selected


def _days(tariff_type: TariffType, asked: Asked) -> Iterator[Refusal]:
    """R-TF-8 to 10; all three must hold."""
    if asked.weekend_nights and not tariff_type.allow_weekend:
        yield Refusal(Reason.WEEKEND, gettext("The stay must not touch a weekend."))
    if asked.weekend_nights < asked.stay.length and tariff_type.weekend_only:
        yield Refusal(
            Reason.WEEKEND_ONLY, gettext("The stay must be weekend nights and no others.")
        )
    if tariff_type.arrival_weekday not in {ANY_DAY, asked.arrival_weekday}:
        day = WEEKDAYS[(tariff_type.arrival_weekday - 1) % len(WEEKDAYS)]
        sentence = gettext("Guests must arrive on a %(weekday)s.") % {"weekday": day}
        yield Refusal(Reason.ARRIVAL_WEEKDAY, sentence)
