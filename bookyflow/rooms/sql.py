"""Hand-written statements; parameters only."""

from __future__ import annotations

# The array comes by way of a subquery: a statement with an array itself is planned anew each time,
# since a plan for one of any length looks dear.
ROOMS_BY_ID = """
SELECT {columns}
FROM rooms_room AS room
JOIN rooms_roomtype AS room_type ON room_type.id = room.room_type_id
WHERE room.id = ANY ((SELECT %(room_ids)s::bigint[])::bigint[]) AND room.deleted_at IS NULL
"""
