"""Links of properties to channels."""

from __future__ import annotations

from functools import partial
from typing import Any

from bookyflow.accounts.models import AccessLevel
from bookyflow.channels.administration import (
    Assignment,
    channel_delete,
    channel_owner_change,
    channel_properties_assign,
    channel_properties_unassign,
    channel_property_move,
)
from bookyflow.channels.beds24 import beds24_link
from bookyflow.channels.booking_links import booking_link, channel_block_create
from bookyflow.channels.children import child_site_delete, child_site_save
from bookyflow.channels.cross_references import cross_reference_save
from bookyflow.channels.links import management_url_set, remote_id_set
from bookyflow.channels.models import Channel, ChannelProperty
from bookyflow.channels.property_bookings import property_bookings_cancel
from bookyflow.channels.services import channel_property_delete
from bookyflow.properties.selectors import Reach
from tests.conftest import make_hotel
from tests.contract.writes import World, write
from tests.domain.conftest import book, stay


@write(beds24_link, "property_updated")
def _(w: World):
    link = partial(beds24_link, property_id=w.hotel.pk, user_id=w.manager.pk, by=w.by)
    yield partial(link, beds24_id="77")
    yield partial(link, beds24_id="77")
    yield partial(link, beds24_id="")


ALL = Reach(
    user_id=0, level=AccessLevel.SUPER_MANAGER, key_id=0, all_properties=True, is_test=False
)


def theirs(w: World) -> Channel:
    """A channel of somebody who does not work on the hotel."""
    return Channel.objects.create(user=w.stranger, name="theirs", friendly_name="Theirs")


@write(channel_properties_assign, "manager_added", "property_updated")
def _(w: World):
    channel = theirs(w)
    assign = partial(channel_properties_assign, channel_id=channel.pk, reach=ALL, by=w.by)
    yield partial(assign, assignments=[Assignment(w.hotel.pk, remote_id="77")])
    yield partial(assign, assignments=[Assignment(w.hotel.pk)])
    yield partial(assign, assignments=[Assignment(w.hotel.pk, user_id=w.manager.pk)])


@write(channel_properties_unassign, "property_updated")
def _(w: World):
    channel = theirs(w)
    ChannelProperty.objects.create(channel=channel, property=w.hotel)
    take = partial(channel_properties_unassign, channel_id=channel.pk, reach=ALL, by=w.by)
    one = [Assignment(w.hotel.pk)]
    yield partial(take, assignments=one, everything=False)
    yield partial(take, assignments=one, everything=False)
    yield partial(take, assignments=[], everything=True)


@write(channel_property_move, "manager_added", "property_updated")
def _(w: World):
    ChannelProperty.objects.create(channel=w.channel, property=w.hotel, remote_id="77")
    move = partial(channel_property_move, property_id=w.hotel.pk, by=w.by)
    other = theirs(w).pk
    yield partial(move, channel_id=other)
    yield partial(move, channel_id=other)
    yield partial(move, channel_id=0)


@write(channel_owner_change, "property_updated")
def _(w: World):
    ChannelProperty.objects.create(channel=w.channel, property=w.hotel)
    give = partial(channel_owner_change, channel_id=w.channel.pk, reach=ALL, by=w.by)
    yield partial(give, user_id=w.stranger.pk)
    yield partial(give, user_id=w.stranger.pk)
    yield partial(give, user_id=0)


@write(channel_delete, "property_updated")
def _(w: World):
    channel = theirs(w)
    ChannelProperty.objects.create(channel=channel, property=w.hotel)
    delete = partial(channel_delete, channel_id=channel.pk, reach=ALL, by=w.by)
    yield delete
    yield delete


@write(remote_id_set, "property_updated")
def _(w: World):
    link = partial(remote_id_set, property_id=w.hotel.pk, channel_id=w.channel.pk, by=w.by)
    yield partial(link, remote_id="77")
    yield partial(link, remote_id="77")
    yield partial(link, remote_id="")


@write(management_url_set, "property_updated")
def _(w: World):
    ChannelProperty.objects.create(channel=w.channel, property=w.hotel)
    tell = partial(management_url_set, property_id=w.hotel.pk, channel_id=w.channel.pk, by=w.by)
    yield partial(tell, url="https://pms.example/7")
    yield partial(tell, url="https://pms.example/7")
    yield partial(tell, url="javascript:alert(1)")


@write(channel_property_delete, "property_deleted")
def _(w: World):
    make_hotel(w.manager, name="Other")
    ChannelProperty.objects.create(channel=w.channel, property=w.hotel, remote_id="77")
    delete = partial(
        channel_property_delete,
        reach=Reach(w.manager.pk, w.manager.access_level, 0, all_properties=True, is_test=False),
        channel_id=w.channel.pk,
        by=w.by,
    )
    yield partial(delete, remote_id="77")
    yield partial(delete, remote_id="77")
    yield partial(delete, remote_id="")


@write(booking_link, "booking_modified")
def _(w: World):
    booking = book(w.hotel, stay(3, 2), by=w.by)
    here = {"channel_id": w.channel.pk, "property_id": w.hotel.pk, "by": w.by}
    link = partial(booking_link, booking_id=booking.pk, **here)
    yield partial(link, remote_id="R1")
    yield partial(link, remote_id="R1")
    yield partial(booking_link, booking_id=2**60, remote_id="R1", **here)


@write(channel_block_create, "blackbooking_added")
def _(w: World):
    here = {"channel_id": w.channel.pk, "property_id": w.hotel.pk, "by": w.by}
    block = partial(channel_block_create, remote_id="B1", **here)
    yield partial(block, stay=stay(3, 2))
    yield partial(block, stay=stay(3, 2))
    yield partial(block, stay=stay(4, 2))


@write(property_bookings_cancel, "booking_cancelled")
def _(w: World):
    book(w.hotel, stay(3, 2), by=w.by)
    here = {"channel_id": w.channel.pk, "property_id": w.hotel.pk, "by": w.by}
    yield partial(property_bookings_cancel, **here)
    yield partial(property_bookings_cancel, **here)


@write(cross_reference_save, "property_updated")
def _(w: World):
    save = partial(
        cross_reference_save,
        property_id=w.hotel.pk,
        channel_id=w.channel.pk,
        item_type="extras",
        by=w.by,
    )
    yield partial(save, remote_id="77", local_id=12)
    yield partial(save, remote_id="77", local_id=12)
    yield partial(save, remote_id="78", local_id=12)
    yield partial(save, remote_id="79")


def child(w: World) -> dict[str, Any]:
    return {"property_id": w.hotel.pk, "channel_id": w.channel.pk, "by": w.by}


@write(child_site_save, "property_updated")
def _(w: World):
    save = partial(child_site_save, **child(w), remote_property_id=4410)
    yield partial(save, url="https://child.example/", username="ada")
    yield partial(save, url="https://child.example/", username="ada")
    yield partial(save, url="https://child.example/", username="ada", api_url="child")


@write(child_site_delete, "property_updated")
def _(w: World):
    delete = partial(child_site_delete, **child(w), host="child.example", remote_property_id=4410)
    child_site_save(**child(w), remote_property_id=4410, url="https://child.example/")
    yield delete
    yield delete
