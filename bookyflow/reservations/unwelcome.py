"""Guests whom a property does not want: they find no room, and staff hear of it."""

from __future__ import annotations

from bookyflow.availability.services import no_room
from bookyflow.core.errors import DomainError
from bookyflow.guests.services import GuestSaved
from bookyflow.reservations.quotes.quote import Quote
from bookyflow.reservations.stay_request import Booker


class Unwelcome(DomainError):
    """The refusal of a blacklisted guest: the one that others get when nothing is free.

    Another would tell anybody who knows an e-mail address. The attributes are for those who tell
    the staff.
    """

    def __init__(self, quote: Quote, *, guest_id: int, hold_id: int | None) -> None:
        refusal = no_room(quote.nights, quantity=len(quote.stay_request.rooms))
        super().__init__(refusal.key, refusal.detail)
        self.quote = quote
        self.guest_id = guest_id
        self.hold_id = hold_id


def refuse_unwelcome(
    quote: Quote, saved: GuestSaved, booker: Booker, *, hold_id: int | None = None
) -> None:
    """Raise Unwelcome for a blacklisted guest; staff may book for one.

    Called where rooms would be taken, so that it takes about as long as when there are none.
    """
    if saved.blacklisted and not booker.is_staff:
        raise Unwelcome(quote, guest_id=saved.id, hold_id=hold_id)
