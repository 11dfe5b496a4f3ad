from __future__ import annotations

import sys
from typing import Any

from django.core.management.base import BaseCommand

from bookyflow.auditing.selectors import audit


class Command(BaseCommand):
    """Looks at the whole database; 1 where something does not hold."""

    help = (
        "Prove that nights, lines, invoices, payments, holds and events agree with each other, in "
        "the state of one moment. Only reads, beside a working site; rows that break something are "
        "named by their ids."
    )

    def handle(self, *_: Any, **__: Any) -> None:
        """Print each claim, and what breaks it."""
        broken = 0
        for found in audit():
            broken += bool(found.broken)
            told = f"BROKEN by {found.broken}: {', '.join(found.rows)}" if found.broken else "holds"
            self.stdout.write(f"{found.claim}: {told}")
        if broken:
            self.stdout.write(f"{broken} do not hold.")
            sys.exit(1)
        self.stdout.write("All hold.")
