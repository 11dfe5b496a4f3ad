from __future__ import annotations

from functools import partial

from bookyflow.api.endpoint import endpoint
from features.listinvoices.serializers.rows import InvoiceRowOut

invoices = partial(endpoint, scope="invoices_get")
rows = partial(invoices, returns=InvoiceRowOut(many=True), paged=True)
