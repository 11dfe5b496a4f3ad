from __future__ import annotations

from functools import partial

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from bookyflow.api.calls.dry_run import is_dry_run
from bookyflow.api.contract import PUBLIC
from bookyflow.api.endpoint import endpoint
from bookyflow.api.views import FeatureViewSet, WordedViewSet
from bookyflow.payments.notices import payment_notice
from bookyflow.payments.selectors import payment_read, ways_to_pay
from bookyflow.payments.starting import payment_start
from bookyflow.payments.states import ProviderName
from features.payments.serializers import CheckoutIn, CheckoutOut, StripeEventIn, WayToPayOut

# What a booking's token opens.
paying = partial(endpoint, scope=PUBLIC, heeds_token=True, booking_token=True)


class Payments(WordedViewSet):
    """Paying what is due of a booking, or of what is held."""

    @paying(key="methods", returns=WayToPayOut(many=True), raises=("booking_not_found",))
    def list_methods(self, request: Request, reference: str) -> Response:
        """List the ways to pay what is due of a booking now, or of what is held.

        That is the deposit, or what is left once it is paid. None where nothing is due, or where
        the property takes no payment here.
        """
        return self.reply(ways_to_pay(reference=reference, token=self.booking_token))

    @paying(key="payment", returns=CheckoutOut(), raises=("booking_not_found", "payment_not_found"))
    def read(self, request: Request, reference: str) -> Response:
        """Read what became of the latest payment of a booking, or of what is held.

        The guest may be back before the payment service has told of the payment: ask again every
        few seconds while it is `open`.
        """
        return self.reply(payment_read(reference=reference, token=self.booking_token))

    @paying(
        key="payment",
        body=CheckoutIn,
        returns=CheckoutOut(),
        status=201,
        commits_each=True,
        raises=(
            "booking_not_found",
            "booking_state",
            "hold_expired",
            "payment_method_unavailable",
            "nothing_to_pay",
            "payment_time_over",
            "payment_refused",
            "payment_provider_unavailable",
            "guest_fields_missing",
            "coupon_invalid",
            "no_room_available",
        ),
    )
    def start(self, request: Request, reference: str) -> Response:
        """Begin to pay what is due of a booking, or of what is held.

        By card the answer says where: send the guest to `checkout_url`, where there is half an hour
        to pay. The rooms are kept meanwhile. What is held needs the `guest`, and becomes a booking
        by the payment alone; a booking is confirmed by it. By bank transfer or in cash the answer
        has the property's instructions, and staff record the money when it has come. The same call
        again answers with the payment that is under way.
        """
        asked = self.input(CheckoutIn)
        shown = payment_start(
            reference=reference,
            token=self.booking_token,
            asked=asked,
            language=self.language_asked_for,
            each=self.steps,
            dry=is_dry_run(request),
        )
        return self.reply(shown)


class Notices(FeatureViewSet):
    """What payment services tell."""

    @endpoint(
        scope=PUBLIC,
        key="received",
        prop=None,
        has_effect=False,
        body=StripeEventIn,
        returns=serializers.BooleanField(),
        raises=("notice_invalid", "payment_provider_unavailable"),
    )
    def take_notice(self, request: Request, property_uid: int) -> Response:
        """Take a notice of Stripe; called by Stripe alone.

        It must bear the header Stripe-Signature, made of exactly this body with the property's
        signing secret at most five minutes ago. Each counts once, however often it comes.
        """
        payment_notice(
            property_id=property_uid,
            provider=ProviderName.STRIPE,
            body=request.body,
            headers=request.headers,
        )
        return self.reply(True)  # noqa: FBT003  # the answer
