"""The events that somebody may follow, from before any webhook existed."""

from __future__ import annotations

from django.utils import timezone

from bookyflow.events.selectors import KEPT, Followed, follow
from bookyflow.properties.selectors import Reach, reachable


def events_after(*, reach: Reach, after: str, limit: int) -> Followed:
    """The events of all properties within reach, as `events.selectors.follow`.

    A deleted property is among them for as long as its events are kept, so that its end is told.
    """
    properties = reachable(reach, deleted_since=timezone.now() - KEPT)
    ids = properties.values_list("pk", flat=True)
    return follow(property_ids=ids, after=after, limit=limit)
