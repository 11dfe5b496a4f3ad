from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from bookyflow.properties.access import properties_of
from bookyflow.properties.models import Property
from bookyflow.web.pages import frame_of, page, property_page, staff_page, user_of


@page
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """The desk for staff, key pairs for other accounts, a welcome for everybody else."""
    if not request.user.is_authenticated:
        return render(request, "web/account/welcome.html")
    prop = frame_of(request).prop
    return redirect("web:desk", prop.pk) if prop else redirect("web:properties")


@staff_page()
@require_safe
def property_list(request: HttpRequest) -> HttpResponse:
    """The properties that the account works on."""
    found = properties_of(user_of(request)).order_by("name", "pk")
    return render(request, "web/desk/properties.html", {"properties": found})


@property_page()
@require_safe
def desk(request: HttpRequest, prop: Property) -> HttpResponse:
    """A property today."""
    return render(request, "web/desk/desk.html", {"prop": prop})
