from __future__ import annotations

from typing import Any

from rest_framework import serializers

from bookyflow.api.wire.fields import Amount, DateField
from bookyflow.billing.models import InvoiceKind
from features.desk.serializers.bookings import InvoiceStatusWord
from features.desk.serializers.fields import HIDDEN, OneOf, Personal


class PartyOut(serializers.Serializer[Any]):
    name = serializers.CharField()
    house = serializers.CharField()
    street = serializers.CharField()
    town = serializers.CharField()
    region = serializers.CharField(help_text="ISO 3166-2, or a name.")
    postcode = serializers.CharField()
    country = serializers.CharField(help_text="ISO 3166-1, two letters.")
    phone = serializers.CharField()
    email = serializers.CharField()
    vat_number = serializers.CharField()


class BuyerOut(Personal, PartyOut):
    pass


class SheetLineOut(serializers.Serializer[Any]):
    kind = serializers.CharField()
    description = serializers.CharField()
    first_night = DateField(allow_null=True)
    last_night = DateField(allow_null=True, help_text="Included.")
    quantity = serializers.IntegerField()
    unit = Amount()
    net = Amount()
    tax_rate = serializers.CharField(help_text="Per cent.")
    tax_code = serializers.CharField()
    tax = Amount()
    gross = Amount()


class TaxSumOut(serializers.Serializer[Any]):
    tax_rate = serializers.CharField(source="rate", help_text="Per cent.")
    description = serializers.CharField()
    net = Amount()
    tax = Amount()
    gross = Amount()


class InvoiceSheetOut(serializers.Serializer[Any]):
    invoice_uid = serializers.IntegerField(source="invoice.pk")
    invoice_number = serializers.CharField(source="invoice.number")
    kind = OneOf(InvoiceKind.values, source="invoice.kind")
    status = InvoiceStatusWord(source="invoice.status")
    contract_uid = serializers.IntegerField(source="invoice.booking_id")
    booking_number = serializers.CharField(source="invoice.booking.number")
    arrival = DateField(source="invoice.arrival")
    departure = DateField(source="invoice.departure")
    issued_at = serializers.DateTimeField(source="invoice.issued_at")
    issue_date = DateField(source="invoice.issue_date", help_text="The property's own date.")
    due_date = DateField(source="invoice.due_date")
    paid_at = serializers.DateTimeField(source="invoice.paid_at", allow_null=True)
    language = serializers.CharField(source="invoice.language")
    seller = PartyOut()
    buyer = BuyerOut(allow_null=True, help_text=HIDDEN)
    lines = SheetLineOut(many=True)
    taxes = TaxSumOut(many=True, help_text="The lines by rate of tax, highest first.")
    currency_code = serializers.CharField(source="currency")
    net = Amount(source="invoice.net")
    tax = Amount(source="invoice.tax")
    gross = Amount(source="invoice.gross", help_text="Of a credit note, below zero.")
    paid = Amount(allow_null=True, help_text="Null for what nobody pays: a credit note.")
    outstanding = Amount(allow_null=True)
    corrects_uid = serializers.IntegerField(
        source="invoice.corrects_id", allow_null=True, help_text="What a credit note takes back."
    )
    cancelled_by_uid = serializers.IntegerField(
        source="invoice.cancelled_by_id", allow_null=True, help_text="The credit note that did it."
    )
