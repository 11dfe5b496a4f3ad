"""The forms of a new booking: the stay that is looked for, what is booked, and for whom."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms
from django.utils.crypto import get_random_string
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bookyflow.core.dates import ONE_DAY
from bookyflow.properties.models import Property
from bookyflow.reservations.staff_offers import FreeNow
from bookyflow.reservations.stay_request import RoomRequest, StayRequest
from bookyflow.tariffs.extras import extras_offered
from bookyflow.web.bookings.fields import AgesField, RulesField
from bookyflow.web.bookings.forms import AMOUNT, AmountInput
from bookyflow.web.bookings.guest_form import GuestForm
from bookyflow.web.fields import DayField
from bookyflow.web.forms import PageForm

MOST_ROOMS = 20
LONGEST_ONCE = 64


class StaySearch(PageForm):
    """When, and how many people."""

    arrival = DayField(label=gettext_lazy("Arrival"))
    departure = DayField(label=gettext_lazy("Departure"))
    adults = forms.IntegerField(label=gettext_lazy("Adults"), min_value=1, max_value=200, initial=2)
    child_ages = AgesField(help_text="")
    rooms = forms.IntegerField(
        label=gettext_lazy("Rooms"), min_value=1, max_value=MOST_ROOMS, initial=1
    )

    def __init__(self, data: Mapping[str, Any], *, today: date) -> None:
        """Bound once an arrival is named; what else is missing has its usual value."""
        usual = {"adults": "2", "rooms": "1", **_next_day(data.get("arrival", ""))}
        given = {name: text for name, text in data.items() if text}
        super().__init__(
            {**usual, **given} if "arrival" in given else None,
            auto_id="search_%s",
            initial={"arrival": today, "departure": today + ONE_DAY},
        )

    def asked(self) -> StayRequest:
        """The stay, without rooms."""
        told = self.cleaned_data
        return StayRequest(
            told["arrival"],
            told["departure"],
            adults=told["adults"],
            child_ages=told["child_ages"],
        )


class BookForm(PageForm):
    """What is booked of what there is, and for how much."""

    choice = forms.ChoiceField(label=gettext_lazy("Room and rate plan"))
    room = forms.TypedChoiceField(
        label=gettext_lazy("A certain room"), required=False, coerce=int, empty_value=None
    )
    coupon = forms.CharField(label=gettext_lazy("Coupon"), required=False, max_length=50)
    agreed = forms.DecimalField(
        label=gettext_lazy("Agreed price of the rooms"),
        required=False,
        min_value=0,
        widget=AmountInput,
        help_text=gettext_lazy("For the whole stay, in place of the prices of the rate plan."),
        **AMOUNT,
    )
    override = RulesField()
    remarks = forms.CharField(
        label=gettext_lazy("Wishes of the guest"),
        required=False,
        max_length=5000,
        widget=forms.Textarea({"rows": 2}),
    )

    def __init__(
        self,
        data: Mapping[str, Any] | None,
        *,
        prop: Property,
        found: FreeNow,
        rooms: int,
        arrival: date,
        room: str = "",
    ) -> None:
        self.once = (data or {}).get("once", "")[:LONGEST_ONCE] or get_random_string(32)
        self._rooms = rooms
        self._types = {one.pk: one.room_type_id for one in found.rooms}
        place = int(room) if room and int(room) in self._types else None
        chosen = _choice_of(found, self._types.get(place) if place else None)
        super().__init__(data, initial={"choice": chosen, "room": place})
        self._choices("choice", [(one.key, one.tariff) for one in found.offers])
        numbers = [(one.pk, f"{one.number} · {one.room_type.name}") for one in found.rooms]
        self._choices("room", [("", _("Any of the type")), *numbers])
        if rooms > 1:
            del self.fields["room"]
        self._extras(prop, arrival)

    def _choices(self, name: str, choices: list[tuple[Any, str]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101  # for the type checker
        field.choices = choices

    def _extras(self, prop: Property, arrival: date) -> None:
        types = set(self._types.values())
        for extra in extras_offered(prop=prop, arrival=arrival, room_type_ids=types):
            self.fields[f"extra_{extra.pk}"] = forms.IntegerField(
                label=extra.name,
                required=False,
                min_value=0,
                max_value=extra.max_quantity,
                initial=1 if extra.forced else 0,
                widget=forms.NumberInput({"class": "form-control"}),
            )

    def extras(self) -> list[forms.BoundField]:
        """The fields of the extras."""
        return [self[name] for name in self.fields if name.startswith("extra_")]

    def clean(self) -> dict[str, Any]:
        """A certain room has to be of the type that is chosen."""
        told = self.cleaned_data
        room, choice = told.get("room"), told.get("choice", "")
        if room and choice and str(self._types[room]) != choice.partition(":")[0]:
            self.add_error("room", _("This room is of another type than the one chosen."))
        return told

    def proposed(self, asked: StayRequest) -> StayRequest:
        """The stay that was looked for, with what is chosen at first."""
        extras = {
            int(name.removeprefix("extra_")): 1
            for name, field in self.fields.items()
            if name.startswith("extra_") and field.initial
        }
        request = _room_of(self.initial["choice"], self.initial["room"])
        return asked.changed(rooms=(request,) * self._rooms, extras=extras)

    def request_of(self, asked: StayRequest) -> StayRequest:
        """The stay that was looked for, with what was chosen."""
        told = self.cleaned_data
        request = _room_of(told["choice"], told.get("room"))
        extras = {
            int(name.removeprefix("extra_")): told[name]
            for name in self.fields
            if name.startswith("extra_") and told[name]
        }
        return asked.changed(
            rooms=(request,) * self._rooms,
            extras=extras,
            coupon=told["coupon"],
            agreed=told["agreed"],
        )


class WhoForm(GuestForm):
    """The guest of a new booking."""

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        *,
        initial: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(data, initial=initial, auto_id="guest_%s")


def _next_day(arrival: str) -> dict[str, str]:
    """The departure that goes with an arrival, where none is named."""
    try:
        return {"departure": (date.fromisoformat(arrival) + ONE_DAY).isoformat()}
    except (ValueError, OverflowError):
        return {}


def _room_of(choice: str, room_id: int | None) -> RoomRequest:
    """A room as an offer has it."""
    room_type, _colon, tariff = choice.partition(":")
    return RoomRequest(
        int(room_type), room_id=room_id, tariff_type_id=int(tariff) if tariff else None
    )


def _choice_of(found: FreeNow, room_type_id: int | None) -> str:
    """The cheapest offer, of a type where one is named."""
    fitting = [one for one in found.offers if room_type_id in {None, one.room_type_id}]
    return fitting[0].key if fitting else ""
