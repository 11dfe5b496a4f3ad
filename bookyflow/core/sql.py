"""Hand-written statements; parameters only."""

from __future__ import annotations

SERVER_VERSION = "SELECT current_setting('server_version_num')::int / 10000"

# How far the clocks of zones are from UTC at certain moments, by the server's own table.
OFFSETS = """
SELECT zone, moment, (moment AT TIME ZONE zone) - (moment AT TIME ZONE 'UTC')
FROM unnest(%(zones)s::text[]) AS zone, unnest(%(moments)s::timestamptz[]) AS moment
ORDER BY zone, moment
"""
