from __future__ import annotations

from typing import Any

from rest_framework.response import Response

from bookyflow.api.views import FeatureViewSet
from bookyflow.billing.desk import desk_booking
from bookyflow.core.errors import DomainError


class DeskView(FeatureViewSet):
    """What works with the booking that the path names."""

    @property
    def place(self) -> dict[str, int]:
        """Which booking of which property, for services."""
        return {"property_id": self.property_uid, "booking_id": self.kwargs["contract_uid"]}

    @property
    def here(self) -> dict[str, Any]:
        """The same, and by whom."""
        return {**self.place, "by": self.actor}

    def need(self, scope: str) -> None:
        """Refuse a caller without a scope beside the endpoint's own.

        Raises DomainError `scope_missing`.
        """
        if not self.access.allows(scope):
            raise DomainError("scope_missing", f"The scope {scope} is needed as well.")

    def priced(self, result: Any) -> Response:
        """Answer with amounts in the currency of the result, or of the booking that it is of."""
        self.currency = getattr(result, "booking", result).currency
        return self.reply(result)

    def booking(self, booking_id: int | None = None) -> Response:
        """Answer with a booking as it is by now: that of the path, unless another one is given."""
        uid = self.kwargs["contract_uid"] if booking_id is None else booking_id
        return self.priced(desk_booking(property_id=self.property_uid, booking_id=uid))
