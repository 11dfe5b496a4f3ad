from __future__ import annotations

import csv
from collections.abc import Callable, Iterable
from decimal import Decimal

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import formats
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from bookyflow.accounts.models import AccessLevel
from bookyflow.core.errors import DomainError
from bookyflow.core.money import rounded
from bookyflow.properties.models import Property
from bookyflow.reporting.performance import GUEST, STAFF, Month, Performance, performance
from bookyflow.web.pages import property_page
from bookyflow.web.reports.charts import Chart, bar_chart
from bookyflow.web.reports.forms import PeriodForm


@property_page(AccessLevel.MANAGER)
@require_safe
def reports(request: HttpRequest, prop: Property) -> HttpResponse:
    """Occupancy, ADR, RevPAR and revenue, by month and source: charts with tables beside them."""
    form = PeriodForm(request.GET, today=prop.settings.today())
    found = _performance(prop, form)
    context = {"prop": prop, "form": form, "query": request.GET.urlencode()}
    if found is not None:
        context |= _told(found)
    return render(request, "web/reports/reports.html", context, status=form.http_status)


@property_page(AccessLevel.MANAGER)
@require_safe
def months_csv(request: HttpRequest, prop: Property) -> HttpResponse:
    """The same months as a table for a spreadsheet."""
    head = (
        "month,rooms_available,rooms_sold,rooms_blocked,occupancy_percent,adr,revpar,"
        "room_revenue_net,other_revenue_net,currency"
    )
    return _csv(request, prop, "months", head, _month_rows)


@property_page(AccessLevel.MANAGER)
@require_safe
def sources_csv(request: HttpRequest, prop: Property) -> HttpResponse:
    """The same sources, month by month."""
    return _csv(request, prop, "sources", "month,source,revenue_net,currency", _source_rows)


def _performance(prop: Property, form: PeriodForm) -> Performance | None:
    """None where the form has faults, which it shows."""
    if not form.is_valid():
        return None
    try:
        return performance(
            prop=prop, first=form.cleaned_data["first"], months=form.cleaned_data["months"]
        )
    except DomainError as error:
        form.refuse(error)
        return None


def _told(found: Performance) -> dict[str, object]:
    nothing = rounded(Decimal(0), found.currency)
    names = [_month(one) for one in found.months]
    for source in found.sources:
        source.name = {STAFF: _("Staff"), GUEST: _("Booked online")}.get(source.name, source.name)
    return {
        "found": found,
        "total": found.total(),
        "charts": _charts(found, names),
        "by_source": [
            (source, [source.by_month.get(one.first, nothing) for one in found.months])
            for source in found.sources
        ],
    }


def _charts(found: Performance, names: list[str]) -> list[tuple[str, Chart]]:
    def single(amount: Callable[[Month], Decimal | None]) -> list[list[tuple[str, Decimal]]]:
        return [
            [(f"{name}: {amount(one)}", amount(one) or Decimal(0))]
            for name, one in zip(names, found.months, strict=True)
        ]

    revenue = [
        [
            (f"{name}, {source.name}: {amount}", amount)
            for source in found.sources
            for amount in [source.by_month.get(one.first, Decimal(0))]
        ]
        for name, one in zip(names, found.months, strict=True)
    ]
    currency = {"currency": found.currency}
    occupancy = bar_chart(names, single(lambda one: one.occupancy), top=Decimal(100))
    adr = bar_chart(names, single(lambda one: one.adr), top=None)
    revpar = bar_chart(names, single(lambda one: one.revpar), top=None)
    return [
        (_("Occupancy in per cent"), occupancy),
        (_("Average daily rate, %(currency)s") % currency, adr),
        (_("Revenue per available room, %(currency)s") % currency, revpar),
        (_("Net revenue by source, %(currency)s") % currency, bar_chart(names, revenue, top=None)),
    ]


def _month(one: Month) -> str:
    return formats.date_format(one.first, "M y")


def _csv(
    request: HttpRequest,
    prop: Property,
    name: str,
    head: str,
    rows: Callable[[Performance], Iterable[tuple[object, ...]]],
) -> HttpResponse:
    form = PeriodForm(request.GET, today=prop.settings.today())
    found = _performance(prop, form)
    if found is None:
        context = {"prop": prop, "form": form, "query": ""}
        return render(request, "web/reports/reports.html", context, status=400)
    response = HttpResponse(
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}-{prop.pk}.csv"'},
    )
    written = csv.writer(response)
    written.writerow(head.split(","))
    written.writerows(rows(found))
    return response


def _month_rows(found: Performance) -> Iterable[tuple[object, ...]]:
    for one in found.months:
        yield (
            f"{one.first:%Y-%m}",
            one.available,
            one.nights,
            one.blocked,
            one.occupancy,
            one.adr,
            one.revpar,
            one.rooms,
            one.other,
            one.currency,
        )


def _source_rows(found: Performance) -> Iterable[tuple[object, ...]]:
    for source in found.sources:
        for day, amount in sorted(source.by_month.items()):
            yield f"{day:%Y-%m}", _as_text(source.name), amount, found.currency


def _as_text(name: str) -> str:
    """A channel's name that no spreadsheet takes for a formula."""
    return f"'{name}" if name[:1] in "=+-@" else name
