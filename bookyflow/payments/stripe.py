"""Payment by card at Stripe's own pages, with the property's own account there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any

from django.conf import settings

from bookyflow.core.errors import DomainError
from bookyflow.payments.providers import Checkout, CheckoutState, Notice, Order, Report
from bookyflow.payments.states import ProviderName
from bookyflow.payments.stripe_amounts import amount_of, smallest_units

CONNECT_SECONDS, ANSWER_SECONDS = 3, 10
SIGNATURE = "Stripe-Signature"
UID = "bookyflow_payment"  # in Stripe's metadata, which its refunds and charges have as well
LATER = 30  # seconds

# What tells of a checkout, and what of a refund; others do not concern us.
_CHECKOUT = "checkout.session."
_REFUNDS = frozenset({"refund.failed", "refund.updated", "charge.refund.updated"})
_REFUND_FAILED = frozenset({"failed", "canceled"})
_IS_REFUNDED = "charge_already_refunded"
# The languages of Stripe's pages; it refuses others.
_PAGES = (
    "bg cs da de el en es et fi fil fr hr hu id it ja ko lt lv ms mt nb nl pl pt ro ru sk sl sv th "
    "tr vi zh"
)


@dataclass(frozen=True)
class Stripe:
    """The account of one property."""

    secret_key: str = field(repr=False)
    webhook_secret: str = field(repr=False)
    name: ProviderName = ProviderName.STRIPE
    is_online: bool = True
    instructions: str = ""

    def start(self, order: Order) -> Checkout:
        """Open a page of Stripe's where the guest pays by card."""
        units = smallest_units(order.amount, order.currency)
        if units is None:
            raise DomainError("payment_refused", "Stripe cannot take exactly this amount.")
        language = order.language.partition("-")[0]
        title = f"{order.house}: {order.number}"
        about = {UID: order.uid, "booking": order.number}
        params: dict[str, Any] = {
            "mode": "payment",
            # Others may take days, and no room is held that long.
            "payment_method_types": ["card"],
            "client_reference_id": order.uid,
            "metadata": about,
            "payment_intent_data": {"metadata": about, "description": title},
            "line_items": [
                {
                    "quantity": 1,
                    "price_data": {
                        "currency": order.currency.lower(),
                        "unit_amount": units,
                        "product_data": {"name": title},
                    },
                }
            ],
            "success_url": order.return_url,
            "cancel_url": order.return_url,
            "locale": language if language in _PAGES.split() else "auto",
        }
        if order.expires_at is not None:
            params["expires_at"] = int(order.expires_at.timestamp())
        with self._asked() as stripe:
            session = stripe.v1.checkout.sessions.create(
                params=params, options={"idempotency_key": f"bookyflow-{order.uid}"}
            )
        return Checkout(session.id, session.url or "")

    def verified(self, body: bytes, headers: Mapping[str, str]) -> Notice:
        """What Stripe says, by the signature of exactly these bytes, at most five minutes old."""
        if not self.webhook_secret:
            raise DomainError("notice_invalid")
        library = _library()
        try:
            event = self._client(library, self._transport(library)).construct_event(
                body, headers.get(SIGNATURE), self.webhook_secret
            )
            said = event.to_dict()
            return _notice(said)
        except (library.SignatureVerificationError, *_NO_NOTICE):
            raise DomainError("notice_invalid") from None

    def read(self, provider_id: str) -> Report:
        """What Stripe says of a session."""
        with self._asked() as stripe:
            session = stripe.v1.checkout.sessions.retrieve(provider_id)
        return _report(session.to_dict())

    def close(self, provider_id: str) -> Report:
        """End an open session, and say what it came to."""
        with self._asked() as stripe:
            session = stripe.v1.checkout.sessions.retrieve(provider_id)
            if session.status == "open":
                session = stripe.v1.checkout.sessions.expire(provider_id)
        return _report(session.to_dict())

    def refund(self, *, uid: str, provider_payment: str) -> str:
        """Give all of a payment back; "" where that was done at Stripe already."""
        try:
            with self._asked() as stripe:
                refund = stripe.v1.refunds.create(
                    params={"payment_intent": provider_payment, "metadata": {UID: uid}},
                    options={"idempotency_key": f"bookyflow-{uid}-refund"},
                )
        except DomainError as error:
            if str(error.__cause__) == _IS_REFUNDED:
                return ""
            raise
        if refund.status in _REFUND_FAILED:
            raise DomainError("payment_refused", "Stripe could not give the money back.")
        refund_id: str = refund.id
        return refund_id

    @contextmanager
    def _asked(self) -> Iterator[Any]:
        """A client, and its errors as ours. What Stripe says may name the account: it is no detail.

        A refusal, such as that of a wrong key or of an amount that is too small, is for good.
        """
        library = _library()
        try:
            with closing(self._transport(library)) as transport:
                yield self._client(library, transport)
        except (
            library.InvalidRequestError,
            library.AuthenticationError,
            library.PermissionError,
            library.CardError,
        ) as error:
            code = error.code or type(error).__name__
            raise DomainError("payment_refused", "Stripe does not take it.") from _Refused(code)
        except library.StripeError:
            raise unavailable() from None

    def _transport(self, library: Any) -> Any:
        return library.RequestsClient(timeout=(CONNECT_SECONDS, ANSWER_SECONDS))

    def _client(self, library: Any, transport: Any) -> Any:
        base = settings.STRIPE_API_BASE
        return library.StripeClient(
            self.secret_key,
            base_addresses={"api": base} if base else None,
            # A guest waits, and a job comes again: both with the same key of idempotency.
            max_network_retries=0,
            http_client=transport,
        )


class _Refused(Exception):
    """Why Stripe refuses, by its code; for the log."""


_NO_NOTICE = (ValueError, KeyError, TypeError, AttributeError)


def unavailable() -> DomainError:
    """The refusal where a provider may answer later."""
    return DomainError("payment_provider_unavailable", retry_after=LATER)


def library_fault() -> str:
    """Why there is no payment by Stripe; "" where there is."""
    try:
        import_module("stripe")
    except ImportError as error:
        return str(error)
    return ""


def _library() -> Any:
    # Not before it is needed: loading it takes a second.
    try:
        return import_module("stripe")
    except ImportError:
        raise unavailable() from None


def _notice(event: Mapping[str, Any]) -> Notice:
    """What an event of Stripe's says. Raises one of _NO_NOTICE for what is none."""
    event_id, kind = str(event["id"]), str(event["type"])
    said = event["data"]["object"]
    if kind.startswith(_CHECKOUT):
        return Notice(event_id, kind, _report(said))
    if kind in _REFUNDS and said.get("status") in _REFUND_FAILED:
        uid = (said.get("metadata") or {}).get(UID, "")
        return Notice(event_id, kind, Report(CheckoutState.REFUND_FAILED, uid=uid))
    return Notice(event_id, kind)


def _report(session: Mapping[str, Any]) -> Report:
    """What a checkout session says of itself."""
    uid = (session.get("metadata") or {}).get(UID) or session.get("client_reference_id") or ""
    if session.get("payment_status") == "paid":
        currency = str(session["currency"]).upper()
        return Report(
            CheckoutState.PAID,
            provider_id=str(session["id"]),
            uid=str(uid),
            provider_payment=str(session.get("payment_intent") or ""),
            amount=amount_of(int(session["amount_total"]), currency),
            currency=currency,
        )
    ended = session.get("status") == "expired"
    return Report(
        CheckoutState.ENDED if ended else CheckoutState.OPEN,
        provider_id=str(session["id"]),
        uid=str(uid),
    )
