"""Hand-written statements; parameters only."""

from __future__ import annotations

# Adds a guest, or locks the one of the same e-mail. xmax is 0 in inserted rows.
INSERT_OR_LOCK = """
INSERT INTO guests_guest AS guest (
    property_id, email_hash, personal, region, country, language,
    vat_number_validated, discount, blacklisted, version, created_at, changed_at
)
VALUES (
    %(property_id)s, %(email_hash)s, %(personal)s, %(region)s, %(country)s, %(language)s,
    false, 0, false, 1, statement_timestamp(), statement_timestamp()
)
ON CONFLICT (property_id, email_hash) DO UPDATE SET email_hash = guest.email_hash
RETURNING id, xmax = 0, blacklisted, discount, personal, region, country, language
"""

UPDATE = """
UPDATE guests_guest
SET personal = %(personal)s, region = %(region)s, country = %(country)s, language = %(language)s,
    version = version + 1, changed_at = statement_timestamp()
WHERE id = %(id)s
"""

# One row for each guest, path and day; rows in one order, so that two pages do not deadlock.
NOTE_READINGS = """
INSERT INTO guests_guestreading AS kept
    (property_id, guest_id, user_id, path, day, times, last_at)
SELECT property_id, id, %(user_id)s, %(path)s, %(day)s, 1, now()
FROM guests_guest
WHERE property_id = %(property_id)s AND id = ANY (%(guest_ids)s)
ORDER BY id
ON CONFLICT (guest_id, user_id, path, day)
DO UPDATE SET times = kept.times + 1, last_at = excluded.last_at
"""
