"""Every property that a user may work on, as one of the user's channels sees them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import QuerySet

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


def overview_properties(*, reach: Reach) -> QuerySet[Property]:
    """All reachable properties by id, whatever channel made them, with what the overview needs."""
    return reachable(reach).select_related("settings", "property_type")


def property_overview(
    *, properties: Iterable[Property], channel: int, language: str
) -> list[OverviewRow]:
    """Properties of `overview_properties`, in their order; three more queries.

    `changes` counts the events of the last two weeks, where the channel may read them.
    """
    properties = list(properties)
    linked = set(
        ChannelProperty.objects.filter(
            channel=channel, property__in=[prop.pk for prop in properties]
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
