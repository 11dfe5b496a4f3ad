"""Listings become properties, a batch at a time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from bookyflow.accounts.models import User
from bookyflow.core import places
from bookyflow.core.acting import Actor
from bookyflow.core.database import connection
from bookyflow.core.errors import DomainError
from bookyflow.core.money import too_fine
from bookyflow.importing.addresses import Defaults, settle
from bookyflow.importing.listings import Address, BadRow, Listing, facts_of
from bookyflow.importing.models import ImportedListing
from bookyflow.importing.prices import first_prices, rate_facts
from bookyflow.importing.reading import Refused
from bookyflow.importing.selectors import Imported, imported_by_source_id
from bookyflow.importing.updates import Update, update_of, updates_write
from bookyflow.properties.bulk import NewProperty, properties_create
from bookyflow.properties.models import PropertyText, PropertyType
from bookyflow.properties.services import property_draft
from bookyflow.property_lifecycle.bulk import properties_publish
from bookyflow.rooms.bulk import rooms_add_to_many
from bookyflow.rooms.services import RoomsToAdd

# Any two imports from one source take turns, batch by batch.
_TAKE_TURNS = "SELECT pg_advisory_xact_lock(hashtextextended('import ' || %s, 0))"


@dataclass(frozen=True)
class ImportOrder:
    """For whom, from where, and what holds where the rows say nothing.

    `source` names the space of ids that the listings have. Texts are in `language`, which becomes
    the properties' own.
    """

    manager: User
    source: str
    defaults: Defaults = field(default_factory=Defaults)
    language: str = "en-GB"


@dataclass
class Tally:
    """What came of a batch: numbers of properties, and the rows that were left out.

    `timeless` of the created ones have no time zone, so that they are not published.
    """

    created: int = 0
    timeless: int = 0
    updated: int = 0
    unchanged: int = 0
    refused: list[Refused] = field(default_factory=list)


@dataclass(frozen=True)
class _New:
    listing: Listing
    facts: dict[str, Any]
    draft: NewProperty


@transaction.atomic
def listings_import(*, listings: Sequence[Listing], order: ImportOrder, by: Actor) -> Tally:
    """Make, or bring up to date, the property of each listing; all that can be, or none.

    The listings have different ids. A property is known by the source's id. What the source has
    changed since the last import is written, and nothing else: bookings, and what the manager has
    changed, stay. One with a price is published when it is new, gets its price, or gets the time
    zone that it lacked; one that loses its price is unpublished. How many statements this takes
    does not depend on how many listings there are.
    """
    with connection.cursor() as cursor:
        cursor.execute(_TAKE_TURNS, [order.source])
    known = imported_by_source_id(
        source=order.source,
        source_ids=[listing.source_id for listing in listings],
        manager=order.manager,
    )
    types = PropertyType.objects.in_bulk()
    refused: list[Refused] = []
    new: list[_New] = []
    updates: list[Update] = []
    for listing in listings:
        try:
            if (before := known.get(listing.source_id)) is None:
                new.append(_new(listing, order, types))
            elif update := _update(listing, order, before):
                updates.append(update)
        except (BadRow, DomainError, ValidationError) as refusal:
            refused.append(Refused(listing.line, _reason(refusal)))
    unchanged = len(listings) - len(new) - len(updates) - len(refused)
    _add(new, order, by)
    gone = updates_write(updates=updates, language=order.language, by=by)
    refused += [Refused(update.listing.line, _DELETED) for update in gone]
    timeless = sum(not one.draft.settings.time_zone for one in new)
    return Tally(len(new), timeless, len(updates) - len(gone), unchanged, refused)


_DELETED = "its property has been deleted"


def _update(listing: Listing, order: ImportOrder, before: Imported) -> Update | None:
    address = _address(listing, order)
    if before.is_deleted:
        raise BadRow(_DELETED)
    if not before.is_managed:
        raise BadRow("its property belongs to another manager")
    if before.currency != address.currency:
        raise BadRow(f"its property is priced in {before.currency}, not in {address.currency}")
    facts = facts_of(listing, address)
    return update_of(listing, facts, before, time_zone=order.defaults.time_zone)


def _address(listing: Listing, order: ImportOrder) -> Address:
    address = settle(listing.place, order.defaults)
    if listing.price is not None and (problem := too_fine(listing.price, address.currency)):
        raise BadRow(f"the price {listing.price} is too fine: {problem}")
    return address


def _new(listing: Listing, order: ImportOrder, types: Mapping[int, PropertyType]) -> _New:
    address = _address(listing, order)
    prop, settings = property_draft(
        property_type=types.get(listing.property_type_id),
        is_test=False,
        name=listing.short_name,
        country=address.country,
        region_id=places.region_number(address.region) if address.region else None,
        settings={
            "currency": address.currency,
            "language": order.language,
            "time_zone": order.defaults.time_zone,
            "minimum_interval": listing.min_stay,
        },
        town=address.town,
        street=address.street,
        latitude=listing.place.latitude,
        longitude=listing.place.longitude,
        source=order.source,
        source_id=listing.source_id,
    )
    texts: dict[str, str] = {PropertyText.Field.NAME: listing.name}
    if listing.description is not None:
        texts[PropertyText.Field.DESCRIPTION] = listing.description
    draft = NewProperty(prop, settings, texts, listing.features or ())
    return _New(listing, facts_of(listing, address), draft)


def _add(new: Sequence[_New], order: ImportOrder, by: Actor) -> None:
    if not new:
        return
    properties_create(
        new=[one.draft for one in new], owner_id=order.manager.pk, language=order.language, by=by
    )
    listings = {one.draft.prop.pk: one.listing for one in new}
    rooms_add_to_many(
        wanted={
            pk: [RoomsToAdd(listing.room_type_id, 1, listing.guests)]
            for pk, listing in listings.items()
        },
        by=by,
    )
    tariff_types = first_prices(listings, by)
    properties_publish(property_ids=tariff_types, by=by)
    ImportedListing.objects.bulk_create(
        [
            ImportedListing(
                property=one.draft.prop,
                facts=one.facts | rate_facts(one.listing),
                tariff_type_id=tariff_types.get(one.draft.prop.pk),
            )
            for one in new
        ]
    )


def _reason(refusal: BadRow | DomainError | ValidationError) -> str:
    if isinstance(refusal, ValidationError):
        return "; ".join(refusal.messages)
    if isinstance(refusal, DomainError):
        problems = (str(problem) for of_one in refusal.fields.values() for problem in of_one)
        return " ".join([refusal.detail, *problems])
    return str(refusal)
