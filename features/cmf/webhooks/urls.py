from __future__ import annotations

from django.urls import path

from features.cmf.webhooks.views import Webhooks

urlpatterns = [
    path("channel/webhooks", Webhooks.as_view({"get": "channel_webhooks_list"})),
    path("channel/webhook", Webhooks.as_view({"put": "put_channel_webhook"})),
    path(
        "channel/webhook/enable/<uid:webhook_id>/<str:state>",
        Webhooks.as_view({"put": "put_channel_webhook_enable"}),
    ),
    path(
        "channel/webhook/<uid:webhook_id>", Webhooks.as_view({"delete": "delete_channel_webhook"})
    ),
]
