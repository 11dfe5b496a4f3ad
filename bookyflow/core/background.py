"""Work that a process does again and again beside its main work, in a thread."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass

from bookyflow.core.database import broken_connections_drop, connection
from bookyflow.core.outages import Spell, is_outage


@dataclass(frozen=True)
class Companion:
    """Work that the worker does every so many seconds beside its jobs; `spell` tells the log."""

    name: str
    work: Callable[[], object]
    every: float
    spell: Spell


companions: list[Companion] = []


def companion_add(companion: Companion) -> None:
    """Have the worker do something beside its jobs. Called when the app is ready.

    It is for what would be a job every second: those would fill the queue, and wait behind others.
    """
    companions.append(companion)


def companion_run(companion: Companion, stopping: threading.Event) -> None:
    """Do a companion's work until `stopping` is set, whatever the database does meanwhile."""
    repeat(companion.work, every=companion.every, stopping=stopping, spell=companion.spell)


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
