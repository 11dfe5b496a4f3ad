from __future__ import annotations

from typing import Any

from rest_framework import serializers

from bookyflow.api.wire.fields import Amount, PlainText, Truth


class CheckInIn(serializers.Serializer[Any]):
    override = Truth(
        default=False,
        help_text="Before the day of arrival, or to a room whose last guest has not left.",
    )


class OverrideQuery(serializers.Serializer[Any]):
    override = Truth(
        default=False, help_text="Although another guest has been checked in to the room."
    )


class CheckOutIn(serializers.Serializer[Any]):
    free_remaining = Truth(
        default=False,
        help_text="The nights that are left can be sold again; the price stays.",
    )


class NoShowIn(serializers.Serializer[Any]):
    charge_fee = Truth(default=True, help_text="The property's fee is due.")


class CancellationIn(NoShowIn):
    reason = PlainText(max_length=1000, required=False, allow_blank=True)


class RejectionIn(serializers.Serializer[Any]):
    reason = PlainText(max_length=1000, required=False, allow_blank=True)


class CancellationTermsOut(serializers.Serializer[Any]):
    currency_code = serializers.CharField(source="currency")
    fee = Amount(help_text="What cancelling costs today.")
    paid = Amount()
    refund = Amount(help_text="To be given back.")
    amount_due = Amount(help_text="Still to be paid.")
