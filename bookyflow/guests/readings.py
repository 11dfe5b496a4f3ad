"""Who was shown the personal data of which guest, and when."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from django.db.models import QuerySet
from django.utils import timezone

from bookyflow.core.database import connection
from bookyflow.guests import sql
from bookyflow.guests.models import GuestReading

KEPT = timedelta(days=365)
LONGEST_PATH = 200


def guest_readings_note(
    *, property_id: int, guest_ids: Iterable[int], user_id: int, path: str
) -> None:
    """Note that an account was shown who these guests of a property are, on the page at `path`.

    Guests of other properties are left out. One statement, however many guests.
    """
    values: dict[str, str | int | date | list[int]] = {
        "property_id": property_id,
        "guest_ids": sorted(set(guest_ids)),
        "user_id": user_id,
        "path": path[:LONGEST_PATH],
        "day": timezone.now().date(),  # of UTC: the log is of the site, not of a property
    }
    with connection.cursor() as cursor:
        cursor.execute(sql.NOTE_READINGS, values)


def guest_reading_list(
    *,
    property_id: int,
    username: str = "",
    guest_id: int | None = None,
    first: date | None = None,
    last: date | None = None,
) -> QuerySet[GuestReading]:
    """Who has read of which guest of a property, the latest first, with account and guest.

    Of one account, of one guest, of the days from `first` to `last` (UTC) where these are given.
    """
    found = GuestReading.objects.filter(property=property_id).select_related("user", "guest")
    if username:
        found = found.filter(user__username__iexact=username)
    if guest_id is not None:
        found = found.filter(guest=guest_id)
    if first is not None:
        found = found.filter(day__gte=first)
    if last is not None:
        found = found.filter(day__lte=last)
    return found.order_by("-last_at", "-pk")


def guest_readings_clear() -> int:
    """Delete what is older than it is kept; returns how many."""
    deleted, _ = GuestReading.objects.filter(day__lt=timezone.now().date() - KEPT).delete()
    return deleted
