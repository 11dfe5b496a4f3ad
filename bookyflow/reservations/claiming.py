"""Using quotes up: each makes one hold or one booking, from wherever and how often it is sent."""

from __future__ import annotations

from dataclasses import dataclass

from bookyflow.core import ids
from bookyflow.core.address import counted_as
from bookyflow.core.crypto import keyed_digest
from bookyflow.core.database import connection
from bookyflow.core.errors import DomainError
from bookyflow.properties.models import Property
from bookyflow.properties.selectors import Reach, reachable
from bookyflow.reservations import sql
from bookyflow.reservations.models import QuoteUse
from bookyflow.reservations.quotes.quote import Quote
from bookyflow.reservations.room_nights import room_nights_check


@dataclass(frozen=True)
class Claim:
    """That somebody without an account uses a quote up, given as its text.

    The caller is the key pair of a booking site, by what it reaches, or else a network address.
    """

    quote: str
    address: str = ""
    reach: Reach | None = None

    @property
    def caller(self) -> str:
        """What stands for the caller; addresses only as a digest."""
        if self.reach is not None:
            return f"key {self.reach.key_id}"
        return keyed_digest(f"caller {counted_as(self.address)}")

    def is_known_to(self, prop: Property) -> bool:
        """Whether the caller is a key pair of the property itself: anybody else's is a stranger."""
        return self.reach is not None and reachable(self.reach).filter(pk=prop.pk).exists()


def quote_use(claim: Claim, *, prop: Property, quote: Quote, serial: int) -> None:
    """Use a quote up for the hold or booking of this serial, within the caller's limits.

    The caller holds the property's lock, and its transaction undoes this where nothing comes of it.
    Raises DomainError `quote_used`, also when what it made has ended since, and `too_many_holds`.
    """
    is_known = claim.is_known_to(prop)
    parameters: dict[str, str | int | bool] = {
        "digest": ids.digest(claim.quote),
        "serial": serial,
        "property_id": prop.pk,
        "caller": claim.caller,
        "is_known": is_known,
    }
    with connection.cursor() as cursor:
        cursor.execute(sql.USE_QUOTE, parameters)
        if not cursor.rowcount:
            raise DomainError("quote_used")
    room_nights_check(
        prop=prop,
        caller=claim.caller,
        has_key=claim.reach is not None,
        is_known=is_known,
        wanted=len(quote.rooms) * quote.nights.length,
    )


def quote_is_used(text: str) -> bool:
    """Whether a quote is known to have been used, which is forgotten after a day at the soonest."""
    return QuoteUse.objects.filter(digest=ids.digest(text)).exists()
