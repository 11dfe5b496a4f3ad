"""Hand-written SQL, parameters only."""

from __future__ import annotations

# Waits for whoever has taken a number of the property and not ended; undone with them.
NEXT_NUMBER = """
INSERT INTO billing_invoicecounter AS counter (property_id, last)
VALUES (%(property_id)s, %(first)s)
ON CONFLICT (property_id) DO UPDATE SET last = counter.last + 1
RETURNING last
"""
