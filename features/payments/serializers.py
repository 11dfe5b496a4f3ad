from __future__ import annotations

from typing import Any

from rest_framework import serializers

from bookyflow.api.wire.asked import GuestIn, answers_given
from bookyflow.api.wire.bounded import BoundedJSON
from bookyflow.api.wire.fields import Amount, JSONText, PlainText
from bookyflow.api.wire.inputs import In
from bookyflow.payments.starting import PaymentAsked
from bookyflow.payments.states import AttemptState, ProviderName

LONGEST_ADDRESS = 500


class CheckoutIn(In[PaymentAsked]):
    builds = PaymentAsked
    # The property's own questions keep their names, which may be those of a guest's fields.
    aliases = {name: name for name in ("first_name", "phone", "mobile")}

    provider = serializers.ChoiceField(choices=ProviderName.values)
    return_url = serializers.URLField(
        max_length=LONGEST_ADDRESS,
        required=False,
        help_text="Where the guest comes back to, paid or not; needed where the guest pays online.",
    )
    guest = JSONText(
        GuestIn(), required=False, help_text="For whom what is held is booked; needed for a hold."
    )
    remarks = PlainText(max_length=5000, required=False, allow_blank=True)
    referrer = PlainText(max_length=255, required=False, allow_blank=True)
    answers = answers_given()

    def validate_return_url(self, value: str) -> str:
        """An address that the guest's browser can go to."""
        if not value.startswith(("https://", "http://")) or "{" in value:
            raise serializers.ValidationError(self.fields["return_url"].error_messages["invalid"])
        return value


class WayToPayOut(serializers.Serializer[Any]):
    provider = serializers.ChoiceField(choices=ProviderName.values)
    title = serializers.CharField()
    is_online = serializers.BooleanField(help_text="Whether the guest pays at once.")
    amount = Amount(currency="currency", help_text="What is due now.")
    currency_code = serializers.CharField(source="currency")
    instructions = serializers.CharField(help_text="The property's own, such as its bank account.")


class CheckoutOut(serializers.Serializer[Any]):
    reference = serializers.CharField(
        source="number", help_text="Of the booking that was paid, or is to be."
    )
    provider = serializers.ChoiceField(source="attempt.provider", choices=ProviderName.values)
    payment_status = serializers.ChoiceField(
        source="attempt.state",
        choices=AttemptState.values,
        help_text="`new`: no answer from the payment service yet; `open`: to be paid; `paid`: "
        "recorded; `failed`: nothing was paid; `unmatched`: staff look into it; `refunding`, "
        "`refunded`, `refund_failed`: no booking could take the money.",
    )
    amount = Amount(source="attempt.amount", currency="currency")
    currency_code = serializers.CharField(source="currency")
    checkout_url = serializers.CharField(
        help_text="Send the guest there to pay; empty where there is nothing to pay at."
    )
    instructions = serializers.CharField(help_text="The property's own; empty for cards.")
    expires_at = serializers.DateTimeField(
        source="attempt.expires_at", allow_null=True, help_text="The guest can pay until then."
    )


class StripeEventIn(serializers.Serializer[Any]):
    """An event as Stripe sends it; what counts is its signature."""

    id = PlainText(max_length=255)
    type = PlainText(max_length=100)
    data = BoundedJSON(max_size=60_000)  # type: ignore[assignment]  # DRF takes it out of the class
