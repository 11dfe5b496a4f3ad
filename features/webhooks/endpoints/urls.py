from __future__ import annotations

from django.urls import path

from features.webhooks.endpoints.deliveries import Deliveries, Trials
from features.webhooks.endpoints.views import Endpoints

ENDPOINT = "endpoints/<uid:webhook_id>"
DELIVERY = f"{ENDPOINT}/deliveries/<uid:delivery_id>"

urlpatterns = [
    path("endpoints", Endpoints.as_view({"get": "list_endpoints", "post": "create_endpoint"})),
    path(
        ENDPOINT,
        Endpoints.as_view(
            {"get": "read_endpoint", "put": "change_endpoint", "delete": "delete_endpoint"}
        ),
    ),
    path(f"{ENDPOINT}/pause", Endpoints.as_view({"put": "pause_endpoint"})),
    path(f"{ENDPOINT}/resume", Endpoints.as_view({"put": "resume_endpoint"})),
    path(f"{ENDPOINT}/secret", Endpoints.as_view({"post": "replace_secret"})),
    path(f"{ENDPOINT}/ping", Trials.as_view({"post": "ping_endpoint"})),
    path(f"{ENDPOINT}/sample", Trials.as_view({"post": "send_sample"})),
    path(f"{ENDPOINT}/replay", Deliveries.as_view({"post": "replay_events"})),
    path(f"{ENDPOINT}/deliveries", Deliveries.as_view({"get": "list_deliveries"})),
    path(DELIVERY, Deliveries.as_view({"get": "read_delivery"})),
    path(f"{DELIVERY}/resend", Deliveries.as_view({"post": "resend_delivery"})),
]
