from __future__ import annotations

from django.urls import path

from bookyflow.web.developers import keys, overview, requests, test_mode

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
]
