from __future__ import annotations

from bookyflow.api.routes import localized
from features.listinvoices.views import Invoices

urlpatterns = [
    *localized("<uid:property_uid>", Invoices, {"get": "list"}),
    *localized("<uid:property_uid>/<uid:invoice_id>/details", Invoices, {"get": "get_details"}),
    *localized(
        "<uid:property_uid>/<date:start>/<date:end>", Invoices, {"get": "list_between_dates"}
    ),
]
