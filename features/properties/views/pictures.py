from __future__ import annotations

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from bookyflow.api.views import FeatureViewSet
from bookyflow.pictures.images import images_of
from bookyflow.pictures.models import Image
from features.properties.contract import images
from features.properties.serializers.pictures import PictureOut


class Pictures(FeatureViewSet):
    """Pictures of a property, each in three sizes."""

    @images(returns=PictureOut(allow_null=True), replica=True)
    def get_main_image(self, request: Request, property_uid: int) -> Response:
        """Find the main picture of a property; null where there is none."""
        return self.reply(images_of(property_id=property_uid, kind=Image.Kind.MAIN).first())

    @images(returns=PictureOut(many=True), replica=True)
    def get_slideshow_images(self, request: Request, property_uid: int) -> Response:
        """List the pictures of a property's slideshow in their order."""
        return self.reply(images_of(property_id=property_uid, kind=Image.Kind.SLIDESHOW))

    @images(
        returns=serializers.DictField(child=PictureOut(many=True), help_text="By room id."),
        replica=True,
    )
    def get_room_images(self, request: Request, property_uid: int) -> Response:
        """List the pictures of each room in their order; rooms without any are left out."""
        by_room: dict[str, list[Image]] = {}
        for image in images_of(property_id=property_uid, kind=Image.Kind.ROOM):
            by_room.setdefault(str(image.room_id), []).append(image)
        return self.reply(by_room)
