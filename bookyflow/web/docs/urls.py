from __future__ import annotations

from django.urls import path

from bookyflow.web.docs import views

urlpatterns = [
    path("docs/browser.json", views.browser_document, name="browser_document"),
]
