from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext

from bookyflow.core.errors import DomainError
from bookyflow.payments.due import due_now, serial_of
from bookyflow.payments.manual import Manual
from bookyflow.payments.models import PaymentAttempt
from bookyflow.payments.providers import Provider
from bookyflow.payments.states import ProviderName
from bookyflow.payments.stripe import Stripe
from bookyflow.payments.stripe_amounts import smallest_units
from bookyflow.properties.plugin_settings import ACTIVE, plugin_values
from bookyflow.reservations.held_booking import HeldBooking
from bookyflow.reservations.models import Booking
from bookyflow.reservations.public_booking import visitor_find


@dataclass(frozen=True)
class WayToPay:
    """A way to pay what is due of a booking now, with the property's instructions, or ""."""

    provider: str
    title: str
    is_online: bool
    amount: Decimal
    currency: str
    instructions: str


@dataclass(frozen=True)
class PaymentShown:
    """An attempt as its guest sees it; `checkout_url` is where to pay while it is open, or ""."""

    attempt: PaymentAttempt
    instructions: str

    @property
    def currency(self) -> str:
        """That of the amount."""
        return self.attempt.currency

    @property
    def number(self) -> str:
        """Of the booking that it was recorded at, else of the one that was to be paid."""
        booking = self.attempt.booking
        return booking.number if booking else self.attempt.number()

    @property
    def checkout_url(self) -> str:
        """Empty once nobody can pay there."""
        return self.attempt.checkout_url if self.attempt.is_under_way() else ""


def online_provider(property_id: int) -> Provider | None:
    """Who takes money from guests of a property at once, before their booking is made; or nobody.

    One query. Where somebody does, and something is due in advance, a booking waits for it.
    """
    return _stripe(property_id)


def providers(property_id: int) -> list[Provider]:
    """The ways to pay that a property has switched on; two queries."""
    return [one for one in (_stripe(property_id), _manual(property_id)) if one is not None]


def provider_of(*, property_id: int, name: str, also_off: bool = False) -> Provider:
    """A way to pay at a property; with `also_off` one that it has switched off since.

    Money that was asked for before may still come then, and may have to go back. Raises DomainError
    `payment_method_unavailable`.
    """
    is_stripe = name == ProviderName.STRIPE
    provider = (_stripe if is_stripe else _manual)(property_id, also_off=also_off)
    if provider is None:
        raise DomainError("payment_method_unavailable")
    return provider


def ways_to_pay(*, reference: str, token: str) -> list[WayToPay]:
    """The ways to pay what is due of a booking, or of what is held; none where nothing is due.

    Raises DomainError `booking_not_found`.
    """
    found = visitor_find(reference=reference, token=token)
    amount = due_now(found)
    if not amount:
        return []
    return [
        WayToPay(
            provider=one.name,
            title=gettext("Card") if one.is_online else gettext("Bank transfer or cash"),
            is_online=one.is_online,
            amount=amount,
            currency=found.currency,
            instructions=one.instructions,
        )
        for one in providers(found.property.pk)
        if _takes(one, found, amount)
    ]


def payment_read(*, reference: str, token: str) -> PaymentShown:
    """The latest attempt to pay for a booking, or for what is held.

    Raises DomainError `booking_not_found`, and `payment_not_found` where there was none.
    """
    found = visitor_find(reference=reference, token=token)
    attempts = PaymentAttempt.objects.filter(serial=serial_of(found), property=found.property.pk)
    latest = attempts.select_related("booking").order_by("-id").first()
    if latest is None:
        raise DomainError("payment_not_found")
    return payment_shown(latest)


def payment_shown(attempt: PaymentAttempt) -> PaymentShown:
    """An attempt with what the property tells those who pay this way."""
    if attempt.provider != ProviderName.MANUAL:
        return PaymentShown(attempt, "")
    manual = _manual(attempt.property_id)
    return PaymentShown(attempt, manual.instructions if manual else "")


def _takes(provider: Provider, found: Booking | HeldBooking, amount: Decimal) -> bool:
    if provider.is_online:
        return smallest_units(amount, found.currency) is not None
    return isinstance(found, Booking)  # what is only held does not wait for a transfer


def _stripe(property_id: int, *, also_off: bool = False) -> Stripe | None:
    """Without both secrets nobody could pay, or nobody could be told that it was paid."""
    values = _values(property_id, ProviderName.STRIPE, also_off=also_off)
    secret_key, webhook_secret = values.get("secret_key", ""), values.get("webhook_secret", "")
    return Stripe(secret_key, webhook_secret) if secret_key and webhook_secret else None


def _manual(property_id: int, *, also_off: bool = False) -> Manual | None:
    values = _values(property_id, ProviderName.MANUAL, also_off=also_off)
    return Manual(values.get("instructions", "")) if values else None


def _values(property_id: int, plugin: str, *, also_off: bool) -> dict[str, str]:
    values = plugin_values(property_id=property_id, plugin=plugin)
    return values if also_off or values.get(ACTIVE) == "1" else {}
