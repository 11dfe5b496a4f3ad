"""The beginning of a property."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import transaction

from bookyflow.accounts.selectors import acts_as_super_manager
from bookyflow.core.acting import Actor
from bookyflow.core.errors import DomainError
from bookyflow.core.languages import DEFAULT
from bookyflow.properties.models import Property
from bookyflow.properties.services import property_create, property_texts_save
from bookyflow.property_lifecycle.mails import approval_mail_queue
from bookyflow.property_lifecycle.rooms import room_update
from bookyflow.rooms.models import Room
from bookyflow.rooms.selectors import room_types_usable
from bookyflow.rooms.services import RoomsToAdd, rooms_add, unit_add_default
from bookyflow.tariffs.services import base_price_set


@transaction.atomic
def property_open(
    *, by: Actor, owner_id: int, language: str, texts: Mapping[str, str], **facts: Any
) -> Property:
    """Add a property with its texts in a language, and its one room where it is let as a whole.

    `facts` are those of `property_create`, texts those of `property_texts_save`. It is not
    published yet; where the site approves properties its administrators get a mail, unless one of
    them has added it. Raises as both.
    """
    prop = property_create(by=by, owner_id=owner_id, **facts)
    unit_add_default(property_id=prop.pk, by=by)
    property_texts_save(property_id=prop.pk, language=language, texts=texts, by=by)
    if not prop.is_approved and not acts_as_super_manager(by):
        approval_mail_queue(prop)
    return prop


@dataclass(frozen=True)
class FirstRooms:
    """What a property begins with: so many rooms for so many adults each, and what a night costs.

    `room_type_id` None is the first type that fits the property's.
    """

    count: int
    guests: int
    price: Decimal
    room_type_id: int | None = None


@transaction.atomic
def property_open_priced(*, by: Actor, owner_id: int, first: FirstRooms, **facts: Any) -> Property:
    """Add a property with its rooms and the price of every night for two years, or nothing.

    One that is let as a whole has its one room, however many are asked for. Raises as
    `property_create`, `rooms_add` and `base_price_set`, and DomainError `room_type_incorrect` for
    a room type that does not fit, and where none does.
    """
    prop = property_open(by=by, owner_id=owner_id, language=DEFAULT, texts={}, **facts)
    room_type_id = first.room_type_id
    if room_type_id is None:
        fitting = room_types_usable(property_type=prop.property_type).first()
        if fitting is None:
            raise DomainError("room_type_incorrect", "No room type fits this type of property.")
        room_type_id = fitting.pk
    unit = Room.objects.filter(property=prop).first()
    if unit is not None:
        room_update(
            property_id=prop.pk,
            room_id=unit.pk,
            room_type_id=room_type_id,
            max_adults=first.guests,
            by=by,
        )
    else:
        count = 1 if prop.property_type.is_single_unit else first.count
        rooms_add(property_id=prop.pk, items=[RoomsToAdd(room_type_id, count, first.guests)], by=by)
    base_price_set(property_id=prop.pk, price=first.price, max_people=first.guests, by=by)
    return prop
