"""Pages that change a booking: its stay, its rooms, whom it is for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from functools import partial
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bookyflow.availability.nights import OccupiedNights
from bookyflow.availability.selectors import free_rooms
from bookyflow.billing.desk import AmendmentPreview, amendment_preview
from bookyflow.core.errors import DomainError
from bookyflow.core.money import amount_text
from bookyflow.properties.models import Property
from bookyflow.reservations.amendments.apply import booking_amend
from bookyflow.reservations.amendments.changes import Amendment, Changes, PriceMode
from bookyflow.reservations.amendments.preview import rooms_held, wish_changed
from bookyflow.reservations.amendments.room_move import booking_room_move
from bookyflow.reservations.lead_guest import lead_guest_correct
from bookyflow.reservations.models import Booking
from bookyflow.reservations.stay_request import RoomRequest, StayRequest
from bookyflow.rooms.models import Room
from bookyflow.tariffs.extras import extras_offered
from bookyflow.tariffs.overrides import Overridable
from bookyflow.web.bookings.actions import here
from bookyflow.web.bookings.fields import AgesField, RulesField, room_types_of
from bookyflow.web.bookings.forms import AMOUNT, AmountInput
from bookyflow.web.bookings.guest_form import GuestForm, guest_initial
from bookyflow.web.bookings.page import booking_read, live_lines
from bookyflow.web.bookings.ways import in_words, stay_between, stays_told, ways_told
from bookyflow.web.bookings.words import PRICE_MODES
from bookyflow.web.fields import DayField
from bookyflow.web.forms import PageForm
from bookyflow.web.pages import form_methods, property_page

GIVEN_UP = "none"


class ChangeForm(PageForm):
    """What is to be another way about a booking; what stays as it was is no change."""

    arrival = DayField(label=gettext_lazy("Arrival"))
    departure = DayField(label=gettext_lazy("Departure"))
    adults = forms.IntegerField(label=gettext_lazy("Adults"), min_value=1, max_value=1000)
    child_ages = AgesField()
    price = forms.ChoiceField(
        label=gettext_lazy("The price"),
        choices=PRICE_MODES,
        initial=PriceMode.GRANTED.value,
        widget=forms.RadioSelect,
        help_text=gettext_lazy(
            "Only what is new: what the booking has keeps its terms, the rest is priced today."
        ),
    )
    agreed = forms.DecimalField(
        label=gettext_lazy("Another price of the rooms, as agreed"),
        required=False,
        min_value=0,
        widget=AmountInput,
        help_text=gettext_lazy("For the whole stay, in place of the prices of the rate plan."),
        **AMOUNT,
    )
    drops_agreed = forms.BooleanField(
        label=gettext_lazy("The rate plan counts again in place of the price that was agreed"),
        required=False,
    )
    override = RulesField()

    def __init__(
        self, data: Mapping[str, Any] | None, *, prop: Property, booking: Booking, **initial: Any
    ) -> None:
        self.booking = booking
        self.wish: StayRequest = wish_changed(booking, rooms_held(booking), Changes())
        super().__init__(data, initial=self._now() | initial)
        if self.wish.agreed is None:
            del self.fields["drops_agreed"]
        self._add_rooms(room_types_of(prop))
        self._add_extras(prop)

    def _now(self) -> dict[str, Any]:
        return {
            "arrival": self.booking.arrival,
            "departure": self.booking.departs_on,
            "adults": self.wish.adults,
            "child_ages": ", ".join(map(str, self.wish.child_ages)),
        }

    def _add_rooms(self, types: dict[int, str]) -> None:
        """A choice for each room that the booking has, and for one more."""
        of_types = [(str(pk), name) for pk, name in types.items()]
        several = [(GIVEN_UP, _("Give it up"))] if len(self.wish.rooms) > 1 else []
        for place, room in enumerate(self.wish.rooms):
            now = types.get(room.room_type_id or 0, _("any type"))
            label = _("Room %(number)s") % {"number": place + 1}
            choices = [("", _("As it is: %(type)s") % {"type": now}), *of_types, *several]
            self._choice(f"room_{place}", label, choices)
        self._choice("room_more", _("One more room"), [("", _("None")), *of_types])

    def _choice(self, name: str, label: str, choices: list[tuple[str, str]]) -> None:
        self.fields[name] = forms.ChoiceField(
            label=label,
            choices=choices,
            required=False,
            widget=forms.Select({"class": "form-select"}),
        )

    def _add_extras(self, prop: Property) -> None:
        """How many of each extra that may be had, or that the booking has."""
        ids = [room.room_type_id for room in self.wish.rooms if room.room_type_id]
        offered = extras_offered(prop=prop, arrival=self.booking.arrival, room_type_ids=ids)
        for extra in sorted(offered, key=lambda one: (one.name, one.pk)):
            self.fields[f"extra_{extra.pk}"] = forms.IntegerField(
                label=extra.name,
                required=False,
                min_value=0,
                max_value=extra.max_quantity,
                initial=self.wish.extras.get(extra.pk, 0),
                widget=forms.NumberInput({"class": "form-control"}),
            )

    def rooms(self) -> list[forms.BoundField]:
        """The fields about rooms."""
        return [self[name] for name in self.fields if name.startswith("room_")]

    def extras(self) -> list[forms.BoundField]:
        """The fields about extras."""
        return [self[name] for name in self.fields if name.startswith("extra_")]

    def amendment(self) -> Amendment:
        """What is asked for. Raises DomainError `validation_failed`."""
        told = self.cleaned_data
        rooms = self._rooms_wanted()
        people = told["adults"] if rooms or told["adults"] != self.wish.adults else None
        ages = told["child_ages"]
        changes: dict[str, Any] = {
            "arrival": _other(told["arrival"], self.booking.arrival),
            "departure": _other(told["departure"], self.booking.departs_on),
            "adults": people,
            "child_ages": _other(ages, self.wish.child_ages),
            "rooms": rooms,
            "extras": self._extras_wanted(),
            "agreed": told["agreed"],
        }
        given = {name: value for name, value in changes.items() if value is not None}
        return Amendment.of(
            price=told["price"],
            override=told["override"],
            drops_agreed=told.get("drops_agreed", False),
            **given,
        )

    def _rooms_wanted(self) -> list[RoomRequest] | None:
        told = self.cleaned_data
        chosen = [told[f"room_{place}"] for place in range(len(self.wish.rooms))]
        more = told["room_more"]
        if not more and not any(chosen):
            return None
        rooms = [
            RoomRequest(int(choice)) if choice else replace(room, adults=None, children=0)
            for choice, room in zip(chosen, self.wish.rooms, strict=True)
            if choice != GIVEN_UP
        ]
        return rooms + ([RoomRequest(int(more))] if more else [])

    def _extras_wanted(self) -> dict[int, int] | None:
        found = {
            int(name.removeprefix("extra_")): self.cleaned_data[name] or 0
            for name in self.fields
            if name.startswith("extra_")
        }
        wanted = {**self.wish.extras, **found}
        now = {pk: self.wish.extras.get(pk, 0) for pk in wanted}
        return None if wanted == now else {pk: count for pk, count in wanted.items() if count}


def _other(value: Any, now: Any) -> Any:
    """A value that changes; None for one that stays."""
    return None if value == now else value


@property_page()
@form_methods
def change(request: HttpRequest, prop: Property, booking_id: int) -> HttpResponse:
    """Change a booking; what the change costs is shown before it is done.

    The button that does it comes with the total that was shown: what has become another price
    meanwhile is shown anew.
    """
    found = booking_read(request, prop, booking_id)
    proposed = {name: request.GET[name] for name in ("arrival", "departure") if name in request.GET}
    data = request.POST if request.method == "POST" else None
    form = ChangeForm(data, prop=prop, booking=found, **proposed)
    if not form.is_valid():
        return _change_page(request, found, form)
    try:
        amendment = form.amendment()
        preview = amendment_preview(property_id=prop.pk, booking_id=booking_id, amendment=amendment)
        if request.POST.get("shown") == amount_text(preview.booking.total, found.currency):
            booking_amend(**here(request, prop, booking_id), **vars(amendment))
            messages.success(request, _("The booking is changed."))
            return redirect("web:booking", prop.pk, booking_id)
    except DomainError as error:
        form.refuse(in_words(error))
        return _change_page(request, found, form, refusal=error)
    return _change_page(request, found, form, preview)


def _change_page(
    request: HttpRequest,
    found: Booking,
    form: ChangeForm,
    preview: AmendmentPreview | None = None,
    refusal: DomainError | None = None,
) -> HttpResponse:
    stay = stay_between(form.cleaned_data) if refusal else None
    shown = {
        "prop": found.property,
        "booking": found,
        "guest": found.booked_for(),
        "form": form,
        "preview": preview,
        "moved": stays_told(request, preview.moved) if preview else [],
        "left": _rooms_left(found, preview) if preview else "",
        "ways": ways_told(request, found, stay, refusal) if stay and refusal else [],
        "lines": live_lines(preview.booking) if preview else [],
        "shown": preview and amount_text(preview.booking.total, found.currency),
        "balance": preview.booking.total - found.paid if preview else Decimal(0),
    }
    return render(request, "web/bookings/change.html", shown, status=form.http_status)


def _rooms_left(found: Booking, preview: AmendmentPreview) -> str:
    """The numbers of the rooms that the booking has and would not have."""
    before, after = (
        [held["number"] for held in one.rooms_held]  # type: ignore[attr-defined]  # annotated
        for one in (found, preview.booking)
    )
    return ", ".join(number for number in before if number not in after)


class MoveForm(PageForm):
    """Which room a booking gives up, and which one it gets."""

    from_room_id = forms.TypedChoiceField(label=gettext_lazy("From room"), coerce=int)
    to_room_id = forms.TypedChoiceField(label=gettext_lazy("To room"), coerce=int)
    override = RulesField()

    def __init__(
        self,
        data: Mapping[str, Any] | None,
        *,
        held: list[tuple[int, str]],
        free: list[tuple[int, str]],
    ) -> None:
        super().__init__(data)
        for name, choices in (("from_room_id", held), ("to_room_id", free)):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)  # noqa: S101  # for the type checker
            field.choices = choices
        rules = self.fields["override"]
        assert isinstance(rules, RulesField)  # noqa: S101  # for the type checker
        rules.only(Overridable.STOP_SELL)


@property_page()
@form_methods
def move(request: HttpRequest, prop: Property, booking_id: int) -> HttpResponse:
    """Give a booking another room for all of its nights, at the same price."""
    found = booking_read(request, prop, booking_id)
    held = [
        (one["room_id"], f"{one['number']} · {one['room_type']}")
        for one in found.rooms_held  # type: ignore[attr-defined]  # annotated
    ]
    free = _rooms_free(prop, found.nights())
    form = MoveForm(request.POST if request.method == "POST" else None, held=held, free=free)
    if form.is_valid():
        try:
            booking_room_move(**here(request, prop, booking_id), **form.cleaned_data)
        except DomainError as error:
            form.refuse(error)
        else:
            messages.success(request, _("The guest has another room."))
            return redirect("web:booking", prop.pk, booking_id)
    shown = {
        "prop": prop,
        "booking": found,
        "guest": found.booked_for(),
        "form": form,
        "can_move": bool(held and free),
    }
    return render(request, "web/bookings/move.html", shown, status=form.http_status)


def _rooms_free(prop: Property, nights: OccupiedNights) -> list[tuple[int, str]]:
    """The rooms that nobody has on any of the nights, by number."""
    today = prop.settings.today()
    found = free_rooms(property_id=prop.pk, nights=nights, today=today, unlimited=True)
    rooms = Room.objects.filter(pk__in=[one.room_id for one in found]).select_related("room_type")
    return [(room.pk, f"{room.number} · {room.room_type.name}") for room in rooms]


@property_page()
@form_methods
def guest(request: HttpRequest, prop: Property, booking_id: int) -> HttpResponse:
    """Correct whom one booking is for."""
    found = booking_read(request, prop, booking_id)
    who = found.booked_for()
    form = GuestForm(request.POST if request.method == "POST" else None, initial=guest_initial(who))
    correct = partial(lead_guest_correct, **here(request, prop, booking_id))
    if form.is_valid():
        try:
            correct(changes=form.cleaned_data)
        except DomainError as error:
            form.refuse(error)
        else:
            messages.success(request, _("The guest of this booking is corrected."))
            return redirect("web:booking", prop.pk, booking_id)
    shown = {"prop": prop, "booking": found, "guest": who, "form": form}
    return render(request, "web/bookings/guest.html", shown, status=form.http_status)
