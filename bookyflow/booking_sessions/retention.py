"""What goes of booking sessions once their guest is anonymised."""

from __future__ import annotations

from collections.abc import Collection

from django.db.models import Exists, OuterRef, Q

from bookyflow.booking_sessions.models import BookingSession
from bookyflow.guests.models import Guest


def sessions_forget(*, guest_ids: Collection[int]) -> None:
    """Delete the sessions that guests have booked by, or typed their e-mail address into.

    In the transaction that anonymises the guests, before their addresses are emptied. One that a
    call is changing at this moment is left: it ends within the hour by itself, and to wait for it
    would be a deadlock with who books.
    """
    same = Guest.objects.filter(
        pk__in=guest_ids, property=OuterRef("property"), email_hash=OuterRef("email_hash")
    )
    found = BookingSession.objects.filter(Q(hold__booking__guest__in=guest_ids) | Exists(same))
    locked = found.select_for_update(skip_locked=True, of=("self",))
    ids = list(locked.values_list("pk", flat=True))
    if ids:
        BookingSession.objects.filter(pk__in=ids).delete()
