from __future__ import annotations

from rest_framework.request import Request
from rest_framework.response import Response

from bookyflow.api.views import FeatureViewSet
from bookyflow.api.wire.settings import SettingsOut
from bookyflow.property_settings.values import settings_values
from bookyflow.webhooks.objects import property_read, review_read
from features.webhooks.objects.contract import prop, read_back, review
from features.webhooks.objects.serializers.properties import RoomsOfPropertyOut


class Properties(FeatureViewSet):
    """The property that an event was about, as it is by now."""

    def read(self, property_uid: int) -> Response:
        """The property of the path, also a deleted one."""
        found = property_read(property_id=property_uid, reach=self.reach, language=self.language)
        return self.reply(found)

    @prop()
    def property_added(self, request: Request, property_uid: int) -> Response:
        """Read a property that was added: address, texts, features and rooms, as they are by now.

        Texts and names are in the language of the request, as far as there are any.
        """
        return self.read(property_uid)

    @prop()
    def property_saved(self, request: Request, property_uid: int) -> Response:
        """Read a property that was changed, as it is by now."""
        return self.read(property_uid)

    @prop()
    def property_published(self, request: Request, property_uid: int) -> Response:
        """Read a property that was published, as it is by now."""
        return self.read(property_uid)

    @prop()
    def property_unpublished(self, request: Request, property_uid: int) -> Response:
        """Read a property that is no longer published, as it is by now."""
        return self.read(property_uid)

    @prop(prop=None, raises=("property_not_found",))
    def property_deleted(self, request: Request, property_uid: int) -> Response:
        """Read a property that was deleted, as it last was; for 90 days, while its event is kept.

        Whoever could reach it until then may read it.
        """
        return self.read(property_uid)

    @read_back(key="all_property_rooms", returns=RoomsOfPropertyOut())
    def rooms_multiple_added(self, request: Request, property_uid: int) -> Response:
        """Read all rooms of a property by their types, after several were added or deleted.

        The event names those that were.
        """
        return self.read(property_uid)

    @read_back(key="property_settings", returns=SettingsOut())
    def property_settings_updated(self, request: Request, property_uid: int) -> Response:
        """Read how a property books and prices, as it is by now; the event names what was changed.

        Settings of payment providers and other secrets are not among them.
        """
        return self.reply(settings_values(self.prop))


class Reviews(FeatureViewSet):
    """The review that an event was about, as it is by now."""

    def read(self, review_uid: int) -> Response:
        """The review of the path."""
        return self.reply(review_read(property_id=self.property_uid, review_id=review_uid))

    @review()
    def review_saved(self, request: Request, property_uid: int, review_uid: int) -> Response:
        """Read a review, whether it is published or not."""
        return self.read(review_uid)

    @review()
    def review_published(self, request: Request, property_uid: int, review_uid: int) -> Response:
        """Read a review that was published, as it is by now."""
        return self.read(review_uid)

    @review()
    def review_unpublished(self, request: Request, property_uid: int, review_uid: int) -> Response:
        """Read a review that is no longer published, as it is by now."""
        return self.read(review_uid)

    @review()
    def review_deleted(self, request: Request, property_uid: int, review_uid: int) -> Response:
        """Learn when a review was deleted; nothing of it is kept. Its event is, for 90 days."""
        return self.read(review_uid)
