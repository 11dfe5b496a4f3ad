"""Hand-written SQL, parameters only."""

from __future__ import annotations

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
