"""The price of a stay: plain values in, itemised lines out. No database, no clock.

Every amount is a Decimal in one currency. A line is rounded once, half up, to the currency's
exponent (reference R-RD-2): with inclusive prices the entered sum is the gross amount and net
follows from it; with exclusive prices the entered sum is net and tax is added. A total is a sum
of rounded lines; nights are never rounded one by one. Discounts are negative lines with the tax
rate of what they lower (R-RD-3).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from bookyflow.core.money import net_of, rounded
from bookyflow.pricing import discounts, fees
from bookyflow.pricing.inputs import Charges, RoomStay
from bookyflow.pricing.lines import ZERO, Breakdown, Line, LineKind, PriceRules, Rule, taxed
from bookyflow.pricing.rooms import accommodation, mean_night

NOTHING_MORE = Charges()


@dataclass(frozen=True)
class PriceBasis:
    """All that a price is made from: how the property prices, the rooms, and what comes beside.

    Kept with a booking, it is what was granted: the prices of the nights, the discounts, the terms
    of the extras.
    """

    rules: PriceRules
    rooms: tuple[RoomStay, ...]
    charges: Charges = NOTHING_MORE

    def priced(self) -> Breakdown:
        """The lines that it gives."""
        return price_stay(self.rules, self.rooms, self.charges)


def price_stay(
    rules: PriceRules, rooms: Sequence[RoomStay], charges: Charges = NOTHING_MORE
) -> Breakdown:
    """Price a stay in one or several rooms, all for the same nights (reference 4.6 to 4.16).

    Order: the nights, the discounts on them, single supplements, last-minute discount, children,
    extras, city tax, cleaning. Security deposits are no price and not among the lines.
    """
    guests = fees.GuestCounts.of(rooms, charges)
    bases = accommodation(rules, rooms, charges)
    lines = list({id(base.line): base.line for base in bases}.values())
    lines += discounts.before_supplement(
        rules, bases, charges, nights=[night for night, _ in rooms[0].nights]
    )
    single = list(
        fees.supplements(rules, rooms, charges.supplement, room_net=_net(lines), guests=guests)
    )
    late = discounts.last_minute(rules, bases, charges.last_minute)
    room_net = _net(lines) + _net(late)
    lines += single + late
    lines += fees.children(rules, charges.child_bands, guests)
    lines += fees.extras(rules, charges.extras, guests, room_net=room_net)
    lines += fees.city_tax(
        rules, charges.city_tax, guests, accommodation_net=room_net + _net(single)
    )
    lines += fees.cleaning(rules, charges.cleaning, guests)
    _, _, mean = taxed(rules, mean_night(rules, rooms))
    return Breakdown(rules.currency, tuple(lines), mean)


def price_given(
    rules: PriceRules, *, gross: Decimal, first_night: date, last_night: date, rooms: int
) -> Breakdown:
    """A stay whose gross total somebody else set, as a channel does: one line for all rooms."""
    total = rounded(gross, rules.currency)
    net = net_of(total, rules.tax_percent, rules.currency)
    line = Line(
        kind=LineKind.ACCOMMODATION,
        rule=Rule.AGREED,
        name="",
        values={"by": "others"},
        first_night=first_night,
        last_night=last_night,
        quantity=rooms,
        unit=total,
        net=net,
        tax_percent=rules.tax_percent,
        tax=total - net,
        gross=total,
    )
    return Breakdown(rules.currency, (line,), total)


def _net(lines: Sequence[Line]) -> Decimal:
    return sum((line.net for line in lines), ZERO)
