from __future__ import annotations

from functools import partial

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from bookyflow.api.endpoint import endpoint
from bookyflow.api.views import FeatureViewSet
from bookyflow.favourites.selectors import favourite_list
from bookyflow.favourites.services import favourite_add, favourite_remove

change = partial(
    endpoint,
    scope="favourites_set",
    key="id",
    returns=serializers.IntegerField(help_text="The id that was sent."),
)


class Favourites(FeatureViewSet):
    """The properties that the owner of the key pair wants to find again."""

    @endpoint(
        scope="favourites_get",
        key="ids",
        returns=serializers.ListField(child=serializers.IntegerField()),
        paged=True,
        replica=True,
    )
    def list(self, request: Request) -> Response:
        """List the ids of the favourite properties, the first added first.

        Those that are not published now are left out, and come back when they are.
        """
        found = favourite_list(user_id=self.user_id, is_test=self.access.is_test)
        return self.reply([favourite.property_id for favourite in self.page(found)])

    @change(raises=("property_not_found", "conflict"))
    def add(self, request: Request, id: int) -> Response:  # noqa: A002  # the interface's name
        """Add a published property to the favourites; one that is among them already stays.

        `conflict`: there are 1,000 of them.
        """
        favourite_add(user_id=self.user_id, property_id=id, by=self.actor)
        return self.reply(id)

    @change()
    def delete(self, request: Request, id: int) -> Response:  # noqa: A002  # the interface's name
        """Remove a property from the favourites; it need not be among them."""
        favourite_remove(user_id=self.user_id, property_id=id, by=self.actor)
        return self.reply(id)
