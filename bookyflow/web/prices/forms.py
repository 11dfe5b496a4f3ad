from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from bookyflow.ari.editing import NightsEdit, PriceChange, PriceStep
from bookyflow.ari.selectors import RateNight
from bookyflow.core.errors import DomainError
from bookyflow.rooms.models import RoomType
from bookyflow.tariffs.limits import LARGEST_PRICE
from bookyflow.tariffs.models import TariffType
from bookyflow.web.fields import DayField, MoneyField
from bookyflow.web.forms import PageForm
from bookyflow.web.words import WEEKDAYS

LEAVE = ("", _("Leave as it is"))
STEPS = (
    LEAVE,
    (PriceStep.SET, _("Set the price to")),
    (PriceStep.ADD, _("Add an amount (less with a minus)")),
    (PriceStep.PERCENT, _("Add per cent (less with a minus)")),
)
CLOSING = (LEAVE, ("1", _("Close")), ("0", _("Open")))
LIMITS = (LEAVE, ("limit", _("Sell at most")), ("all", _("Sell all rooms that are free")))
FLAGS = {"1": True, "0": False, "": None}


class NightsForm(PageForm):
    """What is to change of which nights: one form for a cell and for a year."""

    tariff_type_ids = forms.TypedMultipleChoiceField(
        label=_("Rate plans"), coerce=int, required=False, widget=forms.CheckboxSelectMultiple
    )
    room_type_ids = forms.TypedMultipleChoiceField(
        label=_("Room types"), coerce=int, required=False, widget=forms.CheckboxSelectMultiple
    )
    first = DayField(label=_("First night"))
    last = DayField(label=_("Last night"))
    weekdays = forms.TypedMultipleChoiceField(
        label=_("Days of the week"),
        coerce=int,
        choices=WEEKDAYS,
        widget=forms.CheckboxSelectMultiple,
        initial=[number for number, _name in WEEKDAYS],
    )
    price_step = forms.ChoiceField(label=_("Price"), choices=STEPS, required=False)
    price = MoneyField(label=_("Amount or per cent"), required=False, least=-LARGEST_PRICE)
    min_stay = forms.IntegerField(
        label=_("Shortest stay"), required=False, help_text=_("Nights. Empty: as it is.")
    )
    max_stay = forms.IntegerField(
        label=_("Longest stay"),
        required=False,
        help_text=_("Nights; 0 takes the limit away. Empty: as it is."),
    )
    closed = forms.ChoiceField(label=_("The nights"), choices=CLOSING, required=False)
    closed_to_arrival = forms.ChoiceField(label=_("Arrivals"), choices=CLOSING, required=False)
    closed_to_departure = forms.ChoiceField(label=_("Departures"), choices=CLOSING, required=False)
    limit = forms.ChoiceField(label=_("Limit"), choices=LIMITS, required=False)
    inventory = forms.IntegerField(
        label=_("How many"), required=False, help_text=_("With those that are booked already.")
    )
    stop_sell = forms.ChoiceField(
        label=_("Sale of the room type"),
        choices=(LEAVE, ("1", _("Stop selling")), ("0", _("Sell again"))),
        required=False,
    )

    def __init__(
        self,
        *args: Any,
        plans: Iterable[TariffType],
        room_types: Iterable[RoomType],
        today: date,
        **options: Any,
    ) -> None:
        super().__init__(*args, **options)
        self._today = today
        choices: Any = self.fields["tariff_type_ids"]
        choices.choices = [(one.pk, f"{one.room_type.name}: {one.name}") for one in plans]
        choices = self.fields["room_type_ids"]
        choices.choices = [(one.pk, one.name) for one in room_types]

    def clean(self) -> dict[str, Any]:
        """Say what is missing, or cannot be, all at once."""
        found: dict[str, Any] = super().clean() or {}
        first, last = found.get("first"), found.get("last")
        if last and last < self._today:
            self.add_error("last", _("These nights are over."))
        elif first and last and last < first:
            self.add_error("last", _("It is before the first night."))
        if found.get("price_step") and found.get("price") is None and "price" not in self.errors:
            self.add_error("price", _("An amount is needed."))
        if found.get("price_step") == "" and found.get("price") is not None:
            self.add_error("price_step", _("Say what the amount is for."))
        if found.get("limit") == "limit" and found.get("inventory") is None:
            self.add_error("inventory", _("A number of rooms is needed."))
        return found

    def edit(self) -> NightsEdit | None:
        """What the form asks for; None, with its faults shown, where that cannot be."""
        said = self.cleaned_data
        try:
            step = said["price_step"]
            return NightsEdit(
                said["first"],
                said["last"],
                frozenset(said["tariff_type_ids"]),
                frozenset(said["room_type_ids"]),
                frozenset(said["weekdays"]),
                price=PriceChange(PriceStep(step), said["price"]) if step else None,
                min_stay=said["min_stay"],
                max_stay=said["max_stay"],
                closed=FLAGS[said["closed"]],
                closed_to_arrival=FLAGS[said["closed_to_arrival"]],
                closed_to_departure=FLAGS[said["closed_to_departure"]],
                inventory=said["inventory"] if said["limit"] == "limit" else None,
                is_unlimited=said["limit"] == "all",
                stop_sell=FLAGS[said["stop_sell"]],
            )
        except DomainError as error:
            self.refuse(error)
            return None


def initial_of(rate: RateNight | None) -> Mapping[str, Any]:
    """What the form begins with for one night of one rate plan."""
    if rate is None:
        return {"price_step": PriceStep.SET}
    return {
        "price_step": PriceStep.SET,
        "price": rate.price,
        "min_stay": rate.min_stay,
        "max_stay": rate.max_stay,
    }
