from __future__ import annotations

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from bookyflow.accounts.selectors import key_pairs_of_all, scopes_for, staff_list
from bookyflow.api.views import FeatureViewSet
from bookyflow.channels.selectors import channel_links, channels_of_all, links_by_property
from bookyflow.guests.selectors import guests_everywhere
from bookyflow.properties.selectors import authorised_properties, property_names, reachable
from features.cmf.admin.serializers import (
    ApiClientOut,
    ApiScopeOut,
    ChannelOut,
    EveryGuestOut,
    LinkedPropertyOut,
    NamedPropertyOut,
    StaffOut,
)
from features.cmf.contract import admin
from features.cmf.dictionary import codes
from features.cmf.dictionary.serializers import ImageTypeOut


class Overviews(FeatureViewSet):
    """What there is on the site, for its own systems."""

    @admin(returns=ApiClientOut(many=True), paged=True)
    def admin_list_api_clients(self, request: Request) -> Response:
        """List the key pairs of all users, by user; their secrets are shown nowhere.

        A test key lists test pairs, a live one live pairs. Those that were revoked are left out.
        """
        return self.reply(self.page(key_pairs_of_all(is_test=self.actor.is_test)))

    @admin(returns=ApiScopeOut(many=True), raises=("manager_not_found",))
    def admin_list_api_scopes(self, request: Request, user_id: int) -> Response:
        """List the scopes that a key pair of an account of staff can be given."""
        return self.reply(scopes_for(user_id=user_id))

    @admin(
        returns=serializers.DictField(child=ChannelOut(), help_text="By channel id."), paged=True
    )
    def admin_list_channels(self, request: Request) -> Response:
        """List the channels of all users."""
        return self.reply({str(one.pk): one for one in self.page(channels_of_all())})

    @admin(
        returns=serializers.DictField(child=LinkedPropertyOut(), help_text="By property id."),
        paged=True,
    )
    def admin_list_channel_properties(self, request: Request, channel_id: int) -> Response:
        """List the properties that a channel works with, and the channel's own ids of them.

        A test key lists test properties, a live one live ones. An unknown channel has none.
        """
        links = self.page(channel_links(channel_id=channel_id, reach=self.reach))
        return self.reply(links_by_property(links))

    @admin(returns=EveryGuestOut(many=True), paged=True)
    def admin_list_guests(self, request: Request) -> Response:
        """List the guests of all properties, whose data the key may read with `guests_get` only.

        Without that scope names, addresses and numbers are empty. Every call is logged.
        """
        return self.reply(self.page(guests_everywhere(reach=self.reach, by=self.actor)))

    @admin(returns=serializers.DictField(child=StaffOut(), help_text="By account id."), paged=True)
    def admin_list_managers(self, request: Request) -> Response:
        """List the accounts of receptionists, managers and super managers."""
        staff = self.page(staff_list())
        assigned = authorised_properties(user_ids=[one.pk for one in staff], reach=self.reach)
        return self.reply(
            {str(one.pk): {"user": one, "property_ids": assigned.get(one.pk, [])} for one in staff}
        )

    @admin(returns=NamedPropertyOut(many=True), paged=True)
    def admin_list_properties(self, request: Request) -> Response:
        """List all properties, published or not, by their names in the language asked for.

        A test key lists test properties, a live one live ones.
        """
        names = property_names(properties=self.page(reachable(self.reach)), language=self.language)
        return self.reply([{"pk": pk, "name": name} for pk, name in names.items()])

    @admin(returns=ImageTypeOut(many=True))
    def admin_list_image_types(self, request: Request) -> Response:
        """List the kinds of pictures that can be stored."""
        return self.reply(codes.IMAGE_TYPES)

    @admin(returns=serializers.DictField(child=serializers.CharField(), help_text="By code."))
    def admin_dictionary_list_access_levels(self, request: Request) -> Response:
        """Name the levels of access, also those of visitors and of accounts that are no staff."""
        return self.reply(codes.ALL_ACCESS_LEVELS)
