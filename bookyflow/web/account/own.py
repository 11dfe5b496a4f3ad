"""The pages about the own account: profile, password, address, sessions."""

from __future__ import annotations

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.debug import sensitive_post_parameters

from bookyflow.accounts import attempts
from bookyflow.core.address import client_address
from bookyflow.core.errors import DomainError
from bookyflow.team.addresses import email_change_ask, email_change_confirm, email_of_token
from bookyflow.team.passwords import (
    password_reset,
    password_reset_ask,
    password_set,
    password_token_user,
)
from bookyflow.team.profiles import profile_set
from bookyflow.web.account.browsers import browser_name
from bookyflow.web.account.forms import status_of
from bookyflow.web.account.own_forms import (
    AddressForm,
    NewPasswordForm,
    PasswordForm,
    ProfileForm,
)
from bookyflow.web.numbers import whole_number
from bookyflow.web.pages import form_methods, fresh_sign_in, own_page, page, problems_of, user_of


@own_page
@form_methods
def profile(request: HttpRequest) -> HttpResponse:
    """Name, language and time zone of the account."""
    form = ProfileForm(_sent(request), user=user_of(request))
    if form.is_valid():
        profile_set(user_id=user_of(request).pk, profile=form.profile())
        messages.success(request, _("Your account is changed."))
        return redirect("web:profile")
    return render(request, "web/account/profile.html", {"form": form}, status=form.http_status)


@own_page
@sensitive_post_parameters("old", "password", "again")
@form_methods
def password_change(request: HttpRequest) -> HttpResponse:
    """Another password; other sessions end."""
    user = user_of(request)
    form = PasswordForm(_sent(request), request=request, user=user)
    if form.is_valid():
        try:
            changed = password_set(user_id=user.pk, password=form.cleaned_data["password"])
        except DomainError as error:
            form.refuse(error)
        else:
            update_session_auth_hash(request, changed)
            _end_sessions(request)
            messages.success(request, _("The password is changed. Other sessions have ended."))
            return redirect("web:profile")
    status, retry_after = status_of(form)
    response = render(request, "web/account/password.html", {"form": form}, status=status)
    if retry_after:
        response["Retry-After"] = str(retry_after)
    return response


@page
@form_methods
def password_forgotten(request: HttpRequest) -> HttpResponse:
    """Have a link to a new password sent; the answer is the same for every address."""
    form = AddressForm(_sent(request))
    if not form.is_valid():
        return render(
            request, "web/account/forgotten.html", {"form": form}, status=form.http_status
        )
    email = form.cleaned_data["email"]
    address = client_address(request.META, settings.TRUSTED_PROXIES)
    try:
        attempts.begin(attempts.Door.RESET, email, address)
    except attempts.TooManyAttempts as error:
        form.refuse(error)
        response = render(request, "web/account/forgotten.html", {"form": form}, status=429)
        response["Retry-After"] = str(error.retry_after)
        return response
    password_reset_ask(email=email, page=_page_of_links(request, "web:password_reset"))
    return render(request, "web/account/sent.html", {"email": email})


@page
@sensitive_post_parameters("password", "again")
@form_methods
def password_new(request: HttpRequest, token: str) -> HttpResponse:
    """Set a new password by a link."""
    try:
        user = password_token_user(token)
    except DomainError as error:
        return _link_over(request, error)
    form = NewPasswordForm(_sent(request))
    if form.is_valid():
        try:
            password_reset(token=token, password=form.cleaned_data["password"])
        except DomainError as error:
            form.refuse(error)
        else:
            messages.success(request, _("The password is set. Sign in with it."))
            return redirect("web:sign_in")
    context = {"form": form, "of": user}
    return render(request, "web/account/password_new.html", context, status=form.http_status)


@own_page
@fresh_sign_in
@form_methods
def email_change(request: HttpRequest) -> HttpResponse:
    """Ask for another address, which counts once its mail was read."""
    form = AddressForm(_sent(request))
    if form.is_valid():
        email = form.cleaned_data["email"]
        try:
            link = _page_of_links(request, "web:email_confirm")
            email_change_ask(user_id=user_of(request).pk, email=email, page=link)
        except DomainError as error:
            form.refuse(error)
        else:
            messages.success(
                request, _("A mail is on its way to %(email)s; open its link.") % {"email": email}
            )
            return redirect("web:email_change")
    return render(request, "web/account/email.html", {"form": form}, status=form.http_status)


@page
@form_methods
def email_confirm(request: HttpRequest, token: str) -> HttpResponse:
    """Ask, then make the address of a link the account's."""
    try:
        if request.method != "POST":
            user, email = email_of_token(token)
            context = {"of": user, "email": email}
            return render(request, "web/account/email_confirm.html", context)
        email_change_confirm(token=token)
    except DomainError as error:
        return _link_over(request, error)
    messages.success(request, _("The new address is yours now."))
    return redirect("web:home")


@own_page
@form_methods
def sessions(request: HttpRequest) -> HttpResponse:
    """Where the account is signed in, and ending that."""
    if request.method == "POST":
        wanted = request.POST.get("end", "")
        ended = _end_sessions(request, only=(whole_number(wanted) or 0) if wanted else None)
        told = ngettext("%(number)d session has ended.", "%(number)d sessions have ended.", ended)
        messages.success(request, told % {"number": ended})
        return redirect("web:sessions")
    found = UserSession.objects.purge_and_list(user_of(request))
    for one in found:
        one.browser = browser_name(one.user_agent)
    found.sort(key=lambda one: (not one.is_current(), -one.created_at.timestamp()))
    return render(request, "web/account/sessions.html", {"sessions": found})


def _end_sessions(request: HttpRequest, *, only: int | None = None) -> int:
    found = UserSession.objects.filter(user=user_of(request))
    others = [one for one in found if not one.is_current() and only in {None, one.pk}]
    for one in others:
        one.end()
    return len(others)


def _sent(request: HttpRequest) -> QueryDict | None:
    return request.POST if request.method == "POST" else None


def _page_of_links(request: HttpRequest, name: str) -> str:
    return request.build_absolute_uri(reverse(name, args=["x"])).removesuffix("x")


def _link_over(request: HttpRequest, error: DomainError) -> HttpResponse:
    problem = problems_of(error)[0]
    return render(request, "web/account/link_over.html", {"problem": problem}, status=404)
