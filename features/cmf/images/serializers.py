from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from rest_framework import serializers

from bookyflow.api.wire.fields import LARGEST_ID, PlainText, Uid
from bookyflow.api.wire.inputs import In
from bookyflow.core.outgoing import LONGEST_ADDRESS
from bookyflow.pictures.images import urls_of
from bookyflow.pictures.models import LONGEST_NAME, Image, ImageFetch
from bookyflow.pictures.putting import NamedPicture, Pictures, PictureToPut
from bookyflow.pictures.renditions import MOST_PIXELS

# What channels call the kinds of pictures.
RESOURCES = {
    "property": Image.Kind.MAIN,
    "slideshow": Image.Kind.SLIDESHOW,
    "rooms": Image.Kind.ROOM,
    "room_types": Image.Kind.ROOM_TYPE,
    "extras": Image.Kind.EXTRA,
}
_RESOURCE_OF = {kind: name for name, kind in RESOURCES.items()}
_Rows = dict[str, list[dict[str, Any]]]


class ResourceType(serializers.ChoiceField):
    """What a picture shows, which becomes its kind."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(choices=list(RESOURCES), **kwargs)

    def to_internal_value(self, data: Any) -> Image.Kind:
        """The kind."""
        return RESOURCES[super().to_internal_value(data)]


def _resource_id(**kwargs: Any) -> serializers.IntegerField:
    text = "Id of the room, room type or extra; 0 for property and slideshow."
    return serializers.IntegerField(
        source="thing_id", min_value=0, max_value=LARGEST_ID, help_text=text, **kwargs
    )


class ChannelPictureIn(In[PictureToPut]):
    builds = PictureToPut

    property_uid = Uid()
    url = PlainText(
        source="address",
        max_length=LONGEST_ADDRESS,
        required=False,
        allow_blank=True,
        help_text="Where the picture lies: an address of the public internet.",
    )
    file = serializers.FileField(
        required=False,
        help_text="The picture itself, in place of `url`: JPEG, PNG, WebP or GIF, of at most "
        f"{MOST_PIXELS // 1_000_000} million pixels.",
    )
    resource_type = ResourceType(source="kind")
    resource_id = _resource_id(default=0)


class NamedPictureIn(In[NamedPicture]):
    builds = NamedPicture

    file_name = PlainText(source="name", max_length=LONGEST_NAME)
    resource_type = ResourceType(source="kind")
    resource_id = _resource_id()


class ChannelPictureOut(serializers.Serializer[Any]):
    large = serializers.URLField()
    medium = serializers.URLField()
    small = serializers.URLField()
    file_name = serializers.CharField(help_text="The name to delete it by.")


def _by_resource(text: str, **kwargs: Any) -> serializers.DictField:
    return serializers.DictField(child=ChannelPictureOut(many=True), help_text=text, **kwargs)


class ImagesByTypeOut(serializers.Serializer[Any]):
    property = _by_resource("The main picture, under 0.")
    slideshow = _by_resource("Under 0.")
    rooms = _by_resource("By room id.")
    room_types = _by_resource("By room type id.")
    extras = _by_resource("By extra id.")


class ImageFetchOut(serializers.Serializer[Any]):
    resource_type = serializers.CharField()
    resource_id = serializers.IntegerField()
    url = serializers.CharField()
    file_name = serializers.CharField(help_text="The name that the picture will have.")
    state = serializers.ChoiceField(
        choices=ImageFetch.State.choices, help_text="waiting: it is tried again by itself."
    )
    key = serializers.CharField(
        help_text="Why the last try failed, as keys of errors say; empty before the first one."
    )
    detail = serializers.CharField()


class PropertyImagesOut(serializers.Serializer[Any]):
    images = ImagesByTypeOut()
    url = serializers.URLField(help_text="Address of the site.")
    fetches = ImageFetchOut(many=True, help_text="Newest first: what is not there, or not yet.")

    def to_representation(self, found: Pictures) -> dict[str, Any]:
        """The pictures by type and resource."""
        request = self.context["request"]
        return {
            "images": {
                name: by_resource(request, (one for one in found.images if one.kind == kind))
                for name, kind in RESOURCES.items()
            },
            "url": site_address(request),
            "fetches": [_fetch(one) for one in found.fetches],
        }


class ImagesOfTypeOut(serializers.Serializer[Any]):
    resouce_type = serializers.CharField(help_text="Spelt so.")
    images = _by_resource("Those of the type, by resource id.")
    url = serializers.URLField(help_text="Address of the site.")
    fetches = ImageFetchOut(many=True, help_text="Newest first: what is not there, or not yet.")

    def to_representation(self, found: tuple[Image.Kind, Pictures]) -> dict[str, Any]:
        """The pictures of the type by resource."""
        kind, pictures = found
        request = self.context["request"]
        return {
            "resouce_type": _RESOURCE_OF[kind],
            "images": by_resource(request, pictures.images),
            "url": site_address(request),
            "fetches": [_fetch(one) for one in pictures.fetches],
        }


def by_resource(request: Any, images: Iterable[Image]) -> _Rows:
    """Pictures by the id of what they show, with absolute addresses."""
    found: _Rows = {}
    for image in images:
        addresses = {size: request.build_absolute_uri(url) for size, url in urls_of(image).items()}
        row = {**addresses, "file_name": image.file_name()}
        found.setdefault(str(image.thing_id()), []).append(row)
    return found


def site_address(request: Any) -> str:
    """Where this site is, without a slash at the end."""
    return str(request.build_absolute_uri("/")).rstrip("/")


def _fetch(asked: ImageFetch) -> dict[str, Any]:
    return {
        "resource_type": _RESOURCE_OF[Image.Kind(asked.kind)],
        "resource_id": asked.thing_id(),
        "url": asked.address,
        "file_name": asked.file_name(),
        "state": asked.state,
        "key": asked.failure,
        "detail": asked.detail,
    }
