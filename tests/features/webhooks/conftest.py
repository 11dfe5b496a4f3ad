from __future__ import annotations

import pytest
from django.db.models import F, Max

from bookyflow.core.acting import Actor
from bookyflow.events.models import Event, EventKind, LastPosition
from bookyflow.events.services import record


def numbered():
    """Give positions, which needs a transaction of its own otherwise, to all that has none."""
    Event.objects.filter(position=None).update(position=F("id"))
    highest = Event.objects.aggregate(found=Max("position"))["found"]
    LastPosition.objects.update_or_create(pk=1, defaults={"position": highest})


@pytest.fixture
def happens(hotel, manager):
    """Have something happen at the hotel, or at another property; the id of the event."""

    def happen(kind=EventKind.PROPERTY_UPDATED, *, subject=None, property_id=None, **data):
        where = property_id or hotel.pk
        by = Actor(user_id=manager.pk)
        about = subject or ("property", where)
        found = record(kind, by=by, property_id=where, subject=about, **data)
        numbered()
        return found

    return happen


@pytest.fixture
def follower(client_for):
    """A client that may follow events."""
    return client_for("webhooks_get")
