from __future__ import annotations

from django.urls import path

from features.booking.messages.urls import urlpatterns as of_messages
from features.booking.sessions.urls import urlpatterns as of_sessions
from features.booking.views import Bookings, Holds, Quotes

urlpatterns = [
    path("quote", Quotes.as_view({"post": "quote"})),
    path("hold", Holds.as_view({"post": "hold"})),
    path("confirm", Bookings.as_view({"post": "confirm"})),
    *of_sessions,
    *of_messages,
    path("<reference:reference>", Bookings.as_view({"get": "read", "delete": "cancel"})),
]
