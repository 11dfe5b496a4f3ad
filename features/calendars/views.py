from __future__ import annotations

from django.http import HttpResponse
from rest_framework import serializers
from rest_framework.request import Request

from bookyflow.api.contract import PUBLIC
from bookyflow.api.endpoint import endpoint
from bookyflow.api.views import FeatureViewSet
from bookyflow.calendars.feeds import feed_read


class PublicCalendars(FeatureViewSet):
    """Calendars that other platforms read: which nights of a room, or of all rooms, are taken."""

    @endpoint(
        scope=PUBLIC,
        key="calendar",
        returns=serializers.CharField(),
        media="text/calendar",
        raises=("calendar_feed_not_found",),
    )
    def read_feed(self, request: Request, token: str) -> HttpResponse:
        """Read a calendar by its address (RFC 5545). Whoever knows the address may.

        Whole days only; DTEND is the day of departure. A stay keeps its UID for ever; DTSTAMP and
        SEQUENCE rise when it changes. Ask with If-None-Match: 304 says that nothing has changed.
        `POST /ical/{property_uid}/feeds` makes an address.
        """
        # A browser is a person who looks: no platform knows of the nights for that.
        counts = "text/html" not in request.headers.get("Accept", "")
        return self.reply_file(feed_read(token=token, counts=counts))
