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
                          user_id, proxied_by, key_id, channel_id, is_test, data)
SELECT %(kind)s, %(property_id)s, %(subject_kind)s, %(subject_id)s, last_sequence,
       %(user_id)s, %(proxied_by)s, %(key_id)s, %(channel_id)s, %(is_test)s, %(data)s
FROM counted
RETURNING id
"""
