from __future__ import annotations

import re

from django.db import transaction
from django.db.models import Q

from bookyflow.channels.links import remote_id_free
from bookyflow.channels.models import Channel, ChannelProperty
from bookyflow.core.acting import Actor
from bookyflow.core.errors import DomainError
from bookyflow.core.places import countries_without_regions, country_code
from bookyflow.core.texts import is_blank, is_line
from bookyflow.properties.models import Property
from bookyflow.properties.selectors import Reach, reachable
from bookyflow.properties.services import property_create
from bookyflow.property_lifecycle.deletion import property_delete
from bookyflow.rooms.services import unit_add_default

LONGEST = 255
# What every HTTP client can send, and every proxy passes on unchanged.
HEADER_VALUE = re.compile(r"[!-~](?:[ -~]{0,253}[!-~])?")


def channel_announce(
    *, user_id: int, name: str, friendly_name: str, params: object | None = None
) -> Channel:
    """Register a channel of a user, or find the one of that name, which is left as it is.

    Raises DomainError `validation_failed` for a name that no header could carry, and for a
    friendly name that is blank, too long or no single line.
    """
    problems = {}
    if not HEADER_VALUE.fullmatch(name):
        problems["channel_name"] = ["1 to 255 characters of ASCII, with no blank at the ends."]
    if is_blank(friendly_name) or len(friendly_name) > LONGEST or not is_line(friendly_name):
        problems["friendly_name"] = [f"One line of text is needed, at most {LONGEST} characters."]
    if problems:
        raise DomainError("validation_failed", fields=problems)
    channel, _ = Channel.objects.get_or_create(
        user_id=user_id,
        name=name,
        defaults={"friendly_name": friendly_name, "params": params or {}},
    )
    return channel


@transaction.atomic
def channel_property_create(
    *,
    channel_id: int,
    owner_id: int,
    remote_id: str,
    name: str,
    country: str,
    property_type_id: int,
    by: Actor,
    region_id: int | None = None,
    time_zone: str = "",
) -> Property:
    """Add a property for a channel, linked to it under the channel's own id.

    It starts unpublished and private to the channel; one that is let as a whole has its unit at
    once. An empty `time_zone` is that of the place, where it tells. Raises DomainError
    `remote_id_already_exists`, `region_id_incorrect` also without a region
    of a country that has some, and as `property_create`.
    """
    remote_id_free(channel_id=channel_id, remote_id=remote_id)
    code = country_code(country)
    if region_id is None and code and code not in countries_without_regions():
        raise DomainError(
            "region_id_incorrect", fields={"region_id": ["Required in this country."]}
        )
    prop = property_create(
        by=by,
        owner_id=owner_id,
        name=name,
        country=country,
        region_id=region_id,
        property_type_id=property_type_id,
        settings={"time_zone": time_zone},
    )
    ChannelProperty.objects.create(channel_id=channel_id, property=prop, remote_id=remote_id)
    unit_add_default(property_id=prop.pk, by=by)
    return prop


@transaction.atomic
def channel_property_delete(*, reach: Reach, channel_id: int, remote_id: str, by: Actor) -> None:
    """Delete a property that a channel is linked to, by the channel's own id.

    Raises DomainError `property_not_found`, and as `property_delete`.
    """
    link = Q(channel_links__channel=channel_id, channel_links__remote_id=remote_id)
    prop = reachable(reach).filter(link).first() if remote_id else None
    if prop is None:
        raise DomainError("property_not_found")
    property_delete(prop=prop, by=by)
