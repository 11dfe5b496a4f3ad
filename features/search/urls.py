from __future__ import annotations

from bookyflow.api.routes import localized
from features.search.views import Search, Searches

DATES = "dates/<date:arrival_date>/<date:departure_date>"

urlpatterns = [
    *localized("", Search, {"get": "find"}),
    *localized(DATES, Searches, {"get": "dates"}),
    *localized("stars/<str:stars>", Searches, {"get": "stars"}),
    *localized("price/<int:low>/<int:high>", Searches, {"get": "price"}),
    *localized("features/<str:features_ids>", Searches, {"get": "features"}),
    *localized("towns/<str:towns>", Searches, {"get": "towns"}),
    *localized("regions/<str:regions>", Searches, {"get": "regions"}),
    *localized("countries/<str:countries>", Searches, {"get": "countries"}),
]
