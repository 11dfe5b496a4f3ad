"""Hand-written statements, also over tables of apps that know this one; parameters only."""

from __future__ import annotations

# The properties of a member of staff, locked in the order of their ids.
LOCK_PROPERTIES = """
SELECT prop.id FROM properties_property AS prop
WHERE prop.deleted_at IS NULL
  AND prop.id IN (
      SELECT access.property_id FROM properties_manageraccess AS access
      WHERE access.user_id = %(user_id)s
  )
ORDER BY prop.id
FOR NO KEY UPDATE
"""

# Takes from sight what has no manager left.
HIDE = """
UPDATE properties_property AS prop
SET is_published = false, hidden_by_suspension = true, version = version + 1, changed_at = now()
WHERE prop.id = ANY (%(property_ids)s) AND prop.is_published AND NOT EXISTS (
    SELECT FROM properties_manageraccess AS access
    JOIN accounts_user AS staff ON staff.id = access.user_id
    WHERE access.property_id = prop.id AND NOT staff.is_suspended AND staff.is_active
      AND staff.access_level >= 70
)
RETURNING prop.id
"""

# Shows again what was hidden so, and nothing that was not published before.
SHOW = """
UPDATE properties_property AS prop
SET is_published = true, hidden_by_suspension = false, version = version + 1, changed_at = now()
WHERE prop.id = ANY (%(property_ids)s) AND prop.hidden_by_suspension AND prop.is_approved
  AND (EXISTS (
    SELECT FROM properties_manageraccess AS access
    JOIN accounts_user AS staff ON staff.id = access.user_id
    WHERE access.property_id = prop.id AND NOT staff.is_suspended AND staff.is_active
      AND staff.access_level >= 70
) OR NOT EXISTS (
      SELECT FROM properties_manageraccess AS access
      JOIN accounts_user AS staff ON staff.id = access.user_id
      WHERE access.property_id = prop.id AND staff.is_suspended
  ))
RETURNING prop.id
"""

# One more try, where one is left: a row then, else none. A window that has ended begins anew.
COUNT_ATTEMPT = """
INSERT INTO accounts_attempt AS kept (digest, tries, ends_at)
VALUES (%(digest)s, 1, now() + make_interval(secs => %(within)s))
ON CONFLICT (digest) DO UPDATE
SET tries = CASE WHEN kept.ends_at > now() THEN kept.tries + 1 ELSE 1 END,
    ends_at = CASE WHEN kept.ends_at > now() THEN kept.ends_at ELSE excluded.ends_at END
WHERE kept.tries < %(allowed)s OR kept.ends_at <= now()
RETURNING tries
"""

ATTEMPTS_END = "SELECT ends_at - now() FROM accounts_attempt WHERE digest = %(digest)s"

FORGET_ATTEMPTS = "DELETE FROM accounts_attempt WHERE digest = %(digest)s"

TAKE_ATTEMPT_BACK = """
UPDATE accounts_attempt SET tries = tries - 1 WHERE digest = %(digest)s AND tries > 0
"""

# Without waiting for rows that are being counted, whose order of locks is another one.
CLEAR_ATTEMPTS = """
DELETE FROM accounts_attempt WHERE digest IN (
    SELECT digest FROM accounts_attempt WHERE ends_at <= now() FOR UPDATE SKIP LOCKED
)
"""
