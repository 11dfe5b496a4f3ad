"""What a stay would cost, before anybody books it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from bookyflow.availability.explanations import STOCK, explanations
from bookyflow.availability.nights import OccupiedNights, nights_taken
from bookyflow.availability.selectors import types_for_sale
from bookyflow.core.dates import Stay
from bookyflow.core.errors import DomainError
from bookyflow.pricing.deposits import deposit
from bookyflow.pricing.discounts import days_ahead
from bookyflow.pricing.engine import price_stay
from bookyflow.pricing.inputs import Charges, RoomStay
from bookyflow.pricing.lines import ZERO, Breakdown, LineKind, PriceRules, taxed
from bookyflow.pricing.rooms import NIGHTS_OF_A_WEEK
from bookyflow.properties.models import Property
from bookyflow.reservations.price_inputs import (
    cleaning_of,
    deposit_terms,
    last_minute,
    rules_of,
    wiseprices,
    wiseprices_of,
)
from bookyflow.reservations.quotes.rate_choice import offer_stay
from bookyflow.tariffs.selectors import (
    Offer,
    RateRow,
    lowest_price,
    offers,
    offers_of,
    rate_rows,
    verdicts,
)

MOST_REASONS = 10  # in the one sentence of a refusal
_NIGHTS = (LineKind.ACCOMMODATION, LineKind.DISCOUNT)


@dataclass(frozen=True)
class NightPrice:
    """The price of one night without and with tax."""

    net: Decimal
    gross: Decimal
    currency: str


@dataclass(frozen=True)
class PricedRate:
    """Nights that have their price in common, and what one of them costs: a room, or a person."""

    rate: RateRow
    night: NightPrice
    per_person: bool


@dataclass(frozen=True)
class PartyPrice:
    """A stay for a number of guests in one room: its lines, and what is due in advance.

    `security` is a refundable deposit, in no total.
    """

    guests: int
    breakdown: Breakdown
    deposit: Decimal
    security: Decimal

    @property
    def nights_net(self) -> Decimal:
        """The nights without tax, after discounts."""
        return sum((line.net for line in self.breakdown.of(*_NIGHTS)), ZERO)

    @property
    def nights_gross(self) -> Decimal:
        """The nights with tax, after discounts."""
        return sum((line.gross for line in self.breakdown.of(*_NIGHTS)), ZERO)

    @property
    def cleaning(self) -> Decimal:
        """The cleaning fee, gross."""
        return sum((line.gross for line in self.breakdown.of(LineKind.CLEANING)), ZERO)


def base_price(*, prop: Property) -> NightPrice | None:
    """The lowest price of tonight, by the property's own date; None when nothing is for sale."""
    price = lowest_price(prop=prop, on=prop.settings.today())
    if price is None:
        return None
    return night_price(rules_of(prop), price)


def rate_prices(*, prop: Property) -> dict[int, list[PricedRate]]:
    """All open prices of a property by tariff type id, in the order of their nights; one query."""
    rules, per_person = rules_of(prop), prop.settings.per_person_per_night
    found: dict[int, list[PricedRate]] = {}
    for row in rate_rows(property_ids=[prop.pk]).get(prop.pk, []):
        tariff = row.tariff_type
        of_person = per_person and not tariff.ignore_per_person
        one = PricedRate(row, night_price(rules, row.price), of_person)
        found.setdefault(tariff.pk, []).append(one)
    return found


def party_prices(*, prop: Property, stay: Stay, people: int) -> list[PartyPrice]:
    """Price a stay in one room for each party that the first fitting tariff takes, smallest first.

    `people` only chooses the tariff. All nights that the stay takes are paid for. Raises
    DomainError `property_not_available` when no room type can be sold on every night, or none that
    a fitting tariff is for, and `no_valid_tariffs` when no tariff covers every night for so many
    people; both say what is against it, rule by rule.
    """
    nights = nights_taken(prop.settings, stay)
    types = types_for_sale(nights={prop.pk: nights}).get(prop.pk)
    if types is None:
        raise _full(prop, nights)
    found = offers(prop=prop, stay=nights.priced, people=people)
    if not found:
        raise _unpriced(prop, nights, people)
    offer = _first(found, types)
    if offer is None:
        raise _full(prop, nights)
    ahead = days_ahead(prop.settings.today(), stay.arrival)
    return _parties(prop, offer, types, wiseprices(prop, stay.arrival, ahead), ahead)


def party_prices_of(
    *, properties: Iterable[Property], stay: Stay, people: int
) -> dict[int, list[PartyPrice]]:
    """What `party_prices` tells of each property, by its id, where it does not refuse.

    Nothing of a property where the stay is over. Four queries at most for any number of properties,
    which come with their settings and types.
    """
    properties = list(properties)
    nights = {prop.pk: nights_taken(prop.settings, stay) for prop in properties}
    types = types_for_sale(nights=nights)
    free = [prop for prop in properties if prop.pk in types]
    stays = [(prop, nights[prop.pk].priced) for prop in free]
    found = offers_of(stays=stays, people=people)
    ahead = [(prop, days_ahead(prop.settings.today(), stay.arrival)) for prop in free]
    off = wiseprices_of(ahead, stay.arrival)
    return {
        prop.pk: _parties(prop, offer, types[prop.pk], off.get(prop.pk, {}), days)
        for prop, days in ahead
        if (offer := _first(found.get(prop.pk, ()), types[prop.pk]))
    }


def _first(found: Iterable[Offer], types: Mapping[int, int]) -> Offer | None:
    return next((one for one in found if one.tariff_type.room_type_id in types), None)


def _parties(
    prop: Property,
    offer: Offer,
    types: Mapping[int, int],
    off: Mapping[int, Decimal],
    ahead: int,
) -> list[PartyPrice]:
    """The prices of an offer; `types` says how many people the largest room of its type takes."""
    tariff = offer.tariff_type
    largest = max(min(tariff.max_people, types[tariff.room_type_id]), tariff.min_people)
    wiseprice = off.get(tariff.room_type_id, ZERO)
    return [
        _priced(prop, offer_stay(prop, offer, adults=guests, wiseprice=wiseprice), ahead)
        for guests in range(tariff.min_people, largest + 1)
    ]


def night_price(rules: PriceRules, entered: Decimal) -> NightPrice:
    """What a night costs; an entered price is for seven of them where prices are weekly."""
    price = entered / NIGHTS_OF_A_WEEK if rules.weekly else entered
    net, _, gross = taxed(rules, price)
    return NightPrice(net, gross, rules.currency)


def _full(prop: Property, nights: OccupiedNights) -> DomainError:
    """The refusal of nights on which nothing is for sale, with what closes them."""
    told = dict.fromkeys(
        f"{night.date}: {reason.sentence}"
        for night in explanations(prop=prop, first=nights.first, last=nights.last)
        if not night.for_sale
        for reason in night.reasons
        if reason.key in STOCK
    )
    return DomainError("property_not_available", " ".join(list(told)[:MOST_REASONS]))


def _unpriced(prop: Property, nights: OccupiedNights, people: int) -> DomainError:
    """The refusal of a stay that no tariff takes, with what each of them has against it."""
    told = {
        one.tariff_type.pk: [refusal.sentence for refusal in one.refusals]
        for one in verdicts(prop=prop, stay=nights.priced, people=people)
    }
    sentences = dict.fromkeys(one for found in told.values() for one in found)
    fields = {f"tariff {pk}": found for pk, found in told.items()}
    return DomainError("no_valid_tariffs", " ".join(list(sentences)[:MOST_REASONS]), fields=fields)


def _priced(prop: Property, room: RoomStay, ahead: int) -> PartyPrice:
    settings = prop.settings
    charges = Charges(cleaning=cleaning_of(settings), last_minute=last_minute(prop, ahead))
    breakdown = price_stay(rules_of(prop), [room], charges)
    nights = len(room.nights)
    return PartyPrice(
        guests=room.guests,
        breakdown=breakdown,
        deposit=deposit(deposit_terms(prop), breakdown, nights=nights, ahead=ahead),
        security=settings.security_deposit,
    )
