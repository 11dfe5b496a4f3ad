"""What the site's administrators do with channels: whose they are, and which properties they reach.

A property changes with the channels that it is on, so each change is one of its events. What lies
beyond the reach of the key that acts is left alone: a test key changes nothing of live properties.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from django.db import transaction

from bookyflow.accounts.models import AccessLevel
from bookyflow.accounts.selectors import staff_one
from bookyflow.channels.links import remote_id_free
from bookyflow.channels.models import (
    Channel,
    ChannelProperty,
    ChannelReservation,
    ChildSite,
    CrossReference,
)
from bookyflow.channels.services import channel_announce
from bookyflow.core.acting import Actor
from bookyflow.core.errors import DomainError
from bookyflow.events.models import EventKind
from bookyflow.events.services import EventDraft, record_many
from bookyflow.properties.access import staff_add
from bookyflow.properties.locking import properties_lock
from bookyflow.properties.models import Property
from bookyflow.properties.selectors import Reach, reachable

MOST_PROPERTIES = 500  # of one call
KEPT_WITH_A_PROPERTY = (CrossReference, ChildSite)

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Assignment:
    """A property, and a channel that is to reach it, or not any more.

    `remote_id` is the channel's own id of the property; None leaves the one that there is.
    `user_id` is the owner of the channel, where the caller is sure to know.
    """

    property_id: int
    channel_id: int | None = None
    remote_id: str | None = None
    user_id: int | None = None


@dataclass(frozen=True)
class Outcome:
    """What became of an assignment, with channel and owner filled in; `error` None: it is done."""

    assignment: Assignment
    error: DomainError | None = None

    @property
    def key(self) -> str:
        """The key of the refusal."""
        return self.error.key if self.error else ""

    @property
    def message(self) -> str:
        """The refusal, for people."""
        return self.error.detail if self.error else ""


@dataclass(frozen=True)
class Outcomes:
    """What became of all of them, in their order."""

    done: list[Outcome]
    refused: list[Outcome]


def channel_create_for(*, user_id: int, name: str, friendly_name: str) -> Channel:
    """Announce a channel for an account of staff. Raises as `channel_announce`; manager_not_found.

    An existing one is left as it is.
    """
    staff_one(user_id=user_id)
    return channel_announce(user_id=user_id, name=name, friendly_name=friendly_name)


@transaction.atomic
def channel_properties_assign(
    *, channel_id: int, assignments: Sequence[Assignment], reach: Reach, by: Actor
) -> Outcomes:
    """Let channels reach properties; a channel that does already gets the remote id, if any.

    An assignment without a channel is for `channel_id`. The owner of the channel becomes a member
    of the property's staff, if it is none: nobody reaches a property through a channel alone.
    Each stands for itself, and is refused with `channel_not_found`, `channel_of_another_user`,
    `property_not_found`, `remote_id_already_exists`, or as `staff_add` does. One event for each
    property that changes. Raises DomainError `channel_not_found`, and `assignments_refused` with
    `results` by property id when none succeeds.
    """
    reached = _locked(reach, [one.property_id for one in assignments])
    wanted = {channel_id, *(one.channel_id for one in assignments)}
    channels = Channel.objects.select_related("user").in_bulk(wanted - {None})
    if channel_id not in channels:
        raise DomainError("channel_not_found")

    def assign(one: Assignment, channel: Channel) -> bool:
        if one.property_id not in reached:
            raise DomainError("property_not_found")
        if channel.user.access_level < AccessLevel.SUPER_MANAGER:
            staff_add(user_id=channel.user_id, property_id=one.property_id, by=by)
        return _link(one, channel)

    outcomes = _each(assign, assignments, channels, channel_id, by=by)
    return _some(outcomes, "assignments_refused")


@transaction.atomic
def channel_properties_unassign(
    *, channel_id: int, assignments: Sequence[Assignment], everything: bool, reach: Reach, by: Actor
) -> Outcomes:
    """Take properties away from a channel, with its own ids of what they have and its child sites.

    `everything` adds all that it reaches. Staff stay, and so do bookings that the channel brought.
    Each stands for itself, and is refused with `channel_of_another_user` or
    `property_not_on_channel`. One event for each property that changes. Raises DomainError
    `channel_not_found`, and `unassignments_refused` with `results` by property id when none
    succeeds.
    """
    channel = Channel.objects.select_related("user").filter(pk=channel_id).first()
    if channel is None:
        raise DomainError("channel_not_found")
    wanted = [replace(one, channel_id=channel_id) for one in assignments]
    if everything:
        named = {one.property_id for one in wanted}
        wanted += [Assignment(pk) for pk in _reached_by(channel, reach) if pk not in named]
    reached = _locked(reach, [one.property_id for one in wanted])

    def unassign(one: Assignment, channel: Channel) -> bool:
        of_both = {"channel": channel, "property": one.property_id}
        links = ChannelProperty.objects.filter(**of_both)
        if one.property_id not in reached or not links.delete()[0]:
            raise DomainError("property_not_on_channel")
        for model in KEPT_WITH_A_PROPERTY:
            model.objects.filter(**of_both).delete()
        return True

    outcomes = _each(unassign, wanted, {channel_id: channel}, channel_id, by=by)
    return _some(outcomes, "unassignments_refused") if wanted else Outcomes([], [])


@transaction.atomic
def channel_property_move(*, property_id: int, channel_id: int, by: Actor) -> None:
    """Put a property that is on one channel onto another, with ids and child sites of the one.

    The owner of the new channel becomes a member of the property's staff, if it is none. Bookings
    stay with the channel that brought them. One event. Raises DomainError `property_not_found`,
    `channel_not_found`, `property_not_owned_by_any_channel`, `property_already_on_channel`,
    `property_on_several_channels`, and `remote_id_already_exists` where the new channel has another
    property under the id.
    """
    if property_id not in properties_lock(Property.objects.filter(pk=property_id, deleted_at=None)):
        raise DomainError("property_not_found")
    channel = Channel.objects.select_related("user").filter(pk=channel_id).first()
    if channel is None:
        raise DomainError("channel_not_found")
    link = _only_link(property_id, but_not=channel)
    if link.remote_id:
        remote_id_free(channel_id=channel.pk, remote_id=link.remote_id)
    if channel.user.access_level < AccessLevel.SUPER_MANAGER:
        staff_add(user_id=channel.user_id, property_id=property_id, by=by)
    _hand_over(link, channel)
    link.channel = channel
    link.save(update_fields=["channel"])
    _record([property_id], by=by)


@transaction.atomic
def channel_owner_change(*, channel_id: int, user_id: int, reach: Reach, by: Actor) -> None:
    """Give a channel to another account of staff; one event for each property that it is on.

    The new owner reaches those of its properties that it may work on; the others are assigned
    again. Raises DomainError `channel_not_found`, `manager_not_found`, `conflict` where the account
    has a channel of that name, and `forbidden` where the channel is on properties out of reach.
    """
    channel, property_ids = _whole(channel_id, reach)
    staff_one(user_id=user_id)
    if channel.user_id == user_id:
        return
    if Channel.objects.filter(user=user_id, name=channel.name).exists():
        raise DomainError("conflict", "The account has a channel of this name already.")
    channel.user_id = user_id
    channel.save(update_fields=["user"])
    _record(property_ids, by=by)
    logger.info("channel %s given to user %s by %s", channel_id, user_id, by)


@transaction.atomic
def channel_delete(*, channel_id: int, reach: Reach, by: Actor) -> None:
    """Delete a channel with its links, own ids and maps; properties stay.

    One event for each property that it is on. Raises DomainError `channel_not_found`,
    `channel_has_reservations`, and `forbidden` where it is on properties out of reach.
    """
    channel, property_ids = _whole(channel_id, reach)
    if ChannelReservation.objects.filter(channel=channel).exists():
        raise DomainError("channel_has_reservations")
    _record(property_ids, by=by)
    channel.delete()
    logger.info("channel %s deleted by %s", channel_id, by)


def _locked(reach: Reach, property_ids: Iterable[int]) -> dict[int, Property]:
    return properties_lock(reachable(reach).filter(pk__in=set(property_ids)))


def _reached_by(channel: Channel, reach: Reach) -> list[int]:
    return list(
        reachable(reach).filter(channel_links__channel=channel).values_list("pk", flat=True)
    )


def _whole(channel_id: int, reach: Reach) -> tuple[Channel, list[int]]:
    """A channel, locked with its properties, and the ids of these."""
    linked = Property.objects.filter(channel_links__channel=channel_id, deleted_at=None)
    locked = properties_lock(linked)
    channel = Channel.objects.select_for_update().filter(pk=channel_id).first()
    if channel is None:
        raise DomainError("channel_not_found")
    if locked.keys() - set(_reached_by(channel, reach)):
        raise DomainError("forbidden", "The channel is on properties that the key does not reach.")
    return channel, sorted(locked)


def _each(
    work: Callable[[Assignment, Channel], bool],
    assignments: Iterable[Assignment],
    channels: dict[int, Channel],
    channel_id: int,
    *,
    by: Actor,
) -> list[Outcome]:
    """Do what is to be done for each assignment, undoing what is refused; tell what has changed."""
    outcomes, changed = [], []
    for given in assignments:
        one = replace(given, channel_id=given.channel_id or channel_id)
        channel = channels.get(one.channel_id or 0)
        try:
            with transaction.atomic():
                found = _of_its_owner(one, channel)
                one = replace(one, user_id=found.user_id)
                if work(one, found):
                    changed.append(one.property_id)
            outcomes.append(Outcome(one))
        except DomainError as error:
            outcomes.append(Outcome(one, error))
    _record(dict.fromkeys(changed), by=by)
    return outcomes


def _of_its_owner(one: Assignment, channel: Channel | None) -> Channel:
    if channel is None:
        raise DomainError("channel_not_found")
    if one.user_id not in {None, channel.user_id}:
        raise DomainError("channel_of_another_user")
    return channel


def _some(outcomes: list[Outcome], key: str) -> Outcomes:
    done = [one for one in outcomes if one.error is None]
    if not done:
        results = {str(one.assignment.property_id): one.error for one in outcomes if one.error}
        raise DomainError(key, results=results)
    return Outcomes(done, [one for one in outcomes if one.error])


def _link(one: Assignment, channel: Channel) -> bool:
    """Link a property, or give the link its remote id; whether anything has changed."""
    link = ChannelProperty.objects.filter(channel=channel, property=one.property_id).first()
    if link is not None and one.remote_id in {None, link.remote_id}:
        return False
    if one.remote_id:
        remote_id_free(channel_id=channel.pk, remote_id=one.remote_id)
    ChannelProperty.objects.update_or_create(
        channel=channel,
        property_id=one.property_id,
        defaults={"remote_id": one.remote_id or ""},
    )
    return True


def _only_link(property_id: int, *, but_not: Channel) -> ChannelProperty:
    links = list(ChannelProperty.objects.filter(property=property_id).order_by("pk"))
    if not links:
        raise DomainError("property_not_owned_by_any_channel")
    if any(one.channel_id == but_not.pk for one in links):
        raise DomainError("property_already_on_channel")
    if len(links) > 1:
        raise DomainError("property_on_several_channels")
    return links[0]


def _hand_over(link: ChannelProperty, channel: Channel) -> None:
    """Give a channel what another one keeps with a property, of each kind of which it has none."""
    for model in KEPT_WITH_A_PROPERTY:
        of_it = model.objects.filter(property=link.property_id)
        old = of_it.filter(channel=link.channel_id)
        if of_it.filter(channel=channel).exists():
            old.delete()
        else:
            old.update(channel=channel)


def _record(property_ids: Iterable[int], *, by: Actor) -> None:
    record_many(
        [
            EventDraft(EventKind.PROPERTY_UPDATED, pk, ("property", pk), {"names": ["channels"]})
            for pk in property_ids
        ],
        by=by,
    )
