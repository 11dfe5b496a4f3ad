from __future__ import annotations

from django.conf import settings
from django.contrib import admin
from django.urls import include, path
from django.views.generic import RedirectView
from django.views.static import serve

from bookyflow.api import errors
from bookyflow.api.auth import oauth
from bookyflow.api.schema import pages
from bookyflow.web.account import views as account

BASE = settings.API_BASE.strip("/")

handler400 = errors.bad_request
handler403 = errors.permission_denied
handler404 = errors.page_not_found
handler500 = errors.server_error

urlpatterns = [
    path("healthz", pages.healthz),
    path("readyz", pages.readyz),
    path("admin/login/", account.admin_sign_in),  # before the admin's own, which counts no attempts
    path("admin/", admin.site.urls),
    path("bookyflow/docs/errors", pages.error_catalogue, name="error_catalogue"),
    path(BASE, oauth.TokenEndpoint.as_view(), name="token"),
    path(f"{BASE}/oauth/token", oauth.TokenEndpoint.as_view()),
    path(f"{BASE}/oauth/revoke", oauth.RevocationEndpoint.as_view(), name="revoke"),
    path(f"{BASE}/schema", pages.schema, name="schema"),
    path(f"{BASE}/docs", pages.document_browser, name="docs"),
    path(f"{BASE}/", include(("bookyflow.plugins.urls", "api"), namespace="api")),
    path("media/<path:path>", serve, {"document_root": settings.MEDIA_ROOT}),
    path("", RedirectView.as_view(pattern_name="web:home")),
    path("bookyflow/", include("bookyflow.web.urls")),
    path("bookyflow/", include("bookyflow.web.account.second_factor_urls")),
]
