"""A channel's own ids for the items of a property: extras, coupons, rooms, reviews."""

from __future__ import annotations

from django.db import transaction

from bookyflow.channels.links import property_updated
from bookyflow.channels.models import CrossReference
from bookyflow.core.acting import Actor
from bookyflow.core.errors import DomainError
from bookyflow.properties.locking import property_lock


def cross_references(*, property_id: int, channel_id: int) -> dict[str, dict[str, CrossReference]]:
    """What a channel calls the items of a property: type → its id → row; one query."""
    found: dict[str, dict[str, CrossReference]] = {}
    rows = CrossReference.objects.filter(property=property_id, channel=channel_id)
    for row in rows.order_by("item_type", "pk"):
        found.setdefault(row.item_type, {})[row.remote_id] = row
    return found


@transaction.atomic
def cross_reference_save(
    *,
    property_id: int,
    channel_id: int,
    item_type: str,
    remote_id: str,
    by: Actor,
    local_id: int = 0,
) -> None:
    """Say which item a channel's id stands for, in place of the one before; 0 takes it away.

    One event, unless it is so already. Raises DomainError `property_not_found`, and `conflict`
    where another id of the channel stands for the item.
    """
    property_lock(property_id)
    rows = CrossReference.objects.filter(
        property=property_id, channel=channel_id, item_type=item_type
    )
    known = rows.filter(remote_id=remote_id)
    if not local_id:
        changed, _ = known.delete()
    elif known.filter(local_id=local_id).exists():
        return
    elif other := rows.filter(local_id=local_id).first():
        problem = f"Your id {other.remote_id} stands for it."
        raise DomainError("conflict", problem, fields={"local_id": [problem]})
    else:
        changed = known.update(local_id=local_id) or _add(
            property_id, channel_id, item_type, remote_id, local_id
        )
    if changed:
        property_updated(property_id, "cross_references", by)


def _add(property_id: int, channel_id: int, item_type: str, remote_id: str, local_id: int) -> int:
    CrossReference.objects.create(
        property_id=property_id,
        channel_id=channel_id,
        item_type=item_type,
        remote_id=remote_id,
        local_id=local_id,
    )
    return 1
