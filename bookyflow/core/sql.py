"""Hand-written statements; parameters only."""

from __future__ import annotations

SERVER_VERSION = "SELECT current_setting('server_version_num')::int / 10000"

# Names, with their schemas and quoted.
UNFINISHED_INDEXES = """
SELECT indexrelid::regclass::text
FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid
WHERE NOT indisvalid AND relkind = 'i' AND relnamespace = current_schema()::regnamespace
"""

# How far the clocks of zones are from UTC at certain moments, by the server's own table.
OFFSETS = """
SELECT zone, moment, (moment AT TIME ZONE zone) - (moment AT TIME ZONE 'UTC')
FROM unnest(%(zones)s::text[]) AS zone, unnest(%(moments)s::timestamptz[]) AS moment
ORDER BY zone, moment
"""

# Jobs that are due and wait, that run and that have failed; how many seconds the oldest of those
# that wait has been due.
JOBS = """
SELECT count(*) FILTER (WHERE status = 'todo'), count(*) FILTER (WHERE status = 'doing'),
       count(*) FILTER (WHERE status = 'failed'),
       coalesce(extract(epoch FROM now() - min(due) FILTER (WHERE status = 'todo')), 0)::float
FROM (
    SELECT status, coalesce(
        scheduled_at, (SELECT min(at) FROM procrastinate_events WHERE job_id = job.id)
    ) AS due
    FROM procrastinate_jobs AS job
    WHERE status IN ('doing', 'failed')
       OR status = 'todo' AND (scheduled_at IS NULL OR scheduled_at <= now())
) AS jobs
"""

# How far the log of changes has been written, and, on a server that follows, carried out. In bytes.
WRITTEN = "SELECT pg_current_wal_lsn() - '0/0'"
CARRIED_OUT = "SELECT pg_is_in_recovery(), pg_last_wal_replay_lsn() - '0/0'"
