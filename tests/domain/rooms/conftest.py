from __future__ import annotations

import pytest

from bookyflow.events.models import Event
from bookyflow.properties.models import PropertyType
from bookyflow.rooms.models import Room, RoomType
from tests.conftest import make_hotel


@pytest.fixture
def double():
    return RoomType.objects.get(name="Double", property=None)


@pytest.fixture
def twin():
    return RoomType.objects.get(name="Twin", property=None)


@pytest.fixture
def villa(manager):
    """A property that is let as a whole, with its one room."""
    prop = make_hotel(
        manager, name="Villa Rosa", property_type=PropertyType.objects.get(name="Villa")
    )
    Room.objects.filter(property=prop).exclude(number="1").delete()
    Room.objects.filter(property=prop).update(room_type=RoomType.objects.get(name="2 bedrooms"))
    return prop


def kinds() -> list[tuple[str, str, int]]:
    """The events so far: kind and subject."""
    found = Event.objects.order_by("xid", "pk")
    return list(found.values_list("kind", "subject_kind", "subject_id"))
