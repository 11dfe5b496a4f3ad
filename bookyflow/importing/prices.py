"""The price of a listing as the tariff of its property."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.utils import timezone

from bookyflow.core.acting import Actor
from bookyflow.importing.listings import Listing
from bookyflow.importing.selectors import Imported
from bookyflow.tariffs.bulk import FirstPrice, StandardRate, first_prices_set

YEARS_PRICED = 1
# Prices go on once fewer nights than this are left, and not with every day's import.
ENOUGH_AHEAD = timedelta(days=330)


def first_prices(listings: Mapping[int, Listing], by: Actor) -> dict[int, int]:
    """Give properties, by id, the price of their listing where it has one.

    Returns the tariff type of each that has one now.
    """
    priced = {
        pk: FirstPrice(listing.price, listing.guests, listing.max_stay)
        for pk, listing in listings.items()
        if listing.price is not None
    }
    if not priced:
        return {}
    added = first_prices_set(wanted=priced, years=YEARS_PRICED, by=by)
    return {pk: ids[0] for pk, ids in added.items()}


def rate_facts(listing: Listing) -> dict[str, Any]:
    """What to keep of the rates written for a listing, to tell later which nights still have it."""
    if listing.price is None:
        return {}
    return {"rate": {"price": str(listing.price), "min_stay": listing.min_stay}}


def rate_of(listing: Listing, before: Imported) -> StandardRate | None:
    """What has to be done to the rates of a property imported before; None for nothing."""
    if listing.price is None or before.tariff_type_id is None:
        return None
    rate = before.facts.get("rate", {})
    enough = before.priced_to and before.priced_to >= timezone.now().date() + ENOUGH_AHEAD
    if enough and rate == rate_facts(listing)["rate"]:
        return None
    return StandardRate(
        tariff_type_id=before.tariff_type_id,
        property_id=before.property_id,
        price=listing.price,
        former_price=Decimal(rate["price"]) if rate else None,
        min_stay=listing.min_stay,
        former_min_stay=rate.get("min_stay", listing.min_stay),
    )
