"""Who works on a property."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from bookyflow.accounts.models import AccessLevel, User
from bookyflow.core.errors import DomainError
from bookyflow.properties.access import staff_member, staff_of
from bookyflow.properties.models import Property
from bookyflow.team.invitations import invitation_list, invitation_send, invitation_withdraw
from bookyflow.team.roles import staff_dismiss, staff_level_set
from bookyflow.web.account.team_forms import InviteForm, RoleForm
from bookyflow.web.pages import actor_of, form_methods, property_page


@property_page(AccessLevel.MANAGER)
@require_safe
def team(request: HttpRequest, prop: Property) -> HttpResponse:
    """The staff of a property and the open invitations."""
    context = {
        "prop": prop,
        "staff": staff_of(property_id=prop.pk).order_by("-access_level", "username"),
        "invitations": invitation_list(property_id=prop.pk),
    }
    return render(request, "web/account/team.html", context)


@property_page(AccessLevel.MANAGER)
@form_methods
def invite(request: HttpRequest, prop: Property) -> HttpResponse:
    """Invite an address."""
    form = InviteForm(request.POST if request.method == "POST" else None)
    status = form.http_status
    if form.is_valid():
        link = request.build_absolute_uri(reverse("web:invitation", args=["x"])).removesuffix("x")
        try:
            invitation_send(
                property_id=prop.pk, **form.cleaned_data, page=link, by=actor_of(request)
            )
        except DomainError as error:
            form.refuse(error)
            status = error.kind.status
        else:
            messages.success(request, _("The invitation is on its way. It is good for a week."))
            return redirect("web:team", prop.pk)
    return render(
        request, "web/account/team_invite.html", {"prop": prop, "form": form}, status=status
    )


@property_page(AccessLevel.MANAGER)
@require_POST
def withdraw(request: HttpRequest, prop: Property, invitation_id: int) -> HttpResponse:
    """Let an invitation end."""
    invitation_withdraw(property_id=prop.pk, invitation_id=invitation_id, by=actor_of(request))
    messages.success(request, _("The invitation is withdrawn; its link works no longer."))
    return redirect("web:team", prop.pk)


@property_page(AccessLevel.MANAGER)
@form_methods
def member(request: HttpRequest, prop: Property, user_id: int) -> HttpResponse:
    """One of the staff, and the form that changes the role."""
    found = _member(prop, user_id)
    form = RoleForm(
        request.POST if request.method == "POST" else None, initial={"level": found.access_level}
    )
    status = form.http_status
    if form.is_valid():
        try:
            staff_level_set(
                property_id=prop.pk,
                user_id=found.pk,
                level=form.cleaned_data["level"],
                by=actor_of(request),
            )
        except DomainError as error:
            form.refuse(error)
            status = error.kind.status
        else:
            messages.success(request, _("The role is changed. It counts from the next page on."))
            return redirect("web:team", prop.pk)
    context = {"prop": prop, "member": found, "form": form}
    return render(request, "web/account/team_member.html", context, status=status)


@property_page(AccessLevel.MANAGER)
@form_methods
def remove(request: HttpRequest, prop: Property, user_id: int) -> HttpResponse:
    """Ask, then take the property away from one of the staff."""
    found = _member(prop, user_id)
    context: dict[str, object] = {"prop": prop, "member": found}
    if request.method != "POST":
        return render(request, "web/account/team_remove.html", context)
    try:
        staff_dismiss(property_id=prop.pk, user_id=found.pk, by=actor_of(request))
    except DomainError as error:
        context["problem"] = error.detail
        status = error.kind.status
        return render(request, "web/account/team_remove.html", context, status=status)
    messages.success(request, _("They no longer work on this property."))
    return redirect("web:team", prop.pk)


def _member(prop: Property, user_id: int) -> User:
    try:
        return staff_member(property_id=prop.pk, user_id=user_id)
    except DomainError as error:
        raise Http404 from error
