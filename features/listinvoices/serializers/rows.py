from __future__ import annotations

from typing import Any

from django.utils.html import escape
from rest_framework import serializers

from bookyflow.api.wire.fields import Amount, DateField, Flag
from bookyflow.api.wire.invoices import StatusColour, StatusText
from bookyflow.api.wire.shown import Instant, PersonalText

NOT_PAID = "1970-01-01T00:00:01Z"  # when an invoice was paid that is not


class PaidAt(Instant):
    """When an invoice was paid."""

    def get_attribute(self, invoice: Any) -> Any:
        """The instant, or what stands for none."""
        return invoice.paid_at or NOT_PAID

    def to_representation(self, value: Any) -> str:
        """ISO 8601."""
        return value if value == NOT_PAID else super().to_representation(value)


class LineNames(serializers.CharField):
    """What the lines of an invoice are for, each once."""

    def to_representation(self, invoice: Any) -> str:
        """HTML: joined with line breaks, and safe, since staff may have typed them."""
        names = dict.fromkeys(line.description for line in invoice.lines.all())
        return "<br>".join(escape(name) for name in names)


class InvoiceRowOut(serializers.Serializer[Any]):
    id = serializers.IntegerField(source="pk")
    number = serializers.CharField()
    kind = serializers.CharField(help_text="invoice or credit_note.")
    cms_user_id = serializers.IntegerField(default=0, help_text="0: every invoice is of a booking.")
    guest_id = serializers.IntegerField(source="booking.guest_id")
    status = serializers.IntegerField(help_text="0 unpaid, 1 paid, 2 cancelled, 3 pending.")
    raised_date = Instant(source="issued_at", help_text="ISO 8601, UTC.")
    due_date = DateField()
    paid = PaidAt(source="*", help_text=f"ISO 8601, UTC; {NOT_PAID} while it is not paid.")
    init_total = Amount(source="gross", currency="currency")
    currencycode = serializers.CharField(source="currency")
    contract_id = serializers.IntegerField(source="booking_id")
    subscription = Flag(default=False, help_text="0: none is of a subscription.")
    property_uid = serializers.IntegerField(source="property_id")
    is_commission = Flag(default=False, help_text="0: none is of a commission.")
    line_items = LineNames(source="*", help_text="HTML: what the lines are for, each once.")
    grand_total = Amount(
        source="charged", currency="currency", help_text="Of the lines that are not negative."
    )
    guest_uid = serializers.IntegerField(source="booking.guest_id")
    tag = serializers.CharField(source="booking.number", help_text="The booking's number.")
    currency_code = serializers.CharField(source="booking.currency", help_text="Of the booking.")
    approved = Flag(source="booking.is_approved")
    firstname = PersonalText(
        source="booking.who.first_name", help_text="Empty for a token without `guests_get`."
    )
    surname = PersonalText(
        source="booking.who.surname", help_text="Empty for a token without `guests_get`."
    )
    imgColor = StatusColour(source="status", help_text="Stands for `Txtstatus`.")
    Txtstatus = StatusText(source="status", help_text="In the language of the request.")
