from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from bookyflow.core.rotation import rotations


class Command(BaseCommand):
    """Encrypts everything that is encrypted with the newest key of ENCRYPTION_KEYS."""

    help = (
        "Encrypt all personal data with the first key of ENCRYPTION_KEYS, so that the others can "
        "be taken out of the list. Runs beside a working site, can be stopped and run again."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        """Go through all tables; progress goes to standard output, a line a batch."""
        unreadable = 0
        for walk in rotations():
            seen = written = 0
            for batch in walk():
                seen += batch.seen
                written += batch.written
                unreadable += batch.unreadable
                self.stdout.write(f"{batch.table}: {seen:,} rows read, {written:,} written")
        if unreadable:
            raise CommandError(
                f"{unreadable:,} values fit no key of ENCRYPTION_KEYS and were left as they are. "
                "Put the key that is missing at the end of the list and run this again."
            )
        self.stdout.write("Everything is encrypted with the newest key.")
