"""Pictures as others keep them: by what they show and by a name, from an address or a file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.core.files import File
from django.db import transaction

from bookyflow.core.acting import Actor
from bookyflow.core.errors import DomainError
from bookyflow.pictures.fetching import image_fetch_request
from bookyflow.pictures.images import image_add, image_remove, shown_by
from bookyflow.pictures.models import Image, ImageFetch, name_of
from bookyflow.properties.locking import property_lock
from bookyflow.properties.models import Property

MOST_SHOWN = 200  # of the pictures that are not there


@dataclass(frozen=True)
class PictureToPut:
    """A picture at an address or in a file; `thing_id` is what it shows, 0 for the property.

    Raises DomainError `validation_failed` unless there is one of both.
    """

    kind: Image.Kind
    thing_id: int = 0
    address: str = ""
    file: File[bytes] | None = None

    def __post_init__(self) -> None:
        """Refuse neither and both."""
        if bool(self.address) == (self.file is not None):
            problem = "Either an address or a file is needed."
            raise DomainError("validation_failed", fields={"address": [problem]})


@dataclass(frozen=True)
class NamedPicture:
    """Which picture is meant: of the ones of a kind and thing the one of that file name."""

    kind: Image.Kind
    name: str
    thing_id: int = 0


@dataclass(frozen=True)
class Pictures:
    """Pictures in their order, and those that wait to be fetched or could not be."""

    images: Sequence[Image]
    fetches: Sequence[ImageFetch]


@transaction.atomic
def picture_put(*, property_id: int, picture: PictureToPut, by: Actor) -> None:
    """Add a picture, at once from a file, by a job from an address.

    One of the same name takes the place of the old one. Raises `property_not_found`, and as
    `image_add` and `image_fetch_request`.
    """
    kind, thing_id = picture.kind, picture.thing_id
    if picture.file is None:
        image_fetch_request(
            property_id=property_id, kind=kind, thing_id=thing_id, address=picture.address, by=by
        )
        return
    prop = Property.objects.filter(pk=property_id, deleted_at=None).first()
    if prop is None:
        raise DomainError("property_not_found")
    image_add(
        prop=prop,
        kind=kind,
        file=picture.file,
        by=by,
        name=name_of(picture.file.name or ""),
        **shown_by(property_id=property_id, kind=kind, thing_id=thing_id),
    )


@transaction.atomic
def picture_remove(*, property_id: int, picture: NamedPicture, by: Actor) -> None:
    """Remove a picture by its name, or forget one that is still to be fetched under it.

    Raises `property_not_found`, `image_not_found`.
    """
    property_lock(property_id)
    here = {"property": property_id, "kind": picture.kind}
    of_name = {
        image.file_name(): image
        for image in Image.objects.filter(**here)
        if image.thing_id() == picture.thing_id
    }
    forgotten = [
        asked.pk
        for asked in ImageFetch.objects.filter(**here)
        if asked.thing_id() == picture.thing_id and asked.file_name() == picture.name
    ]
    ImageFetch.objects.filter(pk__in=forgotten).delete()
    if picture.name in of_name:
        image_remove(image=of_name[picture.name], by=by)
    elif not forgotten:
        raise DomainError("image_not_found")


def pictures_of(*, property_id: int, kind: Image.Kind | None = None) -> Pictures:
    """The pictures of a property, or those of a kind; two queries.

    Those of deleted rooms and extras are left out. Of what is not there the newest are shown.
    """
    here = {"property": property_id} | ({"kind": kind} if kind else {})
    alive = {"room__deleted_at": None, "extra__deleted_at": None}
    fetches = ImageFetch.objects.filter(**here, **alive).order_by("-pk")[:MOST_SHOWN]
    return Pictures(list(Image.objects.filter(**here, **alive)), list(fetches))
