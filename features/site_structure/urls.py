from __future__ import annotations

from bookyflow.api.routes import localized
from features.site_structure.views import SiteStructure

urlpatterns = [
    *localized("room_types", SiteStructure, {"get": "room_types"}),
    *localized("property_types", SiteStructure, {"get": "property_types"}),
    *localized("property_features", SiteStructure, {"get": "property_features"}),
    *localized(
        "property_features_categories", SiteStructure, {"get": "property_features_categories"}
    ),
    *localized("countries", SiteStructure, {"get": "countries"}),
    *localized("regions", SiteStructure, {"get": "regions"}),
    *localized("categories", SiteStructure, {"get": "categories"}),
]
