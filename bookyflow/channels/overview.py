"""Every property that a user may work on, as one of the user's channels sees them."""

from __future__ import annotations

from dataclasses import dataclass

from bookyflow.channels.models import ChannelProperty
from bookyflow.events.selectors import recent_counts
from bookyflow.properties.models import Property, PropertyText
from bookyflow.properties.selectors import Reach, property_texts, reachable


@dataclass(frozen=True)
class OverviewRow:
    """A property; `name` is in the language asked for.

    A private one shows its id, and `changes` only to a channel that it is linked to.
    """

    prop: Property
    name: str
    is_open: bool
    changes: int


def property_overview(*, reach: Reach, channel: int, language: str) -> list[OverviewRow]:
    """All reachable properties by id, whatever channel made them; four queries.

    `changes` counts the events of the last two weeks, where the channel may read them.
    """
    properties = list(reachable(reach).select_related("settings", "property_type"))
    linked = set(
        ChannelProperty.objects.filter(
            channel=channel, property__in=reachable(reach).values("pk")
        ).values_list("property", flat=True)
    )
    is_open = {prop.pk for prop in properties if prop.settings.api_privacy_off}
    changes = recent_counts(property_ids=linked | is_open)
    texts = property_texts(property_ids=is_open, language=language)
    return [
        OverviewRow(
            prop=prop,
            name=texts.get(prop.pk, {}).get(PropertyText.Field.NAME) or prop.name,
            is_open=prop.pk in is_open,
            changes=changes.get(prop.pk, 0),
        )
        for prop in properties
    ]
