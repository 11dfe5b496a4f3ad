"""Waiting for the log to be readable."""

from __future__ import annotations

import time

from django.db import connection

from bookyflow.events.numbering import events_number

LONGEST = 60.0  # seconds; another test's transaction on the same server may take a while


def settled() -> None:
    """Wait until every event that has been committed so far is shown in feeds.

    They show one only when each transaction begun before it has ended, whichever database of the
    server it belongs to: that of a test running at the same time, too.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_current_xact_id()::text")
        (mine,) = cursor.fetchone()
        until = time.monotonic() + LONGEST
        while time.monotonic() < until:
            cursor.execute(
                "SELECT pg_snapshot_xmin(pg_current_snapshot()) > %s::text::xid8", [mine]
            )
            if cursor.fetchone() == (True,):
                events_number()
                return
            time.sleep(0.02)
    raise AssertionError("a transaction elsewhere on the server does not end")
