from __future__ import annotations

from django.urls import path

from features.email.views import Email

urlpatterns = [path("", Email.as_view({"get": "get"}))]
