"""Hand-written statements; parameters only."""

from __future__ import annotations

# How long the transaction waits for locks is set before the first one is asked for, as where
# properties are locked.
LOCK_SESSION = """
SELECT session.*
FROM (
    SELECT set_config('lock_timeout', coalesce(%(longest)s, current_setting('lock_timeout')), true)
) AS patience
CROSS JOIN booking_sessions_bookingsession AS session
WHERE session.digest = %(digest)s
FOR NO KEY UPDATE OF session
"""
