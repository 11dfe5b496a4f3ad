"""Pictures of properties and rooms."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from functools import partial
from typing import IO, TYPE_CHECKING

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import Max, QuerySet

from bookyflow.core.acting import Actor
from bookyflow.core.errors import DomainError
from bookyflow.events.models import EventKind
from bookyflow.events.services import record
from bookyflow.properties.models import Image, Property
from bookyflow.properties.renditions import SIZES, renditions
from bookyflow.properties.services import property_lock, property_touch

if TYPE_CHECKING:
    from bookyflow.rooms.models import Room


@transaction.atomic
def image_add(
    *, prop: Property, kind: Image.Kind, file: IO[bytes], by: Actor, room: Room | None = None
) -> Image:
    """Add a picture at the end of its kind; a new main picture takes the place of the old one.

    A picture of a room needs `room`, others have none. It is kept in three sizes, as JPEG, without
    the metadata of what was sent. Raises DomainError `room_not_found` for a room of another
    property, `payload_too_large`, and `image_invalid` for what is no picture or too large a one.
    """
    if (kind == Image.Kind.ROOM) != (room is not None):
        raise ValueError("a picture of a room needs the room, and others have none")
    if room is not None and room.property_id != prop.pk:
        raise DomainError("room_not_found")
    made = renditions(file)  # before the lock: it takes a while
    property_lock(prop.pk)
    of_kind = Image.objects.filter(property=prop, kind=kind, room=room)
    if kind == Image.Kind.MAIN:
        for old in of_kind:
            image_remove(image=old, by=by)
    last = of_kind.aggregate(last=Max("position"))["last"]
    image = Image(
        property=prop,
        kind=kind,
        room=room,
        file=_stored(prop.pk, made),
        position=0 if last is None else last + 1,
    )
    image.save(force_insert=True)
    _record(EventKind.IMAGE_ADDED, image, by)
    return image


@transaction.atomic
def image_remove(*, image: Image, by: Actor) -> None:
    """Remove a picture; its files go once the change is certain."""
    property_lock(image.property_id)
    _record(EventKind.IMAGE_DELETED, image, by)
    names = list(names_of(image).values())
    image.delete()
    transaction.on_commit(partial(_delete_files, names))


def images_of(*, property_id: int, kind: Image.Kind) -> QuerySet[Image]:
    """The pictures of one kind in their order."""
    return Image.objects.filter(property=property_id, kind=kind)


def names_of(image: Image) -> dict[str, str]:
    """The files of a picture by size: large, medium, small."""
    directory = str(image.file.name).rpartition("/")[0]
    return {size: f"{directory}/{size}.jpg" for size in SIZES}


def urls_of(image: Image) -> dict[str, str]:
    """Where the files of a picture are, by size; without a host unless the storage names one."""
    return {size: default_storage.url(name) for size, name in names_of(image).items()}


def _stored(property_id: int, made: dict[str, bytes]) -> str:
    """Write the files under a name that nobody can guess; returns that of the large one."""
    directory = f"properties/{property_id}/{secrets.token_hex(12)}"
    written = []
    try:
        for size, content in made.items():
            written.append(default_storage.save(f"{directory}/{size}.jpg", ContentFile(content)))
    except OSError:
        _delete_files(written)
        raise
    return f"{directory}/large.jpg"


def _delete_files(names: Iterable[str]) -> None:
    for name in names:
        default_storage.delete(name)


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
    )
