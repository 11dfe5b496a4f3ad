from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from rest_framework import serializers

from bookyflow.api.wire.fields import DateField, LineText, PlainText, Truth, Uid
from bookyflow.api.wire.inputs import In
from bookyflow.calendars.addresses import feed_path
from bookyflow.calendars.feeds import FeedOptions
from bookyflow.calendars.models import (
    CalendarConflict,
    CalendarFeed,
    CalendarSource,
    ImportedStay,
    SourceState,
    StayKind,
)
from bookyflow.calendars.sources import LONGEST_NAME, CalendarDetails
from bookyflow.core.outgoing import LONGEST_ADDRESS

ROOM = "The room; null: all rooms of the property."


class FeedOptionsIn(In[FeedOptions]):
    builds = FeedOptions

    with_guest_names = Truth(
        source="names_guests", default=False, help_text="Whoever has the address reads them."
    )
    with_blocks = Truth(
        source="shows_blocks", default=True, help_text="Nights that staff have closed."
    )
    with_holds = Truth(
        source="shows_holds", default=False, help_text="Rooms that somebody is just booking."
    )
    with_cancelled = Truth(
        source="keeps_cancelled",
        default=False,
        help_text="Stays that were shown and are cancelled stay, with STATUS:CANCELLED.",
    )


@dataclass(frozen=True)
class NewFeed:
    """Of which room a feed is, for the platform of which calendar, and what it shows."""

    room_id: int | None = None
    source_id: int | None = None
    options: FeedOptions = field(default_factory=FeedOptions)


class NewFeedIn(In[NewFeed]):
    builds = NewFeed

    room_uid = Uid(source="room_id", required=False, allow_null=True, help_text=ROOM)
    calendar_uid = Uid(
        source="source_id",
        required=False,
        allow_null=True,
        help_text="For the platform of this calendar: what came from there is left out.",
    )
    options = FeedOptionsIn(required=False)


class FeedAddress(serializers.CharField):
    """Where others read a feed."""

    def to_representation(self, value: Any) -> str:
        """The whole address."""
        path = feed_path(str(value))
        address: str = self.context["request"].build_absolute_uri(path)
        return address


class CalendarFeedOut(serializers.Serializer[CalendarFeed]):
    feed_uid = serializers.IntegerField(source="pk")
    room_uid = serializers.IntegerField(source="room_id", allow_null=True, help_text=ROOM)
    calendar_uid = serializers.IntegerField(
        source="source_id", allow_null=True, help_text="The calendar for whose platform it is."
    )
    url = FeedAddress(source="token", help_text="For other platforms; as good as a password.")
    with_guest_names = serializers.BooleanField(source="names_guests")
    with_blocks = serializers.BooleanField(source="shows_blocks")
    with_holds = serializers.BooleanField(source="shows_holds")
    with_cancelled = serializers.BooleanField(source="keeps_cancelled")
    fetched_at = serializers.DateTimeField(
        allow_null=True, help_text="When somebody last read it; null: nobody has yet."
    )


class CalendarIn(In[CalendarDetails]):
    builds = CalendarDetails

    name = LineText(max_length=LONGEST_NAME, help_text="What you call it, such as the platform.")
    url = PlainText(max_length=LONGEST_ADDRESS, help_text="https:// or webcal://")


@dataclass(frozen=True)
class CalendarChange:
    """Where a calendar is from now on, and whether it is read."""

    details: CalendarDetails
    is_enabled: bool = True


class CalendarChangeIn(In[CalendarChange]):
    builds = CalendarChange

    calendar = CalendarIn(source="details")
    is_enabled = Truth(default=True, help_text="Not read while it is off; its nights stay closed.")


class CalendarNoteOut(serializers.Serializer[Any]):
    kind = serializers.CharField(
        help_text="zone_unknown, no_night, event_odd or rule_odd: what was strange, and counted."
    )
    about = serializers.CharField(help_text="The zone's name, or the UID of the event.")


class CalendarOut(serializers.Serializer[CalendarSource]):
    calendar_uid = serializers.IntegerField(source="pk")
    room_uid = serializers.IntegerField(source="room_id")
    name = serializers.CharField()
    url = serializers.CharField()
    is_enabled = serializers.BooleanField()
    state = serializers.ChoiceField(choices=SourceState.choices)
    problem = serializers.CharField(help_text='Why it could not be read; "" where it could.')
    notes = CalendarNoteOut(many=True, help_text="What was strange in the last reading.")
    polled_at = serializers.DateTimeField(allow_null=True, help_text="When it was last asked for.")
    read_at = serializers.DateTimeField(
        allow_null=True, help_text="As of when its nights are known here; null: never."
    )
    next_poll_at = serializers.DateTimeField(help_text="When it is asked for next.")


class ImportedStayOut(serializers.Serializer[ImportedStay]):
    arrival = DateField(source="first")
    departure = DateField(source="end")
    kind = serializers.ChoiceField(
        choices=StayKind.choices,
        help_text="stay: closes the room; window: the platform's booking window; echo: a stay of "
        "yours that it gives back.",
    )
    label = serializers.CharField(help_text="What the platform calls it; counts for nothing.")  # type: ignore[assignment]  # the interface's name
    contract_uid = serializers.IntegerField(
        source="block_id", allow_null=True, help_text="The block that closes the room."
    )
    is_whole = serializers.BooleanField(help_text="Whether it does on all of the nights.")


class ConflictOut(serializers.Serializer[CalendarConflict]):
    conflict_uid = serializers.IntegerField(source="pk")
    calendar_uid = serializers.IntegerField(source="source_id")
    room_uid = serializers.IntegerField(source="source.room_id")
    arrival = DateField(source="first", help_text="Of the stay in the other calendar.")
    departure = DateField(source="end")
    label = serializers.CharField(help_text="What the platform calls it.")  # type: ignore[assignment]  # the interface's name
    contract_uid = serializers.IntegerField(
        source="booking_id", help_text="The booking here, or the block of another calendar's stay."
    )
    contract_arrival = DateField(source="booking.arrival")
    contract_departure = DateField(source="booking.departs_on")
    found_at = serializers.DateTimeField()
