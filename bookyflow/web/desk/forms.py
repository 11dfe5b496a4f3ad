"""The forms of the room plan."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from bookyflow.core.dates import Stay
from bookyflow.properties.models import Property
from bookyflow.reservations.amendments.changes import PriceMode
from bookyflow.reservations.amendments.placing import Placing
from bookyflow.rooms.models import Room
from bookyflow.web.desk.links import DAYS_AROUND
from bookyflow.web.fields import DayField
from bookyflow.web.forms import PageForm

FURTHEST = timedelta(days=DAYS_AROUND)
ANY_ROOM = 0


class NightsForm(PageForm):
    """From one day to another."""

    arrival = DayField(label=_("Arrival"))
    departure = DayField(label=_("Departure"))

    def __init__(self, prop: Property, data: Mapping[str, Any] | None, **options: Any) -> None:
        super().__init__(data, **options)
        self.prop = prop
        self.rooms = list(Room.objects.filter(property=prop).select_related("room_type"))

    def clean_arrival(self) -> date:
        """A day that is not absurd."""
        return self._near(self.cleaned_data["arrival"])

    def clean_departure(self) -> date:
        """A day that is not absurd."""
        return self._near(self.cleaned_data["departure"])

    def clean(self) -> dict[str, Any]:
        """Nights there must be."""
        found = self.cleaned_data
        if {"arrival", "departure"} <= found.keys() and found["departure"] <= found["arrival"]:
            self.add_error("departure", gettext("The departure must be after the arrival."))
        return found

    def stay(self) -> Stay:
        """The nights."""
        return Stay(self.cleaned_data["arrival"], self.cleaned_data["departure"])

    def room_choices(self) -> list[tuple[int, str]]:
        """The rooms of the property."""
        return [(room.pk, f"{room.number} · {room.room_type.name}") for room in self.rooms]

    def _near(self, day: date) -> date:
        if abs(day - self.prop.settings.today()) > FURTHEST:
            raise forms.ValidationError(gettext("Too far away."))
        return day


class PlacingForm(NightsForm):
    """Where a booking is to be."""

    room = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=2**62)
    to_room = forms.TypedChoiceField(label=_("Room"), coerce=int)
    sets_aside = forms.BooleanField(
        label=_("Set the selling rules aside (restrictions, closed nights)"), required=False
    )
    price = forms.ChoiceField(
        choices=[(mode.value, mode.value) for mode in PriceMode],
        required=False,
        widget=forms.HiddenInput,
    )

    field_order = ("room", "to_room", "arrival", "departure", "sets_aside", "price")

    def __init__(self, prop: Property, data: Mapping[str, Any] | None, **options: Any) -> None:
        super().__init__(prop, data, **options)
        whichever = (ANY_ROOM, gettext("Whichever is free"))
        self.fields["to_room"].choices = [*self.room_choices(), whichever]  # type: ignore[attr-defined]  # of a choice field

    def placing(self) -> Placing:
        """The same for the service."""
        found = self.cleaned_data
        return Placing(
            from_room_id=found["room"],
            to_room_id=found["to_room"] or None,
            arrival=found["arrival"],
            departure=found["departure"],
            sets_aside=found["sets_aside"],
        )


class BlockForm(NightsForm):
    """Nights on which rooms are closed without a guest."""

    rooms_closed = forms.TypedMultipleChoiceField(
        label=_("Rooms"), coerce=int, widget=forms.CheckboxSelectMultiple
    )
    reason = forms.CharField(label=_("Reason"), max_length=1000, required=False)

    field_order = ("rooms_closed", "arrival", "departure", "reason")

    def __init__(self, prop: Property, data: Mapping[str, Any] | None, **options: Any) -> None:
        super().__init__(prop, data, **options)
        self.fields["rooms_closed"].choices = self.room_choices()  # type: ignore[attr-defined]  # of a choice field
        self.fields["arrival"].label = gettext("First night")
        self.fields["departure"].label = gettext("Free again on")


def first_room(rooms: Iterable[Room], asked: str) -> list[int]:
    """The room that an address asks for, where it is one of these."""
    return [room.pk for room in rooms if str(room.pk) == asked]
