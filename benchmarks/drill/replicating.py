"""Whether a site's replica answers reads: by the rows that it has read for them."""

from __future__ import annotations

import time

import httpx
import psycopg

from benchmarks.drill.crowd import search
from benchmarks.drill.parts import HTTPS
from benchmarks.drill.site import Site

# Looks at the replica read no table. A server that has crashed begins to count anew.
ROWS = """
    SELECT coalesce(sum(coalesce(seq_tup_read, 0) + coalesce(idx_tup_fetch, 0)), 0)
    FROM pg_stat_user_tables
"""
TOLD = 30.0  # seconds until a server has told of what it has read, and is known to be fit
SEARCHES = 5  # between two looks


def rows_read(site: Site) -> int:
    """How many rows of tables the replica has read since it was started."""
    with psycopg.connect(site.replica.url(), autocommit=True) as connection:
        row = connection.execute(ROWS.encode()).fetchone()
    return int(row[0]) if row else 0


def answers_reads(site: Site) -> int:
    """Search as a visitor does until the replica has read something for it; how many rows.

    0 where it never did.
    """
    before = rows_read(site)
    deadline = time.monotonic() + TOLD
    with httpx.Client(headers=HTTPS, timeout=60) as http:
        while (rows := rows_read(site) - before) <= 0 and time.monotonic() < deadline:
            for _ in range(SEARCHES):
                search(http, site.url).raise_for_status()
            time.sleep(1)
    return max(rows, 0)
