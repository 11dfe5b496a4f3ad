"""What rooms can be had at which tariffs, and what the price of a session's stay is made of."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

from django.db.models import Q

from bookyflow.availability.models import Occupancy
from bookyflow.availability.nights import nights_taken
from bookyflow.availability.selectors import rooms_continuously_free
from bookyflow.booking_sessions.choosing import stay_needed
from bookyflow.booking_sessions.models import BookingSession
from bookyflow.core.dates import Stay
from bookyflow.pictures.models import Image
from bookyflow.pricing.discounts import MONTH, WEEK
from bookyflow.pricing.inputs import LengthDiscount
from bookyflow.pricing.lines import HUNDRED, ZERO, PriceRules
from bookyflow.properties.models import Property
from bookyflow.reservations.price_inputs import rules_of
from bookyflow.reservations.price_lookup import night_price
from bookyflow.rooms.models import Room, RoomFeature, RoomType
from bookyflow.tariffs.models import DailyRate, TariffType
from bookyflow.tariffs.selectors import Offer, offers_by_room_type

_OWN = (Image.Kind.MAIN, Image.Kind.SLIDESHOW)


@dataclass(frozen=True)
class TariffNight:
    """One night at a tariff: net prices of a room, or of a person, for short and for long stays.

    Who arrives on `day` leaves on `next_arrival` at the soonest.
    """

    day: date
    tariff_id: int
    room_type_id: int
    price: Decimal
    week_price: Decimal
    month_price: Decimal
    gross: Decimal
    min_stay: int

    @property
    def next_arrival(self) -> date:
        """The day after the shortest stay."""
        return self.day + timedelta(days=self.min_stay)


@dataclass(frozen=True)
class RoomShown:
    """A room with its pictures and those of its type, and what it is had at, by night."""

    room: Room
    pictures: Sequence[Image] = ()
    type_pictures: Sequence[Image] = ()
    nights: Mapping[str, TariffNight] = field(default_factory=dict)

    @property
    def features(self) -> dict[int, RoomFeature]:
        """What it has, by id."""
        return {one.pk: one for one in self.room.features.all()}

    @property
    def feature_ids(self) -> list[int]:
        """The ids of what it has."""
        return sorted(self.features)

    @property
    def places(self) -> Places:
        """How many people it takes."""
        return Places.of(self.room.room_type, [self.room])


@dataclass(frozen=True)
class Places:
    """How many people the largest room of a type takes."""

    room_type: RoomType
    adults: int
    children: int
    people: int

    @classmethod
    def of(cls, room_type: RoomType, rooms: Sequence[Room]) -> Places:
        """Of some rooms of a type."""
        return cls(
            room_type,
            max(room.max_adults for room in rooms),
            max(room.max_children for room in rooms),
            max(room.max_occupancy for room in rooms),
        )


@dataclass(frozen=True)
class TariffOfType:
    """A tariff that rooms of a type are had at: with its nights, and a pair for each room."""

    name: str
    pairs: list[str]
    nights: Mapping[str, TariffNight]


@dataclass(frozen=True)
class TypeOffered:
    """A room type with its free rooms and their tariffs."""

    room_type: RoomType
    places: Places
    pictures: Sequence[Image]
    tariffs: list[TariffOfType]
    features: Mapping[int, RoomFeature]


@dataclass(frozen=True)
class RoomsOffered:
    """What is free on the nights of a session: by type, and by pair of room and tariff."""

    types: Mapping[int, TypeOffered]
    rooms: Mapping[str, RoomShown]


@dataclass(frozen=True)
class Pictures:
    """The pictures of a property, the main one first, and of its rooms and room types by ids."""

    own: Sequence[Image]
    rooms: Mapping[int, Sequence[Image]]
    room_types: Mapping[int, Sequence[Image]]

    def shown(self, room: Room, nights: Mapping[str, TariffNight] | None = None) -> RoomShown:
        """A room with what belongs to it."""
        return RoomShown(
            room,
            self.rooms.get(room.pk, ()),
            self.room_types.get(room.room_type_id, ()),
            nights or {},
        )


def pictures_of(prop: Property) -> Pictures:
    """The pictures of a property and of its rooms and room types; one query."""
    own: list[Image] = []
    rooms: dict[int, list[Image]] = {}
    room_types: dict[int, list[Image]] = {}
    for image in Image.objects.filter(property=prop).order_by("kind", "position", "pk"):
        if image.kind in _OWN:
            own.append(image)
        elif image.room_id is not None:
            rooms.setdefault(image.room_id, []).append(image)
        elif image.room_type_id is not None:
            room_types.setdefault(image.room_type_id, []).append(image)
    return Pictures(own, rooms, room_types)


def rooms_offered(session: BookingSession) -> RoomsOffered:
    """What can be had on the nights of a session, by the number of its adults once that is known.

    What is held for the session itself is free for it. Raises DomainError `dates_not_set`.
    """
    prop, stay = session.property, stay_needed(session)
    rooms = _free(session, stay)
    by_type: dict[int, list[Room]] = {}
    for room in rooms:
        by_type.setdefault(room.room_type_id, []).append(room)
    priced = nights_taken(prop.settings, stay).priced
    offers = offers_by_room_type(
        prop=prop,
        stay=priced,
        people=session.adults or 0,
        room_type_ids=by_type,
        rooms_selected=None,
    )
    nights = _nights_of(prop, priced, [one for found in offers.values() for one in found])
    pictures = pictures_of(prop)
    types = {
        pk: _type_offered(pk, by_type[pk], offers[pk], nights, pictures)
        for pk in by_type
        if offers[pk]
    }
    return RoomsOffered(
        types,
        {
            f"{room.pk}^{offer.tariff_type.pk}": pictures.shown(room, nights[offer.tariff_type.pk])
            for room in rooms
            for offer in offers[room.room_type_id]
        },
    )


def _free(session: BookingSession, stay: Stay) -> list[Room]:
    """The rooms that are free for a session, in their order."""
    prop = session.property
    nights = nights_taken(prop.settings, stay)
    free = rooms_continuously_free(property_id=prop.pk, nights=nights, today=prop.settings.today())
    wanted = Q(pk__in=[room.pk for room in free])
    if hold := session.live_hold():
        wanted |= Q(pk__in=Occupancy.objects.filter(hold=hold).values("room"))
    rooms = Room.objects.filter(wanted).select_related("room_type")
    return list(rooms.prefetch_related("features"))


def _type_offered(
    pk: int,
    rooms: Sequence[Room],
    offers: Sequence[Offer],
    nights: Mapping[int, Mapping[str, TariffNight]],
    pictures: Pictures,
) -> TypeOffered:
    room_type = rooms[0].room_type
    return TypeOffered(
        room_type,
        Places.of(room_type, rooms),
        pictures.room_types.get(pk, ()),
        [
            TariffOfType(
                offer.tariff_type.name,
                [f"{room.pk}^{offer.tariff_type.pk}" for room in rooms],
                nights[offer.tariff_type.pk],
            )
            for offer in offers
        ],
        {one.pk: one for room in rooms for one in room.features.all()},
    )


def _nights_of(
    prop: Property, stay: Stay, offers: Iterable[Offer]
) -> dict[int, dict[str, TariffNight]]:
    """The nights of a stay at each tariff, by its id and by date; one query."""
    tariffs = {offer.tariff_type.pk: offer.tariff_type for offer in offers}
    rates = DailyRate.objects.filter(
        property=prop, tariff_type__in=tariffs, date__range=(stay.arrival, stay.last_night)
    )
    return tariff_nights(prop, rates.order_by("date"), tariffs)


def tariff_nights(
    prop: Property, rates: Iterable[DailyRate], tariffs: Mapping[int, TariffType]
) -> dict[int, dict[str, TariffNight]]:
    """Rates as nights, by tariff id and date."""
    rules = rules_of(prop)
    found: dict[int, dict[str, TariffNight]] = {pk: {} for pk in tariffs}
    for rate in rates:
        tariff = tariffs[rate.tariff_type_id]
        found[tariff.pk][rate.date.isoformat()] = _night(rules, rate, tariff)
    return found


def _night(rules: PriceRules, rate: DailyRate, tariff: TariffType) -> TariffNight:
    off = LengthDiscount(tariff.discount_7, tariff.discount_30, tariff.discount_is_percentage)
    price = night_price(rules, rate.price)
    return TariffNight(
        day=rate.date,
        tariff_id=tariff.pk,
        room_type_id=tariff.room_type_id,
        price=price.net,
        week_price=lowered(price.net, off.seven, WEEK, is_percentage=off.is_percentage),
        month_price=lowered(price.net, off.thirty, MONTH, is_percentage=off.is_percentage),
        gross=price.gross,
        min_stay=rate.min_stay,
    )


def lowered(price: Decimal, off: Decimal | None, nights: int, *, is_percentage: bool) -> Decimal:
    """What a night costs in a stay so long that its tariff takes something off.

    Per cent, or an amount off so many nights.
    """
    if off is None:
        return price
    left = price * (1 - off / HUNDRED) if is_percentage else price - off / nights
    return max(left, ZERO)
