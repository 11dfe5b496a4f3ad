from __future__ import annotations

from bookyflow.api.routes import localized
from features.charts.views import Charts

urlpatterns = [
    *localized("<uid:property_uid>/bookings", Charts, {"get": "bookings"}),
    *localized("<uid:property_uid>/guest_countries", Charts, {"get": "guest_countries"}),
    *localized("<uid:property_uid>/occupancy", Charts, {"get": "occupancy"}),
]
