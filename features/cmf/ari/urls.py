from __future__ import annotations

from django.urls import path

from features.cmf.ari.views import Ari

urlpatterns = [
    path("ari", Ari.as_view({"put": "ari_put"})),
    path("ari/jobs", Ari.as_view({"post": "ari_job_add"})),
    path("ari/jobs/<uid:job_uid>", Ari.as_view({"get": "ari_job"})),
    path(
        "ari/digest/<uid:property_uid>/<date:start_date>/<date:end_date>",
        Ari.as_view({"get": "ari_digest"}),
    ),
    path(
        "ari/<uid:property_uid>/<date:start_date>/<date:end_date>",
        Ari.as_view({"get": "ari_get"}),
    ),
]
