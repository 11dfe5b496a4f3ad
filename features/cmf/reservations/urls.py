from __future__ import annotations

from django.urls import path

from features.cmf.reservations.views import Reservations, Revisions

urlpatterns = [
    path("reservations/add", Reservations.as_view({"put": "put_reservations_add"})),
    path("reservations/modify", Reservations.as_view({"put": "put_reservations_modify"})),
    path("reservations/revisions", Revisions.as_view({"get": "reservations_revisions"})),
    path(
        "reservations/revisions/ack",
        Revisions.as_view({"post": "post_reservations_revisions_ack"}),
    ),
    path("reservations/cancel", Reservations.as_view({"put": "put_reservations_cancel"})),
]
