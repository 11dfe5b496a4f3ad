"""Calendars that rooms share with other platforms: what others read, and what is read of them."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from bookyflow.accounts.models import AccessLevel
from bookyflow.calendars.addresses import feed_path
from bookyflow.calendars.busy import NoteKind
from bookyflow.calendars.feeds import (
    FeedOptions,
    feed_add,
    feed_change,
    feed_delete,
    feed_renew,
    options_of,
)
from bookyflow.calendars.models import CalendarFeed, CalendarSource, SourceState, StayKind
from bookyflow.calendars.selectors import (
    conflict_list,
    feed_list,
    source_get,
    source_list,
    stay_list,
)
from bookyflow.calendars.sources import (
    LONGEST_NAME,
    CalendarDetails,
    source_accept,
    source_add,
    source_change,
    source_delete,
    source_read_soon,
)
from bookyflow.core.errors import DomainError
from bookyflow.core.outgoing import LONGEST_ADDRESS
from bookyflow.properties.models import Property
from bookyflow.rooms.models import Room
from bookyflow.web.editing import (
    FormPage,
    GroupedForm,
    Question,
    form_page,
    posted,
    question_page,
)
from bookyflow.web.listing import listed
from bookyflow.web.pages import actor_of, form_methods, guest_data_read, property_page

TABS = "web/property/_tabs.html"
STATES = {
    SourceState.NEW: _("Not read yet"),
    SourceState.READ: pgettext_lazy("calendar", "Read"),
    SourceState.FAILING: _("Cannot be read"),
    SourceState.SHRUNK: _("Most stays are missing"),
}
KINDS = {
    StayKind.STAY: _("Closes the room"),
    StayKind.WINDOW: _("The platform's booking window: closes nothing"),
    StayKind.ECHO: _("Your own stay, given back: closes nothing more"),
}
NOTES = {
    NoteKind.ZONE_UNKNOWN: _("A time zone that nobody knows; its times count as the property's"),
    NoteKind.NO_NIGHT: _("An event that ends before it begins; it counts as one night"),
    NoteKind.EVENT_ODD: _("An event that says no night; it is left out"),
    NoteKind.RULE_ODD: _("An event that repeats in a way that cannot be followed"),
}


class CalendarForm(GroupedForm):
    """A calendar of another platform."""

    name = forms.CharField(
        label=_("Name"), max_length=LONGEST_NAME, help_text=_("Such as the platform's.")
    )
    url = forms.CharField(
        label=_("Address of its calendar"),
        max_length=LONGEST_ADDRESS,
        help_text=_("The platform calls it export, or iCal link. It begins with https://."),
    )
    named_by_service = {"details": "url"}

    def details(self) -> CalendarDetails:
        """What the service wants. Raises DomainError."""
        return CalendarDetails(self.cleaned_data["name"], self.cleaned_data["url"])


class NewCalendarForm(CalendarForm):
    """One that is to be read for a room."""

    room = forms.ModelChoiceField(label=_("Room"), queryset=Room.objects.none())
    field_order = ("room", "name", "url")

    def __init__(self, *args: Any, rooms: QuerySet[Room], **options: Any) -> None:
        super().__init__(*args, **options)
        field: Any = self.fields["room"]
        field.queryset, field.empty_label = rooms, None


class EditCalendarForm(CalendarForm):
    """One that is read."""

    is_enabled = forms.BooleanField(
        label=_("Read it"),
        required=False,
        help_text=_("While it is not read, its nights stay closed as they are."),
    )


class FeedForm(GroupedForm):
    """What others are shown."""

    shows_blocks = forms.BooleanField(
        label=_("Nights that you have blocked"), required=False, initial=True
    )
    shows_holds = forms.BooleanField(label=_("Rooms that somebody is just booking"), required=False)
    names_guests = forms.BooleanField(
        label=_("Names of guests"),
        required=False,
        help_text=_("Whoever has the address reads them: for your own calendar only."),
    )
    keeps_cancelled = forms.BooleanField(
        label=_("Cancelled stays, as cancelled"),
        required=False,
        help_text=_("Otherwise they vanish, which every platform understands."),
    )

    def options(self) -> FeedOptions:
        """What the service wants."""
        names = ("names_guests", "shows_blocks", "shows_holds", "keeps_cancelled")
        return FeedOptions(**{name: self.cleaned_data[name] for name in names})


class NewFeedForm(FeedForm):
    """A new one: of all rooms, of a room, or for the platform of a calendar that is read."""

    of = forms.ChoiceField(label=_("What it shows"), required=False)
    field_order = ("of",)

    def __init__(self, *args: Any, prop: Property, **options: Any) -> None:
        super().__init__(*args, **options)
        field: Any = self.fields["of"]
        room = gettext("Room %(number)s")
        given = gettext("Room %(number)s, for %(name)s: without what comes from there")
        field.choices = [
            ("", gettext("All rooms")),
            *((f"room-{one.pk}", room % {"number": one.number}) for one in _rooms(prop)),
            *(
                (f"calendar-{one.pk}", given % {"number": one.room.number, "name": one.name})
                for one in source_list(property_id=prop.pk)
            ),
        ]

    def of_ids(self) -> dict[str, int | None]:
        """The room or calendar that was chosen, as the service names them."""
        kind, _dash, pk = self.cleaned_data["of"].partition("-")
        names = {"room": "room_id", "calendar": "source_id"}
        return {names[kind]: int(pk)} if kind else {}

    @property
    def http_status(self) -> int:
        """409 where there is the same one already."""
        return 409 if self.is_bound and self.non_field_errors() else super().http_status


@property_page(AccessLevel.MANAGER)
@require_safe
def calendars(request: HttpRequest, prop: Property) -> HttpResponse:
    """All calendars of a property, and what is sold twice."""
    conflicts = list(conflict_list(property_id=prop.pk))
    guest_data_read(request, prop, [one.booking.guest_id for one in conflicts])
    context = {
        "prop": prop,
        "tab": "calendars",
        "conflicts": conflicts,
        "sources": [
            (one, STATES[SourceState(one.state)]) for one in source_list(property_id=prop.pk)
        ],
        "feeds": [
            (one, request.build_absolute_uri(feed_path(one.token)))
            for one in feed_list(property_id=prop.pk)
        ],
        "has_rooms": _rooms(prop).exists(),
    }
    return render(request, "web/property/calendars.html", context)


@property_page(AccessLevel.MANAGER)
@form_methods
def calendar_new(request: HttpRequest, prop: Property) -> HttpResponse:
    """Have a calendar read for a room."""
    form = NewCalendarForm(posted(request), rooms=_rooms(prop))
    page = FormPage(
        _("Read a calendar"),
        _back(prop),
        _("The calendar is read in a moment."),
        lead=_(
            "All its nights close the room here. A booking here is never undone: you are told "
            "where both sides have sold a night."
        ),
        **_frame(prop),
    )
    by = actor_of(request)
    return form_page(
        request,
        form,
        page,
        lambda: source_add(
            property_id=prop.pk,
            room_id=form.cleaned_data["room"].pk,
            details=form.details(),
            by=by,
        ),
    )


@property_page(AccessLevel.MANAGER)
@form_methods
def calendar_edit(request: HttpRequest, prop: Property, calendar_id: int) -> HttpResponse:
    """Change a calendar, or have it not read."""
    source = _source(prop, calendar_id)
    initial = {"name": source.name, "url": source.url, "is_enabled": source.is_enabled}
    form = EditCalendarForm(posted(request), initial=initial)
    page = FormPage(
        source.name,
        reverse("web:calendar", args=[prop.pk, source.pk]),
        _("The calendar is changed."),
        delete=reverse("web:calendar_delete", args=[prop.pk, source.pk]),
        **_frame(prop),
    )
    by = actor_of(request)
    return form_page(
        request,
        form,
        page,
        lambda: source_change(
            property_id=prop.pk,
            source_id=source.pk,
            details=form.details(),
            is_enabled=form.cleaned_data["is_enabled"],
            by=by,
        ),
    )


@property_page(AccessLevel.MANAGER)
@require_safe
def calendar(request: HttpRequest, prop: Property, calendar_id: int) -> HttpResponse:
    """What a calendar says, and how its readings went."""
    source, today = _source(prop, calendar_id), prop.settings.today()
    stays = stay_list(property_id=prop.pk, source_id=source.pk, today=today)
    context = {
        "prop": prop,
        "tab": "calendars",
        "source": source,
        "state": STATES[SourceState(source.state)],
        "kinds": {str(kind): label for kind, label in KINDS.items()},
        "notes": [(NOTES[NoteKind(one["kind"])], one["about"]) for one in source.notes],
        "now": timezone.now(),
        **listed(request, stays),
    }
    context["stays"] = [(one, KINDS[StayKind(one.kind)]) for one in context["listed"]]
    return render(request, "web/property/calendar.html", context)


@property_page(AccessLevel.MANAGER)
@require_POST
def calendar_read(request: HttpRequest, prop: Property, calendar_id: int) -> HttpResponse:
    """Have a calendar read next."""
    source = _source(prop, calendar_id)
    source_read_soon(property_id=prop.pk, source_id=source.pk)
    messages.success(request, gettext("It is read next. Look again in some seconds."))
    return redirect("web:calendar", prop.pk, source.pk)


@property_page(AccessLevel.MANAGER)
@form_methods
def calendar_accept(request: HttpRequest, prop: Property, calendar_id: int) -> HttpResponse:
    """Ask, then take a calendar that has shrunk as it is now."""
    source = _source(prop, calendar_id)
    question = Question(
        gettext("Take %(name)s as it is now?") % {"name": source.name},
        [
            _("What is missing in it was cancelled then, and can be sold here again."),
            _("Look at the platform first: a fault of theirs looks the same."),
        ],
        _("Take it as it is"),
        reverse("web:calendar", args=[prop.pk, source.pk]),
        _("It is read next, and what it says then counts."),
        **_frame(prop),
    )
    by = actor_of(request)
    return question_page(
        request,
        question,
        lambda: source_accept(property_id=prop.pk, source_id=source.pk, by=by),
    )


@property_page(AccessLevel.MANAGER)
@form_methods
def calendar_remove(request: HttpRequest, prop: Property, calendar_id: int) -> HttpResponse:
    """Ask, then read a calendar no more."""
    source = _source(prop, calendar_id)
    question = Question(
        gettext("Read %(name)s no more?") % {"name": source.name},
        [_("Its nights can be sold here again at once, also those that are sold there.")],
        _("Read it no more"),
        _back(prop),
        _("The calendar is read no more."),
        **_frame(prop),
    )
    by = actor_of(request)
    return question_page(
        request,
        question,
        lambda: source_delete(property_id=prop.pk, source_id=source.pk, by=by),
    )


@property_page(AccessLevel.MANAGER)
@form_methods
def feed_new(request: HttpRequest, prop: Property) -> HttpResponse:
    """Make an address at which others read what is taken."""
    form = NewFeedForm(posted(request), prop=prop)
    page = FormPage(
        _("A calendar for others"),
        _back(prop),
        _("The calendar is there. Give its address to the platform."),
        lead=_(
            "Others read which nights are taken. Where you read the platform's calendar as well, "
            "choose the one for that platform: it leaves out what comes from there."
        ),
        submit=_("Make it"),
        **_frame(prop),
    )
    by = actor_of(request)

    def save() -> None:
        feed_add(property_id=prop.pk, options=form.options(), by=by, **form.of_ids())

    return form_page(request, form, page, save)


@property_page(AccessLevel.MANAGER)
@form_methods
def feed_edit(request: HttpRequest, prop: Property, feed_id: int) -> HttpResponse:
    """Change what others are shown."""
    feed = _feed(prop, feed_id)
    options = options_of(feed)
    form = FeedForm(posted(request), initial=vars(options))
    page = FormPage(
        _("What others read"),
        _back(prop),
        _("The calendar is changed."),
        delete=reverse("web:calendar_feed_delete", args=[prop.pk, feed.pk]),
        **_frame(prop),
    )
    by = actor_of(request)
    return form_page(
        request,
        form,
        page,
        lambda: feed_change(property_id=prop.pk, feed_id=feed.pk, options=form.options(), by=by),
    )


@property_page(AccessLevel.MANAGER)
@form_methods
def feed_address_new(request: HttpRequest, prop: Property, feed_id: int) -> HttpResponse:
    """Ask, then give a calendar another address."""
    feed = _feed(prop, feed_id)
    question = Question(
        _("Another address for the calendar?"),
        [_("The old address opens nothing from now on: give the new one to the platform.")],
        _("Make another address"),
        _back(prop),
        _("The calendar has another address."),
        **_frame(prop),
    )
    by = actor_of(request)
    return question_page(
        request, question, lambda: feed_renew(property_id=prop.pk, feed_id=feed.pk, by=by)
    )


@property_page(AccessLevel.MANAGER)
@form_methods
def feed_remove(request: HttpRequest, prop: Property, feed_id: int) -> HttpResponse:
    """Ask, then delete a calendar for others."""
    feed = _feed(prop, feed_id)
    question = Question(
        _("Delete the calendar for others?"),
        [_("Platforms that read it hear of nothing any more, and keep what they read last.")],
        _("Delete it"),
        _back(prop),
        _("The calendar is deleted."),
        **_frame(prop),
    )
    by = actor_of(request)
    return question_page(
        request, question, lambda: feed_delete(property_id=prop.pk, feed_id=feed.pk, by=by)
    )


def _rooms(prop: Property) -> QuerySet[Room]:
    return Room.objects.filter(property=prop)


def _back(prop: Property) -> str:
    return reverse("web:calendars", args=[prop.pk])


def _frame(prop: Property) -> dict[str, Any]:
    return {"tabs": TABS, "tab": "calendars", "context": {"prop": prop}}


def _source(prop: Property, pk: int) -> CalendarSource:
    try:
        return source_get(property_id=prop.pk, source_id=pk)
    except DomainError:
        raise Http404 from None


def _feed(prop: Property, pk: int) -> CalendarFeed:
    found = feed_list(property_id=prop.pk).filter(pk=pk).first()
    if found is None:
        raise Http404
    return found
