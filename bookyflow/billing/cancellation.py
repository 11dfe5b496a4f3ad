"""What happens to the lines of a booking when an invoice is cancelled."""

from __future__ import annotations

from bookyflow.billing.models import Invoice
from bookyflow.core.errors import DomainError
from bookyflow.reservations.folio import line_copy, line_reversal
from bookyflow.reservations.models import BookingLine


def taken_back(invoice: Invoice) -> list[BookingLine]:
    """Lines that take every line of an invoice back, for its credit note; the total stays.

    A line that nothing has taken back yet is there anew, not billed. One that an unbilled line
    takes back is only credited, by that line. Raises DomainError `invoice_state` when a line was
    credited since the invoice was issued.
    """
    billed = list(
        BookingLine.objects.filter(invoice_line__invoice=invoice)
        .select_related("reversed_by")
        .order_by("invoice_line__position")
    )
    answers = {line.pk: line.reversed_by for line in billed if hasattr(line, "reversed_by")}
    if any(answer.billed for answer in answers.values()):
        raise DomainError("invoice_state", "Part of it has been credited since.")
    uncredited = [line for line in billed if line.pk not in answers]
    new = BookingLine.objects.bulk_create(map(line_reversal, uncredited))
    BookingLine.objects.bulk_create(map(_anew, uncredited, new))
    answers |= {line.pk: answer for line, answer in zip(uncredited, new, strict=True)}
    return [answers[line.pk] for line in billed]


def _anew(line: BookingLine, counter: BookingLine) -> BookingLine:
    """A line that a new counter-line took back, once more, unsaved.

    What took an earlier line back itself takes the counter-line back now, so that every line of
    that chain has its answer and none of them counts.
    """
    return line_copy(
        line,
        sign=1,
        reverses=counter if line.reverses_id else None,
    )
