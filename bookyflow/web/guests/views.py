"""The guest book of a property: who stayed, what is known, and what becomes of it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from bookyflow.core.errors import DomainError
from bookyflow.guests.models import Guest
from bookyflow.guests.profiles import GuestProfile, guest_add, guest_blacklist, guest_update
from bookyflow.guests.search import MOST_READ, guests_found
from bookyflow.guests.selectors import guest_by_email, guest_one, guest_review_list
from bookyflow.privacy.anonymising import guest_anonymise
from bookyflow.privacy.export import guest_export
from bookyflow.properties.models import Property
from bookyflow.reservations.guest_stays import guest_merge, guest_stays, with_stays
from bookyflow.web.guests.forms import GuestSearch, MergeForm, ProfileForm
from bookyflow.web.listing import listed
from bookyflow.web.numbers import whole_number
from bookyflow.web.pages import actor_of, form_methods, guest_data_read, problems_of, property_page


@property_page()
@require_safe
def guests(request: HttpRequest, prop: Property) -> HttpResponse:
    """The guests of a property, newest first, or those that are looked for."""
    form = GuestSearch(request.GET, auto_id="filter_%s")
    text = form.cleaned_data["q"] if form.is_valid() else ""
    shown = guests_shown(request, prop, text)
    return render(request, "web/guests/list.html", shown | {"form": form}, status=form.http_status)


def guests_shown(request: HttpRequest, prop: Property, text: str) -> dict[str, Any]:
    """What the list shows: here the guests' data are read."""
    found = with_stays(guests_found(property_id=prop.pk, text=text))
    page = listed(request, found)
    guest_data_read(request, prop, [one.pk for one in page["listed"]])
    return {"prop": prop, "text": text, "most_read": MOST_READ, **page}


@property_page()
@require_safe
def guest(request: HttpRequest, prop: Property, guest_id: int) -> HttpResponse:
    """One guest, with the stays."""
    return render(request, "web/guests/guest.html", guest_shown(request, prop, guest_id))


def guest_shown(request: HttpRequest, prop: Property, guest_id: int) -> dict[str, Any]:
    """What the page of a guest shows: here the guest's data are read. Raises Http404."""
    found = _guest_read(request, prop, guest_id)
    stays = guest_stays(property_id=prop.pk, guest_id=guest_id)
    return {
        "prop": prop,
        "guest": found,
        "reviews": guest_review_list(guest_id=guest_id, property_id=prop.pk),
        **listed(request, stays),
    }


@property_page()
@form_methods
def guest_new(request: HttpRequest, prop: Property) -> HttpResponse:
    """Add a guest."""
    form = ProfileForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        profile = GuestProfile(**form.cleaned_data)
        try:
            made = guest_add(property_id=prop.pk, profile=profile, by=actor_of(request))
        except DomainError as error:
            form.refuse(error)
        else:
            messages.success(request, _("The guest is in the guest book."))
            return redirect("web:guest", prop.pk, made.pk)
    return render(
        request, "web/guests/edit.html", {"prop": prop, "form": form}, status=form.http_status
    )


@property_page()
@form_methods
def guest_edit(request: HttpRequest, prop: Property, guest_id: int) -> HttpResponse:
    """Change what the guest book says of a guest."""
    found = _guest_read(request, prop, guest_id)
    form = ProfileForm(request.POST if request.method == "POST" else None, guest=found)
    if form.is_valid():
        try:
            guest_update(
                guest_id=guest_id,
                property_id=prop.pk,
                changes=form.cleaned_data,
                by=actor_of(request),
            )
        except DomainError as error:
            form.refuse(error)
        else:
            messages.success(request, _("The guest is changed."))
            return redirect("web:guest", prop.pk, guest_id)
    shown = {"prop": prop, "guest": found, "form": form}
    return render(request, "web/guests/edit.html", shown, status=form.http_status)


@property_page()
@require_POST
def blacklist(request: HttpRequest, prop: Property, guest_id: int) -> HttpResponse:
    """Keep a guest from booking, or allow it again."""
    _guest_read(request, prop, guest_id)
    unwelcome = request.POST.get("blacklisted") == "yes"
    guest_blacklist(
        guest_id=guest_id, property_id=prop.pk, blacklisted=unwelcome, by=actor_of(request)
    )
    told = _("The guest cannot book online any more.") if unwelcome else _("The guest may book.")
    messages.success(request, told)
    return redirect("web:guest", prop.pk, guest_id)


@property_page()
@require_safe
def export(request: HttpRequest, prop: Property, guest_id: int) -> HttpResponse:
    """All that the property knows of a guest, as a file for that person."""
    try:
        found = guest_export(property_id=prop.pk, guest_id=guest_id)
    except DomainError:
        raise Http404 from None
    guest_data_read(request, prop, [guest_id])
    answer = JsonResponse(found, json_dumps_params={"indent": 2, "ensure_ascii": False})
    answer["Content-Disposition"] = f'attachment; filename="guest-{guest_id}.json"'
    return answer


@property_page()
@form_methods
def forget(request: HttpRequest, prop: Property, guest_id: int) -> HttpResponse:
    """Ask, then remove all that says who a guest is."""
    found = _guest_read(request, prop, guest_id)
    if request.method == "POST":
        try:
            guest_anonymise(guest_id=guest_id, property_id=prop.pk, by=actor_of(request))
        except DomainError as error:
            for problem in problems_of(error):
                messages.error(request, problem)
            return redirect("web:guest", prop.pk, guest_id)
        messages.success(request, _("The guest is forgotten."))
        return redirect("web:guests", prop.pk)
    return render(request, "web/guests/forget.html", {"prop": prop, "guest": found})


@property_page()
@form_methods
def merge(request: HttpRequest, prop: Property, guest_id: int) -> HttpResponse:
    """Make one guest of two: first who stays is looked for, then it is asked whether that is so."""
    found = _guest_read(request, prop, guest_id)
    form = MergeForm(request.POST if request.method == "POST" else None)
    kept: Guest | None = None
    if form.is_valid():
        kept = _other(prop, form.cleaned_data["email"].strip(), but=guest_id)
        if kept is None:
            form.add_error("email", _("There is no other guest of this number or address."))
        elif request.POST.get("sure") == str(kept.pk):
            guest_merge(
                property_id=prop.pk, guest_id=guest_id, into_id=kept.pk, by=actor_of(request)
            )
            messages.success(request, _("The two are one guest now."))
            return redirect("web:guest", prop.pk, kept.pk)
    shown = {"prop": prop, "guest": found, "form": form, "kept": kept}
    return render(request, "web/guests/merge.html", shown, status=form.http_status)


def _other(prop: Property, text: str, *, but: int) -> Guest | None:
    """Another guest of the property, by the number on the page, or the e-mail address."""
    if "@" in text:
        found = guest_by_email(property_id=prop.pk, email=text)
    else:
        try:
            found = guest_one(guest_id=whole_number(text) or 0, property_id=prop.pk)
        except DomainError:
            return None
    return found if found is not None and found.pk != but else None


def _guest_read(request: HttpRequest, prop: Property, guest_id: int) -> Guest:
    try:
        found = guest_one(guest_id=guest_id, property_id=prop.pk)
    except DomainError:
        raise Http404 from None
    guest_data_read(request, prop, [guest_id])
    return found
