"""The price of what is held for a session, by the names that the booking interface has for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from bookyflow.booking_sessions.choosing import pairs_text
from bookyflow.booking_sessions.labels import city_tax_label
from bookyflow.booking_sessions.models import BookingSession
from bookyflow.booking_sessions.offers import TariffNight, tariff_nights
from bookyflow.booking_sessions.sessions import hold_needed
from bookyflow.core.errors import DomainError
from bookyflow.pricing.discounts import MONTH, WEEK
from bookyflow.pricing.lines import ZERO, Line, LineKind
from bookyflow.properties.models import Property
from bookyflow.reservations.models import Hold
from bookyflow.reservations.quotes.codec import quote_of
from bookyflow.reservations.quotes.quote import Quote
from bookyflow.tariffs.child_rates import child_rate_list
from bookyflow.tariffs.models import ChildRate, DailyRate, TariffType

# What the price of the rooms consists of, without children.
_ADULTS = (LineKind.ACCOMMODATION, LineKind.DISCOUNT, LineKind.SINGLE_SUPPLEMENT)


@dataclass(frozen=True)
class RoomPriced:
    """A room of a stay with the nights of its tariff; net, before what is taken off all of it."""

    room_id: int
    nights: Mapping[str, TariffNight]

    @property
    def total(self) -> Decimal:
        """All nights."""
        return sum((night.price for night in self.nights.values()), ZERO)

    @property
    def week_total(self) -> Decimal:
        """All nights, at the price of stays of a week."""
        return sum((night.week_price for night in self.nights.values()), ZERO)

    @property
    def month_total(self) -> Decimal:
        """All nights, at the price of stays of a month."""
        return sum((night.month_price for night in self.nights.values()), ZERO)

    @property
    def base(self) -> Decimal:
        """The mean night at the price of a stay so long."""
        count = len(self.nights)
        if not count:
            return ZERO
        if count < WEEK:
            return self.total / count
        return (self.week_total if count < MONTH else self.month_total) / count


@dataclass(frozen=True)
class ChildrenPriced:
    """Children of one rate, and what they cost together: net."""

    rate: ChildRate
    quantity: int
    nights: int
    total: Decimal


@dataclass(frozen=True)
class SessionPrice:
    """What a session's stay costs, as it was quoted and is held until `expires_at`."""

    quote: Quote
    expires_at: datetime
    pairs: str
    rooms: Mapping[int, RoomPriced]
    children: Mapping[int, ChildrenPriced]

    @property
    def currency(self) -> str:
        """That of all amounts."""
        return self.quote.breakdown.currency

    @property
    def nights(self) -> int:
        """How many are paid for."""
        return self.quote.nights.length

    @property
    def lines(self) -> Sequence[Line]:
        """All of it, line by line."""
        return self.quote.breakdown.lines

    @property
    def adults_net(self) -> Decimal:
        """The rooms after discounts, without children and tax."""
        return _net(self.quote, *_ADULTS)

    @property
    def children_net(self) -> Decimal:
        """The children, without tax."""
        return _net(self.quote, LineKind.CHILDREN)

    @property
    def accommodation_net(self) -> Decimal:
        """Rooms and children, without tax."""
        return self.adults_net + self.children_net

    @property
    def accommodation_gross(self) -> Decimal:
        """Rooms and children, with tax."""
        return _gross(self.quote, *_ADULTS, LineKind.CHILDREN)

    @property
    def nightly(self) -> Decimal:
        """The rooms without children and tax, divided by the nights."""
        return self.adults_net / self.nights

    @property
    def city_tax(self) -> Decimal:
        """The city tax."""
        return _gross(self.quote, LineKind.CITY_TAX)

    @property
    def cleaning(self) -> Decimal:
        """The cleaning fee, with tax."""
        return _gross(self.quote, LineKind.CLEANING)

    @property
    def extras(self) -> Decimal:
        """The extras, with tax."""
        return _gross(self.quote, LineKind.EXTRA)


def _net(quote: Quote, *kinds: LineKind) -> Decimal:
    return sum((line.net for line in quote.breakdown.of(*kinds)), ZERO)


def _gross(quote: Quote, *kinds: LineKind) -> Decimal:
    return sum((line.gross for line in quote.breakdown.of(*kinds)), ZERO)


def session_price(session: BookingSession) -> SessionPrice:
    """What a session's stay costs; three queries.

    Raises DomainError `dates_not_set`, `guests_not_set`, `no_room_selected`, `hold_expired`.
    """
    if session.stay() is None:
        raise DomainError("dates_not_set")
    if session.adults is None:
        raise DomainError("guests_not_set")
    hold = _held(session)
    quote = quote_of(hold.quote)
    nights = _nights(session.property, quote)
    rooms = {
        room_id: RoomPriced(room_id, nights.get(tariff_id, {}))
        for room_id, tariff_id in session.rooms
    }
    return SessionPrice(
        quote, hold.expires_at, pairs_text(session.rooms), rooms, _children(session, quote)
    )


@dataclass(frozen=True)
class CityTaxTold:
    """The city tax of a session's stay, and what it is counted by."""

    price: SessionPrice
    label: str


def city_tax_of(session: BookingSession) -> CityTaxTold:
    """The city tax of a session's stay. Raises DomainError as `session_price`."""
    return CityTaxTold(session_price(session), city_tax_label(session.property))


def _held(session: BookingSession) -> Hold:
    """What is held for a session, or was until it was booked."""
    if session.hold is not None and session.booking() is not None:
        return session.hold
    return hold_needed(session)


def _nights(prop: Property, quote: Quote) -> dict[int, dict[str, TariffNight]]:
    """The quoted nights of each tariff, at the prices that were quoted."""
    basis = quote.basis.rooms if quote.basis else ()
    prices = {room.tariff_id: dict(room.nights) for room in basis if room.tariff_id}
    tariffs = TariffType.objects.in_bulk(list(prices))
    first, last = quote.nights.first, quote.nights.last
    rates = DailyRate.objects.filter(tariff_type__in=tariffs, date__range=(first, last))
    found = []
    for rate in rates.order_by("date"):
        quoted: dict[date, Decimal] = prices[rate.tariff_type_id]
        rate.price = quoted.get(rate.date, rate.price)
        found.append(rate)
    return tariff_nights(prop, found, tariffs)


def _children(session: BookingSession, quote: Quote) -> dict[int, ChildrenPriced]:
    ages = session.child_ages
    if not ages or not session.property.settings.per_person_per_night:
        return {}
    paid = {
        (line.values["age_from"], line.values["age_to"]): line.net
        for line in quote.breakdown.of(LineKind.CHILDREN)
    }
    found = {}
    for rate in child_rate_list(prop=session.property):
        quantity = sum(rate.age_from <= age <= rate.age_to for age in ages)
        if quantity:
            total = paid.get((rate.age_from, rate.age_to), ZERO)
            found[rate.pk] = ChildrenPriced(rate, quantity, quote.nights.length, total)
    return found
