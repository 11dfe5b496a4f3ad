from __future__ import annotations

from rest_framework.request import Request
from rest_framework.response import Response

from bookyflow.api.views import FeatureViewSet
from bookyflow.pictures.putting import picture_put, picture_remove, pictures_of
from bookyflow.pictures.renditions import LARGEST_FILE
from features.cmf.contract import cmf
from features.cmf.images.serializers import (
    ChannelPictureIn,
    ImagesOfTypeOut,
    NamedPictureIn,
    PropertyImagesOut,
)


class Images(FeatureViewSet):
    """The pictures of a property and of what it has."""

    @cmf(returns=PropertyImagesOut(), replica=True)
    def property_images(self, request: Request, property_uid: int) -> Response:
        """List the pictures of a property by what they show, and those that are still fetched.

        A picture that could not be fetched stays among `fetches` for two weeks, with the reason.
        """
        return self.reply(pictures_of(property_id=property_uid))

    @cmf(
        body=ChannelPictureIn,
        prop="body",
        versioned="property",
        body_limit=LARGEST_FILE + 64 * 1024,
        returns=ImagesOfTypeOut(),
        raises=(
            "address_not_allowed",
            "image_invalid",
            "not_found",
            "room_not_found",
            "too_many_images",
        ),
    )
    def put_property_image(self, request: Request) -> Response:
        """Add a picture, from an address or as a file, in three sizes.

        One at an address (`url`; forms and JSON are understood as well) is fetched soon after, in
        the order of the calls: until then it is among `fetches`, whose `state` and `key` tell what
        became of it. The address must answer itself, without a redirect, within half a minute; one
        that is not there just now is tried again three times. A file is there at once.

        The last part of the address, or the name of the file, is the picture's name; another
        picture of the same name, type and resource takes its place, as a new main picture does
        under any name. Answers all pictures of the type.
        """
        picture = self.input(ChannelPictureIn)
        picture_put(property_id=self.property_uid, picture=picture, by=self.actor)
        kind = picture.kind
        return self.reply((kind, pictures_of(property_id=self.property_uid, kind=kind)))

    @cmf(
        segments=NamedPictureIn,
        versioned="property",
        returns=ImagesOfTypeOut(),
        raises=("image_not_found",),
    )
    def delete_property_image(
        self,
        request: Request,
        property_uid: int,
        file_name: str,
        resource_type: str,
        resource_id: int,
    ) -> Response:
        """Delete a picture in all sizes, by its `file_name`, or take back the wish to fetch it.

        Answers the pictures of the type that there still are.
        """
        picture = self.input(NamedPictureIn)
        picture_remove(property_id=property_uid, picture=picture, by=self.actor)
        kind = picture.kind
        return self.reply((kind, pictures_of(property_id=property_uid, kind=kind)))
