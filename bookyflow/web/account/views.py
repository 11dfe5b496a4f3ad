from __future__ import annotations

from django.contrib import admin, messages
from django.contrib.auth import login, logout
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bookyflow.core.errors import ERRORS
from bookyflow.web.account.forms import SignInForm
from bookyflow.web.pages import page

LONGEST_PATH = 2000  # characters; no page of ours has so many


@page
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """Sign in by name and password, then go on to `next` if that is a page of this site."""
    onward = _onward(request)
    if request.user.is_authenticated:
        return HttpResponseRedirect(onward)
    form = SignInForm(request, request.POST if request.method == "POST" else None)
    if form.is_valid():
        login(request, form.get_user())
        return HttpResponseRedirect(onward)
    context = {"form": form, "next": request.POST.get("next", request.GET.get("next", ""))}
    response = render(request, "web/account/sign_in.html", context, status=_status(form))
    if form.retry_after:
        response["Retry-After"] = str(form.retry_after)
    return response


@page
@require_safe
def admin_sign_in(request: HttpRequest) -> HttpResponse:
    """Where the admin sends who may not see it: to the site's one sign-in, and back to `next`.

    An account that is signed in already would be sent in circles; it is told.
    """
    if admin.site.has_permission(request):
        return redirect("admin:index")
    if request.user.is_authenticated:
        return render(request, "web/account/not_staff.html", status=403)
    onward = request.GET.get("next", reverse("admin:index"))
    return redirect_to_login(onward, reverse("web:sign_in"))


@page
@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """End the session."""
    logout(request)
    messages.success(request, "You have signed out.")
    return redirect("web:sign_in")


def _onward(request: HttpRequest) -> str:
    target = request.POST.get("next", request.GET.get("next", ""))
    is_ours = url_has_allowed_host_and_scheme(
        target, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    is_path = target.startswith("/") and target[1:2] != "/" and len(target) <= LONGEST_PATH
    if not is_ours or not is_path or target.startswith(reverse("web:sign_in")):
        return reverse("web:home")
    return target


def _status(form: SignInForm) -> int:
    if not form.is_bound:
        return 200
    key = "rate_limited" if form.has_error("__all__", "rate_limited") else "validation_failed"
    return ERRORS[key].status
