from __future__ import annotations

from django.urls import path

from bookyflow.web.developers import channels, events, keys, overview, requests, test_mode, webhooks

WEBHOOK = "developers/webhooks/<int:webhook_id>"
DELIVERY = f"{WEBHOOK}/deliveries/<int:delivery_id>"

urlpatterns = [
    path("developers", overview.developers, name="developers"),
    path("developers/requests", requests.request_log, name="requests"),
    path("developers/requests/<int:entry_id>", requests.request_detail, name="request"),
    path("developers/test", test_mode.test_mode, name="test_mode"),
    path("developers/test/start", test_mode.test_start, name="test_start"),
    path("developers/keys/<int:key_id>/checklist", test_mode.key_checklist, name="key_checklist"),
    path("developers/keys", keys.key_list, name="keys"),
    path("developers/keys/new", keys.key_new, name="key_new"),
    path("developers/keys/<int:key_id>", keys.key_detail, name="key"),
    path("developers/keys/<int:key_id>/revoke", keys.key_revoke, name="key_revoke"),
    path("developers/keys/<int:key_id>/secrets", keys.secret_add, name="secret_add"),
    path(
        "developers/keys/<int:key_id>/secrets/<int:secret_id>/retire",
        keys.secret_retire,
        name="secret_retire",
    ),
    path("developers/channels", channels.channel_index, name="channels"),
    path("developers/channels/<int:channel_id>", channels.channel_detail, name="channel"),
    path("developers/events", events.events, name="events"),
    path("developers/events/<int:property_id>", events.property_events, name="property_events"),
    path("developers/webhooks", webhooks.webhook_index, name="webhooks"),
    path("developers/webhooks/new", webhooks.webhook_new, name="webhook_new"),
    path(WEBHOOK, webhooks.webhook_detail, name="webhook"),
    path(f"{WEBHOOK}/change", webhooks.webhook_edit, name="webhook_edit"),
    path(f"{WEBHOOK}/pause", webhooks.webhook_pause, name="webhook_pause"),
    path(f"{WEBHOOK}/try", webhooks.webhook_try, name="webhook_try"),
    path(f"{WEBHOOK}/secret", webhooks.webhook_secret, name="webhook_secret"),
    path(f"{WEBHOOK}/replay", webhooks.webhook_replay, name="webhook_replay"),
    path(f"{WEBHOOK}/delete", webhooks.webhook_remove, name="webhook_delete"),
    path(DELIVERY, webhooks.delivery_detail, name="delivery"),
    path(f"{DELIVERY}/again", webhooks.delivery_again, name="delivery_again"),
]
