"""Hand-written statements; parameters only."""

from __future__ import annotations

# What each property has of what visitors need to see, and whether nobody is left to manage it.
COMPLETENESS = """
SELECT prop.id, kind.flag,
       EXISTS (
           SELECT FROM rooms_room AS room
           WHERE room.property_id = prop.id AND room.deleted_at IS NULL
       ),
       kind.is_published,
       EXISTS (
           SELECT FROM tariffs_tarifftype AS tariff
           WHERE tariff.property_id = prop.id AND tariff.deleted_at IS NULL
             AND EXISTS (
                 SELECT FROM tariffs_dailyrate AS rate
                 WHERE rate.tariff_type_id = tariff.id AND rate.price > 0
             )
       ),
       EXISTS (
           SELECT FROM tariffs_extra AS extra
           WHERE extra.property_id = prop.id AND extra.deleted_at IS NULL AND extra.is_published
       ),
       NOT coalesce(settings.per_person_per_night AND settings.allow_children, false)
           OR EXISTS (SELECT FROM tariffs_childrate AS child WHERE child.property_id = prop.id),
       NOT coalesce(settings.allow_children, false) OR EXISTS (
           SELECT FROM rooms_room AS room
           WHERE room.property_id = prop.id AND room.deleted_at IS NULL AND room.max_children > 0
       ),
       EXISTS (
           SELECT FROM pictures_image AS image
           WHERE image.property_id = prop.id AND image.kind = 'main'
       ),
       prop.street <> '' OR (prop.latitude IS NOT NULL AND prop.longitude IS NOT NULL),
       prop.town <> '',
       prop.country <> '',
       coalesce(settings.time_zone, '') <> '',
       EXISTS (
           SELECT FROM properties_manageraccess AS access
           JOIN accounts_user AS staff ON staff.id = access.user_id
           WHERE access.property_id = prop.id AND staff.is_suspended
       ) AND NOT EXISTS (
           SELECT FROM properties_manageraccess AS access
           JOIN accounts_user AS staff ON staff.id = access.user_id
           WHERE access.property_id = prop.id AND NOT staff.is_suspended AND staff.is_active
             AND staff.access_level >= 70
       )
FROM properties_property AS prop
JOIN properties_propertytype AS kind ON kind.id = prop.property_type_id
LEFT JOIN properties_propertysettings AS settings ON settings.property_id = prop.id
WHERE prop.id = ANY (%(property_ids)s)
"""

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
