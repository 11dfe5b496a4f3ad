from __future__ import annotations

from functools import partial

from rest_framework.request import Request
from rest_framework.response import Response

from bookyflow.api.endpoint import endpoint
from bookyflow.api.views import FeatureViewSet
from bookyflow.calendars.feeds import (
    feed_add,
    feed_change,
    feed_delete,
    feed_renew,
)
from bookyflow.calendars.selectors import conflict_list, feed_list, source_list, stay_list
from bookyflow.calendars.sources import (
    source_accept,
    source_add,
    source_change,
    source_delete,
    source_read_soon,
)
from features.ical.serializers import (
    CalendarChangeIn,
    CalendarFeedOut,
    CalendarIn,
    CalendarOut,
    ConflictOut,
    FeedOptionsIn,
    ImportedStayOut,
    NewFeedIn,
)

read = partial(endpoint, scope="ical_get")
change = partial(endpoint, scope="ical_set")
of_feed = partial(
    change, key="feed", returns=CalendarFeedOut(), secret=True, raises=("calendar_feed_not_found",)
)
of_calendar = partial(
    change, key="calendar", returns=CalendarOut(), secret=True, raises=("calendar_not_found",)
)


class Feeds(FeatureViewSet):
    """Calendars that other platforms read: which nights of a room, or of all rooms, are taken."""

    @read(key="feeds", returns=CalendarFeedOut(many=True), secret=True)
    def list_feeds(self, request: Request, property_uid: int) -> Response:
        """List the calendars of a property that others can read, with their addresses.

        Platforms fetch an address when they like, after minutes to hours: what is sold here
        meanwhile can be sold there as well. Where a platform has an API, prefer it.
        """
        return self.reply(feed_list(property_id=property_uid))

    @change(
        key="feed",
        body=NewFeedIn,
        returns=CalendarFeedOut(),
        secret=True,
        raises=("room_not_found", "calendar_not_found", "calendar_already_exists"),
    )
    def add_feed(self, request: Request, property_uid: int) -> Response:
        """Make an address at which others read the taken nights of a room, or of all rooms.

        There is one for each room, one for the property, and one for each calendar that is read:
        give the platform of that calendar its own, which leaves out what came from there.
        """
        wanted = self.input(NewFeedIn)
        return self.reply(
            feed_add(
                property_id=property_uid,
                room_id=wanted.room_id,
                source_id=wanted.source_id,
                options=wanted.options,
                by=self.actor,
            )
        )

    @of_feed(body=FeedOptionsIn)
    def change_feed(self, request: Request, property_uid: int, feed_uid: int) -> Response:
        """Change what a calendar shows to others; its address stays."""
        options = self.input(FeedOptionsIn)
        return self.reply(
            feed_change(property_id=property_uid, feed_id=feed_uid, options=options, by=self.actor)
        )

    @of_feed()
    def renew_feed(self, request: Request, property_uid: int, feed_uid: int) -> Response:
        """Give a calendar another address, such as when others got to know it.

        The old one opens nothing from now on: tell the new one to each platform that reads it.
        """
        return self.reply(feed_renew(property_id=property_uid, feed_id=feed_uid, by=self.actor))

    @of_feed()
    def delete_feed(self, request: Request, property_uid: int, feed_uid: int) -> Response:
        """Delete a calendar for others with its address. Platforms keep what they read last."""
        return self.reply(feed_delete(property_id=property_uid, feed_id=feed_uid, by=self.actor))


class Calendars(FeatureViewSet):
    """Calendars of other platforms, whose busy nights close rooms here."""

    @read(key="calendars", returns=CalendarOut(many=True), secret=True)
    def list_calendars(self, request: Request, property_uid: int) -> Response:
        """List the calendars that are read for the rooms of a property, and how that went.

        `read_at` says as of when their nights are known here. One that fails, is empty of a
        sudden, or has lost more than half of its stays keeps its nights.
        """
        return self.reply(source_list(property_id=property_uid))

    @change(
        key="calendar",
        body=CalendarIn,
        returns=CalendarOut(),
        secret=True,
        raises=("room_not_found", "calendar_already_exists", "conflict"),
    )
    def add_calendar(self, request: Request, property_uid: int, room_uid: int) -> Response:
        """Have a calendar read for a room, at once and then every 15 minutes.

        All its events close the room, whatever they are called, unless they are cancelled or
        transparent. A booking here is never undone: where both sides have a night that is a
        conflict, which `calendar_conflict` tells of.
        """
        details = self.input(CalendarIn)
        return self.reply(
            source_add(property_id=property_uid, room_id=room_uid, details=details, by=self.actor)
        )

    @of_calendar(body=CalendarChangeIn, raises=("calendar_not_found", "calendar_already_exists"))
    def change_calendar(self, request: Request, property_uid: int, calendar_uid: int) -> Response:
        """Change a calendar, or have it not read for a while."""
        wanted = self.input(CalendarChangeIn)
        return self.reply(
            source_change(
                property_id=property_uid,
                source_id=calendar_uid,
                details=wanted.details,
                is_enabled=wanted.is_enabled,
                by=self.actor,
            )
        )

    @of_calendar()
    def delete_calendar(self, request: Request, property_uid: int, calendar_uid: int) -> Response:
        """Read a calendar no more. The room is open again on its nights."""
        return self.reply(
            source_delete(property_id=property_uid, source_id=calendar_uid, by=self.actor)
        )

    @of_calendar()
    def read_calendar_now(self, request: Request, property_uid: int, calendar_uid: int) -> Response:
        """Have a calendar read next, within seconds as a rule."""
        return self.reply(source_read_soon(property_id=property_uid, source_id=calendar_uid))

    @of_calendar()
    def accept_calendar(self, request: Request, property_uid: int, calendar_uid: int) -> Response:
        """Take a calendar in the state `shrunk` as it is now: what is missing there is free again.

        It is read next, and what it says then counts. In another state nothing is done.
        """
        return self.reply(
            source_accept(property_id=property_uid, source_id=calendar_uid, by=self.actor)
        )

    @read(
        key="stays",
        returns=ImportedStayOut(many=True),
        paged=True,
        raises=("calendar_not_found",),
    )
    def list_stays(self, request: Request, property_uid: int, calendar_uid: int) -> Response:
        """List what a calendar says of the nights from today on, and what it is taken for."""
        today = self.prop.settings.today()
        return self.reply(
            self.page(stay_list(property_id=property_uid, source_id=calendar_uid, today=today))
        )


class Conflicts(FeatureViewSet):
    """Nights that are sold here and elsewhere."""

    @read(key="conflicts", returns=ConflictOut(many=True), paged=True)
    def list_conflicts(self, request: Request, property_uid: int) -> Response:
        """List the open conflicts of a property, by night, with both sides.

        Nothing is undone on either side. Move the booking to another room, offer one of the guests
        other nights, or cancel one of the two: the conflict ends once they overlap no more.
        """
        return self.reply(self.page(conflict_list(property_id=property_uid)))
