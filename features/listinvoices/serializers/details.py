from __future__ import annotations

from typing import Any

from rest_framework import serializers

from bookyflow.api.wire.fields import Amount
from bookyflow.api.wire.invoices import (
    Decimals,
    LineNights,
    NoAmountShown,
    StatusStates,
    StatusText,
)
from bookyflow.api.wire.shown import AmountShown, Instant


class InvoiceDetailLineOut(serializers.Serializer[Any]):
    ID = serializers.IntegerField(source="pk")
    LI_NAME = serializers.CharField(source="description", help_text="As it was issued.")
    LI_DESCRIPTION = LineNights(source="*", help_text="The nights that it is for, if any.")
    LI_INIT_PRICE = AmountShown(
        source="unit", currency="invoice.currency", help_text="Of one, as it was entered."
    )
    LI_INIT_QTY = Decimals(source="quantity")
    LI_INIT_DISCOUNT = NoAmountShown(
        source="*", currency="invoice.currency", help_text="0: discounts are lines themselves."
    )
    LI_INIT_TOTAL = AmountShown(source="net", currency="invoice.currency", help_text="Without tax.")
    LI_INIT_TOTAL_INCLUSIVE = AmountShown(source="gross", currency="invoice.currency")
    LI_TAX_RATE = Decimals(source="tax_rate", help_text="Per cent.")
    LI_TAX_CODE = serializers.CharField(source="tax_code")
    LI_TAX_DESCRIPTION = serializers.CharField(source="tax_description")
    LI_TAX_AMOUNT = AmountShown(source="tax", currency="invoice.currency")
    LI_INV_ID = serializers.IntegerField(source="invoice_id")
    CURRENCYCODE = serializers.CharField(source="invoice.currency")


class InvoiceAmountsOut(serializers.Serializer[Any]):
    init_total = Amount(source="invoice.gross", currency="invoice.currency")
    grand_total_inc_tax = Amount(source="invoice.gross", currency="invoice.currency")
    grand_total_ex_tax = Amount(source="invoice.net", currency="invoice.currency")
    grand_total_tax = Amount(source="invoice.tax", currency="invoice.currency")
    outstanding_total = Amount(source="outstanding", currency="invoice.currency")


class InvoiceOut(serializers.Serializer[Any]):
    ID = serializers.IntegerField(source="invoice.pk")
    NUMBER = serializers.CharField(source="invoice.number")
    KIND = serializers.CharField(source="invoice.kind", help_text="invoice or credit_note.")
    RAISED = Instant(source="invoice.issued_at", help_text="ISO 8601, UTC.")
    DUE = serializers.DateField(source="invoice.due_date")
    INITTOTAL = AmountShown(source="invoice.gross", currency="invoice.currency")
    CURRENCYCODE = serializers.CharField(source="invoice.currency")
    STATUS = serializers.IntegerField(source="invoice.status")
    STATUS_TXT = StatusText(source="invoice.status", help_text="In the language of the request.")
    STATUS_STATES = StatusStates(help_text="Every status, number and word.")
    GRAND_TOTAL_INC_TAX = AmountShown(source="invoice.gross", currency="invoice.currency")
    GRAND_TOTAL_EX_TAX = AmountShown(source="invoice.net", currency="invoice.currency")
    GRAND_TOTAL_TAX = AmountShown(source="invoice.tax", currency="invoice.currency")
    OUTSTANDING_TOTAL = AmountShown(
        source="outstanding",
        currency="invoice.currency",
        help_text="Nothing of a credit note or a cancelled invoice.",
    )
    AMOUNTS = InvoiceAmountsOut(source="*", help_text="The same for programs.")
    LINE_ITEMS = InvoiceDetailLineOut(source="invoice.lines", many=True)
