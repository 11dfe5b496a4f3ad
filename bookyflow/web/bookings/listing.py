"""The list of bookings, with its filters."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from bookyflow.channels.selectors import channels_of
from bookyflow.properties.models import Property
from bookyflow.reservations.booking_search import (
    MOST_READ,
    BookingsWanted,
    Source,
    bookings_found,
)
from bookyflow.reservations.models import BookingState
from bookyflow.web.bookings.words import STATES
from bookyflow.web.fields import DayField
from bookyflow.web.forms import PageForm
from bookyflow.web.listing import listed
from bookyflow.web.pages import guest_data_read, property_page

ALL = "all"
SOURCES = (
    ("", _("Anybody")),
    (Source.STAFF.value, _("Staff")),
    (Source.GUEST.value, _("The guest")),
    (Source.CHANNEL.value, _("Any channel")),
)
OF_CHANNEL = "channel-"


class BookingFilter(PageForm):
    """Which bookings are listed. Without an answer: those that are not over yet."""

    q = forms.CharField(
        label=_("Number, name or e-mail"),
        required=False,
        max_length=254,
        widget=forms.TextInput({"type": "search", "autocomplete": "off"}),
    )
    state = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[("", _("Now and to come")), (ALL, _("All, also past")), *STATES.items()],
    )
    first = DayField(label=_("Arrival from"), required=False)
    last = DayField(label=_("Arrival to"), required=False)
    departure = DayField(label=_("Departure on"), required=False)
    source = forms.ChoiceField(label=_("Made by"), required=False)
    unpaid = forms.BooleanField(label=_("Not paid in full"), required=False)

    few = 2  # the rest folds away, so that on a phone the bookings come first

    def __init__(self, data: Mapping[str, Any], *, prop: Property) -> None:
        super().__init__(data, auto_id="filter_%s")
        self._prop = prop
        source = self.fields["source"]
        assert isinstance(source, forms.ChoiceField)  # noqa: S101  # for the type checker
        channels = channels_of(property_id=prop.pk)
        source.choices = [*SOURCES, *((f"{OF_CHANNEL}{pk}", name) for pk, name in channels)]

    @property
    def more_used(self) -> bool:
        """Whether one of the fields that fold away has an answer."""
        return any(self[name].value() for name in list(self.fields)[self.few :])

    def wanted(self) -> BookingsWanted:
        """What the selector is asked for; nothing of what was at fault."""
        told = self.cleaned_data
        state, source = told.get("state", ""), told.get("source", "")
        days = {name: told.get(name) for name in ("first", "last", "departure")}
        text = told.get("q", "")
        is_open = not (state or text or any(days.values()))
        of_channel = source.startswith(OF_CHANNEL)
        return BookingsWanted(
            state=None if state in {"", ALL} else BookingState(state),
            leaves_from=self._prop.settings.today() if is_open else None,
            source=Source(source) if source and not of_channel else None,
            channel_id=int(source.removeprefix(OF_CHANNEL)) if of_channel else None,
            unpaid=told.get("unpaid", False),
            text=text,
            **days,
        )


@property_page()
@require_safe
def bookings(request: HttpRequest, prop: Property) -> HttpResponse:
    """The bookings of a property by arrival."""
    form = BookingFilter(request.GET, prop=prop)
    form.is_valid()
    return render(
        request,
        "web/bookings/list.html",
        bookings_shown(request, prop, form),
        status=form.http_status,
    )


def bookings_shown(request: HttpRequest, prop: Property, form: BookingFilter) -> dict[str, Any]:
    """What the list shows: here names of guests are read."""
    wanted = form.wanted()
    rows = bookings_found(property_id=prop.pk, wanted=wanted)
    page = listed(request, rows)
    guest_data_read(request, prop, [one.guest_id for one in page["listed"]])
    return {
        "prop": prop,
        "form": form,
        "text": wanted.text,
        "most_read": MOST_READ,
        "is_filtered": form.has_changed(),
        "today": prop.settings.today(),
        **page,
    }
