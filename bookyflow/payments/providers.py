"""What every way to pay can do, whoever takes the money.

A provider knows nothing of bookings and writes nothing: it is asked outside of transactions, and
what it says is then recorded.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Protocol

from bookyflow.payments.states import ProviderName


@dataclass(frozen=True)
class Order:
    """What a guest is to pay. `uid` names it for good: asked again, it is the same checkout."""

    uid: str
    number: str  # of the booking
    house: str
    amount: Decimal
    currency: str
    expires_at: datetime | None
    return_url: str = ""
    language: str = ""


@dataclass(frozen=True)
class Checkout:
    """Where the guest pays: at an address, or as the property's instructions say."""

    provider_id: str = ""
    url: str = ""


class CheckoutState(StrEnum):
    """What a provider says of a checkout."""

    OPEN = "open"
    PAID = "paid"
    ENDED = "ended"
    REFUND_FAILED = "refund_failed"


@dataclass(frozen=True)
class Report:
    """What a provider says of a checkout, or of its payment; amount and currency once it is paid.

    `uid` is that of the order, where the provider tells it.
    """

    state: CheckoutState
    provider_id: str = ""
    uid: str = ""
    provider_payment: str = ""
    amount: Decimal = Decimal(0)
    currency: str = ""


@dataclass(frozen=True)
class Notice:
    """A notice that was verified; without a report it is of something that does not concern us."""

    event_id: str
    kind: str
    report: Report | None = None


class Provider(Protocol):
    """A way to pay.

    Whatever asks the provider raises DomainError `payment_provider_unavailable` where it may answer
    later, and `payment_refused` where it will not.
    """

    @property
    def name(self) -> ProviderName:
        """What settings and attempts call it."""

    @property
    def is_online(self) -> bool:
        """Whether guests pay at once, so that a booking can wait for it."""

    @property
    def instructions(self) -> str:
        """What the property tells guests who pay this way."""

    def start(self, order: Order) -> Checkout:
        """Open a checkout; asked again for the same order, give the same one."""

    def verified(self, body: bytes, headers: Mapping[str, str]) -> Notice:
        """What a notice says. Raises DomainError `notice_invalid` unless it is the provider's."""

    def read(self, provider_id: str) -> Report:
        """What there is to say of a checkout now."""

    def close(self, provider_id: str) -> Report:
        """Let nobody pay at a checkout any more; what there is to say of it then."""

    def refund(self, *, uid: str, provider_payment: str) -> str:
        """Give all of a payment back, once for a `uid`; returns the refund's id."""
