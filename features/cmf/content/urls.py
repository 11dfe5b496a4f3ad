from __future__ import annotations

from django.urls import path

from bookyflow.api.routes import localized
from features.cmf.content.views import Content, Features, Texts

urlpatterns = [
    *localized("property/text", Texts, {"put": "put_property_text"}),
    *localized("property/metas", Texts, {"put": "put_property_metas"}),
    path("property/address", Content.as_view({"put": "put_property_address"})),
    path("property/contacts", Content.as_view({"put": "put_property_contacts"})),
    path("property/stars", Content.as_view({"put": "put_property_stars"})),
    path("property/type", Content.as_view({"put": "put_property_type"})),
    path("property/realestate/price", Content.as_view({"put": "put_property_realestate_price"})),
    path("property/features", Features.as_view({"put": "put_property_features"})),
    path("property/features/<uid:property_uid>", Features.as_view({"get": "property_features"})),
]
