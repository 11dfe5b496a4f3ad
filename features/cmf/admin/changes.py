from __future__ import annotations

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from bookyflow.accounts.services import key_pair_delete
from bookyflow.api.views import FeatureViewSet
from bookyflow.channels.administration import (
    channel_create_for,
    channel_delete,
    channel_owner_change,
    channel_properties_assign,
    channel_properties_unassign,
    channel_property_move,
)
from bookyflow.channels.dictionary import dictionary_map_save
from bookyflow.properties.access import key_pair_create_for
from features.cmf.admin.inputs import (
    ApiClientIn,
    ApiClientQuery,
    AssignIn,
    ChangeChannelIn,
    ChangeOwnerIn,
    UnassignIn,
)
from features.cmf.admin.serializers import (
    AssignmentsOut,
    NewApiClientOut,
    SuccessOut,
    UnassignmentsOut,
)
from features.cmf.contract import DONE, admin
from features.cmf.dictionary.mappings import DictionaryMapIn

SUCCESS = {"success": True}


class ApiClients(FeatureViewSet):
    """Key pairs of all users."""

    @admin(
        body=ApiClientIn,
        returns=NewApiClientOut(),
        raises=("manager_not_found", "scope_not_grantable"),
        secret=True,
    )
    def put_admin_api_client(self, request: Request) -> Response:
        """Make a key pair for an account of staff.

        The secret is in this answer and nowhere else. A test key makes test pairs, a live one
        live pairs; one that is limited to some properties makes none.
        """
        key, secret = key_pair_create_for(**self.body, reach=self.reach, by=self.actor)
        return self.reply({"key": key, "secret": secret})

    @admin(
        query=ApiClientQuery,
        returns=serializers.BooleanField(),
        raises=("api_client_not_found",),
    )
    def delete_admin_api_client(self, request: Request) -> Response:
        """Delete a key pair with its secrets and tokens; what they opened is closed at once."""
        key_pair_delete(client_id=self.query["client_id"], by=self.actor)
        return self.reply(DONE)


class Channels(FeatureViewSet):
    """Whose channels are, and which properties they reach."""

    @admin(
        returns=serializers.IntegerField(help_text="Id of the channel."),
        raises=("manager_not_found",),
    )
    def admin_channel_create(
        self, request: Request, manager_id: int, channel_name: str, friendly_name: str
    ) -> Response:
        """Announce a channel for an account of staff, or find the one announced before.

        An existing channel keeps its friendly name.
        """
        channel = channel_create_for(
            user_id=manager_id, name=channel_name, friendly_name=friendly_name
        )
        return self.reply(channel.pk)

    @admin(
        returns=serializers.BooleanField(),
        raises=("channel_not_found", "channel_has_reservations"),
    )
    def delete_admin_channel(self, request: Request, channel_id: int) -> Response:
        """Delete a channel, its links to properties and its own ids of what they have.

        Properties stay. A channel that has brought reservations stays as well.
        """
        channel_delete(channel_id=channel_id, reach=self.reach, by=self.actor)
        return self.reply(DONE)

    @admin(
        body=ChangeOwnerIn,
        returns=SuccessOut(),
        raises=("channel_not_found", "manager_not_found", "conflict"),
    )
    def put_admin_channel_change_owner(self, request: Request) -> Response:
        """Give a channel to another account of staff.

        The new owner reaches those of its properties that it may work on; assign the others again.
        Repeating the call changes nothing.
        """
        channel_owner_change(**self.body, reach=self.reach, by=self.actor)
        return self.reply(SUCCESS)

    @admin(
        body=AssignIn, returns=AssignmentsOut(), raises=("channel_not_found", "assignments_refused")
    )
    def put_admin_channel_assign_properties(self, request: Request) -> Response:
        """Let channels reach properties, each under the channel's own id.

        Several channels may reach a property. The owner of the channel becomes a member of the
        property's staff. Each assignment stands for itself; when none succeeds, the answer is a
        problem with the reason for each property under `results`. Repeating the call changes
        nothing.
        """
        outcomes = channel_properties_assign(**self.body, reach=self.reach, by=self.actor)
        return self.reply(outcomes)

    @admin(
        body=UnassignIn,
        returns=UnassignmentsOut(),
        raises=("channel_not_found", "unassignments_refused"),
    )
    def put_admin_channel_unassign_properties(self, request: Request) -> Response:
        """Take properties away from a channel, with its own ids of what they have.

        Other channels keep them, and staff stay. Each stands for itself; when none succeeds, the
        answer is a problem with the reason for each property under `results`.
        """
        outcomes = channel_properties_unassign(**self.body, reach=self.reach, by=self.actor)
        return self.reply(outcomes)

    @admin(
        body=ChangeChannelIn,
        prop="body",
        returns=SuccessOut(),
        raises=(
            "channel_not_found",
            "property_not_owned_by_any_channel",
            "property_already_on_channel",
            "property_on_several_channels",
            "remote_id_already_exists",
        ),
    )
    def put_admin_property_change_channel(self, request: Request) -> Response:
        """Put a property that is on one channel onto another.

        The channel's own ids of what it has move as well, bookings stay with the channel that
        brought them. The owner of the new channel becomes a member of the property's staff.
        """
        channel_property_move(**self.body, by=self.actor)
        return self.reply(SUCCESS)


class ChannelDictionaries(FeatureViewSet):
    """What of a channel's own dictionaries is what in ours, for the site's own systems."""

    @admin(
        body=DictionaryMapIn,
        returns=serializers.IntegerField(help_text="Id of the map."),
        raises=("item_type_unrecognised",),
        channel=True,
    )
    def admin_dictionary_items_map_save(
        self, request: Request, remote_type: str, local_type: str
    ) -> Response:
        """Say which items of a channel's dictionary are which of ours, as its owner could.

        The channel is that of the user whom X-BOOKYFLOW-proxy-id names.
        """
        saved = dictionary_map_save(
            channel_id=self.channel_id, remote_type=remote_type, local_type=local_type, **self.body
        )
        return self.reply(saved)
