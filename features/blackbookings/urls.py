from __future__ import annotations

from django.urls import path

from bookyflow.api.routes import localized
from features.blackbookings.views import Blocks

urlpatterns = [
    *localized("<uid:property_uid>/roomlist/<date:date>", Blocks, {"get": "list_rooms"}),
    path("<uid:property_uid>/<uid:room_uid>/<date:date>", Blocks.as_view({"post": "create"})),
    path("<uid:property_uid>/<uid:contract_uid>", Blocks.as_view({"delete": "delete"})),
]
