"""The lines of a booking: its running account, whose gross amounts add up to the total.

A line that is on an issued invoice never changes; it is taken back by a line with the opposite
amounts. Others are replaced.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from django.db.models import QuerySet, Sum
from django.utils.translation import gettext

from bookyflow.availability.nights import OccupiedNights
from bookyflow.core.errors import DomainError
from bookyflow.core.prepared import fresh
from bookyflow.pricing.lines import ZERO, Breakdown, Line, LineKind, Rule
from bookyflow.reservations.models import Booking, BookingLine

_AMOUNTS = ("unit", "net", "tax", "gross")
_COPIED = (
    "kind",
    "rule",
    "name",
    "values",
    "source_kind",
    "source_id",
    "room_id",
    "first_night",
    "last_night",
    "quantity",
    "tax_rate",
)
LONGEST_NAME = 255  # of a line
NOTHING: Mapping[str, Any] = MappingProxyType({})
TOO_LARGE = Decimal(10) ** 11  # for the columns of amounts
OF_NIGHTS = (LineKind.ACCOMMODATION, LineKind.DISCOUNT)
BY_OTHERS = {"by": "others"}
FINEST = Decimal("0.001")  # of the columns of amounts
ADDED_LATER = (LineKind.SERVICE,)  # not priced with the stay, so a new price leaves them


def lines_new(booking: Booking, breakdown: Breakdown) -> list[BookingLine]:
    """The lines of the price of a new booking, unsaved."""
    return [_line(booking, line) for line in breakdown.lines]


def lines_replace(booking: Booking, breakdown: Breakdown) -> Decimal:
    """Put a new price in the place of the old one; services stay. Returns the new total.

    What is on an invoice and is the same again stays there. Raises DomainError `validation_failed`
    for one beyond what can be kept.
    """
    old = _live(booking).exclude(kind__in=ADDED_LATER)
    new = [_line(booking, line) for line in breakdown.lines]
    for line in old.filter(billed=True):
        same = next((one for one in new if _told(one) == _told(line)), None)
        if same is None:
            _reverse([line])
        else:
            new.remove(same)
    old.filter(billed=False).delete()
    BookingLine.objects.bulk_create(new)
    total = total_of(booking)
    if total >= TOO_LARGE:
        raise DomainError("validation_failed", gettext("The price is too large for one booking."))
    return total


def lines_redate(booking: Booking, nights: OccupiedNights) -> None:
    """Put one line of the rooms, for other nights, in the place of theirs; the amounts stay.

    What discounts took off is in it. A line that others have priced stays theirs.
    """
    old = list(_live(booking).filter(kind__in=OF_NIGHTS))
    if all((line.first_night, line.last_night) == (nights.first, nights.last) for line in old):
        return
    rooms = old[0]
    line = line_copy(rooms, sign=1, reverses=None)
    line.first_night, line.last_night = nights.first, nights.last
    if rooms.rule != Rule.AGREED or rooms.values != BY_OTHERS:
        line.rule, line.name, line.values = Rule.AGREED, "", {"by": "staff"}
        line.source_kind, line.source_id = "", None
        line.quantity = nights.length
    for name in ("net", "tax", "gross"):
        setattr(line, name, sum((getattr(one, name) for one in old), ZERO))
    line.unit = (line.gross / line.quantity).quantize(FINEST)
    for one in old:
        line_take_back(one)
    line.save()


def lines_take_back(booking: Booking) -> None:
    """Take back everything that is on the account, line by line."""
    _reverse(_live(booking))


def line_take_back(line: BookingLine) -> None:
    """Take back one line: removed, or reversed where it is on an invoice."""
    if line.billed:
        _reverse([line])
    else:
        line.delete()


def line_add(
    booking: Booking,
    kind: LineKind,
    *,
    unit: Decimal,
    amounts: tuple[Decimal, Decimal, Decimal],
    tax_rate: Decimal = ZERO,
    quantity: int = 1,
    name: str = "",
    values: Mapping[str, Any] = NOTHING,
) -> BookingLine:
    """Add a line that is not part of a stay's price; `amounts` are net, tax and gross."""
    net, tax, gross = amounts
    return BookingLine.objects.create(
        booking=booking,
        kind=kind,
        rule=kind,
        name=name,
        values=dict(values),
        quantity=quantity,
        unit=unit,
        net=net,
        tax_rate=tax_rate,
        tax=tax,
        gross=gross,
    )


def priced_total(booking: Booking) -> Decimal:
    """The sum of the gross amounts without services, which are not priced with the stay."""
    lines = _live(booking).exclude(kind__in=ADDED_LATER)
    return lines.aggregate(total=Sum("gross"))["total"] or ZERO


def total_of(booking: Booking) -> Decimal:
    """The sum of the gross amounts."""
    found = BookingLine.objects.filter(booking=booking).aggregate(total=Sum("gross"))["total"]
    return found or Decimal(0)


def _live(booking: Booking) -> QuerySet[BookingLine]:
    return BookingLine.objects.filter(booking=booking, reverses=None, reversed_by=None)


def line_copy(line: BookingLine, *, sign: int, reverses: BookingLine | None) -> BookingLine:
    """A line like another, unsaved and not billed: the same amounts (1) or the opposite (-1)."""
    return BookingLine(
        booking_id=line.booking_id,
        reverses=reverses,
        **{name: getattr(line, name) for name in _COPIED},
        **{name: sign * getattr(line, name) for name in _AMOUNTS},
    )


def line_reversal(line: BookingLine) -> BookingLine:
    """What takes a line back, unsaved."""
    return line_copy(line, sign=-1, reverses=line)


def _told(line: BookingLine) -> list[object]:
    return [getattr(line, name) for name in (*_COPIED, *_AMOUNTS)]


def _reverse(lines: Iterable[BookingLine]) -> None:
    BookingLine.objects.bulk_create(map(line_reversal, lines))


def _line(booking: Booking, line: Line) -> BookingLine:
    return fresh(
        BookingLine,
        booking=booking,
        kind=line.kind,
        rule=line.rule,
        name=line.name[:LONGEST_NAME],  # it may name several rooms
        values=dict(line.values),
        source_kind=line.source_kind,
        source_id=line.source_id,
        first_night=line.first_night,
        last_night=line.last_night,
        quantity=line.quantity,
        unit=line.unit.quantize(FINEST),
        net=line.net,
        tax_rate=line.tax_percent,
        tax=line.tax,
        gross=line.gross,
    )
