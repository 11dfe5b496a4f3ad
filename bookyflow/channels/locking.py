"""The lock on properties that a channel writes to."""

from __future__ import annotations

from collections.abc import Set as AbstractSet

from bookyflow.accounts.models import AccessLevel
from bookyflow.channels import sql
from bookyflow.channels.selectors import reachable_through
from bookyflow.properties.locking import lock_where, properties_lock
from bookyflow.properties.models import Property
from bookyflow.properties.selectors import Reach

# The statement that locks one is kept by the server; that for several is made and planned anew each
# time, and takes as long as ten of them.
FEW = 3


def properties_locked(
    *, reach: Reach, channel_id: int, wanted: AbstractSet[int]
) -> dict[int, Property]:
    """The wanted properties that the channel reaches, locked; by id.

    In order of their ids, as `properties_lock` does. A statement for each of a FEW, one for more.
    """
    if len(wanted) > FEW:
        reached = reachable_through(reach=reach, channel=channel_id)
        return properties_lock(reached.filter(pk__in=wanted))
    parameters = {
        "is_test": reach.is_test,
        "all_staffed": reach.level >= AccessLevel.SUPER_MANAGER,
        "user_id": reach.user_id,
        "all_properties": reach.all_properties,
        "key_id": reach.key_id,
        "channel_id": channel_id,
    }
    found: dict[int, Property] = {}
    for pk in sorted(wanted):
        prop = lock_where(sql.REACHED_THROUGH, parameters | {"property_id": pk})
        if prop is not None:
            found[pk] = prop
    return found
