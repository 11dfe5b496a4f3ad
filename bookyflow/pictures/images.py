"""Pictures of properties and rooms."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from typing import IO, Any

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import Max, QuerySet

from bookyflow.core.acting import Actor
from bookyflow.core.errors import DomainError
from bookyflow.events.models import EventKind
from bookyflow.events.services import record
from bookyflow.pictures.models import Image
from bookyflow.pictures.renditions import SIZES, renditions
from bookyflow.properties.locking import property_lock
from bookyflow.properties.models import Property
from bookyflow.properties.services import property_touch
from bookyflow.rooms.models import Room, RoomType
from bookyflow.tariffs.models import Extra

ROOT = "properties"  # the directory of all pictures in the storage

# What a picture shows, where it does not show the property: kind → field of Image.
SHOWS = {
    Image.Kind.ROOM: "room",
    Image.Kind.ROOM_TYPE: "room_type",
    Image.Kind.EXTRA: "extra",
}


@transaction.atomic
def image_add(
    *,
    prop: Property,
    kind: Image.Kind,
    file: IO[bytes],
    by: Actor,
    room: Room | None = None,
    room_type: RoomType | None = None,
    extra: Extra | None = None,
) -> Image:
    """Add a picture at the end of its kind; a new main picture takes the place of the old one.

    A picture of a room, room type or extra needs it, others have none. It is kept in three sizes,
    as JPEG, without the metadata of what was sent. Raises DomainError `room_not_found` for a room
    of another property, `not_found` for another's room type or extra, `payload_too_large`, and
    `image_invalid` for what is no picture or too large a one.
    """
    shown = {"room": room, "room_type": room_type, "extra": extra}
    _check_shown(prop, kind, shown)
    made = renditions(file)  # before the lock: it takes a while
    property_lock(prop.pk)
    of_kind = Image.objects.filter(property=prop, kind=kind, **shown)
    if kind == Image.Kind.MAIN:
        for old in of_kind:
            image_remove(image=old, by=by)
    last = of_kind.aggregate(last=Max("position"))["last"]
    image = Image(
        property=prop,
        kind=kind,
        file=_stored(prop.pk, made),
        position=0 if last is None else last + 1,
        **shown,
    )
    image.save(force_insert=True)
    _record(EventKind.IMAGE_ADDED, image, by)
    return image


@transaction.atomic
def image_reorder(*, prop: Property, image_ids: Sequence[int], by: Actor) -> None:
    """Show pictures of one kind, and of one thing, in this order; one event, unless it is so.

    Raises `image_not_found` for a picture of another property, and `validation_failed` unless all
    pictures of the kind are named, once each.
    """
    property_lock(prop.pk)
    named = Image.objects.filter(property=prop, pk__in=image_ids).first()
    if named is None:
        raise DomainError("image_not_found")
    images = {image.pk: image for image in _alike(named)}
    if sorted(image_ids) != sorted(images):
        raise DomainError(
            "validation_failed", fields={"images": ["Name every picture of one kind, once."]}
        )
    moved = []
    for position, image_id in enumerate(image_ids):
        if images[image_id].position != position:
            images[image_id].position = position
            moved.append(images[image_id])
    if moved:
        Image.objects.bulk_update(moved, ["position"])
        _updated(prop, by)


@transaction.atomic
def image_make_main(*, image: Image, by: Actor) -> None:
    """Make a picture of the slide show the main one; the one before it ends the slide show.

    One event, unless it is so. Raises `image_not_found` for a picture of something else.
    """
    image = _locked(image)
    if image.kind == Image.Kind.MAIN:
        return
    if image.kind != Image.Kind.SLIDESHOW:
        raise DomainError("image_not_found")
    last = _alike(image).aggregate(last=Max("position"))["last"]
    Image.objects.filter(property=image.property_id, kind=Image.Kind.MAIN).update(
        kind=Image.Kind.SLIDESHOW, position=last + 1
    )
    image.kind, image.position = Image.Kind.MAIN, 0
    image.save(update_fields=["kind", "position"])
    _updated(image.property, by)


@transaction.atomic
def image_remove(*, image: Image, by: Actor) -> None:
    """Remove a picture; its files go once the change is certain.

    Raises `image_not_found` for one that somebody has removed meanwhile.
    """
    image = _locked(image)
    _record(EventKind.IMAGE_DELETED, image, by)
    names = list(names_of(image).values())
    image.delete()
    transaction.on_commit(partial(files_delete, names))


def image_of(*, property_id: int, image_id: int) -> Image:
    """A picture of a property. Raises `image_not_found`."""
    found = Image.objects.filter(property=property_id, pk=image_id).first()
    if found is None:
        raise DomainError("image_not_found")
    return found


def images_of(*, property_id: int, kind: Image.Kind) -> QuerySet[Image]:
    """The pictures of one kind in their order; those of deleted rooms and extras are left out."""
    return Image.objects.filter(
        property=property_id, kind=kind, room__deleted_at=None, extra__deleted_at=None
    )


def names_of(image: Image) -> dict[str, str]:
    """The files of a picture by size: large, medium, small."""
    return _beside(str(image.file.name))


def urls_of(image: Image) -> dict[str, str]:
    """Where the files of a picture are, by size; without a host unless the storage names one."""
    return {size: default_storage.url(name) for size, name in names_of(image).items()}


def _locked(image: Image) -> Image:
    """The picture as it is now, under the lock of its property."""
    property_lock(image.property_id)
    return image_of(property_id=image.property_id, image_id=image.pk)


def url_of(file: str, size: str) -> str:
    """Where a picture is in one size, by the stored name of its large file."""
    return default_storage.url(_beside(file)[size])


def _beside(file: str) -> dict[str, str]:
    directory = file.rpartition("/")[0]
    return {size: f"{directory}/{size}.jpg" for size in SIZES}


def _check_shown(prop: Property, kind: Image.Kind, shown: Mapping[str, Any]) -> None:
    given = [name for name, thing in shown.items() if thing is not None]
    if given != ([SHOWS[kind]] if kind in SHOWS else []):
        raise ValueError("a picture of a room, room type or extra needs it, others have none")
    for name in given:
        # A room type of nobody is every property's; its picture is this property's own.
        if shown[name].property_id not in {prop.pk, None}:
            raise DomainError("room_not_found" if name == "room" else "not_found")


def _alike(image: Image) -> QuerySet[Image]:
    """The pictures of the same kind and thing, this one too."""
    return Image.objects.filter(
        property=image.property_id,
        kind=image.kind,
        room=image.room_id,
        room_type=image.room_type_id,
        extra=image.extra_id,
    )


def _stored(property_id: int, made: dict[str, bytes]) -> str:
    """Write the files under a name that nobody can guess; returns that of the large one."""
    directory = f"{ROOT}/{property_id}/{secrets.token_hex(12)}"
    written = []
    try:
        for size, content in made.items():
            written.append(default_storage.save(f"{directory}/{size}.jpg", ContentFile(content)))
    except OSError:
        files_delete(written)
        raise
    return f"{directory}/large.jpg"


def files_delete(names: Iterable[str]) -> None:
    """Remove files from the storage; those that are not there are no problem."""
    for name in names:
        default_storage.delete(name)


def _updated(prop: Property, by: Actor) -> None:
    property_touch([prop.pk])
    subject = ("property", prop.pk)
    record(
        EventKind.PROPERTY_UPDATED, by=by, property_id=prop.pk, subject=subject, names=["images"]
    )


def _record(kind: EventKind, image: Image, by: Actor) -> None:
    property_touch([image.property_id])
    record(
        kind,
        by=by,
        property_id=image.property_id,
        subject=("property", image.property_id),
        image_id=image.pk,
        resource_type=image.kind,
        room_uid=image.room_id,
        **{"room_type_id": image.room_type_id} if image.room_type_id else {},
        **{"extra_uid": image.extra_id} if image.extra_id else {},
    )
