"""What a listing says anew of a property that was imported before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from bookyflow.core.acting import Actor
from bookyflow.importing.listings import Listing
from bookyflow.importing.models import ImportedListing
from bookyflow.importing.prices import YEARS_PRICED, first_prices, rate_facts, rate_of
from bookyflow.importing.selectors import Imported
from bookyflow.properties.bulk import PropertyChange, properties_change
from bookyflow.properties.locking import properties_lock
from bookyflow.properties.models import Property, PropertyText
from bookyflow.property_lifecycle.bulk import properties_publish, properties_unpublish
from bookyflow.tariffs.bulk import StandardRate, standard_rates_change

_MISSING = object()


@dataclass(frozen=True)
class Update:
    """What is to be done for one property: facts that changed, by name, and prices.

    `time_zone` is one to be given to a property that has none.
    """

    listing: Listing
    before: Imported
    facts: dict[str, Any]
    changed: frozenset[str]
    rate: StandardRate | None
    first_price: bool
    time_zone: str

    @property
    def price_came(self) -> bool:
        """Whether the listing had no price and now is for sale."""
        return "price" in self.changed and self._price_before is None and self._is_priced

    def zone_came(self, now: str) -> bool:
        """Whether the property could not be published for want of a time zone, and now is one."""
        is_for_sale = self._is_priced and self.facts["price"] is not None
        return not self.before.time_zone and bool(now) and is_for_sale

    @property
    def price_went(self) -> bool:
        """Whether the listing had a price and now has none."""
        return self._price_before is not None and self.facts["price"] is None

    @property
    def _is_priced(self) -> bool:
        return self.first_price or self.before.tariff_type_id is not None

    @property
    def _price_before(self) -> str | None:
        price: str | None = self.before.facts.get("price")
        return price


def update_of(
    listing: Listing, facts: dict[str, Any], before: Imported, *, time_zone: str
) -> Update | None:
    """Compare with what the source said last; None when there is nothing to do.

    A `time_zone` that is named is for a property that has none.
    """
    changed = {name for name, fact in facts.items() if before.facts.get(name, _MISSING) != fact}
    rate = rate_of(listing, before)
    first_price = (
        listing.price is not None and before.tariff_type_id is None and before.takes_first_price
    )
    wanted = "" if before.time_zone else time_zone
    if not (changed or rate or first_price or wanted):
        return None
    return Update(listing, before, facts, frozenset(changed), rate, first_price, wanted)


def updates_write(*, updates: Sequence[Update], language: str, by: Actor) -> list[Update]:
    """Write the updates, in the caller's transaction; returns those whose property is gone."""
    if not updates:
        return []
    ids = [update.before.property_id for update in updates]
    locked = properties_lock(Property.objects.filter(pk__in=ids, deleted_at=None))
    there = [update for update in updates if update.before.property_id in locked]
    _write_properties(there, locked, language, by)
    if rates := [update.rate for update in there if update.rate]:
        standard_rates_change(changes=rates, years=YEARS_PRICED, by=by)
    priced = first_prices(
        {update.before.property_id: update.listing for update in there if update.first_price}, by
    )
    _flip(there, locked, by)
    _remember(there, priced)
    return [update for update in updates if update.before.property_id not in locked]


def _write_properties(
    updates: Sequence[Update], locked: dict[int, Property], language: str, by: Actor
) -> None:
    changes = [
        _change(update, locked[update.before.property_id])
        for update in updates
        if update.changed - {"price"} or update.time_zone
    ]
    if changes:
        properties_change(changes=changes, language=language, by=by)


def _change(update: Update, prop: Property) -> PropertyChange:
    listing, changed = update.listing, update.changed
    values = {
        "name": listing.short_name,
        "latitude": listing.place.latitude,
        "longitude": listing.place.longitude,
        "town": update.facts["town"],
        "street": update.facts["street"],
    }
    settings: dict[str, object] = {}
    if "min_stay" in changed:
        settings["minimum_interval"] = listing.min_stay
    if update.time_zone:
        settings |= {"time_zone": update.time_zone, "time_zone_given": True}
    texts: dict[str, str] = {}
    if "name" in changed:
        texts[PropertyText.Field.NAME] = listing.name
    if "description" in changed and listing.description is not None:
        texts[PropertyText.Field.DESCRIPTION] = listing.description
    now = set(update.facts.get("features", ())) if "features" in changed else set()
    then = set(update.before.facts.get("features", ())) if "features" in changed else set()
    return PropertyChange(
        prop=prop,
        fields={name: value for name, value in values.items() if name in changed},
        settings=settings,
        texts=texts,
        features_added=now - then,
        features_removed=then - now,
    )


def _flip(updates: Sequence[Update], locked: dict[int, Property], by: Actor) -> None:
    zones = {pk: prop.settings.time_zone for pk, prop in locked.items()}
    came = [
        update.before.property_id
        for update in updates
        if update.price_came or update.zone_came(zones[update.before.property_id])
    ]
    went = [update.before.property_id for update in updates if update.price_went]
    if came:
        properties_publish(property_ids=came, by=by)
    if went:
        properties_unpublish(property_ids=went, by=by)


def _remember(updates: Sequence[Update], priced: dict[int, int]) -> None:
    ImportedListing.objects.bulk_create(
        [
            ImportedListing(
                property_id=update.before.property_id,
                tariff_type_id=priced.get(update.before.property_id, update.before.tariff_type_id),
                facts=update.before.facts | update.facts | _rate_facts(update, priced),
            )
            for update in updates
        ],
        update_conflicts=True,
        unique_fields=["property"],
        update_fields=["tariff_type", "facts"],
    )


def _rate_facts(update: Update, priced: dict[int, int]) -> dict[str, Any]:
    written = update.rate or update.before.property_id in priced
    return rate_facts(update.listing) if written else {}
