from __future__ import annotations

from bookyflow.core.errors import DomainError
from bookyflow.payments.manual import Manual
from bookyflow.payments.providers import Provider
from bookyflow.payments.states import ProviderName
from bookyflow.payments.stripe import Stripe
from bookyflow.properties.plugin_settings import plugin_values


def online_provider(property_id: int) -> Provider | None:
    """Who takes money from guests of a property at once, before their booking is made; or nobody.

    One query. Where somebody does, and something is due in advance, a booking waits for it.
    """
    return _stripe(property_id)


def providers(property_id: int) -> list[Provider]:
    """The ways to pay that a property has switched on; two queries."""
    return [one for one in (_stripe(property_id), _manual(property_id)) if one is not None]


def provider_of(*, property_id: int, name: str) -> Provider:
    """A way to pay at a property. Raises DomainError `payment_method_unavailable`."""
    found = {ProviderName.STRIPE: _stripe, ProviderName.MANUAL: _manual}.get(ProviderName(name))
    provider = found(property_id) if found else None
    if provider is None:
        raise DomainError("payment_method_unavailable")
    return provider


def _stripe(property_id: int) -> Stripe | None:
    """Without both secrets nobody could pay, or nobody could be told that it was paid."""
    values = plugin_values(property_id=property_id, plugin=ProviderName.STRIPE)
    secret_key, webhook_secret = values.get("secret_key", ""), values.get("webhook_secret", "")
    return Stripe(secret_key, webhook_secret) if secret_key and webhook_secret else None


def _manual(property_id: int) -> Manual | None:
    values = plugin_values(property_id=property_id, plugin=ProviderName.MANUAL)
    return Manual(values.get("instructions", "")) if values else None
