"""The counts of taken nights are those of the stays, whatever becomes of them."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from importlib import import_module
from random import Random

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils import timezone

from bookyflow.auditing.selectors import audit
from bookyflow.availability.models import NightCount, Occupancy
from bookyflow.core.dates import days
from bookyflow.reservations.blocks import block_create
from bookyflow.rooms.models import RoomType
from tests.conftest import make_hotel
from tests.domain.conftest import book, stay

pytestmark = pytest.mark.django_db


def kept() -> Counter:
    rows = NightCount.objects.values_list(
        "property_id", "date", "room_type_id", "sold_as_id", "kind", "taken"
    )
    return +Counter({tuple(key): taken for *key, taken in rows})


def counted() -> Counter:
    """What is to be kept, stay by stay."""
    return Counter(
        (one.property_id, night, one.room.room_type_id, one.room_type_id, one.kind)
        for one in Occupancy.objects.filter(expires_at=None).select_related("room")
        for night in days(one.nights.lower, one.nights.upper)
    )


def move(one: Occupancy, chance: Random, blocks) -> None:
    """Something that can become of a stay."""
    what = chance.randrange(6)
    nights = DateRange(one.nights.lower, one.nights.lower + timedelta(chance.choice([1, 2, 5])))
    if what == 0:
        one.delete()
    elif what == 1:
        Occupancy.objects.filter(pk=one.pk).update(nights=nights)
    elif what == 2:
        hold = {"kind": "hold", "booking": None, "expires_at": timezone.now() + timedelta(hours=1)}
        Occupancy.objects.filter(pk=one.pk).update(**hold)
    elif what == 3:
        kept_for_good = {"kind": "block", "booking": blocks[one.property_id], "expires_at": None}
        Occupancy.objects.filter(pk=one.pk).update(**kept_for_good)
    elif what == 4:
        one.room.room_type = chance.choice(RoomType.objects.order_by("pk")[:3])
        one.room.save(update_fields=["room_type"])
    else:
        Occupancy.objects.filter(property=one.property_id).update(pinned=True)


def test_whatever_becomes_of_stays_their_nights_are_counted(manager, by):
    chance = Random(17)
    hotels = [make_hotel(manager, name=name) for name in ("One", "Two")]
    blocks = {}
    for hotel in hotels:
        for room, (start, nights) in zip(hotel.rooms.all(), ((1, 3), (2, 2), (3, 4)), strict=True):
            blocks[hotel.pk] = block_create(
                property_id=hotel.pk, stay=stay(start, nights), room_ids=[room.pk], by=by
            )
        book(hotel, stay(20, 3))
    assert kept() == counted()
    assert len(kept()) > 8

    seen = set()
    for _ in range(80):
        stays = list(Occupancy.objects.order_by("pk").select_related("room"))
        if not stays:
            break
        one = chance.choice(stays)
        try:
            with transaction.atomic():
                move(one, chance, blocks)
        except IntegrityError:  # somebody has the night
            continue
        assert kept() == counted()
        seen.add(frozenset(kept().items()))
    assert len(seen) > 10


def test_many_stays_at_once_are_counted(hotel, by):
    rooms = list(hotel.rooms.all())
    block = block_create(
        property_id=hotel.pk, stay=stay(1, 2), room_ids=[one.pk for one in rooms], by=by
    )
    (count,) = set(NightCount.objects.values_list("taken", flat=True))
    assert count == len(rooms)

    Occupancy.objects.bulk_create(
        Occupancy(
            property=hotel,
            room=room,
            room_type_id=room.room_type_id,
            nights=DateRange(block.arrival + timedelta(first), block.arrival + timedelta(end)),
            kind="block",
            booking=block,
        )
        for room in rooms
        for first, end in ((10, 12), (12, 13))
    )
    assert kept() == counted()
    Occupancy.objects.all().delete()
    assert not kept()


def test_a_count_is_never_less_than_nothing(hotel, by):
    block_create(property_id=hotel.pk, stay=stay(1, 2), room_ids=[hotel.rooms.first().pk], by=by)
    NightCount.objects.update(taken=0)

    with pytest.raises(IntegrityError, match="night_count_not_negative"), transaction.atomic():
        Occupancy.objects.all().delete()


def test_what_was_there_before_is_counted_by_the_migration(hotel, by):
    rooms = [one.pk for one in hotel.rooms.all()]
    block_create(property_id=hotel.pk, stay=stay(1, 3), room_ids=rooms, by=by)
    book(hotel, stay(8, 2))
    right = kept()
    NightCount.objects.all().delete()
    NightCount.objects.create(
        property_id=hotel.pk,
        date=stay(30, 1).arrival,
        room_type_id=1,
        sold_as_id=1,
        kind="block",
        taken=9,
    )

    with connection.schema_editor() as editor:
        import_module("bookyflow.availability.migrations.0006_count_nights").count(apps, editor)

    assert kept() == right


@pytest.mark.django_db(transaction=True)
def test_the_audit_tells_of_a_wrong_count(hotel, by):
    block_create(property_id=hotel.pk, stay=stay(1, 2), room_ids=[hotel.rooms.first().pk], by=by)

    def broken():
        return {one.claim: one.broken for one in audit() if one.broken}

    assert broken() == {}
    NightCount.objects.update(taken=2)
    assert broken() == {"the counts of taken nights are those of the stays": 2}
