"""The calendar of prices, and the form that changes nights of it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_safe

from bookyflow.accounts.models import AccessLevel
from bookyflow.ari.editing import NightsChanged, NightsEdit, nights_edit, nights_preview
from bookyflow.ari.selectors import ari_read
from bookyflow.core.dates import is_possible
from bookyflow.core.money import display
from bookyflow.properties.models import Property
from bookyflow.rooms.selectors import room_types_with_rooms
from bookyflow.tariffs.models import TariffType
from bookyflow.tariffs.selectors import horizon, tariff_type_list
from bookyflow.web.numbers import whole_number
from bookyflow.web.pages import actor_of, form_methods, property_page, user_of
from bookyflow.web.prices.forms import NightsForm, initial_of
from bookyflow.web.prices.grid import SHOWN, PriceGrid
from bookyflow.web.saving import saved
from bookyflow.web.words import language_now


@property_page()
@require_safe
def price_grid(request: HttpRequest, prop: Property) -> HttpResponse:
    """Rate plans and room types, day by day."""
    today = prop.settings.today()
    first = day_of(request.GET.get("from", "")) or today
    furthest = horizon(today) - timedelta(days=SHOWN)
    grid = PriceGrid(prop, min(max(first, today - timedelta(days=366)), furthest))
    may_change = user_of(request).access_level >= AccessLevel.MANAGER
    return render(
        request,
        "web/prices/grid.html",
        {"prop": prop, "grid": grid, "may_change": may_change, "tab": "calendar"},
    )


@property_page(AccessLevel.MANAGER)
@form_methods
def nights(request: HttpRequest, prop: Property) -> HttpResponse:
    """Change nights: of a cell, a row, a year; looked at before if one likes."""
    plans = list(tariff_type_list(prop=prop).select_related("room_type"))
    options: dict[str, Any] = {
        "plans": plans,
        "room_types": room_types_with_rooms(prop=prop),
        "today": prop.settings.today(),
    }
    if request.method != "POST":
        form = NightsForm(initial=_initial(request, prop), **options)
        return _page(request, prop, form, plans)
    form = NightsForm(request.POST, **options)
    edit = form.edit() if form.is_valid() else None
    if edit is None:
        return _page(request, prop, form, plans)
    if request.POST.get("action") == "preview":
        return _page(request, prop, form, plans, _preview(prop, form, edit))
    return _done(request, prop, form, edit) or _page(request, prop, form, plans)


def day_of(text: str) -> date | None:
    """A date as an address has it; None for what is none, or beyond what any door takes."""
    try:
        found = date.fromisoformat(text)
    except ValueError:
        return None
    return found if is_possible(found) else None


def _numbers(texts: list[str]) -> list[int]:
    return [number for number in map(whole_number, texts) if number is not None]


def _initial(request: HttpRequest, prop: Property) -> dict[str, Any]:
    today = prop.settings.today()
    first = max(day_of(request.GET.get("first", "")) or today, today)
    last = max(day_of(request.GET.get("last", "")) or first, first)
    plans = _numbers(request.GET.getlist("plan"))
    kinds = _numbers(request.GET.getlist("room_type"))
    found: dict[str, Any] = {
        "first": first,
        "last": last,
        "tariff_type_ids": plans,
        "room_type_ids": kinds,
    }
    if len(plans) == 1 and first == last:
        read = ari_read(prop=prop, first=first, last=last).rate_plans.get(plans[0])
        found |= initial_of(read.nights.get(first) if read else None)
    return found


def _preview(prop: Property, form: NightsForm, edit: NightsEdit) -> NightsChanged | None:
    found: list[NightsChanged] = []
    saved(form, lambda: found.append(nights_preview(prop=prop, edit=edit)))
    return found[0] if found else None


def _done(
    request: HttpRequest, prop: Property, form: NightsForm, edit: NightsEdit
) -> HttpResponse | None:
    found: list[NightsChanged] = []
    by = actor_of(request)
    if not saved(form, lambda: found.append(nights_edit(property_id=prop.pk, edit=edit, by=by))):
        return None
    days = found[0].days
    told = ngettext("%(n)s day is changed.", "%(n)s days are changed.", days) % {"n": days}
    messages.success(request, told if days else gettext("All was so already."))
    first = max(edit.first, prop.settings.today())
    return redirect(f"{reverse('web:prices', args=[prop.pk])}?from={first.isoformat()}")


def _page(
    request: HttpRequest,
    prop: Property,
    form: NightsForm,
    plans: list[TariffType],
    preview: NightsChanged | None = None,
) -> HttpResponse:
    rows = _rows(prop, preview, plans, dict(form.fields["room_type_ids"].choices))  # type: ignore[attr-defined]  # of a choice field
    context = {
        "prop": prop,
        "form": form,
        "preview": preview,
        "rows": rows,
        "tab": "calendar",
        "has_plans": bool(plans),
    }
    return render(request, "web/prices/nights.html", context, status=form.http_status)


def _rows(
    prop: Property,
    preview: NightsChanged | None,
    plans: list[TariffType],
    room_types: Mapping[int, str],
) -> list[dict[str, Any]]:
    """The preview as a table."""
    if preview is None:
        return []
    names = {one.pk: f"{one.room_type.name}: {one.name}" for one in plans}
    found = [
        {
            "name": names.get(pk, ""),
            "nights": change.nights,
            "before": _span(prop, change.before),
            "after": _span(prop, change.after),
        }
        for pk, change in preview.plans.items()
    ]
    return found + [
        {"name": room_types.get(pk, ""), "nights": nights, "before": "", "after": ""}
        for pk, nights in preview.room_types.items()
    ]


def _span(prop: Property, prices: Any) -> str:
    if prices is None:
        return ""
    low, high = (display(price, prop.settings.currency, language_now()) for price in prices)
    return low if low == high else f"{low} \N{EN DASH} {high}"
