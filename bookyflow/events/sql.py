"""Hand-written statements; parameters only."""

from __future__ import annotations

# One statement: the counter's row lock orders the events of a subject, whatever else is locked.
RECORD = """
WITH counted AS (
    INSERT INTO events_subjectcounter (subject_kind, subject_id, last_sequence)
    VALUES (%(subject_kind)s, %(subject_id)s, 1)
    ON CONFLICT (subject_kind, subject_id)
        DO UPDATE SET last_sequence = events_subjectcounter.last_sequence + 1
    RETURNING last_sequence
)
INSERT INTO events_event (kind, property_id, subject_kind, subject_id, subject_sequence,
                          actor_kind, user_id, proxied_by, key_id, channel_id, is_test,
                          data)
SELECT %(kind)s, %(property_id)s, %(subject_kind)s, %(subject_id)s, last_sequence,
       %(actor_kind)s, %(user_id)s, %(proxied_by)s, %(key_id)s, %(channel_id)s, %(is_test)s,
       %(data)s
FROM counted
RETURNING id
"""

# As RECORD for many events, in the order given. A subject may occur several times: its counter
# moves once. The counters are locked in one order, so that two such statements do not deadlock.
RECORD_MANY = """
WITH given AS (
    SELECT * FROM unnest(%(kinds)s::text[], %(property_ids)s::bigint[], %(subject_kinds)s::text[],
                         %(subject_ids)s::bigint[], %(data)s::jsonb[])
        WITH ORDINALITY AS given (kind, property_id, subject_kind, subject_id, data, place)
),
counted AS (
    INSERT INTO events_subjectcounter AS counter (subject_kind, subject_id, last_sequence)
    SELECT subject_kind, subject_id, count(*)
    FROM given
    GROUP BY subject_kind, subject_id
    ORDER BY subject_kind, subject_id
    ON CONFLICT (subject_kind, subject_id)
        DO UPDATE SET last_sequence = counter.last_sequence + EXCLUDED.last_sequence
    RETURNING subject_kind, subject_id, last_sequence
)
INSERT INTO events_event (kind, property_id, subject_kind, subject_id, subject_sequence,
                          actor_kind, user_id, proxied_by, key_id, channel_id, is_test,
                          data)
SELECT given.kind, given.property_id, given.subject_kind, given.subject_id,
       counted.last_sequence - count(*) OVER (PARTITION BY subject_kind, subject_id)
           + row_number() OVER (PARTITION BY subject_kind, subject_id ORDER BY given.place),
       %(actor_kind)s, %(user_id)s, %(proxied_by)s, %(key_id)s, %(channel_id)s, %(is_test)s,
       given.data
FROM given
JOIN counted USING (subject_kind, subject_id)
ORDER BY given.place
"""

# Events of some properties after a place in the log, up to the oldest transaction that still runs:
# one that commits later can only add rows behind what a reader has seen.
FEED = """
SELECT event.xid::text, event.id, event.kind, event.property_id, event.subject_kind,
       event.subject_id, event.actor_kind, event.user_id, event.channel_id,
       event.data, event.at
FROM events_event AS event
WHERE event.property_id = ANY (%(property_ids)s)
  AND event.at >= %(since)s
  AND event.xid < pg_snapshot_xmin(pg_current_snapshot())
  AND (event.xid, event.id) > (%(xid)s::text::xid8, %(id)s::bigint)
ORDER BY event.xid, event.id
LIMIT %(limit)s
"""
