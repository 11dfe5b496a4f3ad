from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from bookyflow.billing.html import content_policy, invoice_html
from bookyflow.billing.selectors import invoices_for
from bookyflow.web.pages import own_page, user_of


@own_page
@require_safe
def invoice_print(request: HttpRequest, invoice_id: int) -> HttpResponse:
    """One invoice or credit note as a sheet of paper, for staff of its property."""
    invoice = get_object_or_404(invoices_for(user=user_of(request)), pk=invoice_id)
    return HttpResponse(
        invoice_html(invoice), headers={"Content-Security-Policy": content_policy()}
    )
