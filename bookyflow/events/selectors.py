from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from bookyflow.events.models import Event

RECENT = timedelta(days=14)


def recent_count(*, property_id: int) -> int:
    """How many events of the last two weeks a property has."""
    return Event.objects.filter(property_id=property_id, at__gte=timezone.now() - RECENT).count()
