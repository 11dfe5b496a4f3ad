"""Payment to the property itself: staff record the money when it has come."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bookyflow.core.errors import DomainError
from bookyflow.payments.providers import Checkout, CheckoutState, Notice, Order, Report
from bookyflow.payments.states import ProviderName


@dataclass(frozen=True)
class Manual:
    """Bank transfer or cash, as the property's instructions say."""

    instructions: str
    name: ProviderName = ProviderName.MANUAL
    is_online: bool = False

    def start(self, order: Order) -> Checkout:
        """Nothing to open."""
        return Checkout()

    def verified(self, body: bytes, headers: Mapping[str, str]) -> Notice:
        """Refuse: nobody sends any."""
        raise DomainError("notice_invalid")

    def read(self, provider_id: str) -> Report:
        """Open for as long as staff have recorded nothing."""
        return Report(CheckoutState.OPEN)

    def close(self, provider_id: str) -> Report:
        """Nothing to close."""
        return Report(CheckoutState.ENDED)

    def refund(self, *, uid: str, provider_payment: str) -> str:
        """Refuse: the property gives it back itself."""
        raise DomainError("payment_refused", "The property gives back what it took itself.")
