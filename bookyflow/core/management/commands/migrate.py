"""Django's migrate, which does not queue the site behind itself."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.core.management.commands import migrate
from django.db import connections

LOCK_TIMEOUT = "10s"
# New objects between two looks for garbage: models of states are made by the thousands and stay, so
# that looking as often as usual took a quarter of the time. Costs 90 MB.
SELDOM = 200_000


@contextmanager
def garbage_seldom_looked_for() -> Iterator[None]:
    """Let the collector of garbage rest for most of the time."""
    usual = gc.get_threshold()
    gc.set_threshold(SELDOM, *usual[1:])
    try:
        yield
    finally:
        gc.set_threshold(*usual)


class Command(migrate.Command):
    """As Django's, but a statement that waits long for a lock fails, and may be tried again.

    One that changes a table waits for whoever reads it, and all others wait behind it: without a
    limit a single long read stops the site.
    """

    def handle(self, *args: Any, **options: Any) -> str | None:
        """Migrate; raises OperationalError when a lock is not to be had in time."""
        with connections[options["database"]].cursor() as cursor:
            cursor.execute("SELECT set_config('lock_timeout', %s, false)", [LOCK_TIMEOUT])
            try:
                with garbage_seldom_looked_for():
                    return super().handle(*args, **options)
            finally:
                cursor.execute("SELECT set_config('lock_timeout', '0', false)")
