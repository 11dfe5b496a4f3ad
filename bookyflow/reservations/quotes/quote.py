"""What a stay was priced at, and everything that a booking of it needs."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from bookyflow.availability.nights import OccupiedNights
from bookyflow.core.dates import Stay
from bookyflow.pricing.engine import PriceBasis
from bookyflow.pricing.lines import Breakdown
from bookyflow.reservations.stay_request import StayRequest


@dataclass(frozen=True)
class QuotedRoom:
    """A room of a quote: its type and tariff, and how many adults it is for."""

    room_type_id: int
    room_type: str
    adults: int
    tariff_type_id: int | None = None
    tariff: str = ""
    room_id: int | None = None


@dataclass(frozen=True)
class Quote:
    """What a request costs. `stay` is the guest's own, `nights` are those taken and paid for.

    `deposit` is due in advance; `security` is refundable and in no total. `basis` is what the lines
    were made from.
    """

    property_id: int
    stay_request: StayRequest
    stay: Stay
    nights: OccupiedNights
    rooms: tuple[QuotedRoom, ...]
    breakdown: Breakdown
    deposit: Decimal
    security: Decimal
    coupon_id: int | None = None
    guest_id: int | None = None
    basis: PriceBasis | None = None
