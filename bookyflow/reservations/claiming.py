"""Using quotes up: each makes one hold or one booking, from wherever and how often it is sent."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from django.db import connection
from django.utils import timezone

from bookyflow.core import ids
from bookyflow.core.errors import DomainError
from bookyflow.reservations import sql
from bookyflow.reservations.models import QuoteUse
from bookyflow.reservations.tokens import QUOTE_LIFETIME

KEPT_FOR = QUOTE_LIFETIME + timedelta(hours=1)  # by then the text itself is refused


@dataclass(frozen=True)
class Claim:
    """That somebody without an account uses a quote up, given as its text."""

    quote: str


def quote_use(claim: Claim, *, serial: int) -> None:
    """Use a quote up for the hold or booking of this serial.

    The caller holds the property's lock, and its transaction undoes this where nothing comes of it.
    Raises DomainError `quote_used`, also when what it made has ended since.
    """
    with connection.cursor() as cursor:
        cursor.execute(sql.USE_QUOTE, {"digest": ids.digest(claim.quote), "serial": serial})
        if not cursor.rowcount:
            raise DomainError("quote_used")


def quote_uses_forget() -> int:
    """Delete the uses of quotes whose text is no longer accepted; returns how many."""
    deleted, _ = QuoteUse.objects.filter(used_at__lt=timezone.now() - KEPT_FOR).delete()
    return deleted
