from __future__ import annotations

from functools import partial

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from bookyflow.api.views import FeatureViewSet
from bookyflow.channels.children import child_site_delete, child_site_save, child_sites
from bookyflow.channels.cross_references import cross_reference_save, cross_references
from bookyflow.channels.links import management_url, management_url_set, remote_id_set
from features.cmf.contract import cmf
from features.cmf.fields import CrossReferenceOut
from features.cmf.links.serializers import (
    ChildIn,
    ChildOut,
    CrossReferenceIn,
    DoneOut,
    ManagementUrlIn,
    RemoteIdIn,
)

write = partial(cmf, prop="body")


class Links(FeatureViewSet):
    """What a channel keeps with its properties: no other channel sees it."""

    @write(body=RemoteIdIn, returns=DoneOut(), raises=("remote_id_already_exists",))
    def put_property_remote_id(self, request: Request) -> Response:
        """Change the channel's own id of a property.

        A property that is open to any channel is linked to this one from then on.
        """
        remote_id_set(
            property_id=self.property_uid,
            channel_id=self.channel_id,
            by=self.actor,
            **self.input(RemoteIdIn),
        )
        return self.reply({})

    @write(
        body=CrossReferenceIn,
        returns=serializers.DictField(
            child=serializers.DictField(child=CrossReferenceOut()),
            help_text="Type of items → id on the channel → entry.",
        ),
        raises=("conflict",),
    )
    def put_property_cross_reference(self, request: Request) -> Response:
        """Keep which item of a property an id of the channel stands for.

        Ids are unique either way within a type. Answers all entries of the property.
        """
        prop, channel = self.property_uid, self.channel_id
        sent = self.input(CrossReferenceIn)
        cross_reference_save(property_id=prop, channel_id=channel, by=self.actor, **sent)
        return self.reply(cross_references(property_id=prop, channel_id=channel))

    @cmf(returns=serializers.CharField())
    def property_management_url(self, request: Request, property_uid: int) -> Response:
        """Read where a property is really administered; empty where the channel has not said."""
        return self.reply(management_url(property_id=property_uid, channel_id=self.channel_id))

    @write(body=ManagementUrlIn, returns=serializers.CharField(), raises=("property_not_linked",))
    def put_property_management_url(self, request: Request) -> Response:
        """Say where a property is really administered."""
        kept = management_url_set(
            property_id=self.property_uid,
            channel_id=self.channel_id,
            by=self.actor,
            **self.input(ManagementUrlIn),
        )
        return self.reply(kept)


class Children(FeatureViewSet):
    """The sites to which a channel has handed on a property."""

    @write(body=ChildIn, returns=ChildOut())
    def put_property_child(self, request: Request) -> Response:
        """Note that a site shows a copy of a property, or change that note.

        There is one for each host and id there. What is not sent stays.
        """
        child = child_site_save(
            property_id=self.property_uid,
            channel_id=self.channel_id,
            by=self.actor,
            **self.input(ChildIn),
        )
        return self.reply(child)

    @cmf(
        returns=serializers.DictField(
            child=serializers.DictField(child=ChildOut()),
            help_text="Host → id there → child site.",
        ),
        replica=True,
    )
    def property_children(self, request: Request, property_uid: int) -> Response:
        """List the sites to which the channel has handed on a property; secrets are not shown."""
        return self.reply(child_sites(property_id=property_uid, channel_id=self.channel_id))

    @cmf(returns=DoneOut(), raises=("child_not_found",))
    def delete_property_child(
        self, request: Request, property_uid: int, hostname: str, remote_property_id: int
    ) -> Response:
        """Forget that a site shows a copy of a property."""
        child_site_delete(
            property_id=property_uid,
            channel_id=self.channel_id,
            host=hostname,
            remote_property_id=remote_property_id,
            by=self.actor,
        )
        return self.reply({})
