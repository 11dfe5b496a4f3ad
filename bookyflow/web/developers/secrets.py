"""The page that shows a new secret, for the only time."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from bookyflow.accounts.models import KeyPair


def secret_shown(request: HttpRequest, key: KeyPair, secret: str, *, title: str) -> HttpResponse:
    """Answer the form that made a secret: a redirect would need a place to keep it meanwhile."""
    token_url = request.build_absolute_uri(reverse("token"))
    context = {"key": key, "secret": secret, "title": title, "token_url": token_url}
    return render(request, "web/developers/secret.html", context)
