"""Hand-written SQL, parameters only."""

from __future__ import annotations

from bookyflow.core.listing import ListSQL
from bookyflow.reservations.sql import HOW_MANY_BOOKINGS

# Waits for whoever has taken a number of the property and not ended; undone with them.
NEXT_NUMBER = """
INSERT INTO billing_invoicecounter AS counter (property_id, last)
VALUES (%(property_id)s, %(first)s)
ON CONFLICT (property_id) DO UPDATE SET last = counter.last + 1
RETURNING last
"""

# What came in by year, month and currency, by the days on which the property issued the invoices.
# What a paid invoice was credited counts against it. Days first: they are few.
INCOME = """
SELECT extract(year FROM issue_date)::int AS year, extract(month FROM issue_date)::int AS month,
       currency, sum(gross)
FROM (
    SELECT issue_date, currency, sum(gross) AS gross
    FROM billing_invoice
    WHERE property_id = %(property_id)s AND kind = 'invoice' AND status = %(paid)s
    GROUP BY issue_date, currency
    UNION ALL
    SELECT note.issue_date, note.currency, note.gross
    FROM billing_invoice AS note
    JOIN billing_invoice AS invoice ON invoice.id = note.corrects_id
    WHERE note.property_id = %(property_id)s AND note.kind = 'credit_note'
      AND invoice.status = %(paid)s
) AS entered
GROUP BY year, month, currency
ORDER BY year, currency, month
"""

# No or one row: the newest invoice of a booking, as `selectors.newest_invoice` has it.
NEWEST_INVOICE = """
FROM billing_invoice AS invoice
WHERE invoice.booking_id = booking.id AND invoice.kind = 'invoice'
ORDER BY invoice.status = %(cancelled)s, invoice.sequence DESC LIMIT 1"""

# As ListedBooking has them; at the end the time zone by which the property's day is told.
_COLUMNS = """
booking.personal, booking.id, booking.property_id, booking.number, booking.kind, booking.state,
booking.arrival, booking.departs_on, booking.currency, booking.total, booking.deposit_required,
booking.paid, to_char(booking.created_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'),
to_char(booking.changed_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'), booking.version,
coalesce((SELECT id {newest_invoice}), %(none)s),
(SELECT time_zone FROM properties_propertysettings WHERE property_id = %(property_id)s)
"""
_BOOKING = _COLUMNS.format(newest_invoice=NEWEST_INVOICE)

_BOOKINGS = """
FROM reservations_booking AS booking
WHERE booking.property_id = %(property_id)s AND booking.kind = 'booking'"""

BOOKINGS = ListSQL(
    columns=_BOOKING,
    source=_BOOKINGS,
    keys=("booking.arrival", "booking.id"),
    is_downward=True,
    kept=HOW_MANY_BOOKINGS,
)

BOOKINGS_BETWEEN = ListSQL(
    columns=_BOOKING,
    source=_BOOKINGS + " AND booking.arrival <= %(last)s AND booking.departs_on >= %(first)s",
    keys=("booking.arrival", "booking.id"),
)
