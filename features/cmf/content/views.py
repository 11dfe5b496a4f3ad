from __future__ import annotations

from functools import partial

from rest_framework.request import Request
from rest_framework.response import Response

from bookyflow.properties.dictionaries import features_of
from bookyflow.properties.editing import (
    asking_price_set,
    property_change,
    property_describe,
    property_features_set,
)
from bookyflow.property_lifecycle.type_change import property_type_change
from features.cmf.content.serializers import (
    AddressIn,
    AskingPriceIn,
    ContactsIn,
    FeatureOut,
    FeaturesIn,
    MetasIn,
    PropertyTypeIn,
    StarsIn,
    TextsIn,
)
from features.cmf.contract import cmf
from features.cmf.properties.serializers import PropertyOut
from features.cmf.properties.shown import PropertyShown

write = partial(cmf, prop="body", returns=PropertyOut(), versioned="property")


class Texts(PropertyShown):
    """What a property says of itself."""

    @write(body=TextsIn)
    def put_property_text(self, request: Request, language: str = "") -> Response:
        """Write the texts of a property in one language, and its permit number.

        The language is the one at the end of the path, else that of `?language=`, else the
        property's own; the answer is in it. Texts in other languages stay. A text that is not sent
        stays as well, and an empty one is removed. Where the site approves properties, a change
        withdraws the approval.
        """
        property_describe(
            property_id=self.property_uid,
            language=self.written_language,
            by=self.actor,
            **self.input(TextsIn),
        )
        return self.shown(self.written_language)

    @write(body=MetasIn)
    def put_property_metas(self, request: Request, language: str = "") -> Response:
        """Write what search engines are told of a property, in one language as its texts."""
        property_describe(
            property_id=self.property_uid,
            language=self.written_language,
            by=self.actor,
            **self.input(MetasIn),
        )
        return self.shown(self.written_language)


class Content(PropertyShown):
    """What a property is. Fields that are not sent stay as they are."""

    @write(body=AddressIn)
    def put_property_address(self, request: Request) -> Response:
        """Change street, town and postcode; a field that is not sent stays as it is."""
        property_change(property_id=self.property_uid, by=self.actor, **self.input(AddressIn))
        return self.shown()

    @write(body=ContactsIn)
    def put_property_contacts(self, request: Request) -> Response:
        """Change telephone, fax and e-mail address; a field that is not sent stays as it is."""
        property_change(property_id=self.property_uid, by=self.actor, **self.input(ContactsIn))
        return self.shown()

    @write(body=StarsIn)
    def put_property_stars(self, request: Request) -> Response:
        """Change how many stars a property has, and whether it is a superior one of its class."""
        property_change(property_id=self.property_uid, by=self.actor, **self.input(StarsIn))
        return self.shown()

    @write(
        body=PropertyTypeIn,
        raises=("property_type_id_incorrect", "property_has_bookings", "confirmation_needed"),
    )
    def put_property_type(self, request: Request) -> Response:
        """Make a property one of another type, without its rooms and prices.

        These, and features that are not for the new type, are deleted: where there are any, only
        with `confirmed`. Settings and texts stay. What lacks something then is unpublished.
        """
        property_type_change(prop=self.prop, by=self.actor, **self.input(PropertyTypeIn))
        return self.shown()

    @write(body=AskingPriceIn, raises=("not_for_sale",))
    def put_property_realestate_price(self, request: Request) -> Response:
        """Say what a property that is for sale costs, as text; an empty one takes it away."""
        asking_price_set(property_id=self.property_uid, by=self.actor, **self.input(AskingPriceIn))
        return self.shown()


class Features(PropertyShown):
    """What a property offers."""

    @write(body=FeaturesIn)
    def put_property_features(self, request: Request) -> Response:
        """Give a property these features and no others; one that is not for its type is refused."""
        property_features_set(
            property_id=self.property_uid, by=self.actor, **self.input(FeaturesIn)
        )
        return self.shown()

    @cmf(returns=FeatureOut(many=True), replica=True)
    def property_features(self, request: Request, property_uid: int) -> Response:
        """List what a property offers, by name in the language of the request."""
        return self.reply(features_of(prop=self.prop, language=self.language))
