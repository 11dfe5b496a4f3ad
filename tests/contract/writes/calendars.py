"""Calendars that are shared with other platforms."""

from __future__ import annotations

from functools import partial

from bookyflow.calendars.feeds import (
    FeedOptions,
    feed_add,
    feed_change,
    feed_delete,
    feed_renew,
)
from bookyflow.calendars.sources import (
    CalendarDetails,
    source_accept,
    source_add,
    source_change,
    source_delete,
)
from tests.contract.writes import World, write

DETAILS = CalendarDetails("Seaside Stays", "https://calendars.example.com/1.ics")


def _source(w: World):
    room = w.hotel.rooms.first()
    return source_add(property_id=w.hotel.pk, room_id=room.pk, details=DETAILS, by=w.by)


def _feed(w: World):
    return feed_add(property_id=w.hotel.pk, options=FeedOptions(), by=w.by)


@write(source_add, "calendar_saved")
def _(w: World):
    yield partial(_source, w)
    yield partial(_source, w)


@write(source_change, "calendar_saved")
def _(w: World):
    change = partial(
        source_change,
        property_id=w.hotel.pk,
        source_id=_source(w).pk,
        details=CalendarDetails("Other", DETAILS.url),
        is_enabled=True,
        by=w.by,
    )
    yield change
    yield change


@write(source_accept, "calendar_saved")
def _(w: World):
    source = _source(w)
    source.state = "shrunk"
    source.save()
    accept = partial(source_accept, property_id=w.hotel.pk, source_id=source.pk, by=w.by)
    yield accept
    yield accept


@write(source_delete, "calendar_deleted")
def _(w: World):
    delete = partial(source_delete, property_id=w.hotel.pk, source_id=_source(w).pk, by=w.by)
    yield delete
    yield delete


@write(feed_add, "calendar_feed_saved")
def _(w: World):
    yield partial(_feed, w)
    yield partial(_feed, w)


@write(feed_change, "calendar_feed_saved")
def _(w: World):
    options = FeedOptions(names_guests=True)
    change = partial(
        feed_change, property_id=w.hotel.pk, feed_id=_feed(w).pk, options=options, by=w.by
    )
    yield change
    yield change


@write(feed_renew, "calendar_feed_saved")
def _(w: World):
    yield partial(feed_renew, property_id=w.hotel.pk, feed_id=_feed(w).pk, by=w.by)
    yield partial(feed_renew, property_id=w.hotel.pk, feed_id=0, by=w.by)


@write(feed_delete, "calendar_feed_deleted")
def _(w: World):
    delete = partial(feed_delete, property_id=w.hotel.pk, feed_id=_feed(w).pk, by=w.by)
    yield delete
    yield delete
