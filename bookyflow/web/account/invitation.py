"""The page that the link of an invitation opens."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters

from bookyflow.core.errors import DomainError
from bookyflow.team.invitations import (
    invitation_accept,
    invitation_accept_new,
    invitation_of_token,
)
from bookyflow.web.account.team_forms import NewcomerForm
from bookyflow.web.pages import form_methods, page, user_of


@page
@sensitive_post_parameters("password", "again")
@form_methods
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Accept an invitation: with the account that is signed in, else with a new one."""
    try:
        invited = invitation_of_token(token)
    except DomainError as error:
        over = {"problem": error.detail}
        return render(request, "web/account/link_over.html", over, status=404)
    is_here = request.user.is_authenticated
    form = NewcomerForm(request.POST if request.method == "POST" and not is_here else None)
    status = form.http_status
    if request.method == "POST" and (is_here or form.is_valid()):
        try:
            return _accept(request, token, form)
        except DomainError as error:
            form = NewcomerForm(request.POST)
            form.full_clean()
            form.refuse(error)
            status = error.kind.status
    context = {"invitation": invited, "form": form}
    return render(request, "web/account/invitation.html", context, status=status)


def _accept(request: HttpRequest, token: str, form: NewcomerForm) -> HttpResponse:
    if request.user.is_authenticated:
        accepted = invitation_accept(token=token, user_id=user_of(request).pk)
        messages.success(request, _("You work on %(name)s now.") % {"name": accepted.property.name})
        return redirect("web:desk", accepted.property_id)
    invitation_accept_new(token=token, newcomer=form.newcomer())
    messages.success(request, _("Your account is ready. Sign in with it."))
    return redirect("web:sign_in")
