"""What channels keep with the properties that they are linked to."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.db import transaction

from bookyflow.channels.models import ChannelProperty, ChildSite, CrossReference
from bookyflow.core.acting import Actor
from bookyflow.core.errors import DomainError
from bookyflow.core.texts import is_blank, is_line
from bookyflow.events.models import EventKind
from bookyflow.events.services import EventDraft, consequence_add, record
from bookyflow.properties.locking import property_lock

LONGEST_REMOTE_ID = 255
LONGEST_ADDRESS = 500
MANAGED_AT = "origin_management_url"  # in what a channel keeps with a property

_web_address = URLValidator(schemes=["http", "https"])


def links_follow() -> None:
    """Have the links of a property end with it, through whatever door it is deleted."""
    consequence_add(_end, EventKind.PROPERTY_DELETED)


def _end(deleted: EventDraft) -> None:
    """Free the channels' ids, and delete what they kept. The links stay, for their change logs."""
    of_it = {"property": deleted.property_id}
    ChannelProperty.objects.filter(**of_it).update(remote_id="", remote_data={})
    CrossReference.objects.filter(**of_it).delete()
    ChildSite.objects.filter(**of_it).delete()


def remote_id_free(*, channel_id: int, remote_id: str) -> None:
    """Raise `remote_id_already_exists` for an id that a channel has given to another property.

    That of a deleted property is free again.
    """
    links = ChannelProperty.objects.filter(channel=channel_id, remote_id=remote_id)
    links.filter(property__deleted_at__isnull=False).update(remote_id="")
    if links.filter(property__deleted_at=None).exists():
        raise DomainError("remote_id_already_exists")


@transaction.atomic
def remote_id_set(*, property_id: int, channel_id: int, remote_id: str, by: Actor) -> None:
    """Link a property to a channel under an id of the channel's own, or change that id.

    A property that is open to any channel is linked to this one from then on. One event, unless it
    is so already. Raises DomainError `property_not_found`, `validation_failed` for what is no id,
    and `remote_id_already_exists` where the channel has linked another property to it.
    """
    property_lock(property_id)
    if is_blank(remote_id) or not is_line(remote_id) or len(remote_id) > LONGEST_REMOTE_ID:
        problem = f"One line of text is needed, at most {LONGEST_REMOTE_ID} characters."
        raise DomainError("validation_failed", fields={"remote_id": [problem]})
    of_both: dict[str, Any] = {"channel_id": channel_id, "property_id": property_id}
    if ChannelProperty.objects.filter(**of_both, remote_id=remote_id).exists():
        return
    remote_id_free(channel_id=channel_id, remote_id=remote_id)
    ChannelProperty.objects.update_or_create(**of_both, defaults={"remote_id": remote_id})
    property_updated(property_id, "remote_id", by)


def management_url(*, property_id: int, channel_id: int) -> str:
    """Where a property is administered, as its channel said; "" where it did not; one query."""
    links = ChannelProperty.objects.filter(channel=channel_id, property=property_id)
    data = links.values_list("remote_data", flat=True).first() or {}
    return str(data.get(MANAGED_AT, ""))


@transaction.atomic
def management_url_set(*, property_id: int, channel_id: int, url: str, by: Actor) -> str:
    """Say where a property is really administered; "" takes it away. Returns what is kept.

    One event, unless it is so already. Raises DomainError `property_not_found`,
    `validation_failed` for what is no address of the web, and `property_not_linked` where the
    property is only open to the channel.
    """
    property_lock(property_id)
    if url:
        address_check("url", url)
    link = ChannelProperty.objects.filter(channel=channel_id, property=property_id).first()
    if link is None:
        raise DomainError("property_not_linked")
    if link.remote_data.get(MANAGED_AT, "") != url:
        link.remote_data = _without(link.remote_data) | ({MANAGED_AT: url} if url else {})
        link.save(update_fields=["remote_data"])
        property_updated(property_id, "management_url", by)
    return url


def address_check(name: str, url: str) -> None:
    """Raise `validation_failed` for what is no address of the web."""
    try:
        _web_address(url)
    except ValidationError:
        problem = "An address is needed that begins with https:// or http://."
        raise DomainError("validation_failed", fields={name: [problem]}) from None
    if len(url) > LONGEST_ADDRESS:
        problem = f"At most {LONGEST_ADDRESS} characters."
        raise DomainError("validation_failed", fields={name: [problem]})


def _without(data: Mapping[str, object]) -> dict[str, object]:
    return {name: value for name, value in data.items() if name != MANAGED_AT}


def property_updated(property_id: int, name: str, by: Actor) -> None:
    """Record that something was changed that channels keep with a property."""
    record(
        EventKind.PROPERTY_UPDATED,
        by=by,
        property_id=property_id,
        subject=("property", property_id),
        names=[name],
    )
