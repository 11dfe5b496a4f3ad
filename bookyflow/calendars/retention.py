"""What is kept of calendars for a while only."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from bookyflow.calendars.models import CalendarConflict, FeedEntry

KEPT = timedelta(days=90)


def calendars_clear() -> int:
    """Delete entries of feeds whose nights are long over, and conflicts that ended long ago.

    Returns how many. Days are those of UTC: there are months between.
    """
    since = timezone.now() - KEPT
    entries, _ = FeedEntry.objects.filter(end__lt=since.date()).delete()
    conflicts, _ = CalendarConflict.objects.filter(ended_at__lt=since).delete()
    return entries + conflicts
