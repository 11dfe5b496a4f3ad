from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from bookyflow.accounts.models import AccessLevel
from bookyflow.availability.selectors import calendar
from bookyflow.core.dates import ONE_DAY
from bookyflow.messaging.reading import conversations_unread
from bookyflow.properties.access import properties_of
from bookyflow.properties.models import Property
from bookyflow.reservations.cleaning import rooms_to_clean
from bookyflow.reservations.desk_day import DeskCounts, desk_counts, desk_day
from bookyflow.web.desk.lines import lines_of, tasks_of
from bookyflow.web.desk.links import day_asked
from bookyflow.web.pages import frame_of, guest_data_read, page, property_page, staff_page, user_of

PROPERTIES_A_PAGE = 25
DIGITS = 9  # of the number of a property


@page
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """The day of all properties, the desk where there is one only, a welcome for visitors."""
    if not request.user.is_authenticated:
        return render(request, "web/account/welcome.html")
    found = frame_of(request).properties
    if len(found) == 1:
        return redirect("web:desk", found[0].pk)
    return _overview(request, "web/desk/home.html") if found else redirect("web:properties")


@staff_page()
@require_safe
def property_list(request: HttpRequest) -> HttpResponse:
    """The properties that the account works on, to look one up."""
    return _overview(request, "web/desk/properties.html")


@property_page()
@require_safe
def desk(request: HttpRequest, prop: Property) -> HttpResponse:
    """A property today, or on another day."""
    today = prop.settings.today()
    day = day_asked(request, "day", today) or today
    found = desk_day(property_id=prop.pk, day=day, today=today)
    (night,) = calendar(property_id=prop.pk, first=day, last=day)
    unread = conversations_unread(property_id=prop.pk, user_id=user_of(request).pk)
    cleaning = rooms_to_clean(property_id=prop.pk, day=day).filter(booking__departs_on=day)
    seen = (found.arrivals, found.departures, found.in_house, found.late, found.overdue)
    guest_data_read(request, prop, [one.guest_id for part in seen for one in part])
    context = {
        "prop": prop,
        "day": day,
        "today": today,
        "before": day - ONE_DAY,
        "after": day + ONE_DAY,
        "lines": lines_of(found, today=today),
        "tasks": tasks_of(found, unread, property_id=prop.pk, today=today),
        "cleaning": sorted({held.room.number for held in cleaning}),
        "night": night,
        "free": max(night.rooms - night.taken, 0),
        "occupancy": round(100 * night.taken / night.rooms) if night.rooms else None,
    }
    return render(request, "web/desk/desk.html", context)


def _overview(request: HttpRequest, template: str) -> HttpResponse:
    """Properties by name, so many a page, with the numbers of their day."""
    found = properties_of(user_of(request)).select_related("settings").order_by("name", "pk")
    asked = request.GET.get("q", "").strip()[:100]
    if asked:
        number = Q(pk=int(asked)) if asked.isdecimal() and len(asked) <= DIGITS else Q()
        found = found.filter(Q(name__icontains=asked) | Q(town__icontains=asked) | number)
    listed = Paginator(found, PROPERTIES_A_PAGE).get_page(request.GET.get("page"))
    todays = {prop.pk: prop.settings.today() for prop in listed}
    counts = desk_counts(todays=todays)
    rows = [(prop, todays[prop.pk], counts[prop.pk]) for prop in listed]
    context: dict[str, Any] = {
        "listed": listed,
        "rows": rows,
        "asked": asked,
        "may_add": user_of(request).access_level >= AccessLevel.MANAGER,
        "keep": urlencode({"q": asked}) + "&" if asked else "",
        "totals": _totals([numbers for _, _, numbers in rows]),
    }
    return render(request, template, context)


def _totals(counts: list[DeskCounts]) -> DeskCounts:
    """The numbers of several properties together."""
    return DeskCounts(*(sum(column) for column in zip(*map(_numbers, counts), strict=True)))


def _numbers(counts: DeskCounts) -> list[int]:
    return list(vars(counts).values())
