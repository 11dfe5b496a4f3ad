from __future__ import annotations

from django.conf import settings
from django.contrib import admin
from django.urls import include, path, re_path
from django.urls.resolvers import RoutePattern
from django.views.decorators.cache import cache_control
from django.views.generic import RedirectView
from django.views.static import serve

from bookyflow.api import errors
from bookyflow.api.auth import oauth
from bookyflow.api.schema import pages
from bookyflow.plugins.routing import IndexedResolver, RememberingResolver
from bookyflow.web.account import views as account
from bookyflow.web.docs import views as docs

BASE = settings.API_BASE.strip("/")
ICON = {"document_root": settings.BASE_DIR / "bookyflow/web/static/web", "path": "icon.svg"}

day_long = cache_control(max_age=24 * 3600, public=True)

handler400 = errors.bad_request
handler403 = errors.permission_denied
handler404 = errors.page_not_found
handler500 = errors.server_error

_routes = [
    # Calls of the API first: they are many. No feature has the name of what stands behind them.
    path(BASE, pages.with_browser(oauth.TokenEndpoint.as_view()), name="token"),
    path(f"{BASE}/oauth/token", oauth.TokenEndpoint.as_view()),
    IndexedResolver(RoutePattern(f"{BASE}/"), "bookyflow.plugins.urls", None, "api", "api"),
    path(f"{BASE}/oauth/revoke", oauth.RevocationEndpoint.as_view(), name="revoke"),
    path(f"{BASE}/schema", pages.schema, name="schema"),
    re_path(f"^{BASE}/docs/?$", docs.api_browser, name="docs"),
    re_path(f"^{BASE}/reference/?$", docs.api_reference, name="api_reference"),
    path("healthz", pages.healthz),
    path("readyz", pages.readyz),
    path("metrics", pages.metrics_page),
    path("admin/login/", account.admin_sign_in),  # before the admin's own, which counts no attempts
    path("admin/", admin.site.urls),
    path("bookyflow/docs/errors", docs.error_catalogue, name="error_catalogue"),
    path("media/<path:path>", day_long(serve), {"document_root": settings.MEDIA_ROOT}),
    path("favicon.ico", day_long(serve), ICON),  # some ask for it without reading the page
    path("", RedirectView.as_view(pattern_name="web:home")),
    path("bookyflow", RedirectView.as_view(pattern_name="web:home")),
    path("bookyflow/", include("bookyflow.web.urls")),
    path("bookyflow/", include("bookyflow.web.account.second_factor_urls")),
]
urlpatterns = [RememberingResolver(RoutePattern(""), _routes)]
