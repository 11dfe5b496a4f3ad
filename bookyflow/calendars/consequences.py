"""What has become free here, and is still busy elsewhere, is taken before anybody can book it."""

from __future__ import annotations

from django.utils import timezone

from bookyflow.calendars.taking import open_sources, stays_settle
from bookyflow.events.models import EventKind
from bookyflow.events.services import EventDraft
from bookyflow.properties.locking import property_lock

# Not that a booking was made, which would cost each one a statement: where it was held before, the
# next reading finds the conflict.
FREEING = (
    EventKind.BOOKING_CANCELLED,
    EventKind.BOOKING_HOLD_RELEASED,
    EventKind.BOOKING_MARKED_NOSHOW,
    EventKind.BOOKING_MODIFIED,
    EventKind.BLACKBOOKING_DELETED,
    EventKind.GUEST_CHECKED_OUT,
    EventKind.ROOM_MOVED,
)


def nights_freed(draft: EventDraft) -> None:
    """Look at the calendars of the property that still want nights, in the same transaction."""
    if draft.property_id is None or not (sources := open_sources(draft.property_id)):
        return
    prop, now = property_lock(draft.property_id), timezone.now()
    for source in sources:
        stays_settle(prop=prop, source=source, now=now, today=prop.settings.today())
