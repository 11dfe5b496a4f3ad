"""What an installation tells everybody about itself."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from rest_framework.request import Request

from bookyflow.api.checks import feature_routes
from bookyflow.api.schema.document import without_converters
from bookyflow.plugins import registry
from bookyflow.property_lifecycle.public_list import ListedProperty


def addresses(request: Request) -> dict[str, str]:
    """Where the API and the site are, as the caller reaches them."""
    return {
        "api_url": request.build_absolute_uri(f"{settings.API_BASE}/"),
        "bookyflow_url": request.build_absolute_uri("/"),
    }


def property_row(request: Request, prop: ListedProperty) -> dict[str, Any]:
    """A property with the addresses of its pages and of its picture."""
    return {
        "pk": prop.pk,
        "name": prop.name,
        "view_property_url": settings.PROPERTY_PAGE_URL.format(property_uid=prop.pk),
        "booking_form_url": settings.BOOKING_PAGE_URL.format(property_uid=prop.pk),
        "multi_room_property": prop.room_count > 1,
        "lat": _degrees(prop.latitude),
        "long": _degrees(prop.longitude),
        "metadescription": prop.metadescription,
        "thumbnail_location": request.build_absolute_uri(prop.thumbnail) if prop.thumbnail else "",
    }


def _degrees(value: Any) -> str:
    return "" if value is None else f"{value:f}"


def endpoint_rows(request: Request) -> Iterable[dict[str, Any]]:
    """Every documented route of the features that are on."""
    enabled = registry.enabled()
    for route in feature_routes():
        if route.feature in enabled and route.contract and not route.hidden:
            yield {
                "method": route.method,
                "endpoint": request.build_absolute_uri("/") + without_converters(route.route),
                "feature": route.feature,
                "scope": route.contract.scope,
            }
