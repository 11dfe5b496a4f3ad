from __future__ import annotations

from typing import Any

from django.conf import settings
from rest_framework import serializers

from bookyflow.api.routes import without_converters


class SiteAddress(serializers.URLField):
    """The address of a path of this installation, as the caller reaches it."""

    def __init__(self, path: str, **kwargs: Any) -> None:
        self.path = path
        super().__init__(**kwargs)

    def get_attribute(self, instance: Any) -> str:
        """The path, whatever is shown beside it."""
        return self.path

    def to_representation(self, value: Any) -> str:
        """The address."""
        return str(self.context["request"].build_absolute_uri(value))


class PageAddress(serializers.CharField):
    """The address of one of a property's pages, by the template that a setting holds."""

    def __init__(self, setting: str, **kwargs: Any) -> None:
        self.setting = setting
        super().__init__(source="pk", **kwargs)

    def to_representation(self, value: Any) -> str:
        """The address, or "" without a template."""
        return str(getattr(settings, self.setting).format(property_uid=value))


class PictureAddress(serializers.CharField):
    """Where a picture is, with the host."""

    def to_representation(self, value: Any) -> str:
        """The address, or "" without a picture."""
        return str(self.context["request"].build_absolute_uri(value)) if value else ""


class RouteAddress(serializers.CharField):
    """The address of a route."""

    def to_representation(self, value: Any) -> str:
        """The address, with parameters in braces."""
        return str(self.context["request"].build_absolute_uri("/")) + without_converters(value)


class Degrees(serializers.CharField):
    """A latitude or longitude."""

    def get_attribute(self, instance: Any) -> str:
        """The number, or "" where it is not known."""
        value = super().get_attribute(instance)
        return "" if value is None else f"{value:f}"


API, SITE = f"{settings.API_BASE}/", "/"


class SiteReportOut(serializers.Serializer[Any]):
    """Where the site is, and how much is on it."""

    api_url = SiteAddress(API)
    bookyflow_url = SiteAddress(SITE)
    property_count = serializers.IntegerField(help_text="Published properties.")


class SitePropertyOut(serializers.Serializer[Any]):
    """A published property, with what a remote site needs to show it."""

    view_property_url = PageAddress(
        "PROPERTY_PAGE_URL", help_text="Its public page; empty when the site has none."
    )
    booking_form_url = PageAddress(
        "BOOKING_PAGE_URL", help_text="Where to book it; empty when the site has no such page."
    )
    propertys_uid = serializers.IntegerField(source="pk")
    name = serializers.CharField()
    multi_room_property = serializers.BooleanField(
        source="has_several_rooms", help_text="Whether it has several rooms."
    )
    lat = Degrees(source="latitude", help_text="Degrees north; empty when unknown.")
    long = Degrees(source="longitude", help_text="Degrees east; empty when unknown.")
    metadescription = serializers.CharField()
    thumbnail_location = PictureAddress(source="thumbnail", help_text="Empty without a picture.")


class SitePropertiesOut(serializers.Serializer[Any]):
    """The published properties of the site."""

    api_url = SiteAddress(API)
    bookyflow_url = SiteAddress(SITE)
    properties = SitePropertyOut(many=True)


class SiteEndpointOut(serializers.Serializer[Any]):
    """One route of the API."""

    method = serializers.CharField()
    endpoint = RouteAddress(source="route", help_text="Its address; parameters are in braces.")
    feature = serializers.CharField()
    scope = serializers.CharField(
        source="contract.scope", help_text="`public` when no token is needed."
    )
