"""Hand-written statements; parameters only."""

from __future__ import annotations

# The counter's row lock orders the events of a subject, whatever else is locked. `when` is a WHERE,
# or nothing: a statement that writes what the event tells of may have these among its expressions.
ONE_RECORDED = """
sequence AS (
    INSERT INTO events_subjectcounter AS counter (subject_kind, subject_id, last_sequence)
    SELECT %(subject_kind)s::text, %(subject_id)s::bigint, 1 {when}
    ON CONFLICT (subject_kind, subject_id) DO UPDATE SET last_sequence = counter.last_sequence + 1
    RETURNING subject_kind, subject_id, last_sequence
),
recorded AS (
    INSERT INTO events_event (kind, property_id, subject_kind, subject_id, subject_sequence,
                              actor_kind, user_id, proxied_by, key_id, channel_id, is_test,
                              data)
    SELECT %(kind)s::text, %(property_id)s::bigint, subject_kind, subject_id, last_sequence,
           %(actor_kind)s::text, %(user_id)s::bigint, %(proxied_by)s::bigint, %(key_id)s::bigint,
           %(channel_id)s::bigint, %(is_test)s::bool, %(data)s::jsonb
    FROM sequence
    RETURNING id
)
"""
_RECORD = "WITH {recorded} SELECT id FROM recorded"
RECORD = _RECORD.format(recorded=ONE_RECORDED.format(when=""))

# As RECORD for many events, in the order given. A subject may occur several times: its counter
# moves once, by the number of its last event among them (`nth`), and an event has the number before
# those of its subject that come later. Both are given, since to count here takes longer than to
# write. The counters are locked in one order, so that two such statements do not deadlock. The last
# of these expressions is the events; a statement that writes what they tell of may have them among
# its own.
RECORDED = """
given AS (
    SELECT * FROM ROWS FROM (jsonb_to_recordset(%(events)s) AS (
        kind text, property_id bigint, subject_kind text, subject_id bigint, nth int, later int,
        data jsonb
    )) WITH ORDINALITY
    AS given (kind, property_id, subject_kind, subject_id, nth, later, data, place)
),
counted AS (
    INSERT INTO events_subjectcounter AS counter (subject_kind, subject_id, last_sequence)
    SELECT subject_kind, subject_id, nth
    FROM given
    WHERE later = 0
    ORDER BY subject_kind, subject_id
    ON CONFLICT (subject_kind, subject_id)
        DO UPDATE SET last_sequence = counter.last_sequence + EXCLUDED.last_sequence
    RETURNING subject_kind, subject_id, last_sequence
),
recorded AS (
    INSERT INTO events_event (kind, property_id, subject_kind, subject_id, subject_sequence,
                              actor_kind, user_id, proxied_by, key_id, channel_id, is_test,
                              data)
    SELECT given.kind, given.property_id, given.subject_kind, given.subject_id,
           counted.last_sequence - given.later,
           %(actor_kind)s::text, %(user_id)s::bigint, %(proxied_by)s::bigint, %(key_id)s::bigint,
           %(channel_id)s::bigint, %(is_test)s::bool, given.data
    FROM given
    JOIN counted USING (subject_kind, subject_id)
    ORDER BY given.place
)
"""
RECORD_MANY = f"WITH {RECORDED} SELECT"

# Whether there are events to number, and a server that lets us: a standby does not, nor does one
# with default_transaction_read_only. Two lookups in the index of what has no position, also where
# a transaction that runs on and on keeps a million rows there from being numbered.
IS_WAITING = """
SELECT current_setting('transaction_read_only') = 'off' AND (
    EXISTS (SELECT FROM events_event
            WHERE position IS NULL AND xid < pg_snapshot_xmin(pg_current_snapshot()))
    OR EXISTS (SELECT FROM events_event
               WHERE position IS NULL AND xid >= pg_snapshot_xmax(pg_current_snapshot()))
)
"""

# In a statement of its own: the snapshot of the next one is younger than the lock, so that it sees
# what whoever had the lock before has numbered.
TRY_NUMBERING = "SELECT pg_try_advisory_xact_lock(hashtextextended('bookyflow events number', 0))"

# A row is settled once no transaction older than its own runs (xid < xmin). A visible row whose
# transaction this cluster has not even begun (xid >= xmax) came with a copy of another one; it is
# older than all that happened here.
NUMBER = """
WITH settled AS (
    SELECT id, row_number() OVER (ORDER BY copied DESC, xid, id) AS place
    FROM (
        SELECT id, xid, xid >= pg_snapshot_xmax(pg_current_snapshot()) AS copied
        FROM events_event
        WHERE position IS NULL
          AND (xid < pg_snapshot_xmin(pg_current_snapshot())
               OR xid >= pg_snapshot_xmax(pg_current_snapshot()))
        ORDER BY copied DESC, xid, id
        LIMIT %(limit)s
    ) AS batch
),
last AS (
    INSERT INTO events_lastposition (id, position)
    SELECT 1, count(*) + greatest((SELECT max(position) FROM events_event),
                                  (SELECT position FROM events_lastposition), 0)
    FROM settled
    HAVING count(*) > 0
    ON CONFLICT (id) DO UPDATE SET position = EXCLUDED.position
    RETURNING position - (SELECT count(*) FROM settled) AS before
)
UPDATE events_event AS event
SET position = last.before + settled.place
FROM settled, last
WHERE event.id = settled.id
"""

# Seconds since the first event that has no position.
LAG = """
SELECT extract(epoch FROM clock_timestamp() - at)::float8
FROM events_event
WHERE position IS NULL
ORDER BY xid, id
LIMIT 1
"""

# The positions of the oldest event that is kept and of the newest one that was ever numbered.
ENDS = """
SELECT coalesce((SELECT min(position) FROM events_event WHERE position IS NOT NULL), newest + 1),
       newest
FROM (
    SELECT coalesce((SELECT position FROM events_lastposition), 0) AS newest
) AS last
"""

# Events of some properties after a position.
FEED = """
SELECT event.position, event.id, event.kind, event.property_id, event.subject_kind,
       event.subject_id, event.subject_sequence, event.actor_kind, event.user_id,
       event.channel_id, event.is_test, event.data, event.at
FROM events_event AS event
WHERE event.property_id = ANY (%(property_ids)s)
  AND event.at >= %(since)s
  AND event.position > %(position)s
  AND event.channel_id IS DISTINCT FROM %(skipped_channel)s
ORDER BY event.position
LIMIT %(limit)s
"""

# Events by their ids, as FEED gives them.
EVENTS = """
SELECT event.position, event.id, event.kind, event.property_id, event.subject_kind,
       event.subject_id, event.subject_sequence, event.actor_kind, event.user_id,
       event.channel_id, event.is_test, event.data, event.at
FROM events_event AS event
WHERE event.id = ANY (%(event_ids)s) AND event.position IS NOT NULL
"""
