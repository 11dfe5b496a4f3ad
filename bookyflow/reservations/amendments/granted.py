"""The price of a changed booking that keeps what was granted: only what is new is priced as of now.

Nights, discounts and extras that a booking has keep the terms that it was made with, and nobody
asks again whether a coupon still runs, an extra is still offered, or a minimum has been raised
since. Added nights, rooms and extras cost what they cost today.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from bookyflow.availability.models import Occupancy
from bookyflow.availability.selectors import PricedRoom
from bookyflow.core.dates import Stay
from bookyflow.core.errors import DomainError
from bookyflow.core.money import net_of, rounded
from bookyflow.pricing.allocation import allocate
from bookyflow.pricing.discounts import days_ahead
from bookyflow.pricing.engine import PriceBasis, price_stay
from bookyflow.pricing.inputs import Charges, ExtraCharge, RoomStay
from bookyflow.pricing.lines import ZERO, PriceRules
from bookyflow.properties.models import Property
from bookyflow.reservations.amendments.changes import Changes
from bookyflow.reservations.folio import OF_NIGHTS, priced_total
from bookyflow.reservations.models import Booking, BookingLine
from bookyflow.reservations.price_inputs import Found, charges_of, rules_of, wiseprices
from bookyflow.reservations.quotes.basis_codec import basis_of
from bookyflow.reservations.quotes.codec import request_of
from bookyflow.reservations.quotes.make import Placed, quote_of_basis, request_place
from bookyflow.reservations.quotes.quote import Quote
from bookyflow.reservations.quotes.rate_choice import offer_stay, offers_chosen, room_stay
from bookyflow.reservations.stay_request import Amended, Booker, StayRequest
from bookyflow.tariffs.selectors import Extension, Offer, extensions

ROUNDS = 3  # until a total has come right to the smallest unit


@dataclass(frozen=True)
class Granted:
    """What a booking was granted, and the room types of its rooms, in their order."""

    basis: PriceBasis
    room_types: tuple[int | None, ...]

    @property
    def room_nights(self) -> int:
        """How many nights of rooms it has."""
        return sum(len(room.nights) for room in self.basis.rooms)


def granted_to(booking: Booking, held: Sequence[Occupancy]) -> Granted:
    """What a booking was granted. Raises DomainError `validation_failed` where it is not known."""
    found = granted_if_known(booking, held)
    if found is None:
        raise _refused("What was granted is not known: keep the price, or make a new one.")
    return found


def granted_if_known(booking: Booking, held: Sequence[Occupancy]) -> Granted | None:
    """What a booking was granted; of one that others have priced, that price for its nights."""
    basis, request = basis_of(booking.granted), request_of(booking.request)
    if basis is not None and request is not None:
        return Granted(basis, tuple(room.room_type_id for room in request.stay_request.rooms))
    lines = _lines_of_nights(booking)
    if request is not None or not lines or not held:
        return None
    rules = rules_kept(booking)
    nights = tuple((night, ZERO) for night in booking.nights().priced.nights)
    rooms = tuple(RoomStay(one.room.room_type.name, nights) for one in held)
    charges = Charges(adults=booking.adults, agreed=_entered(rules, lines))
    types = tuple(one.room.room_type_id for one in held)
    return Granted(PriceBasis(rules, rooms, charges), types)


def rules_kept(booking: Booking) -> PriceRules:
    """How a booking is priced as long as it lives, whatever the property's settings are by now.

    Currency, convention and tax are those that it was made or priced anew with.
    """
    basis = basis_of(booking.granted)
    if basis is not None:
        return basis.rules
    now, lines = rules_of(booking.property), _lines_of_nights(booking)
    inclusive = booking.prices_inclusive
    return replace(
        now,
        currency=booking.currency,
        prices_inclusive=now.prices_inclusive if inclusive is None else inclusive,
        tax_percent=lines[0].tax_rate if lines else now.tax_percent,
    )


def basis_kept(
    booking: Booking, granted: Granted, stay_request: StayRequest, nights: Stay
) -> PriceBasis:
    """The basis of a booking whose price is kept for other nights, rooms or people: an agreed one.

    The price stands for all nights of all rooms that the booking has now. What is counted by
    nights and people, as city tax is, is counted by those of now; the agreed price makes up for
    it, so that the total is the one that was kept.
    """
    basis = granted.basis
    last = len(basis.rooms) - 1
    had = [basis.rooms[min(number, last)] for number in range(len(stay_request.rooms))]
    rooms = []
    for room, guests in zip(had, _spread(stay_request, had), strict=True):
        prices = dict(room.nights)
        dated = tuple((day, prices.get(day, room.nights[-1][1])) for day in nights.nights)
        rooms.append(replace(room, nights=dated, guests=guests))
    charges = replace(
        basis.charges,
        adults=stay_request.adults,
        child_ages=stay_request.child_ages,
        agreed=_entered(basis.rules, _lines_of_nights(booking)),
        last_minute=ZERO,
        coupon=None,
        personal=ZERO,
        partner=(),
    )
    kept = PriceBasis(basis.rules, tuple(rooms), charges)
    total = priced_total(booking)
    for _ in range(ROUNDS):  # what is a share of the rooms follows them
        kept = _made_up(kept, total)
    return kept


def _spread(stay_request: StayRequest, rooms: Sequence[RoomStay]) -> list[int]:
    """How many adults are in each room: as was asked for, else as many as fit evenly."""
    split = [room.adults for room in stay_request.rooms if room.adults is not None]
    places = [room.capacity for room in rooms]
    if len(split) == len(rooms):
        return split
    if not len(rooms) <= stay_request.adults <= sum(places):  # some are to spare, or for hire
        return [room.guests for room in rooms]
    return allocate(stay_request.adults, places)


def _made_up(basis: PriceBasis, total: Decimal) -> PriceBasis:
    """The basis with another agreed price, by which it comes to a total."""
    rules, charges = basis.rules, basis.charges
    missing = total - basis.priced().total
    if not rules.prices_inclusive:
        missing = net_of(missing, rules.tax_percent, rules.currency)
    agreed = max((charges.agreed or ZERO) + missing, ZERO)
    return replace(basis, charges=replace(charges, agreed=agreed))


def _lines_of_nights(booking: Booking) -> list[BookingLine]:
    found = BookingLine.objects.filter(booking=booking, kind__in=OF_NIGHTS)
    return list(found.filter(reverses=None, reversed_by=None))


def granted_quote(
    *,
    prop: Property,
    booking: Booking,
    granted: Granted,
    stay_request: StayRequest,
    changes: Changes,
    booker: Booker,
    amends: Amended,
    prefer: frozenset[int],
) -> Quote:
    """What a changed booking costs, of which what it was `granted` keeps its terms.

    `stay_request` is the request with the changes. Raises DomainError: those of `request_place`;
    `no_valid_tariffs` for added nights and rooms, and those of `charges_of` for what is added;
    `validation_failed` where the property prices in another way or currency by now.
    """
    placed = request_place(
        prop=prop,
        stay_request=stay_request,
        booker=booker,
        amends=amends,
        prefer=prefer,
        currency=booking.currency,
    )
    pricing = _Pricing(prop, granted, placed, changes, booker, amends)
    basis, coupon_id = pricing.basis(booking.coupon_id)
    breakdown = basis.priced()
    return quote_of_basis(
        prop,
        placed,
        basis,
        breakdown,
        deposit=min(booking.deposit_required, breakdown.total),
        coupon_id=coupon_id,
        guest_id=booker.guest_id,
    )


@dataclass
class _Pricing:
    """One booking being priced: what it has, what it is to be, and who changes it."""

    prop: Property
    granted: Granted
    placed: Placed
    changes: Changes
    booker: Booker
    amends: Amended

    def basis(self, coupon_id: int | None) -> tuple[PriceBasis, int | None]:
        """The basis with what is new, and the id of its coupon; `coupon_id` is the one it has."""
        before = self.granted.basis
        places = self._places()
        kept = {number: before.rooms[place] for number, place in places.items()}
        added: list[RoomStay] = []
        rooms = [
            self._kept(room, kept[number], self.placed.guests[number], added)
            if number in kept
            else None
            for number, room in enumerate(self.placed.rooms)
        ]
        self._fill(rooms, added)
        found = self._added_charges()
        if added or found.charges.extras:
            self._check_convention()
        whole = tuple(room for room in rooms if room is not None)
        is_same_coupon = self.changes.coupon is None
        charges = self._charges(found.charges, agreed=self._agreed(whole, kept, added))
        if not is_same_coupon:
            charges = replace(charges, coupon=found.charges.coupon)
        basis = PriceBasis(before.rules, whole, charges)
        if not is_same_coupon:
            found.check_spend(basis.priced())
        return basis, coupon_id if is_same_coupon else found.coupon_id

    def _places(self) -> dict[int, int]:
        """Which of the rooms that it has each room of the request goes on from, by type."""
        left = list(enumerate(self.granted.room_types))
        found = {}
        for number, room in enumerate(self.placed.rooms):
            fitting = next((one for one in left if one[1] in {None, room.room_type_id}), None)
            if fitting is not None:
                left.remove(fitting)
                found[number] = fitting[0]
        return found

    def _kept(
        self, room: PricedRoom, had: RoomStay, guests: int, added: list[RoomStay]
    ) -> RoomStay:
        """A room that goes on: nights that it had at their price, others as of today."""
        stay = self.placed.nights.priced
        prices = dict(had.nights)
        new = [night for night in stay.nights if night not in prices]
        if new:
            one = self._extension(room, had, stay, [n for n in stay.nights if n in prices])
            added.append(replace(had, nights=one.nights, guests=guests))
            prices |= dict(one.nights)
            if had.tariff_id is None:
                had = replace(had, tariff_id=one.tariff_type.pk, tariff_name=one.tariff_type.name)
        nights = tuple((night, prices[night]) for night in stay.nights)
        return replace(had, description=room.room_type, nights=nights, guests=guests)

    def _extension(
        self, room: PricedRoom, had: RoomStay, stay: Stay, granted: Sequence[date]
    ) -> Extension:
        """The room's own tariff for the new nights, else the cheapest that counts guests alike."""
        found = extensions(
            prop=self.prop,
            stay=stay,
            room_type_id=room.room_type_id,
            granted=granted,
            leaves_then=stay.departure == self.amends.stay.departure,
            people=self.placed.stay_request.adults if self.changes.adults is not None else 0,
            override=self.booker.override,
        )
        alike = [one for one in found if not one.refusals and self._counts_alike(one, had)]
        if not alike:
            told = {
                f"tariff {one.tariff_type.pk}": [reason.sentence for reason in one.refusals]
                for one in found
                if one.refusals
            }
            sentences = [sentence for reasons in told.values() for sentence in reasons]
            detail = " ".join(dict.fromkeys(sentences)) or "The added nights have no price."
            raise DomainError("no_valid_tariffs", detail, fields=told)
        own = [one for one in alike if one.tariff_type.pk == had.tariff_id]
        return (own or sorted(alike, key=lambda one: sum(price for _, price in one.nights)))[0]

    def _counts_alike(self, one: Extension, had: RoomStay) -> bool:
        offer = offer_stay(
            self.prop, Offer(one.tariff_type, one.nights), adults=had.guests, wiseprice=ZERO
        )
        return had.tariff_id is None or offer.per_person == had.per_person

    def _fill(self, rooms: list[RoomStay | None], added: list[RoomStay]) -> None:
        """Put the rooms that are new into their places, priced as of today."""
        numbers = [number for number, room in enumerate(rooms) if room is None]
        if not numbers:
            return
        placed, stay = self.placed, self.placed.nights.priced
        chosen = [placed.rooms[number] for number in numbers]
        guests = [placed.guests[number] for number in numbers]
        wanted = tuple(placed.stay_request.rooms[number] for number in numbers)
        offered = offers_chosen(
            self.prop,
            stay,
            replace(placed.stay_request, rooms=wanted),
            chosen,
            guests,
            override=self.booker.override,
        )
        off = wiseprices(self.prop, placed.stay.arrival, self._ahead())
        for number, room, adults, offer in zip(numbers, chosen, guests, offered, strict=True):
            percent = off.get(room.room_type_id, ZERO)
            rooms[number] = room_stay(self.prop, room, adults, offer, percent)
            added.append(room_stay(self.prop, room, adults, offer, percent))

    def _added_charges(self) -> Found:
        """What is new beside the rooms, by today's rules."""
        before, wanted = self.granted.basis.charges, self.placed.stay_request
        had = _quantities(before.extras)
        more = {pk: count - had[pk] for pk, count in wanted.extras.items() if count > had[pk]}
        asked = replace(
            wanted,
            extras=more,
            coupon=self.changes.coupon or "",
            agreed=None,
            child_ages=() if self.changes.child_ages is None else wanted.child_ages,
            guest_types={} if self.changes.adults is None else wanted.guest_types,
        )
        return charges_of(
            prop=self.prop,
            stay=self.placed.nights.priced,
            stay_request=asked,
            room_types={room.room_type_id for room in self.placed.rooms},
            booker=replace(self.booker, guest_id=None),
            today=self.prop.settings.today(),
            ahead=self._ahead(),
            amends=self.amends.booking_id,
        )

    def _charges(self, found: Charges, *, agreed: Decimal | None) -> Charges:
        before, wanted = self.granted.basis.charges, self.placed.stay_request
        of_children = before if self.changes.child_ages is None else found
        of_adults = before if self.changes.adults is None else found
        return replace(
            before,
            adults=wanted.adults,
            child_ages=wanted.child_ages,
            child_bands=of_children.child_bands,
            guest_types=of_adults.guest_types,
            extras=(*_still_wanted(before.extras, wanted.extras), *found.extras),
            agreed=agreed,
        )

    def _agreed(
        self,
        rooms: Sequence[RoomStay],
        kept: Mapping[int, RoomStay],
        added: Sequence[RoomStay],
    ) -> Decimal | None:
        """An agreed price: its part for the nights that stay, and what the others cost today."""
        if self.changes.agreed is not None or self.changes.drops_agreed:
            if self.changes.agreed is None and not any(p for r in rooms for _, p in r.nights):
                raise _refused("Its nights have no prices of the property: make a new price.")
            return self.changes.agreed
        agreed = self.granted.basis.charges.agreed
        if agreed is None:
            return None
        stay = set(self.placed.nights.priced.nights)
        going_on = sum(night in stay for room in kept.values() for night, _ in room.nights)
        rules = self.granted.basis.rules
        new = sum(
            (_entered(rules, price_stay(rules, [room]).of(*OF_NIGHTS)) for room in added), ZERO
        )
        return rounded(agreed * going_on / self.granted.room_nights + new, rules.currency)

    def _check_convention(self) -> None:
        """Refuse to add today's prices to those of another currency or convention."""
        before, now = self.granted.basis.rules, rules_of(self.prop)
        alike = replace(now, tax_percent=before.tax_percent, minimum_payers=before.minimum_payers)
        if before.currency != now.currency:
            raise _refused(
                f"The booking is in {before.currency}, and the property sells in {now.currency} "
                "now: keep the price."
            )
        if before != alike:
            raise _refused("The property prices in another way now: keep the price, or reprice.")

    def _ahead(self) -> int:
        return days_ahead(self.prop.settings.today(), self.placed.stay.arrival)


def _quantities(extras: Sequence[ExtraCharge]) -> Counter[int]:
    found: Counter[int] = Counter()
    for extra in extras:
        found[extra.extra_id] += extra.quantity
    return found


def _still_wanted(had: Sequence[ExtraCharge], wanted: Mapping[int, int]) -> Sequence[ExtraCharge]:
    """The extras that a booking has, as far as they are still wanted; the newest go first."""
    left = Counter(wanted)
    found = []
    for extra in had:
        quantity = min(extra.quantity, left[extra.extra_id])
        left[extra.extra_id] -= quantity
        if quantity:
            found.append(replace(extra, quantity=quantity))
    return found


def _entered(rules: PriceRules, lines: Sequence[object]) -> Decimal:
    """The sum of lines in the convention of the prices."""
    name = "gross" if rules.prices_inclusive else "net"
    return sum((getattr(line, name) for line in lines), ZERO)


def _refused(problem: str) -> DomainError:
    return DomainError("validation_failed", problem, fields={"price": [problem]})
