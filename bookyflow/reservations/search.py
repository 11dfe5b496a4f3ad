"""Searching for what the engine sells: found properties at the price that a quote has.

The database narrows down which properties may be meant; each of a page is then priced as a quote
is, and what the engine refuses, or sells for another price than was asked for, is left out. A call
asks the engine for MOST_PRICED properties at most, so that a page may have fewer items than it
could while others follow.
"""

from __future__ import annotations

import heapq
from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from bookyflow.availability.search import Candidate, Filters, Position, Wanted, candidates
from bookyflow.availability.search_sql import Order
from bookyflow.core.dates import Stay
from bookyflow.core.errors import DomainError
from bookyflow.properties.models import Property
from bookyflow.reservations.quotes.make import quote_make
from bookyflow.reservations.quotes.quote import Quote
from bookyflow.reservations.quotes.stock import Stock, stocks
from bookyflow.reservations.stay_request import VISITOR, RoomRequest, StayRequest

MOST_PRICED = 60  # properties in a call
MOST_WAITING = 60  # priced properties that wait for cheaper ones
MOST_TYPES = 3  # room types of a property, the cheapest by their rates first


@dataclass(frozen=True)
class StayWanted:
    """Nights, and who comes to how many rooms, all of them together; `guests` are adults."""

    stay: Stay
    guests: int
    child_ages: tuple[int, ...] = ()
    rooms: int = 1

    def request(self, room_type_id: int | None) -> StayRequest:
        """What the engine is asked for: rooms of a type, or of any."""
        return StayRequest(
            self.stay.arrival,
            self.stay.departure,
            (RoomRequest(room_type_id),) * self.rooms,
            adults=self.guests,
            child_ages=self.child_ages,
        )

    @property
    def wanted(self) -> Wanted:
        """The same for the database."""
        return Wanted(self.stay, self.guests, len(self.child_ages), self.rooms)


@dataclass(frozen=True)
class Waiting:
    """A property that was priced, and whose turn comes later in an order by price."""

    total: Decimal
    property_id: int


@dataclass(frozen=True)
class Place:
    """Where a page begins: behind a position, with what waits from before."""

    after: Position | None = None
    waiting: tuple[Waiting, ...] = ()


START = Place()


@dataclass(frozen=True)
class Offered:
    """A property, and the quote that a visitor gets there now. What asks for it is `request`."""

    candidate: Candidate
    quote: Quote
    request: StayRequest

    @property
    def property_id(self) -> int:
        """Which property it is."""
        return self.candidate.position.property_id

    @property
    def total(self) -> Decimal:
        """What the stay costs."""
        return self.quote.breakdown.total

    @property
    def nightly(self) -> Decimal:
        """The same for a night of the guest's own, not rounded."""
        return self.total / self.quote.stay.length


@dataclass(frozen=True)
class OffersPage:
    """Offers in the order asked for, and where the next page begins; None: nothing is left."""

    items: list[Offered]
    following: Place | None


def offers_page(
    *, asked: StayWanted, filters: Filters, order: Order, place: Place = START, limit: int
) -> OffersPage:
    """The properties that a visitor can book now, each at its price.

    The price range of `filters` is of a night of the stay. An order by price is exact as long as
    no more than MOST_WAITING properties wait for others that may be cheaper: what the database
    knows is the least that the engine may ask, and a property waits until nothing that is not yet
    priced can cost less. With more the cheapest known one comes first.
    """
    finder = _Finder(asked, filters, order, place)
    if order == Order.PRICE:
        return finder.by_price(place.waiting, limit)
    return finder.in_order(limit)


class _Finder:
    """The candidates of one call, and the engine that it may ask so often."""

    def __init__(self, asked: StayWanted, filters: Filters, order: Order, place: Place) -> None:
        self.asked = asked
        self.filters = filters
        self.order = order
        self.after = place.after
        self.left = MOST_PRICED
        self.is_over = False
        self.known: dict[int, Property] = {}
        self.stocks: dict[int, Stock] = {}

    def in_order(self, limit: int) -> OffersPage:
        found: list[Offered] = []
        while self.left and len(found) < limit and not self.is_over:
            for candidate in self._next(limit - len(found)):
                self._pass(candidate)
                if offer := self._offer(candidate):
                    found.append(offer)
        return OffersPage(found, None if self.is_over else Place(self.after))

    def by_price(self, waiting: Sequence[Waiting], limit: int) -> OffersPage:
        pool: list[tuple[Decimal, int]] = [(one.total, one.property_id) for one in waiting]
        heapq.heapify(pool)
        before = self._again([one.property_id for one in waiting])
        offers: dict[int, Offered] = {}
        ahead: deque[Candidate] = deque()
        found: list[Offered] = []
        while len(found) < limit:
            if not ahead and not self.is_over and self.left:
                ahead.extend(self._next(limit))
            if pool and (self._is_cheapest(pool[0][0], ahead) or len(pool) >= MOST_WAITING):
                total, property_id = heapq.heappop(pool)
                offer = offers.get(property_id) or self._offer(before.get(property_id))
                if offer and offer.total != total:  # it has changed since it was priced
                    offers[property_id] = offer
                    heapq.heappush(pool, (offer.total, property_id))
                elif offer:
                    found.append(offer)
            elif ahead and self.left:
                candidate = ahead.popleft()
                self._pass(candidate)
                if offer := self._offer(candidate):
                    offers[offer.property_id] = offer
                    heapq.heappush(pool, (offer.total, offer.property_id))
            else:
                break
        is_over = self.is_over and not ahead and not pool
        left = tuple(Waiting(*one) for one in sorted(pool))
        return OffersPage(found, None if is_over else Place(self.after, left))

    def _is_cheapest(self, total: Decimal, ahead: deque[Candidate]) -> bool:
        """Whether nothing that is not priced yet can cost less."""
        return total <= ahead[0].floor if ahead else self.is_over

    def _pass(self, candidate: Candidate) -> None:
        self.after = candidate.position
        self.left -= 1

    def _next(self, number: int) -> list[Candidate]:
        """The next candidates, as many as may be priced."""
        number = min(number, self.left)
        found = self._candidates(self.filters, self.after, number)
        self.is_over = len(found) < number
        return found

    def _again(self, property_ids: Sequence[int]) -> dict[int, Candidate]:
        """Those that wait, as far as they are candidates still."""
        if not property_ids:
            return {}
        filters = replace(self.filters, property_ids=property_ids)
        found = self._candidates(filters, None, len(property_ids))
        return {one.position.property_id: one for one in found}

    def _candidates(self, filters: Filters, after: Position | None, number: int) -> list[Candidate]:
        least, most, length = self.filters.least, self.filters.most, self.asked.stay.length
        found = candidates(
            self.asked.wanted,
            filters=filters,
            order=self.order,
            after=after,
            limit=number,
            bottom=None if least is None else least * length,
            ceiling=None if most is None else most * length,
        )
        self._read(one.position.property_id for one in found)
        return found

    def _read(self, property_ids: Iterable[int]) -> None:
        rows = Property.objects.select_related("settings", "property_type")
        found = rows.in_bulk(list(property_ids))
        stay = self.asked.stay
        self.known |= found
        self.stocks |= stocks(
            properties=found.values(),
            arrival=stay.arrival,
            departure=stay.departure,
            rooms=self.asked.rooms,
        )

    def _offer(self, candidate: Candidate | None) -> Offered | None:
        """What the engine sells there, for the price that was asked for."""
        if candidate is None:
            return None
        for room_type in candidate.room_types[:MOST_TYPES] or (None,):
            request = self.asked.request(room_type)
            try:
                quote = quote_make(
                    prop=self.known[candidate.position.property_id],
                    stay_request=request,
                    booker=VISITOR,
                    stock=self.stocks[candidate.position.property_id],
                )
            except DomainError:
                continue
            offer = Offered(candidate, quote, request)
            if quote.stay == self.asked.stay and self._costs_as_asked(offer):
                return offer
        return None

    def _costs_as_asked(self, offer: Offered) -> bool:
        least, most = self.filters.least, self.filters.most
        return (least is None or offer.nightly >= least) and (most is None or offer.nightly <= most)
