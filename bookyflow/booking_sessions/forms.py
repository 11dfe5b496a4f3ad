"""All that a booking form of a property needs at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.conf import settings as site
from django.utils.translation import gettext

from bookyflow.availability.selectors import Day, calendar
from bookyflow.availability.stay_rules import arrival_window
from bookyflow.booking_sessions.labels import ADDRESS, extra_models_told, form_explained, labels
from bookyflow.booking_sessions.offers import (
    Pictures,
    RoomShown,
    TariffNight,
    pictures_of,
    tariff_nights,
)
from bookyflow.booking_sessions.payment import payment_page
from bookyflow.booking_sessions.sessions import Begun
from bookyflow.core import places
from bookyflow.core.dates import ONE_DAY
from bookyflow.pictures.models import Image
from bookyflow.properties.custom_fields import custom_fields_of
from bookyflow.properties.models import CustomField, Property, PropertyText
from bookyflow.properties.selectors import property_texts
from bookyflow.rooms.models import Room
from bookyflow.rooms.selectors import rooms_with_features
from bookyflow.tariffs.child_rates import child_rates_offered
from bookyflow.tariffs.extras import extra_list
from bookyflow.tariffs.models import ANY_DAY, ChildRate, DailyRate, Extra, TariffType
from bookyflow.tariffs.selectors import tariff_type_list, weekday

A_YEAR = timedelta(days=365)
NO_MINIMUM = 1000  # the interface's number for a property without prices
ANY_WEEKDAY = 7


@dataclass(frozen=True)
class TariffShown:
    """A tariff of a room; `nights` by date, {} for all rooms of a type but the first."""

    tariff: TariffType
    nights: Mapping[str, TariffNight]


@dataclass(frozen=True)
class RoomOfForm:
    """A room with its tariffs."""

    shown: RoomShown
    tariffs: Sequence[TariffShown]


@dataclass(frozen=True)
class AddressField:
    """A field of the guest's address: whether the property asks for it, and what it is called."""

    name: str
    label: str
    required: bool
    required_label: str


@dataclass(frozen=True)
class Availability:
    """Nights to choose from, the first of each closed stretch included, as a day of departure.

    And those that are full, or before the first arrival.
    """

    allowed: Sequence[date]
    closed: Sequence[date]

    @property
    def allowed_by_number(self) -> dict[int, date]:
        """The allowed ones, numbered from 0."""
        return dict(enumerate(self.allowed))


@dataclass(frozen=True)
class BookingForm:
    """What initialise answers; by the language that is active.

    `page_to_pay` is where guests pay before they book, "" where they need not.
    """

    begun: Begun
    prop: Property
    language: str
    name: str
    availability: Availability
    min_days: int
    rooms: Mapping[int, RoomOfForm]
    pictures: Sequence[Image]
    child_rates: Mapping[int, ChildRate]
    extras: Sequence[Extra]
    questions: Sequence[CustomField]
    page_to_pay: str
    first_arrival: date
    last_arrival: date

    @property
    def model(self) -> str:
        """SRP: it is let as a whole; MRP: rooms are chosen."""
        return "SRP" if self.prop.property_type.is_single_unit else "MRP"

    @property
    def bypass_confirmation(self) -> bool:
        """Whether the booking can be made at once."""
        return not self.page_to_pay

    @property
    def details_page(self) -> str:
        """The property's public page; "" where the site has none."""
        return site.PROPERTY_PAGE_URL.format(property_uid=self.prop.pk)

    @property
    def fixed_period_nights(self) -> int:
        """The nights of a fixed period; 0 where there is none."""
        settings = self.prop.settings
        return settings.fixed_period_nights if settings.fixed_periods_on else 0

    @property
    def pictures_by_number(self) -> dict[int, Sequence[Image]]:
        """The pictures of the property, under 0; none where there are none."""
        return {0: self.pictures} if self.pictures else {}

    @property
    def explained(self) -> dict[str, str]:
        """What the fields mean."""
        return form_explained()

    @property
    def fixed_arrival_day(self) -> int:
        """The changeover day, 0 Sunday to 6 Saturday; 7: any."""
        settings = self.prop.settings
        return settings.fixed_arrival_weekday if settings.fixed_arrival_on else ANY_WEEKDAY

    @property
    def capacity(self) -> dict[str, int]:
        """Places for adults and for children in all rooms together."""
        rooms = [one.shown.room for one in self.rooms.values()]
        children = sum(room.max_children for room in rooms)
        return {
            "adults": sum(min(room.max_adults, room.max_occupancy) for room in rooms),
            "children": children if self.prop.settings.allow_children else 0,
        }

    @property
    def labels(self) -> dict[str, str]:
        """The texts of the form."""
        return labels(self.prop, self.language)

    @property
    def address_fields(self) -> list[AddressField]:
        """What a guest is asked for."""
        asked, texts = [], self.labels
        for field, (name, key, missing) in ADDRESS.items():
            is_needed = field in {"surname", "email"} or getattr(
                self.prop.settings, f"requires_{field}"
            )
            label = texts[f"COMMON_PLACEHOLDER_{key}"]
            asked.append(AddressField(name, label, is_needed, gettext(missing)))
        return asked

    @property
    def countries(self) -> dict[str, str]:
        """Every country by code, in the order of the names."""
        return {one.code: one.name for one in places.countries_named(self.language)}

    @property
    def extra_models(self) -> dict[int, str]:
        """What the numbers of extras' models mean."""
        return extra_models_told()


def booking_form(*, begun: Begun, language: str) -> BookingForm:
    """What a form of the session's property needs; eleven queries, whatever there is."""
    prop = begun.session.property
    settings, today = prop.settings, prop.settings.today()
    first, limit = arrival_window(settings, today=today)
    last = min(today + A_YEAR, limit or date.max)
    days = calendar(property_id=prop.pk, first=today, last=max(last, today))
    tariffs, pictures = tariff_type_list(prop=prop).in_bulk(), pictures_of(prop)
    named = property_texts(
        property_ids=[prop.pk], language=language, fields=[PropertyText.Field.NAME]
    )
    return BookingForm(
        begun=begun,
        prop=prop,
        language=language,
        name=named.get(prop.pk, {}).get(PropertyText.Field.NAME) or prop.name,
        availability=_availability(days, first, tariffs.values()),
        min_days=min((day.min_stay for day in days if day.min_stay), default=NO_MINIMUM),
        rooms=_rooms(prop, tariffs, pictures, first, last),
        pictures=pictures.own,
        child_rates={rate.pk: rate for rate in child_rates_offered(prop=prop)},
        extras=_extras(prop, today),
        questions=custom_fields_of(prop=prop, purpose=CustomField.Purpose.BOOKING),
        page_to_pay=payment_page(prop, language),
        first_arrival=first,
        last_arrival=last,
    )


def _availability(days: Sequence[Day], first: date, tariffs: Any) -> Availability:
    weekdays = {tariff.arrival_weekday for tariff in tariffs}
    is_open = [not day.is_full and day.min_stay is not None and day.date >= first for day in days]
    allowed = [
        day.date
        for number, day in enumerate(days)
        if is_open[number] or (number > 0 and is_open[number - 1])
    ]
    if is_open and is_open[-1]:
        allowed.append(days[-1].date + ONE_DAY)
    closed = [
        day.date
        for day in days
        if day.is_full
        or day.date < first
        or (weekdays and ANY_DAY not in weekdays and weekday(day.date) not in weekdays)
    ]
    return Availability(allowed, closed)


def _rooms(
    prop: Property,
    tariffs: Mapping[int, TariffType],
    pictures: Pictures,
    first: date,
    last: date,
) -> dict[int, RoomOfForm]:
    rates = DailyRate.objects.filter(
        property=prop,
        tariff_type__in=tariffs,
        date__range=(first, last),
        closed=False,
        price__gt=0,
    )
    nights = tariff_nights(prop, rates.order_by("date"), tariffs)
    found: dict[int, RoomOfForm] = {}
    told: set[int] = set()  # types whose nights have been shown
    for room in rooms_with_features(prop=prop):
        found[room.pk] = _room(room, tariffs, {} if room.room_type_id in told else nights, pictures)
        told.add(room.room_type_id)
    return found


def _room(
    room: Room,
    tariffs: Mapping[int, TariffType],
    nights: Mapping[int, Mapping[str, TariffNight]],
    pictures: Pictures,
) -> RoomOfForm:
    return RoomOfForm(
        pictures.shown(room),
        [
            TariffShown(tariff, nights.get(tariff.pk, {}))
            for tariff in tariffs.values()
            if tariff.room_type_id == room.room_type_id
        ],
    )


def _extras(prop: Property, today: date) -> list[Extra]:
    """The extras that a guest may choose for some day to come."""
    if not prop.settings.shows_extras:
        return []
    found = extra_list(prop=prop).filter(is_published=True).order_by("pk")
    return [one for one in found if one.valid_to is None or one.valid_to >= today]
