"""Rooms and room types: listed, added, changed, deleted."""

from __future__ import annotations

from itertools import groupby
from types import MappingProxyType
from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from bookyflow.accounts.models import AccessLevel
from bookyflow.accounts.site import site_settings
from bookyflow.properties.models import Property
from bookyflow.property_lifecycle.rooms import room_delete, room_update
from bookyflow.rooms.models import Room, RoomType
from bookyflow.rooms.room_types import (
    occupancy_level_save,
    occupancy_levels,
    room_type_delete,
    room_type_save,
)
from bookyflow.rooms.selectors import (
    room_features_usable,
    room_list,
    room_types_usable,
    rooms_with_features,
)
from bookyflow.rooms.services import MOST_ROOMS, RoomsToAdd, rooms_add
from bookyflow.web.editing import (
    FormPage,
    GroupedForm,
    Question,
    form_page,
    posted,
    question_page,
)
from bookyflow.web.fields import MoneyField
from bookyflow.web.pages import actor_of, form_methods, property_page, user_of

TABS: dict[str, Any] = {"tabs": "web/property/_tabs.html", "tab": "rooms"}
MOST_PEOPLE = 32_767


def _places(label: Any, *, least: int, initial: int) -> forms.IntegerField:
    return forms.IntegerField(label=label, min_value=least, max_value=MOST_PEOPLE, initial=initial)


class NewRoomsForm(GroupedForm):
    """Rooms that are alike."""

    room_type_id = forms.TypedChoiceField(label=_("Room type"), coerce=int)
    count = forms.IntegerField(
        label=_("How many rooms"), min_value=1, max_value=MOST_ROOMS, initial=1
    )
    max_guests = _places(_("Adults in each"), least=1, initial=2)
    surcharge = MoneyField(
        label=_("Surcharge a night"),
        required=False,
        help_text=_("Added to the price of the rate plan, for what makes these rooms better."),
    )

    def __init__(self, *args: Any, prop: Property, **options: Any) -> None:
        super().__init__(*args, **options)
        kinds: Any = self.fields["room_type_id"]
        kinds.choices = _types(prop)


class RoomForm(GroupedForm):
    """One room."""

    number = forms.CharField(label=_("Number"), max_length=50)
    name = forms.CharField(label=_("Name"), max_length=100, required=False)
    room_type_id = forms.TypedChoiceField(label=_("Room type"), coerce=int)
    floor = forms.CharField(label=_("Floor"), max_length=50, required=False)
    tagline = forms.CharField(label=_("In one line"), max_length=255, required=False)
    description = forms.CharField(
        label=_("Description"),
        max_length=10_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    max_adults = _places(_("Most adults"), least=0, initial=2)
    max_children = _places(_("Most children"), least=0, initial=0)
    max_occupancy = _places(_("Most people in all"), least=1, initial=2)
    surcharge = MoneyField(label=_("Surcharge a night"))
    single_supplement = MoneyField(
        label=_("Supplement a night for one person alone"),
    )
    feature_ids = forms.TypedMultipleChoiceField(
        label=_("What it has"), coerce=int, required=False, widget=forms.CheckboxSelectMultiple
    )

    groups = (
        (_("Room"), ("number", "name", "room_type_id", "floor", "tagline", "description")),
        (_("Capacity"), ("max_adults", "max_children", "max_occupancy")),
        (_("Money"), ("surcharge", "single_supplement")),
        (pgettext_lazy("of a place to stay", "Features"), ("feature_ids",)),
    )
    named_by_service = MappingProxyType(
        {"singleperson_suppliment": "single_supplement", "room_features_uid": "feature_ids"}
    )

    def __init__(self, *args: Any, prop: Property, **options: Any) -> None:
        super().__init__(*args, **options)
        kinds: Any = self.fields["room_type_id"]
        kinds.choices = _types(prop)
        features: Any = self.fields["feature_ids"]
        features.choices = [(one.pk, one.name) for one in room_features_usable(prop=prop)]
        if not features.choices:
            del self.fields["feature_ids"]


class RoomTypeForm(GroupedForm):
    """A room type of the property's own."""

    name = forms.CharField(label=_("Name"), max_length=100)
    description = forms.CharField(
        label=_("Description"),
        max_length=10_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )


class CapacityForm(GroupedForm):
    """How many people each room of a type takes."""

    max_adults = _places(_("Most adults"), least=0, initial=2)
    max_children = _places(_("Most children"), least=0, initial=0)
    max_occupancy = _places(_("Most people in all"), least=1, initial=2)


@property_page(AccessLevel.MANAGER)
@require_safe
def rooms(request: HttpRequest, prop: Property) -> HttpResponse:
    """The rooms by type, and the types that the property may use."""
    found = room_list(prop=prop).order_by("room_type__name", "room_type", "number", "pk")
    by_type = [(kind, list(those)) for kind, those in groupby(found, lambda one: one.room_type)]
    used = {kind.pk for kind, _rooms in by_type}
    own = RoomType.objects.filter(property=prop)
    may_add = site_settings().own_room_types_allowed or user_of(request).is_super_manager
    context = {
        "prop": prop,
        "tab": "rooms",
        "by_type": by_type,
        "unused": [one for one in own if one.pk not in used],
        "may_add_types": may_add,
        "is_whole": prop.property_type.is_single_unit,
    }
    return render(request, "web/property/rooms.html", context)


@property_page(AccessLevel.MANAGER)
@form_methods
def rooms_new(request: HttpRequest, prop: Property) -> HttpResponse:
    """Add rooms that are alike; numbers go on."""
    form = NewRoomsForm(posted(request), prop=prop)

    def save() -> None:
        said = form.cleaned_data | {"surcharge": form.cleaned_data["surcharge"] or 0}
        rooms_add(property_id=prop.pk, items=[RoomsToAdd(**said)], by=actor_of(request))

    page = FormPage(
        _("Add rooms"),
        _back(prop),
        _("The rooms are added."),
        lead=_(
            "They are numbered on from the last room; number, name and the rest can be changed "
            "afterwards."
        ),
        submit=_("Add the rooms"),
        **_frame(prop),
    )
    return form_page(request, form, page, save)


@property_page(AccessLevel.MANAGER)
@form_methods
def room_edit(request: HttpRequest, prop: Property, room_id: int) -> HttpResponse:
    """Change a room."""
    room = _room(prop, room_id)
    initial = {name: getattr(room, name) for name in RoomForm.base_fields if name != "feature_ids"}
    initial["feature_ids"] = [one.pk for one in room.features.all()]
    form = RoomForm(posted(request), prop=prop, initial=initial)
    page = FormPage(
        gettext("Room %(number)s") % {"number": room.number},
        _back(prop),
        _("The room is changed."),
        delete=reverse("web:room_delete", args=[prop.pk, room.pk]),
        **_frame(prop),
    )
    by = actor_of(request)
    return form_page(
        request,
        form,
        page,
        lambda: room_update(property_id=prop.pk, room_id=room.pk, by=by, **form.cleaned_data),
    )


@property_page(AccessLevel.MANAGER)
@form_methods
def room_remove(request: HttpRequest, prop: Property, room_id: int) -> HttpResponse:
    """Ask, then delete a room."""
    room = _room(prop, room_id)
    question = Question(
        gettext("Delete room %(number)s?") % {"number": room.number},
        [
            _("It can be sold no more, and its number can be given again."),
            _("A room that somebody has today or later cannot be deleted. Past bookings keep it."),
        ],
        _("Delete the room"),
        _back(prop),
        _("The room is deleted."),
        **_frame(prop),
    )
    by = actor_of(request)
    return question_page(
        request,
        question,
        lambda: room_delete(property_id=prop.pk, room_id=room.pk, by=by),
    )


@property_page(AccessLevel.MANAGER)
@form_methods
def room_type_new(request: HttpRequest, prop: Property) -> HttpResponse:
    """Add a room type of the property's own."""
    form = RoomTypeForm(posted(request))
    page = FormPage(_("New room type"), _back(prop), _("The room type is added."), **_frame(prop))
    by = actor_of(request)
    return form_page(
        request,
        form,
        page,
        lambda: room_type_save(property_id=prop.pk, by=by, **form.cleaned_data),
    )


@property_page(AccessLevel.MANAGER)
@form_methods
def room_type_edit(request: HttpRequest, prop: Property, room_type_id: int) -> HttpResponse:
    """Change a room type of the property's own."""
    kind = _own_type(prop, room_type_id)
    form = RoomTypeForm(
        posted(request), initial={"name": kind.name, "description": kind.description}
    )
    page = FormPage(
        kind.name,
        _back(prop),
        _("The room type is changed."),
        delete=reverse("web:room_type_delete", args=[prop.pk, kind.pk]),
        **_frame(prop),
    )
    by = actor_of(request)
    return form_page(
        request,
        form,
        page,
        lambda: room_type_save(
            property_id=prop.pk, by=by, room_type_id=kind.pk, **form.cleaned_data
        ),
    )


@property_page(AccessLevel.MANAGER)
@form_methods
def room_type_remove(request: HttpRequest, prop: Property, room_type_id: int) -> HttpResponse:
    """Ask, then delete a room type that nothing has or had."""
    kind = _own_type(prop, room_type_id)
    question = Question(
        gettext("Delete “%(name)s”?") % {"name": kind.name},
        [_("Only a room type that no room, price or booking has or had can be deleted.")],
        _("Delete the room type"),
        _back(prop),
        _("The room type is deleted."),
        **_frame(prop),
    )
    by = actor_of(request)
    return question_page(
        request,
        question,
        lambda: room_type_delete(property_id=prop.pk, room_type_id=kind.pk, by=by),
    )


@property_page(AccessLevel.MANAGER)
@form_methods
def capacity(request: HttpRequest, prop: Property, room_type_id: int) -> HttpResponse:
    """Say how many people each room of a type takes."""
    of_type = room_list(prop=prop).filter(room_type=room_type_id).first()
    if of_type is None:
        raise Http404
    now = occupancy_levels(prop=prop).filter(room_type=room_type_id).first() or of_type
    initial = {name: getattr(now, name) for name in CapacityForm.base_fields}
    form = CapacityForm(posted(request), initial=initial)
    page = FormPage(
        gettext("Capacity: %(name)s") % {"name": of_type.room_type.name},
        _back(prop),
        _("All rooms of the type take so many people now."),
        lead=_("It becomes that of every room of this type."),
        **_frame(prop),
    )
    by = actor_of(request)
    return form_page(
        request,
        form,
        page,
        lambda: occupancy_level_save(
            property_id=prop.pk, room_type_id=room_type_id, by=by, **form.cleaned_data
        ),
    )


def _types(prop: Property) -> list[tuple[int, str]]:
    usable = room_types_usable(property_type=prop.property_type, property_id=prop.pk)
    return [(one.pk, one.name) for one in usable]


def _room(prop: Property, room_id: int) -> Room:
    found = rooms_with_features(prop=prop).filter(pk=room_id).first()
    if found is None:
        raise Http404
    return found


def _own_type(prop: Property, room_type_id: int) -> RoomType:
    found = RoomType.objects.filter(property=prop, pk=room_type_id).first()
    if found is None:
        raise Http404
    return found


def _back(prop: Property) -> str:
    return reverse("web:rooms", args=[prop.pk])


def _frame(prop: Property) -> dict[str, Any]:
    return TABS | {"context": {"prop": prop}}
