"""Hand-written statements; parameters only."""

from __future__ import annotations

ROOMS_BY_ID = """
SELECT {columns}
FROM rooms_room AS room
JOIN rooms_roomtype AS room_type ON room_type.id = room.room_type_id
WHERE room.id = ANY (%(room_ids)s::bigint[]) AND room.deleted_at IS NULL
"""
