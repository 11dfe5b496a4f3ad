from __future__ import annotations

from decimal import Decimal
from functools import partial
from typing import Any

from rest_framework import serializers

from bookyflow.api.wire.fields import Amount, DateField, Flag
from bookyflow.api.wire.invoices import (
    Decimals,
    LineNights,
    NoAmountShown,
    StatusColour,
    StatusStates,
    StatusText,
)
from bookyflow.api.wire.shown import AmountShown, Instant, PersonalText

_HIDDEN = "Empty for a token without `guests_get`."
_amount = partial(Amount, currency="invoice.currency")
_shown = partial(AmountShown, currency="invoice.currency")


class NoAmount(Amount):
    """Nothing, as an amount."""

    def to_representation(self, value: Any) -> str:
        """0 in the currency."""
        return super().to_representation(value._replace(amount=Decimal(0)))


class LinesNamed(serializers.ListField):
    """What the lines of an invoice are for, each once."""

    child = serializers.CharField()

    def get_attribute(self, invoice: Any) -> list[str]:
        """In the order of the lines."""
        return list(dict.fromkeys(line.description for line in invoice.lines.all()))


class ChannelInvoiceRowOut(serializers.Serializer[Any]):
    id = serializers.IntegerField(source="pk")
    number = serializers.CharField()
    kind = serializers.CharField(help_text="invoice or credit_note.")
    cms_user_id = serializers.IntegerField(default=0, help_text="0: every invoice is of a booking.")
    guest_id = serializers.IntegerField(source="booking.guest_id")
    status = serializers.IntegerField(help_text="0 unpaid, 1 paid, 2 cancelled, 3 pending.")
    raised_date = Instant(source="issued_at", help_text="ISO 8601, UTC.")
    due_date = DateField()
    paid = Instant(source="paid_at", allow_null=True, help_text="ISO 8601, UTC.")
    init_total = Amount(source="gross", currency="currency")
    currencycode = serializers.CharField(source="currency")
    contract_id = serializers.IntegerField(source="booking_id")
    property_uid = serializers.IntegerField(source="property_id")
    line_items = LinesNamed(help_text="What the lines are for, each once.")
    grand_total = Amount(
        source="charged", currency="currency", help_text="Of the lines that are not negative."
    )
    guest_uid = serializers.IntegerField(source="booking.guest_id")
    booking_number = serializers.CharField(source="booking.number")
    currency_code = serializers.CharField(source="booking.currency", help_text="Of the booking.")
    approved = Flag(source="booking.is_approved")
    firstname = PersonalText(source="booking.who.first_name", help_text=_HIDDEN)
    surname = PersonalText(source="booking.who.surname", help_text=_HIDDEN)
    imgColor = StatusColour(source="status", help_text="Stands for `Txtstatus`.")
    Txtstatus = StatusText(source="status", help_text="In the language of the request.")


class ChannelInvoiceLineOut(serializers.Serializer[Any]):
    id = serializers.IntegerField(source="pk")
    li_name = serializers.CharField(source="description", help_text="As it was issued.")
    li_description = LineNights(source="*", help_text="The nights that it is for, if any.")
    li_init_qty = Decimals(source="quantity")
    currencycode = serializers.CharField(source="invoice.currency")
    li_init_price = _amount(source="unit", help_text="Of one, as it was entered.")
    li_init_price_formatted = _shown(source="unit")
    li_init_discount = NoAmount(
        source="*", currency="invoice.currency", help_text="0: discounts are lines themselves."
    )
    li_init_discount_formatted = NoAmountShown(source="*", currency="invoice.currency")
    li_init_total = _amount(source="net", help_text="Without tax.")
    li_init_total_formatted = _shown(source="net")
    li_init_total_inclusive = _amount(source="gross")
    li_init_total_inclusive_formatted = _shown(source="gross")
    li_tax_rate = Decimals(source="tax_rate", help_text="Per cent.")
    li_tax_code = serializers.CharField(source="tax_code")
    li_tax_description = serializers.CharField(source="tax_description")
    li_tax_amount = _amount(source="tax")
    li_tax_amount_formatted = _shown(source="tax")
    li_inv_id = serializers.IntegerField(source="invoice_id")


class ChannelInvoiceOut(serializers.Serializer[Any]):
    id = serializers.IntegerField(source="invoice.pk")
    number = serializers.CharField(source="invoice.number")
    kind = serializers.CharField(source="invoice.kind", help_text="invoice or credit_note.")
    raised = Instant(source="invoice.issued_at", help_text="ISO 8601, UTC.")
    due = DateField(source="invoice.due_date")
    currencycode = serializers.CharField(source="invoice.currency")
    status = serializers.IntegerField(source="invoice.status")
    status_txt = StatusText(source="invoice.status", help_text="In the language of the request.")
    status_states = StatusStates(help_text="Every status, number and word.")
    inittotal = _amount(source="invoice.gross")
    inittotal_formatted = _shown(source="invoice.gross")
    grand_total_inc_tax = _amount(source="invoice.gross")
    grand_total_inc_tax_formatted = _shown(source="invoice.gross")
    grand_total_ex_tax = _amount(source="invoice.net")
    grand_total_ex_tax_formatted = _shown(source="invoice.net")
    grand_total_tax = _amount(source="invoice.tax")
    grand_total_tax_formatted = _shown(source="invoice.tax")
    outstanding_total = _amount(
        source="outstanding", help_text="Nothing of a credit note or a cancelled invoice."
    )
    outstanding_total_formatted = _shown(source="outstanding")
    line_items = ChannelInvoiceLineOut(source="invoice.lines", many=True)
