from __future__ import annotations

from django.urls import path

from features.echo.views import Echo

urlpatterns = [path("", Echo.as_view({"get": "get"}))]
