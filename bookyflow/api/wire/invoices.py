"""Fields of invoices and their lines, as several features show them."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from babel.dates import format_interval
from django.utils.translation import gettext, gettext_noop
from rest_framework import serializers

from bookyflow.api.wire.shown import AmountShown
from bookyflow.billing.models import InvoiceStatus
from bookyflow.core.languages import readable

STATUSES: dict[int, tuple[str, str]] = {
    InvoiceStatus.UNPAID: ("red", gettext_noop("Unpaid")),
    InvoiceStatus.PAID: ("green", gettext_noop("Paid")),
    InvoiceStatus.CANCELLED: ("black", gettext_noop("Cancelled")),
    InvoiceStatus.PENDING: ("orange", gettext_noop("Pending")),
}


class StatusColour(serializers.ChoiceField):
    """The colour that stands for the status of an invoice."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(choices=[colour for colour, _ in STATUSES.values()], **kwargs)

    def to_representation(self, value: Any) -> str:
        """By the number."""
        colour, _ = STATUSES[value]
        return colour


class StatusText(serializers.CharField):
    """The status of an invoice in a word."""

    def to_representation(self, value: Any) -> str:
        """In the language of the request."""
        _, text = STATUSES[value]
        return gettext(text)


class StatusStates(serializers.ListField):
    """Every status, number and word."""

    child = serializers.CharField()

    def get_attribute(self, instance: Any) -> list[str]:
        """In the language of the request."""
        return [f"{number} {gettext(text)}" for number, (_, text) in STATUSES.items()]


class Decimals(serializers.CharField):
    """A number with two decimals."""

    def to_representation(self, value: Any) -> str:
        """Such as 20.00."""
        return f"{value:.2f}"


class NoAmountShown(AmountShown):
    """Nothing, as an amount."""

    def get_attribute(self, instance: Any) -> Any:
        """0 and the currency."""
        _, currency = super().get_attribute(instance)
        return Decimal(0), currency


class LineNights(serializers.CharField):
    """The nights that a line is for."""

    def to_representation(self, line: Any) -> str:
        """Both ends included, in the language of the request; empty where it is for none."""
        if line.first_night is None or line.last_night is None:
            return ""
        locale = readable(self.context["view"].language).replace("-", "_")
        found: str = format_interval(line.first_night, line.last_night, "yMMMd", locale=locale)
        return found
