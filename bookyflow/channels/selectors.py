from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet

from bookyflow.availability.models import Occupancy
from bookyflow.channels.models import Channel, ChannelProperty, CrossReference
from bookyflow.properties.models import Property
from bookyflow.properties.selectors import Reach, reachable
from bookyflow.reservations.models import Booking, BookingKind


@dataclass
class RoomsOfType:
    """The rooms of one type that a booking holds."""

    room_type_id: int
    name: str
    room_ids: list[int] = field(default_factory=list)


def channel_id(*, user_id: int, name: str) -> int:
    """The id of a user's channel of that name, or 0."""
    found = Channel.objects.filter(user=user_id, name=name).values_list("pk", flat=True)
    return found.first() or 0


def reachable_through(*, reach: Reach, channel: int) -> QuerySet[Property]:
    """The reachable properties that a channel works with: linked to it, or open to any channel."""
    link = ChannelProperty.objects.filter(channel=channel, property=OuterRef("pk"))
    return reachable(reach).filter(Exists(link) | Q(settings__api_privacy_off=True))


def remote_ids(*, reach: Reach, channel: int) -> dict[int, str | None]:
    """The channel's own id of each property it works with, by our id; None where it has none."""
    properties = reachable_through(reach=reach, channel=channel)
    links = ChannelProperty.objects.filter(channel=channel, property__in=properties)
    known = dict(links.values_list("property", "remote_id"))
    return {pk: known.get(pk) or None for pk in properties.values_list("pk", flat=True)}


def remote_data(*, channel: int, prop: Property) -> dict[str, object]:
    """What the channel keeps with a property, and its cross-references by type and remote id."""
    data = dict(
        ChannelProperty.objects.filter(channel=channel, property=prop)
        .values_list("remote_data", flat=True)
        .first()
        or {}
    )
    references: dict[str, dict[str, object]] = defaultdict(dict)
    for item in CrossReference.objects.filter(channel=channel, property=prop):
        references[item.item_type][item.remote_id] = {
            "remote_id": item.remote_id,
            "local_id": item.local_id,
        }
    return data | ({"cross_references": dict(references)} if references else {})


def booking_list(*, prop: Property) -> QuerySet[Booking]:
    """Every booking of a property, oldest change first, with guest and channel; two queries.

    Blocks are left out: they are no bookings (reference R-BB-5).
    """
    return (
        Booking.objects.filter(property=prop, kind=BookingKind.BOOKING)
        .select_related("guest", "channel_stay__reservation")
        .order_by("changed_at", "pk")
    )


def booking_detail(*, prop: Property, booking_id: int) -> QuerySet[Booking]:
    """One booking as `booking_list`, with the rooms it holds under `held`."""
    held = Prefetch(
        "occupancies",
        Occupancy.objects.select_related("room_type").order_by("room"),
        to_attr="held",
    )
    return booking_list(prop=prop).filter(pk=booking_id).prefetch_related(held)


def rooms_by_type(held: Iterable[Occupancy]) -> dict[int, RoomsOfType]:
    """Group occupancies by room type id."""
    found: dict[int, RoomsOfType] = {}
    for occupancy in held:
        room_type = occupancy.room_type
        group = found.setdefault(room_type.pk, RoomsOfType(room_type.pk, room_type.name))
        group.room_ids.append(occupancy.room_id)
    return found
