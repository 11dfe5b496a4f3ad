"""Fields as channels write them."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from typing import Any

from rest_framework import serializers

from bookyflow.api.wire.fields import Amount, DateField
from bookyflow.core.errors import DomainError
from features.cmf.ranges import stay_between

_DECIMAL_COMMA = re.compile(r"(?:[0-9]{1,3}(?:\.[0-9]{3})+|[0-9]{1,9}),[0-9]{1,2}")


class ChannelAmount(Amount):
    """An amount; a decimal comma is understood as well: 180,00 and 1.234,56.

    Three digits behind a comma are refused: they may be thousands.
    """

    def to_internal_value(self, data: Any) -> Decimal:
        """The amount, not rounded."""
        if isinstance(data, str) and "," in data and _DECIMAL_COMMA.fullmatch(data.strip()):
            data = data.replace(".", "").replace(",", ".")
        return super().to_internal_value(data)


class NightPrice(ChannelAmount):
    """The price of a night: at least 1, since a night for nothing is a typing error."""

    default_error_messages = {"too_small": "At least 1 is needed."}

    def to_internal_value(self, data: Any) -> Decimal:
        """The price, not rounded."""
        price = super().to_internal_value(data)
        if price < 1:
            self.fail("too_small")
        return price


class NightsIn(serializers.Serializer[Any]):
    """Nights from one date to another; validated, they are a Stay under `stay`."""

    date_from = DateField(help_text="First night.")
    date_to = DateField(help_text="Last night, included; departure is the day after.")

    def validate(self, attrs: dict[str, date]) -> dict[str, Any]:
        """Refuse a range that is reversed or too long."""
        try:
            stay = stay_between(attrs["date_from"], attrs["date_to"], field="date_to")
        except DomainError as error:
            raise serializers.ValidationError(error.fields) from None
        return attrs | {"stay": stay}
