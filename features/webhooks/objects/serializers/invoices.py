from __future__ import annotations

from functools import partial
from typing import Any

from rest_framework import serializers

from bookyflow.api.wire.fields import Amount, DateField, Flag
from bookyflow.api.wire.shown import Instant
from bookyflow.webhooks.objects import InvoiceRead

_amount = partial(Amount, currency="invoice.currency")
STATUSES = "0 unpaid, 1 paid, 2 cancelled, 3 pending."


class IssuedLineOut(serializers.Serializer[Any]):
    id = serializers.IntegerField(source="pk")
    name = serializers.CharField(source="description", help_text="As it was issued.")
    first_night = DateField(allow_null=True)
    last_night = DateField(allow_null=True, help_text="Included.")
    init_price = _amount(source="unit", help_text="Of one, as it was entered.")
    init_qty = serializers.IntegerField(source="quantity")
    init_total = _amount(source="net", help_text="Without tax.")
    init_total_inclusive = _amount(source="gross")
    tax_code = serializers.CharField()
    tax_description = serializers.CharField()
    tax_rate = serializers.CharField(help_text="Per cent.")
    tax_amount = _amount(source="tax")
    inv_id = serializers.IntegerField(source="invoice_id")


class LinesById(serializers.DictField):
    """The lines of an invoice by their ids."""

    child = IssuedLineOut()

    def get_attribute(self, instance: InvoiceRead) -> dict[int, Any]:
        """In their order."""
        return {line.pk: line for line in instance.invoice.lines.all()}


class IssuedInvoiceOut(serializers.Serializer[Any]):
    id = serializers.IntegerField(source="invoice.pk")
    invoice_number = serializers.CharField(source="invoice.number")
    kind = serializers.CharField(source="invoice.kind", help_text="invoice or credit_note.")
    status = serializers.IntegerField(source="invoice.status", help_text=STATUSES)
    status_note = serializers.CharField(default=STATUSES, help_text="What `status` means.")
    raised_date = Instant(source="invoice.issued_at", help_text="ISO 8601, UTC.")
    due_date = DateField(source="invoice.due_date")
    paid = Instant(source="invoice.paid_at", allow_null=True, help_text="ISO 8601, UTC.")
    contract_id = serializers.IntegerField(source="invoice.booking_id")
    property_uid = serializers.IntegerField(source="invoice.property_id")
    cms_user_id = serializers.IntegerField(default=0, help_text="0: every invoice is of a booking.")
    subscription = Flag(default=False, help_text="0: none is of a subscription.")
    subscription_id = serializers.IntegerField(default=0, help_text="As `subscription`.")
    is_commission = Flag(default=False, help_text="0: none is of a commission.")
    vat_will_be_charged = Flag(source="invoice.tax", help_text="It has tax.")
    currencycode = serializers.CharField(source="invoice.currency")
    init_total = _amount(source="invoice.gross")
    grand_total_ex_tax = _amount(source="invoice.net")
    grand_total_tax = _amount(source="invoice.tax")
    grand_total_inc_tax = _amount(source="invoice.gross")
    amount_already_paid = _amount(source="paid")
    balance = _amount(help_text="Nothing of a credit note or a cancelled invoice.")
    lineitems = LinesById(help_text="By the id of the line; payments are of the booking.")


class InvoiceReadOut(serializers.Serializer[Any]):
    invoice = IssuedInvoiceOut(source="*")
