from __future__ import annotations

from typing import Any

from rest_framework import serializers

from bookyflow.api.wire.fields import Amount, PlainText
from bookyflow.billing.ledger import LONGEST_REFERENCE
from bookyflow.billing.models import PaymentMethod
from features.desk.serializers.bookings import ChargedLineOut, DeskAccountOut, EntryOut


class ChargeIn(serializers.Serializer[Any]):
    aliases = {
        "service_description": "description",
        "service_value": "price",
        "service_qty": "quantity",
    }

    description = PlainText(max_length=255)
    price = Amount(help_text="Of one, in the currency and convention of the booking.")
    quantity = serializers.IntegerField(min_value=1, max_value=1000, required=False)
    tax_rate = serializers.DecimalField(
        source="tax_percent",
        max_digits=5,
        decimal_places=2,
        min_value=0,
        max_value=100,
        required=False,
        help_text="Per cent; absent: none.",
    )


class ChargeOut(ChargedLineOut):
    booking = DeskAccountOut()


class ReferenceIn(serializers.Serializer[Any]):
    reference = PlainText(
        max_length=LONGEST_REFERENCE,
        required=False,
        allow_blank=True,
        help_text="Such as a number of the bank's.",
    )


class DepositIn(ReferenceIn):
    method = serializers.ChoiceField(choices=PaymentMethod.values, required=False)


class PaymentIn(ReferenceIn):
    amount = Amount(help_text="In the booking's currency, above 0.")
    method = serializers.ChoiceField(choices=PaymentMethod.values)


class PaymentOut(EntryOut):
    booking = DeskAccountOut()


class SecurityReturnIn(serializers.Serializer[Any]):
    withheld = Amount(required=False, help_text="What the property keeps of it; absent: nothing.")
    reason = PlainText(
        max_length=1000,
        required=False,
        allow_blank=True,
        help_text="Required when something is withheld.",
    )
