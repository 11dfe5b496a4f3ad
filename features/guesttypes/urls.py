from __future__ import annotations

from django.urls import path

from bookyflow.api.routes import localized
from features.guesttypes.views import GuestTypes

OF_ONE = "<uid:guesttype_uid>"
IN_PATH = (
    "<str:type>/<str:notes>/<str:maximum>/<str:is_percentage>/<str:posneg>/<str:variance>"
    "/<str:published>/<str:order>/<str:is_child>"
)

urlpatterns = [
    *localized("<uid:property_uid>", GuestTypes, {"get": "list", "post": "add"}),
    path(f"<uid:property_uid>/{OF_ONE}", GuestTypes.as_view({"put": "change"})),
    path(
        f"<uid:property_uid>/updateorder/{OF_ONE}/<str:order>",
        GuestTypes.as_view({"put": "update_order"}),
    ),
    path(
        f"<uid:property_uid>/publish/{OF_ONE}",
        GuestTypes.as_view({"put": "toggle_publish"}),
    ),
    *localized(f"<uid:property_uid>/delete/{OF_ONE}", GuestTypes, {"delete": "delete"}),
    # The one with a language first: it has as many segments as the last one.
    *localized(f"<uid:property_uid>/{IN_PATH}", GuestTypes, {"post": "create"}),
    *localized(f"<uid:property_uid>/{OF_ONE}/{IN_PATH}", GuestTypes, {"put": "update"}),
]
