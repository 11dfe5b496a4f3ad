from __future__ import annotations

from django.urls import path

from bookyflow.web.docs import views

urlpatterns = [
    path("docs/", views.document_page, name="docs_home"),
    path("docs/browser.json", views.browser_document, name="browser_document"),
    path("docs/api/<slug:slug>", views.section_page, name="docs_section"),
    path("docs/<slug:slug>", views.document_page, name="document"),
]
