"""Which property is which at Beds24, a channel manager with ids of its own.

They are links of a channel like any other's, under the name that it announces itself by.
"""

from __future__ import annotations

from django.db import transaction
from django.db.models import BooleanField, ExpressionWrapper, Q

from bookyflow.channels.links import remote_id_free
from bookyflow.channels.models import ChannelProperty
from bookyflow.channels.services import LONGEST, channel_announce
from bookyflow.core.acting import Actor
from bookyflow.core.errors import DomainError
from bookyflow.core.texts import is_blank, is_line
from bookyflow.events.models import EventKind
from bookyflow.events.services import record
from bookyflow.properties.locking import property_lock
from bookyflow.properties.selectors import Reach, reachable

CHANNEL = "beds24"


def beds24_property(*, reach: Reach, beds24_id: str) -> int:
    """The id of the reachable property that Beds24 has under an id of its own; 0 for none.

    The user's own link comes before those that others made for a property that both work on.
    """
    own = Q(channel__user=reach.user_id)
    links = ChannelProperty.objects.filter(
        channel__name=CHANNEL, remote_id=beds24_id, property__in=reachable(reach)
    )
    own_first = links.order_by(ExpressionWrapper(own, BooleanField()).desc(), "pk")
    return own_first.values_list("property", flat=True).first() or 0


@transaction.atomic
def beds24_link(*, property_id: int, beds24_id: str, user_id: int, by: Actor) -> None:
    """Say which property Beds24 has under an id; another id takes the place of the one before.

    The link belongs to the user's channel of that name, which is announced with the first one.
    One event, unless it is so already. Raises DomainError `property_not_found`,
    `validation_failed` for what is no id, and `remote_id_already_exists` where the user has linked
    another property to it.
    """
    locked = property_lock(property_id)
    if is_blank(beds24_id) or not is_line(beds24_id) or len(beds24_id) > LONGEST:
        problem = f"One line of text is needed, at most {LONGEST} characters."
        raise DomainError("validation_failed", fields={"beds24_id": [problem]})
    channel = channel_announce(user_id=user_id, name=CHANNEL, friendly_name="Beds24")
    links = ChannelProperty.objects.filter(channel=channel)
    if links.filter(property=locked, remote_id=beds24_id).exists():
        return
    remote_id_free(channel_id=channel.pk, remote_id=beds24_id)
    links.update_or_create(channel=channel, property=locked, defaults={"remote_id": beds24_id})
    record(
        EventKind.PROPERTY_UPDATED,
        by=by,
        property_id=property_id,
        subject=("property", property_id),
        names=["beds24_id"],
    )
