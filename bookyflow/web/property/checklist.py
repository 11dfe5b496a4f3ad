"""What a property still lacks, where that is set, and publishing it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from bookyflow.accounts.models import AccessLevel
from bookyflow.accounts.site import site_settings
from bookyflow.core.errors import DomainError
from bookyflow.properties.models import BookingModel, Property, PropertyText
from bookyflow.properties.selectors import property_text
from bookyflow.property_lifecycle.publication import (
    LACKS,
    NOT_LET,
    property_approve,
    property_publish,
    property_unpublish,
    readiness,
)
from bookyflow.web.pages import actor_of, problems_of, property_page, user_of

# What is looked at: what it is called, and the page where it is set; "" where that is not here.
STEPS: dict[str, tuple[str | Promise, str]] = {
    "rooms": (_("Rooms"), "web:rooms"),
    "property_type": (_("A type of property that the site offers"), ""),
    "tariffs": (_("Prices"), "web:rate_plans"),
    "tours": (_("Tours"), ""),
    "child_rates": (_("Rates of children, where they are welcome"), "web:child_rates"),
    "occupancy_levels": (_("Places for children, where they are welcome"), "web:rooms"),
    "main_image": (_("A main picture"), "web:pictures"),
    "street": (_("Street, or place on the map"), "web:property_address"),
    "town": (_("Town"), "web:property_address"),
    "country": (_("Country"), "web:property_address"),
    "time_zone": (_("Time zone"), "web:property_address"),
}
OF_LET = {"rooms", "tariffs", "child_rates", "occupancy_levels"}


@dataclass(frozen=True)
class Step:
    """One line of the list."""

    title: str | Promise
    problem: str
    url: str
    is_needed: bool

    @property
    def is_done(self) -> bool:
        """Whether nothing of it is missing."""
        return not self.problem


@property_page(AccessLevel.MANAGER)
@require_safe
def checklist(request: HttpRequest, prop: Property) -> HttpResponse:
    """What the property has, what it lacks, and whether visitors see it."""
    return _page(request, prop)


@property_page(AccessLevel.MANAGER)
@require_POST
def publish(request: HttpRequest, prop: Property) -> HttpResponse:
    """Show the property to visitors."""
    return _done(
        request,
        prop,
        lambda: property_publish(prop=prop, by=actor_of(request)),
        _("The property is published: guests can find and book it."),
    )


@property_page(AccessLevel.MANAGER)
@require_POST
def unpublish(request: HttpRequest, prop: Property) -> HttpResponse:
    """Take the property from the visitors' sight."""
    return _done(
        request,
        prop,
        lambda: property_unpublish(prop=prop, by=actor_of(request)),
        _("Visitors do not see the property any more. Its bookings stay."),
    )


@property_page(AccessLevel.SUPER_MANAGER)
@require_POST
def approve(request: HttpRequest, prop: Property) -> HttpResponse:
    """Let the property be published."""
    return _done(
        request,
        prop,
        lambda: property_approve(prop=prop, by=actor_of(request)),
        _("The property is approved."),
    )


def _done(
    request: HttpRequest, prop: Property, act: Callable[[], None], told: Promise
) -> HttpResponse:
    try:
        act()
    except DomainError as error:
        return _page(request, prop, problems_of(error), status=error.kind.status)
    messages.success(request, str(told))
    return redirect("web:property", prop.pk)


def _page(
    request: HttpRequest, prop: Property, problems: list[str] | None = None, *, status: int = 200
) -> HttpResponse:
    found = readiness([prop.pk])[prop.pk]
    needed = set(found.required(site_settings()))
    steps = _steps(prop, set(found.missing), needed)
    description = property_text(
        property_id=prop.pk,
        field=PropertyText.Field.DESCRIPTION,
        language=prop.settings.language,
    )
    texts = "" if description else _("Guests read nothing about the property yet.")
    texts_url = reverse("web:property_texts", args=[prop.pk])
    steps.append(Step(_("A description"), str(texts), texts_url, is_needed=False))
    context = {
        "prop": prop,
        "tab": "checklist",
        "steps": steps,
        "done": sum(one.is_done for one in steps),
        "is_ready": not needed,
        "is_unmanaged": found.is_unmanaged,
        "may_approve": user_of(request).is_super_manager,
        "problems": problems,
    }
    return render(request, "web/property/checklist.html", context, status=status)


def _steps(prop: Property, missing: set[str], needed: set[str]) -> list[Step]:
    flag = prop.property_type.flag
    left_out = {"tours"} if flag != BookingModel.TOUR else set()
    left_out |= OF_LET if flag in NOT_LET else set()
    left_out |= {"child_rates", "occupancy_levels"} - missing
    return [
        Step(
            title,
            LACKS[key] if key in missing else "",
            reverse(name, args=[prop.pk]) if name else "",
            is_needed=key not in missing or key in needed,
        )
        for key, (title, name) in STEPS.items()
        if key not in left_out
    ]
