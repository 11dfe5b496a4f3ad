"""Work that a process does again and again beside its main work, in a thread."""

from __future__ import annotations

import threading
from collections.abc import Callable

from django.db import connection

from bookyflow.core.database import broken_connections_drop
from bookyflow.core.outages import Spell, is_outage


def repeat(
    work: Callable[[], object], *, every: float, stopping: threading.Event, spell: Spell
) -> None:
    """Do the work every so many seconds until `stopping` is set, whatever becomes of it.

    `spell` tells the log when it begins to fail and when it works again.
    """
    while not stopping.wait(every):
        try:
            try:
                work()
            finally:
                connection.close()  # back to the pool
        except Exception as error:  # noqa: BLE001  # nobody would start the thread again
            spell.begin(error)
            if is_outage(error):
                broken_connections_drop()
        else:
            spell.end()
