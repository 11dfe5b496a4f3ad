from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce, JSONObject, NullIf

from bookyflow.channels.models import (
    Channel,
    ChannelProperty,
    CrossReference,
)
from bookyflow.core.places import region_number
from bookyflow.events.selectors import recent_events
from bookyflow.pictures.models import Image
from bookyflow.properties.models import Property, PropertyText
from bookyflow.properties.selectors import Reach, property_texts, reachable
from bookyflow.rooms.models import Room
from bookyflow.rooms.selectors import room_list
from bookyflow.tariffs.selectors import RateRow, rate_rows

# The pictures that a channel sees of a property itself, and what it reads of each.
_SHOWN = (Image.Kind.MAIN, Image.Kind.SLIDESHOW, Image.Kind.ROOM_TYPE)
_OF_AN_IMAGE = ("id", "kind", "file", "name", "room_type_id")


@dataclass(frozen=True)
class ChannelNotes:
    """`data`: free-form, and the cross-references by type and remote id under `cross_references`.

    `recent_events` counts what happened to the property in the last two weeks; `feature_ids` are
    those of the features that it has, in their order. `images` are its pictures but those of rooms
    and extras, in theirs.
    """

    data: dict[str, object]
    recent_events: int
    feature_ids: list[int]
    images: list[Image]


@dataclass(frozen=True)
class RoomInfo:
    """The rooms of a property, and the first picture that it has of each of their types, by id."""

    rooms: list[Room]
    images: dict[int, Image]


@dataclass(frozen=True)
class PropertyDetail:
    """Everything that a channel sees of a property; `texts` has every field of PropertyText."""

    prop: Property
    notes: ChannelNotes
    rooms: list[Room]
    rates: list[RateRow]
    texts: dict[str, str]

    @property
    def region_number(self) -> int | None:
        """The region, as core.places numbers them; None where there is none."""
        return region_number(self.prop.region) if self.prop.region else None

    @property
    def room_info(self) -> RoomInfo | None:
        """The rooms with the pictures of their types; None without rooms."""
        of_types = [image for image in reversed(self.notes.images) if image.room_type_id]
        images = {image.room_type_id: image for image in of_types if image.room_type_id}
        return RoomInfo(self.rooms, images) if self.rooms else None


@dataclass(frozen=True)
class LinkDetail:
    """A link of a property to a channel, and all that the channel keeps with it."""

    link: ChannelProperty
    data: dict[str, object]


def channel_id(*, user_id: int, name: str) -> int:
    """The id of a user's channel of that name, or 0."""
    found = Channel.objects.filter(user=user_id, name=name).values_list("pk", flat=True)
    return found.first() or 0


def channels_of_all() -> QuerySet[Channel]:
    """The channels of all users by id, with these."""
    return Channel.objects.select_related("user").order_by("pk")


def channel_links(*, channel_id: int, reach: Reach) -> QuerySet[ChannelProperty]:
    """The reachable properties that a channel is linked to, in the order of the links."""
    links = ChannelProperty.objects.filter(
        channel=channel_id, property__in=reachable(reach).order_by()
    )
    return links.select_related("property", "channel__user").order_by("pk")


def links_by_property(links: Iterable[ChannelProperty]) -> dict[str, LinkDetail]:
    """Links of one channel by property id, with the cross-references of each; one query."""
    links = list(links)
    references = cross_references(links)
    return {
        str(one.property_id): LinkDetail(one, _noted(one.remote_data, references[one.pk]))
        for one in links
    }


def cross_references(links: Iterable[ChannelProperty]) -> dict[int, list[dict[str, Any]]]:
    """The channel's own ids of items of its properties, by the id of the link; one query."""
    by_property = {(one.channel_id, one.property_id): one.pk for one in links}
    rows = CrossReference.objects.filter(
        channel__in={channel for channel, _ in by_property},
        property__in={prop for _, prop in by_property},
    ).order_by("pk")
    found: dict[int, list[dict[str, Any]]] = {pk: [] for pk in by_property.values()}
    for row in rows:
        if link := by_property.get((row.channel_id, row.property_id)):
            found[link].append(
                {"type": row.item_type, "remote": row.remote_id, "local": row.local_id}
            )
    return found


def reachable_through(*, reach: Reach, channel: int) -> QuerySet[Property]:
    """The reachable properties that a channel works with: linked to it, or open to any channel."""
    return reachable(reach).filter(_works_with(channel))


def properties_known(*, reach: Reach, channel: int) -> QuerySet[Property]:
    """What a channel may know of: published properties of all, and those that it works with.

    A test key knows test properties only, and a live one none of them.
    """
    own = reachable_through(reach=reach, channel=channel).order_by().values("pk")
    return Property.objects.filter(
        Q(is_published=True, is_approved=True) | Q(pk__in=own),
        deleted_at=None,
        is_test=reach.is_test,
    )


def linked(*, reach: Reach, channel: int) -> QuerySet[Property]:
    """The reachable properties that a channel is linked to, in order of their ids.

    Others that are open to any channel are not among them. `remote_id` is the channel's own id of
    each, None where it has none.
    """
    found = reachable(reach).filter(Exists(_link(channel)))
    return found.annotate(remote_id=_remote_id(channel))


def logged_through(*, reach: Reach, channel: int, since: datetime) -> QuerySet[Property]:
    """The properties of `reachable_through`, and those that were deleted from `since` on.

    A deleted one keeps its link, so that the channel learns of the end.
    """
    return reachable(reach, deleted_since=since).filter(_works_with(channel))


def property_ids(*, reach: Reach, channel: int) -> QuerySet[Property]:
    """The properties of `reachable_through`, of which only the ids are read.

    `remote_id` is the channel's own id of each, None where it has none.
    """
    found = reachable_through(reach=reach, channel=channel).only("pk")
    return found.annotate(remote_id=_remote_id(channel))


def _link(channel: int) -> QuerySet[ChannelProperty]:
    """The link of a channel to the property of a row."""
    return ChannelProperty.objects.filter(channel=channel, property=OuterRef("pk"))


def _works_with(channel: int) -> Q:
    return Exists(_link(channel)) | Q(settings__api_privacy_off=True)


def _remote_id(channel: int) -> NullIf:
    return NullIf(Subquery(_link(channel).values("remote_id")), Value(""))


def property_detail(*, prop: Property, channel: int, language: str) -> PropertyDetail:
    """Everything that a channel sees of a property, with texts in `language`; four queries."""
    texts = property_texts(property_ids=[prop.pk], language=language).get(prop.pk, {})
    return PropertyDetail(
        prop=prop,
        notes=channel_notes(channel=channel, prop=prop),
        rooms=list(room_list(prop=prop)),
        rates=rate_rows(property_ids=[prop.pk]).get(prop.pk, []),
        texts=dict.fromkeys(PropertyText.Field.values, "")
        | {PropertyText.Field.NAME: prop.name}
        | {name: text for name, text in texts.items() if text},
    )


def channel_notes(*, channel: int, prop: Property) -> ChannelNotes:
    """What a channel keeps with a property, and how much happened there; one query.

    What else comes in lists of its own is read with it.
    """
    of_both = {"channel": channel, "property": prop}
    events = recent_events(property_id=prop.pk).order_by().values("property_id")
    row = (
        Property.objects.filter(pk=prop.pk)
        .annotate(
            kept=Subquery(ChannelProperty.objects.filter(**of_both).values("remote_data")),
            references=ArraySubquery(
                CrossReference.objects.filter(**of_both)
                .order_by("pk")
                .values(json=JSONObject(type="item_type", remote="remote_id", local="local_id"))
            ),
            featured=ArraySubquery(
                Property.features.through.objects.filter(property=prop)
                .order_by("propertyfeature")
                .values("propertyfeature")
            ),
            happened=Coalesce(Subquery(events.annotate(n=Count("pk")).values("n")), 0),
            shown=ArraySubquery(
                Image.objects.filter(property=prop, kind__in=_SHOWN)
                .order_by("position", "pk")
                .values(json=JSONObject(**{name: name for name in _OF_AN_IMAGE}))
            ),
        )
        .values("kept", "references", "featured", "happened", "shown")
        .get()
    )
    kept = _noted(row["kept"], row["references"])
    images = [Image(**one) for one in row["shown"]]
    return ChannelNotes(kept, row["happened"], row["featured"], images)


def _noted(kept: dict[str, object] | None, items: Iterable[dict[str, Any]]) -> dict[str, object]:
    references: dict[str, dict[str, object]] = defaultdict(dict)
    for item in items:
        references[item["type"]][item["remote"]] = {
            "remote_id": item["remote"],
            "local_id": item["local"],
        }
    known = {"cross_references": dict(references)} if references else {}
    return (kept or {}) | known


def channels_of(*, property_id: int) -> list[tuple[int, str]]:
    """The channels that may reach a property, by id, with the names that people know; one query."""
    found = Channel.objects.filter(links__property=property_id).order_by("friendly_name", "pk")
    return [(one.pk, one.friendly_name or one.name) for one in found]
