"""Hand-written statements; parameters only."""

from __future__ import annotations

from datetime import datetime

from django.db import connection

# The rooms of a live hold stay held, for an enquiry now, and until another time.
HOLD_FOR_ENQUIRY = """
UPDATE availability_occupancy
SET hold_id = NULL, booking_id = %(booking_id)s, expires_at = %(until)s
WHERE hold_id = %(hold_id)s AND kind = 'hold' AND expires_at > now()
"""

USE_QUOTE = """
INSERT INTO reservations_quoteuse (digest, serial) VALUES (%(digest)s, %(serial)s)
ON CONFLICT (digest) DO NOTHING
"""


def hold_for_enquiry(*, hold_id: int, booking_id: int, until: datetime) -> int:
    """Hand the rooms of a hold to an enquiry; returns how many, 0 when the hold has expired."""
    with connection.cursor() as cursor:
        cursor.execute(
            HOLD_FOR_ENQUIRY, {"hold_id": hold_id, "booking_id": booking_id, "until": until}
        )
        return int(cursor.rowcount)
