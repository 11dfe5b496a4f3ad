"""Pictures of properties and rooms."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from typing import IO, Any

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import Max, Q, QuerySet

from bookyflow.core.acting import Actor
from bookyflow.core.changes import fields_set
from bookyflow.core.errors import DomainError
from bookyflow.events.models import EventKind
from bookyflow.events.services import record
from bookyflow.pictures.models import Image, ImageFetch
from bookyflow.pictures.renditions import SIZES, renditions
from bookyflow.properties.locking import property_lock
from bookyflow.properties.models import Property
from bookyflow.properties.services import property_touch
from bookyflow.rooms.models import Room, RoomType
from bookyflow.tariffs.models import Extra

ROOT = "properties"  # the directory of all pictures in the storage
MOST = 1000  # pictures of a property

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
    name: str = "",
    position: int | None = None,
) -> Image:
    """Add a picture at the end of its kind; a new main picture takes the place of the old one.

    So does another one of the same `name`. A `position` was kept for it with `place_at_end`.
    A picture of a room, room type or extra needs it, others have none. It is kept in three sizes,
    as JPEG, without the metadata of what was sent. Raises DomainError `room_not_found` for a room
    of another property, `not_found` for another's room type or extra, `payload_too_large`,
    `image_invalid` for what is no picture or too large a one, and `too_many_images`.
    """
    shown = {"room": room, "room_type": room_type, "extra": extra}
    _check_shown(prop, kind, shown)
    made = renditions(file)  # before the lock: it takes a while
    property_lock(prop.pk)
    of_kind = Image.objects.filter(property=prop, kind=kind, **shown)
    replaced = of_kind if kind == Image.Kind.MAIN else of_kind.filter(name=name).exclude(name="")
    if position is None:
        position = place_at_end(property_id=prop.pk, kind=kind, **shown)
    for old in list(replaced):
        position = old.position
        image_remove(image=old, by=by)
    if Image.objects.filter(property=prop).count() >= MOST:
        raise DomainError("too_many_images", f"A property has at most {MOST} pictures.")
    image = Image(
        property=prop,
        kind=kind,
        file=_stored(prop.pk, made),
        position=position,
        name=name,
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
def image_describe(*, image: Image, alt_text: str, by: Actor) -> None:
    """Say in words what a picture shows; one event, unless it was said before.

    Raises `image_not_found` for one that is gone, ValidationError for a text that is too long.
    """
    image = _locked(image)
    if fields_set(image, {"alt_text": alt_text}):
        image.save(update_fields=["alt_text"])
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


def place_at_end(*, property_id: int, kind: Image.Kind, **shown: Any) -> int:
    """The position behind all pictures of a kind and thing, also those that are still fetched."""
    lasts = [
        model.objects.filter(property=property_id, kind=kind, **shown).aggregate(
            last=Max("position")
        )["last"]
        for model in (Image, ImageFetch)
    ]
    return max((last for last in lasts if last is not None), default=-1) + 1


def shown_by(*, property_id: int, kind: Image.Kind, thing_id: int) -> dict[str, Any]:
    """What a picture of a kind shows, by its field of Image; none of the fields for a property.

    Raises DomainError `room_not_found` or `not_found` for what the property does not have, and
    `validation_failed` for a `thing_id` other than 0 where it shows the property.
    """
    if kind not in SHOWS:
        if thing_id:
            raise DomainError("validation_failed", fields={"thing_id": ["Only 0 here."]})
        return {}
    found: Any = None
    match kind:
        case Image.Kind.ROOM:
            found = Room.objects.filter(property=property_id)
        case Image.Kind.ROOM_TYPE:
            found = RoomType.objects.filter(Q(property=property_id) | Q(property=None))
        case _:
            found = Extra.objects.filter(property=property_id, deleted_at=None)
    thing = found.filter(pk=thing_id).first()
    if thing is None:
        raise DomainError("room_not_found" if kind == Image.Kind.ROOM else "not_found")
    return {SHOWS[kind]: thing}


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
