from __future__ import annotations

from datetime import date
from decimal import Decimal
from functools import partial
from typing import Any, ClassVar

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.urls import replace_query_param

from bookyflow.api.contract import PUBLIC
from bookyflow.api.endpoint import endpoint
from bookyflow.api.views import FeatureViewSet
from bookyflow.core.errors import DomainError
from bookyflow.property_lifecycle.public_search import (
    SearchRequest,
    SearchResult,
    public_search,
)
from features.search import cursors
from features.search.serializers import (
    CombinedHitOut,
    FoundPageQuery,
    OffersPageQuery,
    PricesQuery,
    SearchHitOut,
    SearchQuery,
    checked,
    countries_known,
    ids_listed,
    names_listed,
    stars_listed,
)

search = partial(endpoint, scope=PUBLIC, key="search_results", linked=True, replica=True)
by_id = partial(
    search, returns=serializers.DictField(child=SearchHitOut(), help_text="By property id.")
)
filtered = partial(by_id, query=FoundPageQuery)


class Found(FeatureViewSet):
    """Pages of found properties."""

    def found(self, request: SearchRequest) -> SearchResult:
        """The page that the query asks for."""
        place = cursors.place_of(self.query.get("cursor", ""), request.sort)
        return public_search(
            request=request, place=place, limit=self.query["limit"], language=self.language
        )

    def links(self, request: SearchRequest, result: SearchResult) -> dict[str, str]:
        """Link, where there is a next page."""
        if result.following is None:
            return {}
        cursor = cursors.cursor_of(result.following, request.sort)
        url = replace_query_param(self.request.get_full_path(), "cursor", cursor)
        return {"Link": f'<{url}>; rel="next"'}

    def answer_by_id(self, **asked: Any) -> Response:
        """Answer with what is found, by id."""
        request = SearchRequest(**asked)
        result = self.found(request)
        hits = {str(hit.prop.pk): hit for hit in result.hits}
        return self.reply(hits, headers=self.links(request, result))


class Search(Found):
    """Properties by all that may be wanted at once."""

    @search(query=SearchQuery, returns=CombinedHitOut(many=True))
    def find(self, request: Request) -> Response:
        """Find published properties by any of dates, place, kind, features and price together.

        With `arrival` and `departure` each is one that can be booked for these dates at the price
        that is shown: ask `booking/quote` for the same dates, guests and rooms. Properties for sale
        and those that take no bookings online are found without dates only. By price the order is
        exact as long as no more than 60 properties have charges, such as for cleaning, that lift
        them over others.
        """
        asked = SearchRequest(
            **{name: value for name, value in self.query.items() if name not in {"limit", "cursor"}}
        )
        result = self.found(asked)
        return self.reply(result.hits, headers=self.links(asked, result))


class Searches(Found):
    """Properties by one thing, keyed by id."""

    in_path: ClassVar = {"departure": "departure_date", "price_max": "high"}

    def handle_exception(self, exc: Exception) -> Response:
        """The refusal, with fields by the names that the path has for them."""
        if isinstance(exc, DomainError):
            exc.fields = {self.in_path.get(name, name): told for name, told in exc.fields.items()}
        return super().handle_exception(exc)

    @by_id(query=OffersPageQuery)
    def dates(self, request: Request, arrival_date: date, departure_date: date) -> Response:
        """Find the properties that one guest can book for all nights of a stay."""
        return self.answer_by_id(arrival=arrival_date, departure=departure_date)

    @filtered()
    def stars(self, request: Request, stars: str) -> Response:
        """Find the properties with one of some numbers of stars."""
        return self.answer_by_id(stars=checked(stars_listed(), "stars", stars))

    @by_id(query=PricesQuery)
    def price(self, request: Request, low: int, high: int) -> Response:
        """Find the properties with a rate for tomorrow night in a range, both ends included.

        Of properties for sale the asking price is compared, where it is a number. Where `high` is
        0 all are found.
        """
        asked = {"price_min": Decimal(low), "price_max": Decimal(high)} if high else {}
        return self.answer_by_id(**asked, currency=self.query.get("currency", ""))

    @filtered()
    def features(self, request: Request, features_ids: str) -> Response:
        """Find the properties that have all of some features."""
        return self.answer_by_id(features=checked(ids_listed(), "features_ids", features_ids))

    @filtered()
    def towns(self, request: Request, towns: str) -> Response:
        """Find the properties in any of some towns; accents, capitals and dashes do not matter."""
        return self.answer_by_id(towns=checked(names_listed(), "towns", towns))

    @filtered()
    def regions(self, request: Request, regions: str) -> Response:
        """Find the properties in any of some regions, by name, number or code."""
        return self.answer_by_id(regions=checked(names_listed(), "regions", regions))

    @filtered()
    def countries(self, request: Request, countries: str) -> Response:
        """Find the properties in any of some countries.

        Codes that there are not do not count; without any other all properties are found.
        """
        return self.answer_by_id(countries=countries_known(countries) or None)
