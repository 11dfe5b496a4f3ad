from __future__ import annotations

from django.urls import path

from features.lastactive.views import LatestBookings

urlpatterns = [
    path("<uid:property_uid>/<int:minutes>", LatestBookings.as_view({"get": "count_bookings"})),
]
