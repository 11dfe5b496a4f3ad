from __future__ import annotations

from typing import Any

from rest_framework import serializers

from bookyflow.api.wire.asked import MOST_PEOPLE, MOST_ROOMS, OLDEST_CHILD
from bookyflow.api.wire.fields import Amount, CountryCode, DateField, PlainText, Uid
from bookyflow.api.wire.pictures import PictureSizesOut
from bookyflow.availability.search_sql import Order
from bookyflow.core.places import country_code
from features.search import cursors

MOST_VALUES = 50
LONGEST_LIST = 2000
LARGEST_PAGE = 500  # of properties as they are
LARGEST_OFFER_PAGE = 50  # of properties that are priced
FURTHEST = 20_100  # kilometres


class Listed(PlainText):
    """Several values, separated by commas."""

    default_error_messages = {"too_many": "At most {most} values."}

    def __init__(
        self, each: serializers.Field[Any, Any, Any, Any], *, is_set: bool = True, **kwargs: Any
    ) -> None:
        self.each, self.is_set = each, is_set
        super().__init__(max_length=LONGEST_LIST, **kwargs)

    def to_internal_value(self, data: Any) -> Any:
        """The values in their order, each once where they are a set."""
        texts = [text.strip() for text in super().to_internal_value(data).split(",")]
        if len(texts) > MOST_VALUES:
            self.fail("too_many", most=MOST_VALUES)
        values = tuple(self.each.run_validation(text) for text in texts if text)
        return tuple(dict.fromkeys(values)) if self.is_set else values


def stars_listed(**kwargs: Any) -> Listed:
    """Numbers of stars."""
    return Listed(serializers.IntegerField(min_value=0, max_value=5), **kwargs)


def ids_listed(**kwargs: Any) -> Listed:
    """Ids of something."""
    return Listed(Uid(), **kwargs)


def names_listed(**kwargs: Any) -> Listed:
    """Names of places."""
    return Listed(PlainText(max_length=255), **kwargs)


def _cursor() -> PlainText:
    return PlainText(
        max_length=cursors.LONGEST,
        required=False,
        help_text="Where the page begins: follow `Link` of the page before.",
    )


class FoundPageQuery(serializers.Serializer[Any]):
    limit = serializers.IntegerField(
        min_value=1,
        max_value=LARGEST_PAGE,
        default=LARGEST_PAGE,
        help_text="Most properties of a page.",
    )
    cursor = _cursor()


class OffersPageQuery(serializers.Serializer[Any]):
    limit = serializers.IntegerField(
        min_value=1,
        max_value=LARGEST_OFFER_PAGE,
        default=LARGEST_OFFER_PAGE,
        help_text="Most properties of a page.",
    )
    cursor = _cursor()


class PricesQuery(FoundPageQuery):
    currency = PlainText(
        max_length=3,
        required=False,
        help_text="ISO 4217. Absent: the one that most properties have.",
    )


class SearchQuery(serializers.Serializer[Any]):
    arrival = DateField(required=False, help_text="The first night; with it come prices.")
    departure = DateField(required=False, help_text="The day of departure.")
    guests = serializers.IntegerField(
        min_value=1, max_value=MOST_PEOPLE, required=False, help_text="Adults; absent: 1."
    )
    child_ages = Listed(
        serializers.IntegerField(min_value=0, max_value=OLDEST_CHILD),
        is_set=False,
        required=False,
        help_text="One age per child, separated by commas.",
    )
    rooms = serializers.IntegerField(
        min_value=1, max_value=MOST_ROOMS, required=False, help_text="Absent: 1."
    )
    country = Listed(
        CountryCode(),
        source="countries",
        required=False,
        help_text="ISO 3166-1 codes, separated by commas: in any of them.",
    )
    region = names_listed(
        source="regions",
        required=False,
        help_text="Names, numbers or ISO 3166-2 codes, separated by commas.",
    )
    town = names_listed(source="towns", required=False, help_text="Names, separated by commas.")
    stars = stars_listed(required=False, help_text="Numbers, separated by commas.")
    property_type = ids_listed(
        source="property_types", required=False, help_text="Ids, separated by commas."
    )
    features = ids_listed(required=False, help_text="Ids, separated by commas: with all of them.")
    lat = serializers.DecimalField(
        max_digits=9,
        decimal_places=6,
        min_value=-90,
        max_value=90,
        required=False,
        help_text="Degrees north of a point.",
    )
    lon = serializers.DecimalField(
        max_digits=9,
        decimal_places=6,
        min_value=-180,
        max_value=180,
        required=False,
        help_text="Degrees east of it.",
    )
    radius = serializers.DecimalField(
        max_digits=8,
        decimal_places=3,
        min_value=0,
        max_value=FURTHEST,
        required=False,
        help_text="Kilometres around the point.",
    )
    price_min = Amount(
        required=False,
        help_text="Least price of a night: of the stay, with all that it costs; without dates the "
        "rate of tomorrow night.",
    )
    price_max = Amount(required=False, help_text="Highest price of a night, likewise.")
    currency = PlainText(
        max_length=3,
        required=False,
        help_text="ISO 4217: properties with prices in it. Absent: any; where prices are compared, "
        "the one that most of those have that fit otherwise.",
    )
    sort = serializers.ChoiceField(
        choices=[order.value for order in Order],
        required=False,
        help_text="`price` needs dates, `distance` a point; `stars`: most first. Absent: by id.",
    )
    limit = serializers.IntegerField(
        min_value=1,
        max_value=LARGEST_OFFER_PAGE,
        default=20,
        help_text="Most properties of a page. A page may have fewer while others follow.",
    )
    cursor = _cursor()

    def validate_sort(self, value: str) -> Order:
        """The order."""
        return Order(value)


class SearchHitOut(serializers.Serializer[Any]):
    property_uid = serializers.IntegerField(source="prop.pk")
    property_name = serializers.CharField(source="name")
    property_street = serializers.CharField(
        source="street", help_text="Empty where the property does not show it."
    )
    property_town = serializers.CharField(source="prop.town")
    property_postcode = serializers.CharField(source="prop.postcode")
    property_region = serializers.CharField(source="region")
    property_region_id = serializers.IntegerField(source="region_id", help_text="0: none.")
    property_country = serializers.CharField(source="country")
    property_country_code = serializers.CharField(source="prop.country")
    property_tel = serializers.CharField(source="prop.tel")
    stars = serializers.IntegerField(source="prop.stars", help_text="0: none.")
    cat_id = serializers.IntegerField(
        source="category_id", help_text="Its category of site_structure/categories; 0: none."
    )
    images = serializers.ListField(
        child=serializers.ListField(child=PictureSizesOut()),
        source="pictures",
        help_text="The main one first; each in a list of its own.",
    )
    property_details_page = serializers.CharField(
        source="page", help_text="Its public page; empty when the site has none."
    )
    bookthis_link = serializers.CharField(
        source="booking_page", help_text="Where to book or ask; empty when the site has no page."
    )
    bookthis_text = serializers.CharField(
        source="booking_text", help_text="What the link says, in the language asked for."
    )


class HitRoomOut(serializers.Serializer[Any]):
    room_type_uid = serializers.IntegerField(source="room_type_id")
    room_type = serializers.CharField()
    tariff_type_uid = serializers.IntegerField(source="tariff_type_id", allow_null=True)
    tariff = serializers.CharField()
    adults = serializers.IntegerField()


class CombinedHitOut(SearchHitOut):
    property_type_uid = serializers.IntegerField(source="prop.property_type_id")
    latitude = serializers.DecimalField(
        source="prop.latitude", max_digits=8, decimal_places=5, allow_null=True
    )
    longitude = serializers.DecimalField(
        source="prop.longitude", max_digits=8, decimal_places=5, allow_null=True
    )
    distance_km = serializers.DecimalField(
        source="candidate.distance",
        max_digits=8,
        decimal_places=3,
        allow_null=True,
        help_text="From the point that was named.",
    )
    currency_code = serializers.CharField(source="currency")
    price = Amount(
        currency="currency",
        source="total",
        allow_null=True,
        help_text="What the stay costs, all in all; `booking/quote` for these `rooms` gives the "
        "same. Null without dates.",
    )
    price_per_night = Amount(currency="currency", source="nightly", allow_null=True)
    rooms = HitRoomOut(many=True, help_text="What the price is for; empty without dates.")


def checked(field: Listed, name: str, text: str) -> Any:
    """The values of a path segment. Raises ValidationError by its name."""
    try:
        return field.run_validation(text)
    except serializers.ValidationError as error:
        raise serializers.ValidationError({name: error.detail}) from None


def countries_known(text: str) -> tuple[str, ...]:
    """The countries of a path segment that there are."""
    codes = checked(names_listed(), "countries", text)
    return tuple(filter(None, map(country_code, codes)))
