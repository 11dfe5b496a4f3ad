"""Hand-written statements, over tables of apps that know this one; parameters only."""

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
