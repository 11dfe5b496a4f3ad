"""Hand-written statements; parameters only."""

from __future__ import annotations

# Rooms that somebody has today or later. Occupancy belongs to a higher app: there is no model of
# it here. Expired holds count as if they were not there.
ROOMS_WITH_NIGHTS = """
SELECT DISTINCT room_id FROM availability_occupancy
WHERE property_id = %(property_id)s AND room_id = ANY (%(room_ids)s::bigint[])
  AND upper(nights) > %(today)s AND (expires_at IS NULL OR expires_at > now())
ORDER BY room_id
"""

# The prices of a property that is let as a whole go to its new room type; they, too, belong to a
# higher app.
MOVE_TARIFF_TYPES = """
UPDATE tariffs_tarifftype SET room_type_id = %(room_type_id)s, version = version + 1
WHERE property_id = %(property_id)s AND deleted_at IS NULL AND room_type_id <> %(room_type_id)s
RETURNING id
"""

# So do its limits on selling: a stopped night must not open by it. What the new type has is left
# over from when the room was of that type before.
DROP_TYPE_DAYS = """
DELETE FROM availability_typeday
WHERE property_id = %(property_id)s AND room_type_id = %(room_type_id)s
"""
MOVE_TYPE_DAYS = """
UPDATE availability_typeday SET room_type_id = %(room_type_id)s
WHERE property_id = %(property_id)s AND room_type_id = %(former)s
"""
