"""Hand-written statements; parameters only."""

from __future__ import annotations

# The calendars whose turn it is, the longest waiting first, and who may read them from now on.
TAKE_TURNS = """
WITH due AS (
    SELECT source.id
    FROM calendars_calendarsource AS source
    JOIN rooms_room AS room ON room.id = source.room_id AND room.deleted_at IS NULL
    JOIN properties_property AS prop ON prop.id = source.property_id AND prop.deleted_at IS NULL
    WHERE source.is_enabled AND source.next_poll_at <= %(now)s
      AND (source.busy_until IS NULL OR source.busy_until < %(now)s)
    ORDER BY source.next_poll_at
    LIMIT greatest(0, %(most)s - (
        SELECT count(*) FROM calendars_calendarsource WHERE busy_until >= %(now)s))
    FOR UPDATE OF source SKIP LOCKED
)
UPDATE calendars_calendarsource AS source
SET turn = source.turn + 1, busy_until = %(until)s
FROM due
WHERE source.id = due.id
RETURNING source.id, source.turn
"""

# What changed of known stays: one row of the arrays each.
CHANGE_STAYS = """
UPDATE calendars_importedstay AS stay
SET uid = given.uid, recurrence_id = given.recurrence_id, start = given.start,
    first = given.first, "end" = given.until, kind = given.kind, moves = given.moves,
    moved_on = given.moved_on, is_whole = false
FROM unnest(%(ids)s::bigint[], %(uids)s::text[], %(recurrence_ids)s::text[], %(starts)s::text[],
            %(firsts)s::date[], %(ends)s::date[], %(kinds)s::text[], %(moves)s::smallint[],
            %(moved_on)s::date[])
     AS given (id, uid, recurrence_id, start, first, until, kind, moves, moved_on)
WHERE stay.id = given.id
"""

# Which block closes the room for a stay, and whether it does on all nights.
SETTLE_STAYS = """
UPDATE calendars_importedstay AS stay
SET block_id = given.block_id, is_whole = given.is_whole, kind = given.kind
FROM unnest(%(ids)s::bigint[], %(blocks)s::bigint[], %(whole)s::boolean[], %(kinds)s::text[])
     AS given (id, block_id, is_whole, kind)
WHERE stay.id = given.id
"""

# What a feed shows now: new entries, other nights, and what was gone and is there again.
SHOW_ENTRIES = """
INSERT INTO calendars_feedentry AS entry (feed_id, uid, first, "end", sequence, shown_at)
SELECT %(feed_id)s, given.uid, given.first, given.until, given.sequence, %(now)s
FROM unnest(%(uids)s::text[], %(firsts)s::date[], %(ends)s::date[], %(sequences)s::int[])
     AS given (uid, first, until, sequence)
ON CONFLICT (feed_id, uid) DO UPDATE
SET first = EXCLUDED.first, "end" = EXCLUDED."end", sequence = EXCLUDED.sequence, gone_at = NULL,
    shown_at = CASE WHEN entry.gone_at IS NULL
                     AND (entry.first, entry."end") = (EXCLUDED.first, EXCLUDED."end")
                    THEN entry.shown_at ELSE EXCLUDED.shown_at END
WHERE (entry.first, entry."end", entry.sequence) <> (EXCLUDED.first, EXCLUDED."end",
                                                     EXCLUDED.sequence)
   OR entry.gone_at IS NOT NULL
"""
