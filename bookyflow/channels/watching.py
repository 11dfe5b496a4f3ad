"""What people see of channels: whose they are, what they are linked to, and what is mapped."""

from __future__ import annotations

from django.db.models import Count, Q, QuerySet

from bookyflow.accounts.models import User
from bookyflow.channels.models import Channel, ChannelProperty, CrossReference, DictionaryMap


def channels_seen(*, viewer: User) -> QuerySet[Channel]:
    """The channels that an account may look at, by name: its own, for super managers all.

    Each has `link_count`, how many properties it is linked to.
    """
    found = Channel.objects.select_related("user").order_by("friendly_name", "pk")
    found = found.annotate(link_count=Count("links", filter=Q(links__property__deleted_at=None)))
    return found if viewer.is_super_manager else found.filter(user=viewer)


def links_of(*, channel_id: int) -> QuerySet[ChannelProperty]:
    """The links of a channel to properties that are there, with these, by name."""
    links = ChannelProperty.objects.filter(channel=channel_id, property__deleted_at=None)
    return links.select_related("property").order_by("property__name", "property_id")


def references_counted(*, channel_id: int) -> dict[str, int]:
    """How many single things a channel has given ids of its own, by what they are."""
    found = CrossReference.objects.filter(channel=channel_id, property__deleted_at=None)
    counted = found.values_list("item_type").annotate(Count("pk"))
    return dict(counted.order_by("item_type"))


def maps_of(*, channel_id: int) -> QuerySet[DictionaryMap]:
    """The dictionaries that a channel has mapped, each with `mapped` and `unmapped` entries."""
    is_mapped = Q(items__local_id__isnull=False)
    found = DictionaryMap.objects.filter(channel=channel_id).order_by("local_type")
    return found.annotate(
        mapped=Count("items", filter=is_mapped),
        unmapped=Count("items", filter=Q(items__isnull=False) & ~is_mapped),
    )
