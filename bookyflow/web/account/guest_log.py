"""Who looked at the data of which guest of a property."""

from __future__ import annotations

from urllib.parse import urlencode

from django import forms
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from bookyflow.accounts.models import AccessLevel
from bookyflow.guests.readings import guest_reading_list
from bookyflow.properties.models import Property
from bookyflow.web.fields import DayField
from bookyflow.web.forms import PageForm
from bookyflow.web.pages import property_page

ON_A_PAGE = 50
MOST = 2**31 - 1


class GuestLogForm(PageForm):
    """Which part of the log."""

    account = forms.CharField(label=gettext_lazy("User name"), required=False, max_length=150)
    guest = forms.IntegerField(
        label=gettext_lazy("Guest number"), required=False, min_value=1, max_value=MOST
    )
    first = DayField(label=gettext_lazy("From"), required=False)
    last = DayField(label=gettext_lazy("To"), required=False)


@property_page(AccessLevel.MANAGER)
@require_safe
def guest_log(request: HttpRequest, prop: Property) -> HttpResponse:
    """Who was shown the data of which guest, the latest first."""
    form = GuestLogForm(request.GET or None)
    chosen = form.cleaned_data if form.is_valid() else {}
    found = guest_reading_list(
        property_id=prop.pk,
        username=chosen.get("account", ""),
        guest_id=chosen.get("guest"),
        first=chosen.get("first"),
        last=chosen.get("last"),
    )
    listed = Paginator(found, ON_A_PAGE).get_page(request.GET.get("page"))
    kept = {name: value for name, value in chosen.items() if value}
    context = {
        "prop": prop,
        "form": form,
        "listed": listed,
        "keep": f"{urlencode(kept)}&" if kept else "",
    }
    return render(request, "web/account/guest_log.html", context, status=form.http_status)
