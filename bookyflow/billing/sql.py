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
# What a paid invoice was credited counts against it.
INCOME = """
SELECT extract(year FROM invoice.issue_date)::int AS year,
       extract(month FROM invoice.issue_date)::int AS month,
       invoice.currency, sum(invoice.gross)
FROM billing_invoice AS invoice
LEFT JOIN billing_invoice AS corrected ON corrected.id = invoice.corrects_id
WHERE invoice.property_id = %(property_id)s
  AND (invoice.kind = 'invoice' AND invoice.status = %(paid)s
       OR invoice.kind = 'credit_note' AND corrected.status = %(paid)s)
GROUP BY year, month, invoice.currency
ORDER BY year, invoice.currency, month
"""
