from __future__ import annotations

import pytest

from bookyflow.properties.models import Property
from tests.conftest import make_hotel


@pytest.fixture
def house(manager) -> Property:
    """A hotel of the manager with three doubles, not published."""
    made = make_hotel(manager, name="Quay House", is_published=False)
    room = made.rooms.first()
    assert room is not None
    room.room_type.property_types.add(made.property_type)
    return made


@pytest.fixture
def here(house) -> str:
    """Where its pages are."""
    return f"/bookyflow/p/{house.pk}/property"
