"""Rate plans: listed, added, changed, deleted."""

from __future__ import annotations

from datetime import timedelta
from types import MappingProxyType
from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from bookyflow.accounts.models import AccessLevel
from bookyflow.core.dates import ONE_DAY, days
from bookyflow.properties.models import Property
from bookyflow.rooms.selectors import room_types_with_rooms
from bookyflow.tariffs.conditions import tariff_conditions_set
from bookyflow.tariffs.models import TariffType
from bookyflow.tariffs.models.tariffs import ANY_DAY
from bookyflow.tariffs.selectors import horizon, plan_spans, tariff_type_list, years_from
from bookyflow.tariffs.tariff_types import tariff_delete, tariff_save
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
from bookyflow.web.words import WEEKDAYS

CONDITIONS = (
    "name",
    "description",
    "min_people",
    "max_people",
    "max_stay",
    "arrival_weekday",
    "allow_weekend",
    "weekend_only",
)
TABS: dict[str, Any] = {"tabs": "web/prices/_tabs.html", "tab": "plans"}


class PlanForm(GroupedForm):
    """What a rate plan is, and under which conditions it is sold."""

    name = forms.CharField(label=_("Name"), max_length=255, initial=_("Standard"))
    room_type_id = forms.TypedChoiceField(label=_("Room type"), coerce=int)
    description = forms.CharField(
        label=_("Description"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("What guests read about it, such as what is included."),
    )
    price = MoneyField(label=_("Price a night"))
    first = DayField(label=_("From"))
    last = DayField(
        label=_("Up to the night of"),
        help_text=_("Each night can be given its own price afterwards, in the calendar."),
    )
    min_stay = forms.IntegerField(
        label=_("Shortest stay, in nights"), min_value=1, max_value=32767, initial=1
    )
    max_stay = forms.IntegerField(
        label=_("Longest stay, in nights"), min_value=1, max_value=32767, initial=365
    )
    min_people = forms.IntegerField(
        label=_("Fewest adults"), min_value=0, max_value=32767, initial=1
    )
    max_people = forms.IntegerField(
        label=_("Most adults"), min_value=1, max_value=32767, initial=100
    )
    arrival_weekday = forms.TypedChoiceField(
        label=_("Arrival"),
        coerce=int,
        choices=[(ANY_DAY, _("On any day")), *WEEKDAYS],
        initial=ANY_DAY,
    )
    allow_weekend = forms.BooleanField(
        label=_("Weekend nights can be booked"), required=False, initial=True
    )
    weekend_only = forms.BooleanField(label=_("Weekend nights only"), required=False)

    groups = (
        (_("Rate plan"), ("name", "room_type_id", "description")),
        (_("First prices"), ("price", "first", "last", "min_stay")),
        (
            _("Conditions"),
            (
                "min_people",
                "max_people",
                "max_stay",
                "arrival_weekday",
                "allow_weekend",
                "weekend_only",
            ),
        ),
    )

    named_by_service = MappingProxyType({"prices": "price", "min_stays": "min_stay"})

    def __init__(self, *args: Any, prop: Property, is_new: bool, **options: Any) -> None:
        super().__init__(*args, **options)
        self._today = prop.settings.today()
        kinds: Any = self.fields["room_type_id"]
        kinds.choices = [(one.pk, one.name) for one in room_types_with_rooms(prop=prop)]
        if not is_new:
            for name in ("price", "first", "last", "min_stay"):
                del self.fields[name]

    def clean(self) -> dict[str, Any]:
        """Refuse dates that are over, reversed or too far away beside them."""
        found: dict[str, Any] = super().clean() or {}
        first, last = found.get("first"), found.get("last")
        if last and last < self._today:
            self.add_error("last", _("These nights are over."))
        elif first and last and last < first:
            self.add_error("last", _("It is before the first night."))
        elif last and last > horizon(self._today):
            self.add_error("last", _("Prices go ten years ahead at most."))
        if found.get("price") == 0:
            self.add_error("price", _("A price above 0 is needed."))
        return found

    @property
    def conditions(self) -> dict[str, object]:
        """The fields of TariffType."""
        return {name: self.cleaned_data[name] for name in CONDITIONS}


@property_page(AccessLevel.MANAGER)
@require_safe
def plan_list(request: HttpRequest, prop: Property) -> HttpResponse:
    """The rate plans by room type."""
    spans = plan_spans(prop=prop)
    plans = tariff_type_list(prop=prop).select_related("room_type")
    rows = [(one, spans.get(one.pk)) for one in plans.order_by("room_type__name", "name", "pk")]
    context = {"prop": prop, "rows": rows, "tab": "plans"}
    context["has_rooms"] = room_types_with_rooms(prop=prop).exists()
    return render(request, "web/prices/plans.html", context)


@property_page(AccessLevel.MANAGER)
@form_methods
def plan_new(request: HttpRequest, prop: Property) -> HttpResponse:
    """Add a rate plan, with one price for a time."""
    today = prop.settings.today()
    initial = {
        "first": today,
        "last": years_from(today, 1) - ONE_DAY,
        "room_type_id": request.GET.get("room_type"),
    }
    form = PlanForm(posted(request), prop=prop, is_new=True, initial=initial)

    def save() -> None:
        said = form.cleaned_data
        first = max(said["first"], today)
        tariff_save(
            property_id=prop.pk,
            room_type_id=said["room_type_id"],
            prices=dict.fromkeys(days(first, said["last"] + timedelta(days=1)), said["price"]),
            min_stays={first: said["min_stay"]},
            conditions=form.conditions,
            by=actor_of(request),
        )

    page = FormPage(_("New rate plan"), _back(prop), _("The rate plan is added."), **_frame(prop))
    return form_page(request, form, page, save)


@property_page(AccessLevel.MANAGER)
@form_methods
def plan_edit(request: HttpRequest, prop: Property, plan_id: int) -> HttpResponse:
    """Change a rate plan; its prices are in the calendar."""
    plan = _plan(prop, plan_id)
    initial = {name: getattr(plan, name) for name in (*CONDITIONS, "room_type_id")}
    form = PlanForm(posted(request), prop=prop, is_new=False, initial=initial)

    def save() -> None:
        tariff_conditions_set(
            property_id=prop.pk,
            tariff_type_id=plan.pk,
            room_type_id=form.cleaned_data["room_type_id"],
            conditions=form.conditions,
            by=actor_of(request),
        )

    page = FormPage(
        plan.name,
        _back(prop),
        _("The rate plan is changed."),
        delete=reverse("web:rate_plan_delete", args=[prop.pk, plan.pk]),
        **_frame(prop),
    )
    return form_page(request, form, page, save)


@property_page(AccessLevel.MANAGER)
@form_methods
def plan_delete(request: HttpRequest, prop: Property, plan_id: int) -> HttpResponse:
    """Ask, then take a rate plan out of sale."""
    plan = _plan(prop, plan_id)
    span = plan_spans(prop=prop).get(plan.pk)
    nights = span.nights if span else 0
    others = tariff_type_list(prop=prop).filter(room_type=plan.room_type).exclude(pk=plan.pk)
    means = [
        ngettext(
            "The price of %(n)s coming night goes with it.",
            "The prices of %(n)s coming nights go with it.",
            nights,
        )
        % {"n": nights},
        gettext("Bookings keep the prices they were made at."),
    ]
    if not others.exists():
        kind = {"room_type": plan.room_type.name}
        means.append(
            gettext("It is the only rate plan of %(room_type)s: these rooms can then not be sold.")
            % kind
        )
    question = Question(
        gettext("Delete “%(name)s”?") % {"name": plan.name},
        means,
        _("Delete the rate plan"),
        _back(prop),
        _("The rate plan is deleted."),
        **_frame(prop),
    )
    by = actor_of(request)
    return question_page(
        request,
        question,
        lambda: tariff_delete(property_id=prop.pk, tariff_type_id=plan.pk, by=by),
    )


def _plan(prop: Property, plan_id: int) -> TariffType:
    found = tariff_type_list(prop=prop).select_related("room_type").filter(pk=plan_id).first()
    if found is None:
        raise Http404
    return found


def _back(prop: Property) -> str:
    return reverse("web:rate_plans", args=[prop.pk])


def _frame(prop: Property) -> dict[str, Any]:
    return TABS | {"context": {"prop": prop}}
