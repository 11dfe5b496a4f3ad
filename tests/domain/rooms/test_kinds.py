"""How many rooms are alike is kept in step with the rooms, whatever becomes of them."""

from __future__ import annotations

from collections import Counter
from importlib import import_module
from operator import attrgetter
from random import Random

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from bookyflow.auditing.selectors import audit
from bookyflow.rooms.models import Room, RoomKind, RoomType
from tests.conftest import make_hotel

pytestmark = pytest.mark.django_db

KIND = (
    "property_id",
    "room_type_id",
    "max_adults",
    "max_children",
    "max_occupancy",
    "surcharge",
    "single_supplement",
)


def kept() -> Counter:
    rows = RoomKind.objects.values_list(*KIND, "rooms")
    return Counter({tuple(key): rooms for *key, rooms in rows})


def counted() -> Counter:
    """What is to be kept, room by room."""
    return Counter(map(attrgetter(*KIND), Room.objects.all()))


def move(chance: Random, hotels) -> None:
    """Something that can become of rooms."""
    rooms = list(Room.every.order_by("pk"))
    one, some = chance.choice(rooms), chance.sample(rooms, 2)
    what = chance.randrange(7)
    if what == 0:
        one.deleted_at = None if one.deleted_at else timezone.now()
        one.save()
    elif what == 1:
        Room.every.filter(pk=one.pk).update(surcharge=chance.choice([0, 5]))
    elif what == 2:
        for each in some:
            each.max_children = chance.choice([0, 1])
            each.room_type = chance.choice(RoomType.objects.order_by("pk")[:2])
        Room.every.bulk_update(some, ["max_children", "room_type"])
    elif what == 3:
        Room.every.filter(pk=one.pk)._raw_delete("default")
    elif what == 4:
        Room.every.filter(pk=one.pk).update(property=chance.choice(hotels), number=f"m{one.pk}")
    elif what == 5:
        Room.every.update(tagline="By the sea")
    else:
        Room.objects.bulk_create(
            Room(
                property=chance.choice(hotels),
                room_type_id=one.room_type_id,
                number=f"{one.number}{letter}",
            )
            for letter in "abc"
        )


def test_whatever_becomes_of_rooms_their_kinds_are_counted(manager):
    chance = Random(5)
    hotels = [make_hotel(manager, name=name) for name in ("One", "Two")]
    assert kept() == counted()
    assert sum(kept().values()) == Room.objects.count() > 4

    seen = set()
    for _ in range(80):
        try:
            with transaction.atomic():
                move(chance, hotels)
        except IntegrityError:  # the number is another room's
            continue
        assert kept() == counted()
        assert 0 not in kept().values()
        seen.add(frozenset(kept().items()))
    assert len(seen) > 20


def test_there_are_never_less_than_none(hotel):
    RoomKind.objects.update(rooms=0)

    with pytest.raises(IntegrityError, match="room_kind_not_negative"), transaction.atomic():
        hotel.rooms.update(deleted_at=timezone.now())


def test_what_was_there_before_is_counted_by_the_migration(hotel):
    right = kept()
    RoomKind.objects.update(rooms=70)

    with connection.schema_editor() as editor:
        import_module("bookyflow.rooms.migrations.0005_count_kinds").count(apps, editor)

    assert kept() == right


@pytest.mark.django_db(transaction=True)
def test_the_audit_tells_of_a_wrong_count(hotel):
    def broken():
        return {one.claim: one.broken for one in audit() if one.broken}

    assert broken() == {}
    RoomKind.objects.update(rooms=7)
    kinds = RoomKind.objects.count()
    assert broken() == {"the counts of rooms that are alike are those of the rooms": kinds}
