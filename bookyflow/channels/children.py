"""The sites to which a channel has handed on a property."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlsplit

from django.db import transaction

from bookyflow.channels.links import address_check, property_updated
from bookyflow.channels.models import ChildSite
from bookyflow.core.acting import Actor
from bookyflow.core.errors import DomainError
from bookyflow.properties.locking import property_lock

HIDDEN = "********"  # sent in the place of a secret that stays as it is
ADDRESSES = ("url", "sister_url", "api_url")


def child_sites(*, property_id: int, channel_id: int) -> dict[str, dict[int, ChildSite]]:
    """The child sites of a property, as a channel has noted them: host → id there; one query."""
    found: dict[str, dict[int, ChildSite]] = {}
    for row in ChildSite.objects.filter(property=property_id, channel=channel_id):
        found.setdefault(row.host, {})[row.remote_property_id] = row
    return found


@transaction.atomic
def child_site_save(
    *,
    property_id: int,
    channel_id: int,
    url: str,
    remote_property_id: int,
    by: Actor,
    **values: str,
) -> ChildSite:
    """Note that a site shows a property under an id of its own, or change that note.

    `values` are other fields of ChildSite; those that are not named, or HIDDEN, stay. One event,
    unless it is so already. Raises DomainError `property_not_found`, and `validation_failed` for
    what is no address of the web.
    """
    property_lock(property_id)
    given = {name: text for name, text in values.items() if text != HIDDEN} | {"url": url}
    for name in ADDRESSES:
        if given.get(name) or name == "url":
            address_check(name, given[name])
    known = ChildSite.objects.filter(
        property=property_id,
        channel=channel_id,
        host=urlsplit(url).hostname,
        remote_property_id=remote_property_id,
    ).first()
    child = known or ChildSite(
        property_id=property_id,
        channel_id=channel_id,
        host=urlsplit(url).hostname or "",
        remote_property_id=remote_property_id,
    )
    if known is None or _differs(known, given):
        for name, value in given.items():
            setattr(child, name, value)
        child.save()
        property_updated(property_id, "children", by)
    return child


@transaction.atomic
def child_site_delete(
    *, property_id: int, channel_id: int, host: str, remote_property_id: int, by: Actor
) -> None:
    """Forget that a site shows a property; one event. Raises DomainError `child_not_found`."""
    property_lock(property_id)
    found = ChildSite.objects.filter(
        property=property_id,
        channel=channel_id,
        host=host.lower(),
        remote_property_id=remote_property_id,
    )
    deleted, _ = found.delete()
    if not deleted:
        raise DomainError("child_not_found")
    property_updated(property_id, "children", by)


def _differs(child: ChildSite, given: Mapping[str, str]) -> bool:
    return any(getattr(child, name) != value for name, value in given.items())
