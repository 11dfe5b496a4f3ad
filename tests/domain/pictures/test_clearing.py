"""Pictures go with what they show, and no file stays without its picture."""

from __future__ import annotations

import os
import time

import pytest
from django.core.files.storage import default_storage
from django.db import transaction

from bookyflow.core.acting import SYSTEM
from bookyflow.pictures.clearing import files_clear, pictures_clear
from bookyflow.pictures.images import image_add, images_of, names_of
from bookyflow.pictures.models import Image
from bookyflow.pictures.tasks import pictures_check
from bookyflow.properties.models import Property
from bookyflow.property_lifecycle.rooms import room_delete
from bookyflow.rooms.room_types import room_type_delete, room_type_save
from bookyflow.tariffs.extras import extra_delete
from bookyflow.tariffs.models import Extra
from tests.conftest import make_hotel
from tests.domain.properties.conftest import kinds
from tests.pictures import picture

pytestmark = pytest.mark.django_db


@pytest.fixture
def add(hotel, by):
    def do(kind=Image.Kind.SLIDESHOW, prop=hotel, **shown):
        return image_add(prop=prop, kind=kind, file=picture(), by=by, **shown)

    return do


def is_stored(image) -> bool:
    return any(default_storage.exists(name) for name in names_of(image).values())


def days_pass(media, days: int = 2) -> None:
    """The files are as old as if they had been written before."""
    then = time.time() - days * 86_400
    for file in media.rglob("*.jpg"):
        os.utime(file, (then, then))


def test_pictures_of_deleted_rooms_and_extras_go(
    hotel, by, add, django_capture_on_commit_callbacks
):
    room, other = hotel.rooms.all()[:2]
    extra = Extra.objects.create(property=hotel, name="Boat", price=10)
    gone = [add(Image.Kind.ROOM, room=room), add(Image.Kind.EXTRA, extra=extra)]
    kept = [add(Image.Kind.ROOM, room=other), add()]
    room_delete(property_id=hotel.pk, room_id=room.pk, by=by)
    extra_delete(property_id=hotel.pk, extra_id=extra.pk, by=by)
    assert not images_of(property_id=hotel.pk, kind=Image.Kind.EXTRA).exists()
    before = kinds()

    with django_capture_on_commit_callbacks(execute=True):
        assert (pictures_clear(), pictures_clear()) == (2, 0)

    assert kinds() == [*before, "image_deleted", "image_deleted"]
    assert sorted(Image.objects.values_list("pk", flat=True)) == [image.pk for image in kept]
    assert [is_stored(image) for image in (*gone, *kept)] == [False, False, True, True]


def test_nothing_stays_of_a_deleted_property(hotel, add, media, manager):
    image = add()
    other = add(prop=make_hotel(manager, name="Other"))
    Property.objects.filter(pk=hotel.pk).update(deleted_at="2027-01-01T00:00Z")
    days_pass(media)

    pictures_check(0)

    assert list(Image.objects.all()) == [other]
    assert (is_stored(image), is_stored(other)) == (False, True)


def test_files_without_a_picture_go_after_a_day(hotel, by, add, media):
    own = room_type_save(property_id=hotel.pk, by=SYSTEM, name="Tree house")
    cascaded = add(Image.Kind.ROOM_TYPE, room_type=own)
    room_type_delete(property_id=hotel.pk, room_type_id=own.pk, by=by)
    with transaction.atomic():
        undone = add()
        transaction.set_rollback(True)
    kept = add()
    assert files_clear() == 0
    days_pass(media)

    assert (files_clear(), files_clear()) == (6, 0)

    assert [is_stored(image) for image in (cascaded, undone, kept)] == [False, False, True]


def test_a_storage_without_pictures_has_nothing_to_clear():
    assert (pictures_clear(), files_clear()) == (0, 0)
