from __future__ import annotations

from typing import Any

from rest_framework import serializers


class SiteReportOut(serializers.Serializer[Any]):
    """Where the site is, and how much is on it."""

    api_url = serializers.URLField()
    bookyflow_url = serializers.URLField()
    property_count = serializers.IntegerField(help_text="Published properties.")


class SitePropertyOut(serializers.Serializer[Any]):
    """A published property, with what a remote site needs to show it."""

    view_property_url = serializers.CharField(
        help_text="Its public page; empty when the site has none."
    )
    booking_form_url = serializers.CharField(
        help_text="Where to book it; empty when the site has no such page."
    )
    propertys_uid = serializers.IntegerField(source="pk")
    name = serializers.CharField()
    multi_room_property = serializers.BooleanField(help_text="Whether it has several rooms.")
    lat = serializers.CharField(help_text="Degrees north; empty when unknown.")
    long = serializers.CharField(help_text="Degrees east; empty when unknown.")
    metadescription = serializers.CharField()
    thumbnail_location = serializers.CharField(help_text="Empty without a picture.")


class SitePropertiesOut(serializers.Serializer[Any]):
    """The published properties of the site."""

    api_url = serializers.URLField()
    bookyflow_url = serializers.URLField()
    properties = SitePropertyOut(many=True)


class SiteEndpointOut(serializers.Serializer[Any]):
    """One route of the API."""

    method = serializers.CharField()
    endpoint = serializers.CharField(help_text="Its address; parameters are in braces.")
    feature = serializers.CharField()
    scope = serializers.CharField(help_text="`public` when no token is needed.")
