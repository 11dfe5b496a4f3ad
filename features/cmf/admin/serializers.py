from __future__ import annotations

from typing import Any

from django.urls import reverse
from rest_framework import serializers

from bookyflow.accounts.models import KeyPair
from bookyflow.api.wire.shown import PersonalText, RegionName
from features.cmf.fields import RemoteData


class ApiClientOut(serializers.Serializer[Any]):
    client_id = serializers.CharField()
    scope = serializers.SerializerMethodField(help_text="Names of scopes, separated by commas.")
    user_id = serializers.IntegerField()
    identifier = serializers.CharField(source="name", help_text="Its label.")

    def get_scope(self, key: KeyPair) -> str:
        """The scopes that the pair was given."""
        return ",".join(key.granted_scopes)


class ApiScopeOut(serializers.Serializer[Any]):
    scope = serializers.CharField(source="name")
    scope_friendly = serializers.CharField(source="label")
    scope_description = serializers.CharField(source="description")


class ChannelOut(serializers.Serializer[Any]):
    id = serializers.IntegerField(source="pk")
    cms_user_id = serializers.IntegerField(source="user_id")
    cms_user_name = serializers.CharField(source="user.username")
    channel_name = serializers.CharField(source="name")
    channel_friendly_name = serializers.CharField(source="friendly_name")


class LinkedPropertyOut(serializers.Serializer[Any]):
    id = serializers.IntegerField(source="link.pk")
    channel_id = serializers.IntegerField(source="link.channel_id")
    cms_user_name = serializers.CharField(source="link.channel.user.username")
    cms_user_id = serializers.IntegerField(source="link.channel.user_id")
    property_uid = serializers.IntegerField(source="link.property_id")
    remote_property_uid = serializers.CharField(source="link.remote_id")
    remote_data = RemoteData(source="data")
    property_name = serializers.CharField(source="link.property.name")


class EveryGuestOut(serializers.Serializer[Any]):
    guest_id = serializers.IntegerField(source="pk")
    firstname = PersonalText(source="first_name")
    surname = PersonalText()
    house = PersonalText()
    street = PersonalText()
    town = PersonalText()
    county = RegionName(source="region", help_text="The name of the region.")
    postcode = PersonalText()
    country = serializers.CharField(help_text="ISO 3166-1 alpha-2.")
    tel_landline = PersonalText(source="phone")
    tel_mobile = PersonalText(source="mobile")
    email = PersonalText()
    VAT_NUMBER = PersonalText(source="vat_number")
    property_uid = serializers.IntegerField(source="property_id")
    property_name = serializers.CharField(source="property.name")


class StaffOut(serializers.Serializer[Any]):
    id = serializers.IntegerField(source="user.pk", help_text="That of the account.")
    cms_user_id = serializers.IntegerField(source="user.pk")
    username = serializers.CharField(source="user.username")
    access_level = serializers.IntegerField(source="user.access_level")
    suspended = serializers.BooleanField(source="user.is_suspended")
    authorised_properties = serializers.ListField(
        child=serializers.IntegerField(),
        source="property_ids",
        help_text="Those that were assigned; a super manager works on all.",
    )


class NamedPropertyOut(serializers.Serializer[Any]):
    property_id = serializers.IntegerField(source="pk")
    property_name = serializers.CharField(source="name")


class NewApiClientOut(serializers.Serializer[Any]):
    client_id = serializers.CharField(source="key.client_id")
    client_secret = serializers.CharField(source="secret", help_text="Shown now and never again.")
    redirect_uri = serializers.SerializerMethodField(
        help_text="The address of the API, where tokens are asked for."
    )
    requested_scopes = serializers.SerializerMethodField(help_text="Separated by commas.")
    cms_user_id = serializers.IntegerField(source="key.user_id")
    identifier = serializers.CharField(source="key.name")

    def get_redirect_uri(self, made: dict[str, Any]) -> str:
        """The address of the API."""
        address: str = self.context["request"].build_absolute_uri(reverse("token"))
        return address

    def get_requested_scopes(self, made: dict[str, Any]) -> str:
        """The scopes that the pair was given."""
        return ",".join(made["key"].granted_scopes)


class AssignedOut(serializers.Serializer[Any]):
    channel_id = serializers.IntegerField(source="assignment.channel_id")
    property_uid = serializers.IntegerField(source="assignment.property_id")
    remote_property_uid = serializers.CharField(
        source="assignment.remote_id", allow_null=True, help_text="Null: it was not sent."
    )
    cms_user_id = serializers.IntegerField(
        source="assignment.user_id", allow_null=True, help_text="The owner of the channel."
    )


class RefusedOut(serializers.Serializer[Any]):
    key = serializers.CharField(help_text="Why it was refused, as in the catalogue of errors.")
    message = serializers.CharField()


class NotAssignedOut(AssignedOut, RefusedOut):
    pass


class UnassignedOut(serializers.Serializer[Any]):
    property_uid = serializers.IntegerField(source="assignment.property_id")
    cms_user_id = serializers.IntegerField(
        source="assignment.user_id", help_text="The owner of the channel."
    )


class NotUnassignedOut(UnassignedOut, RefusedOut):
    pass


class AssignmentsOut(serializers.Serializer[Any]):
    unsuccessful_assignments = NotAssignedOut(many=True, source="refused")
    successful_assignment = AssignedOut(many=True, source="done")


class UnassignmentsOut(serializers.Serializer[Any]):
    unsuccessful_unassignments = NotUnassignedOut(many=True, source="refused")
    successful_unassignment = UnassignedOut(many=True, source="done")


class SuccessOut(serializers.Serializer[Any]):
    success = serializers.BooleanField(help_text="Always true; what fails is a problem.")
