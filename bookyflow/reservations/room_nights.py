"""How much of a house somebody may take who has neither paid nor been looked at by staff.

Counted is the good itself, room-nights: those that are held, those of enquiries while they hold
rooms, of visitors' bookings whose deposit has not come, and of any visitor's booking that is new.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext

from bookyflow.core.database import connection
from bookyflow.core.errors import DomainError
from bookyflow.properties.models import Property
from bookyflow.reservations import sql
from bookyflow.reservations.quotes.quote import Quote
from bookyflow.reservations.tokens import QUOTE_LIFETIME

# A booking that owes no deposit counts so long: those of the day are many, a season's are not.
NEW_FOR = timedelta(days=1)
LEAST_SHARE = 30  # room-nights: small houses and those that open for some weeks only sell, too
USUAL_WINDOW = 365  # days that are for sale where no setting limits them


@dataclass(frozen=True)
class Taken:
    """Room-nights that are taken, and when the first of them may be free again."""

    nights: int
    until: datetime | None

    def retry_after(self) -> int | None:
        """Seconds until then."""
        if self.until is None:
            return None
        return max(1, ceil((self.until - timezone.now()).total_seconds()))


def hold_check(prop: Property, quote: Quote) -> None:
    """Refuse to hold for anybody what is longer or further ahead than the site allows.

    Raises DomainError `stay_too_long`, `arrival_too_late`.
    """
    longest, furthest = settings.HOLD_LONGEST_NIGHTS, settings.HOLD_FURTHEST_DAYS
    if longest and quote.stay.length > longest:
        told = gettext("Rooms are held for %(nights)s nights at most: book at once.")
        raise DomainError("stay_too_long", told % {"nights": longest})
    last = prop.settings.today() + timedelta(days=furthest)
    if furthest and quote.stay.arrival > last:
        told = gettext("Rooms are held for arrivals until %(day)s: book at once.")
        raise DomainError("arrival_too_late", told % {"day": last})


def room_nights_check(
    *, prop: Property, caller: str, has_key: bool, is_known: bool, wanted: int
) -> None:
    """Refuse `wanted` room-nights more than a caller, or all strangers at a property, may take.

    The caller holds the property's lock, so that what is taken there is counted exactly. So is what
    an address takes elsewhere at the same moment; of a key pair, whose calls shall not wait for
    each other, it is not seen. Callers with a key pair have a limit of their own; those that the
    property knows do not count against it. Raises DomainError `too_many_holds`.
    """
    most = settings.ROOM_NIGHTS_PER_KEY if has_key else settings.ROOM_NIGHTS_PER_ADDRESS
    share = 0 if is_known else settings.ROOM_NIGHTS_SHARE
    if not most and not share:
        return
    if not has_key:
        _wait_for_others_of(caller)
    by_caller, here, rooms = _taken(prop, caller)
    if most and by_caller.nights + wanted > most:
        raise _refusal(
            gettext(
                "You may take %(most)s room-nights in all before anything is paid; %(taken)s are "
                "taken, and %(wanted)s more are asked."
            ),
            by_caller,
            wanted,
            most,
        )
    if share:
        most = max(LEAST_SHARE, rooms * _window(prop) * share // 100)
        if here.nights + wanted > most:
            raise _refusal(
                gettext(
                    "The property gives %(most)s room-nights in all before anything is paid; "
                    "%(taken)s are taken, and %(wanted)s more are asked."
                ),
                here,
                wanted,
                most,
            )


def _wait_for_others_of(caller: str) -> None:
    """Let one transaction of a caller after the other look at what is taken.

    Behind the lock of the property in the order of locks, so that none waits for another in turn.
    """
    with connection.cursor() as cursor:
        cursor.execute(sql.LOCK_CALLER, {"caller": caller})


def _refusal(told: str, taken: Taken, wanted: int, most: int) -> DomainError:
    return DomainError(
        "too_many_holds",
        told % {"most": most, "taken": taken.nights, "wanted": wanted},
        retry_after=taken.retry_after() if wanted <= most else None,
    )


def _window(prop: Property) -> int:
    """For how many days a property is sold to anybody."""
    own = prop.settings.advance_limit_days if prop.settings.advance_limit_on else 0
    limits = [days for days in (own, settings.HOLD_FURTHEST_DAYS) if days]
    return min(limits, default=USUAL_WINDOW)


def _taken(prop: Property, caller: str) -> tuple[Taken, Taken, int]:
    """What a caller has taken anywhere, all strangers at a property, and the property's rooms."""
    now = timezone.now()
    parameters: dict[str, int | str | datetime] = {
        "property_id": prop.pk,
        "caller": caller,
        "now": now,
        "new_since": now - NEW_FOR,
    }
    with connection.cursor() as cursor:
        cursor.execute(sql.ROOM_NIGHTS, parameters)
        own, own_until, here, here_until, rooms = cursor.fetchone()
    return Taken(own, own_until), Taken(here, here_until), rooms


def quote_uses_forget() -> int:
    """Delete the uses of quotes that count no more, and whose text is refused; returns how many."""
    now = timezone.now()
    oldest = now - max(NEW_FOR, 2 * QUOTE_LIFETIME)
    with connection.cursor() as cursor:
        cursor.execute(sql.FORGET_USES, {"now": now, "new_since": oldest})
        return int(cursor.rowcount)
