"""What must hold of every booking after every step."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.db import connection
from django.db.models import Sum

from bookyflow.auditing.sql import INVARIANTS
from bookyflow.billing.models import Invoice, InvoiceLine, InvoiceStatus
from bookyflow.billing.selectors import balance, invoice_settlements
from bookyflow.core.money import unit
from bookyflow.reservations.models import CALLED_OFF, ENDED, Booking, BookingLine
from bookyflow.reservations.quotes.basis_codec import basis_of
from bookyflow.reservations.quotes.codec import request_of

if TYPE_CHECKING:
    from tests.domain.billing.year.life import Agreed

ROOMS = {"per_room", "per_person"}  # rules of a line for each room
TAXED_ALIKE = {"accommodation", "discount", "single_supplement", "children"}
FEES = {"cancellation_fee", "no_show_fee"}
_BROKEN = " UNION ALL ".join(
    f"SELECT '{name.replace(chr(39), chr(39) * 2)}', (SELECT count(*) FROM ({query}) AS broken)"
    for name, query in INVARIANTS.items()
)


def check(agreed: Mapping[int, Agreed], touched: int | None) -> None:
    """All of it: what the database can tell of all bookings, and more of one."""
    assert broken() == {}
    found = Booking.objects.in_bulk(list(agreed))
    for pk, one in agreed.items():
        booking = found[pk]
        told = (booking.currency, booking.total, booking.paid)
        assert told == (one.currency, one.total, one.paid), account(booking)
        assert balance(booking) == one.total - one.paid
    if touched is not None:
        _check_booking(found[touched], agreed[touched])


def broken() -> dict[str, int]:
    """The invariants of the database that do not hold: name → how many rows break it."""
    with connection.cursor() as cursor:
        cursor.execute(_BROKEN)
        return {name: number for name, number in cursor.fetchall() if number}


def live(booking: Booking) -> list[BookingLine]:
    """The lines that count: neither taken back nor taking back."""
    return list(booking.lines.filter(reverses=None, reversed_by=None).order_by("pk"))


def account(booking: Booking) -> str:
    """A booking and its lines, to be read where something does not hold."""
    return "\n".join(
        [
            f"{booking} {booking.state} {booking.arrival} to {booking.departure}: {booking.total}",
            *(
                f"{'billed' if line.billed else '':7} {line.reverses_id or '':5} {line.rule} "
                f"{line.name} {line.first_night} {line.quantity} {line.net} + {line.tax} "
                f"{line.values}"
                for line in booking.lines.all()
            ),
            f"granted: {booking.granted}",
        ]
    )


def paid_of(pk: int) -> Decimal:
    """What has come in for a booking, less what was given back."""
    found: Decimal = Booking.objects.values_list("paid", flat=True).get(pk=pk)
    return found


def _check_booking(booking: Booking, agreed: Agreed) -> None:
    lines = live(booking)
    if booking.state in ENDED:
        assert {line.kind for line in lines} <= FEES
        assert booking.state != "rejected" or not lines
    else:
        held = list(booking.occupancies.select_related("room__room_type"))
        _check_nights(booking, lines)
        _check_terms(booking, lines, agreed)
        _check_rooms(booking, lines, [one.room.room_type.name for one in held])
        _check_request(booking, len(held))
        _check_granted(booking, lines)
    _check_money(booking)
    _check_papers(booking)


def _check_nights(booking: Booking, lines: Sequence[BookingLine]) -> None:
    """The lines of the rooms are for the nights that the booking takes."""
    rooms = [line for line in lines if line.kind == "accommodation"]
    assert rooms, "a stay without a line"
    nights = (booking.arrival, booking.departure - timedelta(days=1))
    for line in rooms:
        assert (line.first_night, line.last_night) == nights, line
        if line.rule in ROOMS:
            assert line.quantity == booking.nights().length
    for line in lines:
        told = line.values.get("nights")
        if line.kind in {"city_tax", "children", "single_supplement"} and told is not None:
            capped = line.kind == "city_tax"
            assert told == booking.nights().length or (capped and told < booking.nights().length)
    for held in booking.occupancies.all():
        assert (held.nights.lower, held.nights.upper) == (booking.arrival, booking.departure)


def _check_rooms(booking: Booking, lines: Sequence[BookingLine], held: Sequence[str]) -> None:
    """The lines of rooms name those that the booking has."""
    named = Counter(line.name for line in lines if line.rule in ROOMS)
    if named and held:
        assert named == Counter(held)
    for line in lines:
        if line.kind == "single_supplement" and held:
            assert line.name in held


def _check_terms(booking: Booking, lines: Sequence[BookingLine], agreed: Agreed) -> None:
    rates = {line.tax_rate for line in lines if line.kind in TAXED_ALIKE}
    assert rates == {agreed.tax}
    smallest = unit(agreed.currency)
    for line in lines:
        for amount in (line.net, line.tax, line.gross):
            assert amount == amount.quantize(smallest)


def _check_request(booking: Booking, rooms: int) -> None:
    request = request_of(booking.request)
    if request is None:
        return
    asked = request.stay_request
    assert (asked.arrival, asked.departure) == (booking.arrival, booking.departs_on)
    assert (asked.adults, asked.children) == (booking.adults, booking.children)
    if rooms:
        assert len(asked.rooms) == rooms


def _check_granted(booking: Booking, lines: Sequence[BookingLine]) -> None:
    """What the price was made from gives the very lines that the booking has."""
    basis = basis_of(booking.granted)
    if basis is None:
        return
    nights = booking.nights().priced.nights
    for room in basis.rooms:
        assert [night for night, _ in room.nights] == nights
    priced = [_told(line) for line in basis.priced().lines]
    told = [_told(line) for line in lines if line.kind != "service"]
    assert Counter(told) == Counter(priced), account(booking)


def _told(line: Any) -> tuple[Any, ...]:
    """What is compared of a line; a price that was kept is exact, and may be reckoned otherwise."""
    what = (str(line.kind), str(line.rule), line.name, line.tax_percent)
    if line.rule == "agreed_price":
        return what
    return (*what, line.quantity, line.net, line.gross)


def _check_money(booking: Booking) -> None:
    entries = booking.payments.aggregate(paid=Sum("amount"))["paid"] or Decimal(0)
    assert booking.paid == entries >= 0
    assert booking.deposit_required <= booking.total
    if booking.state in {"provisional", "confirmed"}:
        assert booking.state == booking.settled_state()


def _check_papers(booking: Booking) -> None:
    """Invoices less credit notes are the lines on them; they settle as the money says."""
    papers = list(booking.invoices.all())
    gross = sum((one.gross for one in papers), Decimal(0))
    billed = booking.lines.filter(billed=True).aggregate(sum=Sum("gross"))["sum"] or Decimal(0)
    assert gross == billed
    settlements = invoice_settlements(booking)
    owed = sum((one.outstanding for one in settlements), Decimal(0))
    assert owed == max(gross - booking.paid, Decimal(0))
    assert [one.status for one in settlements] == [one.invoice.status for one in settlements]
    assert all(one.currency == booking.currency for one in papers)


def check_issued(pk: int, invoice: Invoice) -> None:
    """Once invoiced, the papers say what the booking says: amounts, nights and rooms."""
    booking = Booking.objects.get(pk=pk)
    papers = booking.invoices.aggregate(sum=Sum("gross"))["sum"] or Decimal(0)
    assert papers == booking.total
    on_paper = InvoiceLine.objects.filter(
        invoice__booking=booking, booking_line__reverses=None, booking_line__reversed_by=None
    )
    counted = Counter((one.booking_line_id, one.first_night, one.last_night) for one in on_paper)
    lines = [(one.pk, one.first_night, one.last_night) for one in live(booking)]
    assert counted == Counter(lines)
    if booking.state not in CALLED_OFF and invoice.kind == "invoice":
        assert (invoice.arrival, invoice.departure) == (booking.arrival, booking.departs_on)


def check_credited(invoice: Invoice, note: Invoice) -> None:
    """What takes an invoice back is of the same stay, line by line."""
    if note.corrects_id != invoice.pk or invoice.status == InvoiceStatus.CANCELLED:
        return
    assert (note.arrival, note.departure) == (invoice.arrival, invoice.departure)
    nights = [(one.first_night, one.last_night, -one.gross) for one in note.lines.all()]
    assert nights == [(one.first_night, one.last_night, one.gross) for one in invoice.lines.all()]
