from __future__ import annotations

from django.urls import path

from features.cmf.reservations.views import Reservations

urlpatterns = [
    path("reservations/add", Reservations.as_view({"put": "put_reservations_add"})),
    path("reservations/modify", Reservations.as_view({"put": "put_reservations_modify"})),
    path("reservations/cancel", Reservations.as_view({"put": "put_reservations_cancel"})),
]
