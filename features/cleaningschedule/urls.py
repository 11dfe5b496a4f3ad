from __future__ import annotations

from bookyflow.api.routes import also, localized
from features.cleaningschedule.views import Cleaning

LIST = {"get": "list"}

urlpatterns = [
    *localized("<uid:property_uid>", Cleaning, LIST),
    also("<uid:property_uid>/<month:year_month>", Cleaning, LIST),
    also("<uid:property_uid>/<month:year_month>/<lang:language>", Cleaning, LIST),
]
