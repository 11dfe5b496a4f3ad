from __future__ import annotations

from allauth.account.utils import perform_login
from django.contrib import admin, messages
from django.contrib.auth import logout
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bookyflow.web.account.forms import SignInForm, status_of
from bookyflow.web.account.onward import onward
from bookyflow.web.pages import page


@page
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """Sign in by name and password, then go on to `next` if that is a page of this site.

    An account with a second factor is asked for it first.
    """
    if request.user.is_authenticated:
        return HttpResponseRedirect(onward(request))
    form = SignInForm(request, request.POST if request.method == "POST" else None)
    if form.is_valid():
        goes_on: HttpResponse = perform_login(
            request, form.get_user(), redirect_url=onward(request)
        )
        return goes_on
    status, retry_after = status_of(form)
    context = {"form": form, "next": request.POST.get("next", request.GET.get("next", ""))}
    response = render(request, "web/account/sign_in.html", context, status=status)
    if retry_after:
        response["Retry-After"] = str(retry_after)
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
    wanted = request.GET.get("next", reverse("admin:index"))
    return redirect_to_login(wanted, reverse("web:sign_in"))


@page
@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """End the session."""
    logout(request)
    messages.success(request, _("You have signed out."))
    return redirect("web:sign_in")
