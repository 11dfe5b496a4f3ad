"""Extras: listed, added, changed, deleted."""

from __future__ import annotations

from types import MappingProxyType
from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from bookyflow.accounts.models import AccessLevel
from bookyflow.core.money import display
from bookyflow.pricing.inputs import ExtraModel
from bookyflow.properties.models import Property
from bookyflow.rooms.selectors import room_types_with_rooms
from bookyflow.tariffs.extras import FIELDS, extra_delete, extra_list, extra_save
from bookyflow.tariffs.models import Extra
from bookyflow.tariffs.selectors import tax_rates
from bookyflow.web.editing import (
    FormPage,
    GroupedForm,
    Question,
    form_page,
    posted,
    question_page,
)
from bookyflow.web.fields import DayField, MoneyField
from bookyflow.web.pages import actor_of, form_methods, property_page
from bookyflow.web.words import language_now

TABS: dict[str, Any] = {"tabs": "web/prices/_tabs.html", "tab": "extras"}
MODELS = {
    ExtraModel.PER_BOOKING: _("per booking"),
    ExtraModel.PER_NIGHT: _("per night"),
    ExtraModel.PER_PERSON: _("per person"),
    ExtraModel.PER_PERSON_AND_NIGHT: _("per person and night"),
    ExtraModel.PER_ROOM: _("per room"),
    ExtraModel.PER_NIGHT_AND_ROOM: _("per room and night"),
    ExtraModel.PER_WEEK: _("per week"),
    ExtraModel.PER_PERSON_AND_WEEK: _("per person and week"),
    ExtraModel.PER_NIGHT_WITH_MINIMUM: _("per night, for at least so many nights"),
    ExtraModel.PERCENTAGE: _("per cent of the rooms' price"),
}


class ExtraForm(GroupedForm):
    """An extra: what it is, what it costs, when it is offered."""

    name = forms.CharField(label=_("Name"), max_length=255)
    description = forms.CharField(
        label=_("Description"),
        max_length=5000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    price = MoneyField(label=_("Price"))
    model = forms.ChoiceField(
        label=_("Charged"), choices=[(one.value, text) for one, text in MODELS.items()]
    )
    minimum = forms.IntegerField(
        label=_("Fewest nights that are charged"),
        min_value=0,
        max_value=3650,
        initial=0,
        help_text=_("Only where it is charged for at least so many nights."),
    )
    tax_rate_id = forms.TypedChoiceField(
        label=_("Tax"), coerce=int, empty_value=None, required=False
    )
    max_quantity = forms.IntegerField(
        label=_("Most that a guest can take"), min_value=1, max_value=1000, initial=1
    )
    auto_select = forms.BooleanField(
        label=_("Chosen unless the guest says otherwise"), required=False
    )
    forced = forms.BooleanField(label=_("Comes with every booking"), required=False)
    counts_children = forms.BooleanField(label=_("Children count as persons, too"), required=False)
    is_published = forms.BooleanField(label=_("Guests can have it"), required=False, initial=True)
    include_in_property_lists = forms.BooleanField(
        label=_("Shown in lists of properties"), required=False, initial=True
    )
    valid_from = DayField(label=_("For arrivals from"), required=False)
    valid_to = DayField(label=_("For arrivals until"), required=False)
    room_type_id = forms.TypedChoiceField(
        label=_("For rooms of type"), coerce=int, empty_value=None, required=False
    )

    groups = (
        (_("Extra"), ("name", "description")),
        (_("Price"), ("price", "model", "minimum", "tax_rate_id", "max_quantity")),
        (
            _("When it is offered"),
            (
                "is_published",
                "auto_select",
                "forced",
                "counts_children",
                "include_in_property_lists",
                "valid_from",
                "valid_to",
                "room_type_id",
            ),
        ),
    )

    named_by_service = MappingProxyType(
        {"maxquantity": "max_quantity", "validto": "valid_to", "tax_rate": "tax_rate_id"}
        | {"limited_to_room_type": "room_type_id"}
    )

    def __init__(self, *args: Any, prop: Property, **options: Any) -> None:
        super().__init__(*args, **options)
        taxes: Any = self.fields["tax_rate_id"]
        taxes.choices = [("", gettext("No tax")), *((one.pk, str(one)) for one in tax_rates())]
        kinds: Any = self.fields["room_type_id"]
        usable = room_types_with_rooms(prop=prop)
        kinds.choices = [("", gettext("Any")), *((one.pk, one.name) for one in usable)]

    def clean(self) -> dict[str, Any]:
        """Refuse reversed dates in words of the page."""
        found: dict[str, Any] = super().clean() or {}
        first, last = found.get("valid_from"), found.get("valid_to")
        if first and last and last < first:
            self.add_error("valid_to", _("It is before the first day of arrival."))
        return found


@property_page(AccessLevel.MANAGER)
@require_safe
def extras(request: HttpRequest, prop: Property) -> HttpResponse:
    """The extras by name."""
    found = extra_list(prop=prop).select_related("room_type").order_by("name", "pk")
    rows = [(one, _price(prop, one), MODELS[ExtraModel(one.model)]) for one in found]
    return render(request, "web/prices/extras.html", {"prop": prop, "rows": rows, "tab": "extras"})


@property_page(AccessLevel.MANAGER)
@form_methods
def extra_new(request: HttpRequest, prop: Property) -> HttpResponse:
    """Add an extra."""
    form = ExtraForm(posted(request), prop=prop, initial={"model": ExtraModel.PER_BOOKING.value})
    page = FormPage(_("New extra"), _back(prop), _("The extra is added."), **_frame(prop))
    by = actor_of(request)
    return form_page(
        request,
        form,
        page,
        lambda: extra_save(property_id=prop.pk, by=by, **form.cleaned_data),
    )


@property_page(AccessLevel.MANAGER)
@form_methods
def extra_edit(request: HttpRequest, prop: Property, extra_id: int) -> HttpResponse:
    """Change an extra."""
    extra = _extra(prop, extra_id)
    initial = {name: getattr(extra, name) for name in FIELDS}
    form = ExtraForm(posted(request), prop=prop, initial=initial)
    page = FormPage(
        extra.name,
        _back(prop),
        _("The extra is changed."),
        delete=reverse("web:extra_delete", args=[prop.pk, extra.pk]),
        **_frame(prop),
    )
    by = actor_of(request)
    return form_page(
        request,
        form,
        page,
        lambda: extra_save(property_id=prop.pk, by=by, extra_id=extra.pk, **form.cleaned_data),
    )


@property_page(AccessLevel.MANAGER)
@form_methods
def extra_remove(request: HttpRequest, prop: Property, extra_id: int) -> HttpResponse:
    """Ask, then stop offering an extra."""
    extra = _extra(prop, extra_id)
    question = Question(
        gettext("Delete “%(name)s”?") % {"name": extra.name},
        [_("Guests can have it no more. Bookings that have it keep it, at its price.")],
        _("Delete the extra"),
        _back(prop),
        _("The extra is deleted."),
        **_frame(prop),
    )
    by = actor_of(request)
    return question_page(
        request,
        question,
        lambda: extra_delete(property_id=prop.pk, extra_id=extra.pk, by=by),
    )


def _price(prop: Property, extra: Extra) -> str:
    if extra.model == ExtraModel.PERCENTAGE:
        return f"{extra.price.normalize():f} %"
    return display(extra.price, prop.settings.currency, language_now())


def _extra(prop: Property, extra_id: int) -> Extra:
    found = extra_list(prop=prop).filter(pk=extra_id).first()
    if found is None:
        raise Http404
    return found


def _back(prop: Property) -> str:
    return reverse("web:extras", args=[prop.pk])


def _frame(prop: Property) -> dict[str, Any]:
    return TABS | {"context": {"prop": prop}}
