from __future__ import annotations

from typing import Any

from rest_framework import serializers

from bookyflow.core.money import amount_text


class Colour(serializers.CharField):
    """A colour as style sheets write it."""


class IncomeAmounts(serializers.ListField):
    """Twelve amounts, January first, in the currency of the data set."""

    child = serializers.CharField()

    def get_attribute(self, instance: Any) -> list[str]:
        """The amounts as the interface writes them."""
        currency = instance.others["currency"]
        return [amount_text(amount, currency) for amount in instance.data]


class AmountsByCurrency(serializers.DictField):
    """Twelve amounts for each currency that something was paid in."""

    child = serializers.ListField(child=serializers.CharField())

    def get_attribute(self, instance: Any) -> dict[str, list[str]]:
        """The amounts as the interface writes them."""
        return {
            currency: [amount_text(amount, currency) for amount in amounts]
            for currency, amounts in instance.others["by_currency"].items()
        }


class DataSetOut(serializers.Serializer[Any]):
    title = serializers.CharField()
    description = serializers.CharField()
    fillColor = Colour(source="filled")
    strokeColor = Colour(source="drawn")
    pointColor = Colour(source="drawn")
    pointStrokeColor = Colour(source="around")
    pointHighlightFill = Colour(source="around")
    pointHighlightStroke = Colour(source="drawn")


class IncomeSetOut(DataSetOut):
    labels = serializers.ListField(
        child=serializers.CharField(), help_text="Twelve months, in the language of the request."
    )
    label = serializers.IntegerField(help_text="The year.")  # type: ignore[assignment]  # the interface's name
    data = IncomeAmounts(help_text="Twelve amounts in `currency`, gross.")  # type: ignore[assignment]  # the interface's name
    currency = serializers.CharField(source="others.currency", help_text="Of the property.")
    by_currency = AmountsByCurrency(
        help_text="Twelve amounts for each currency that was paid in; nothing is converted."
    )


class CountrySetOut(DataSetOut):
    labels = serializers.ListField(
        child=serializers.CharField(), help_text="Countries, in the language of the request."
    )
    label = serializers.CharField(help_text="The present month.")  # type: ignore[assignment]  # the interface's name
    data = serializers.ListField(  # type: ignore[assignment]  # the interface's name
        child=serializers.IntegerField(), help_text="Guests, in the order of the labels."
    )


class OccupancySetOut(DataSetOut):
    labels = serializers.ListField(
        child=serializers.IntegerField(), help_text="The days of the month."
    )
    label = serializers.CharField(help_text="The month.")  # type: ignore[assignment]  # the interface's name
    data = serializers.ListField(  # type: ignore[assignment]  # the interface's name
        child=serializers.IntegerField(), help_text="Rooms booked or blocked on each night."
    )
    capacity = serializers.IntegerField(
        source="others.capacity", help_text="Rooms that there are now."
    )
