from __future__ import annotations

from django.urls import path

from features.payments.views import Notices, Payments

urlpatterns = [
    path("<reference:reference>/methods", Payments.as_view({"get": "list_methods"})),
    path("<reference:reference>", Payments.as_view({"get": "read", "post": "start"})),
    path("stripe/<uid:property_uid>/notice", Notices.as_view({"post": "take_notice"})),
]
