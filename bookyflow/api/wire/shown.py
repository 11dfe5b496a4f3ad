"""Fields of answers for people: names, dates and amounts in the language of the request."""

from __future__ import annotations

from typing import Any

from babel.dates import format_date
from django.templatetags.static import static
from rest_framework import serializers
from rest_framework.fields import get_attribute

from bookyflow.core import places
from bookyflow.core.dates import utc_text
from bookyflow.core.languages import readable
from bookyflow.core.money import display

PERSONAL = "guests_get"  # the scope of what says who a guest is


class Instant(serializers.CharField):
    """An instant, as text in UTC."""

    def to_representation(self, value: Any) -> str:
        """ISO 8601, whole seconds, with Z."""
        return utc_text(value)


class CountryName(serializers.CharField):
    """The name of a country, of which the code is known."""

    def to_representation(self, value: str) -> str:
        """The name in the language of the request."""
        return places.country_name(value, self.context["view"].language)


class RegionName(serializers.CharField):
    """The name of a region, of which the code is known."""

    def to_representation(self, value: str) -> str:
        """The name, or nothing without a region."""
        region = places.region(value)
        return region.name if region else ""


class LongDate(serializers.CharField):
    """A date in full, with its weekday."""

    def to_representation(self, value: Any) -> str:
        """As CLDR writes it in the language of the request: Wednesday, 25 February 2026."""
        language = readable(self.context["view"].language)
        return format_date(value, "full", locale=language.replace("-", "_"))


class AmountShown(serializers.CharField):
    """An amount with the symbol of its currency, which is the attribute that `currency` names."""

    def __init__(self, *, currency: str, **kwargs: Any) -> None:
        self.currency_source = currency.split(".")
        super().__init__(**kwargs)

    def get_attribute(self, instance: Any) -> Any:
        """The amount and its currency."""
        return super().get_attribute(instance), get_attribute(instance, self.currency_source)

    def to_representation(self, value: Any) -> str:
        """As CLDR writes it in the language of the request: €110.00."""
        amount, currency = value
        return display(amount, currency, readable(self.context["view"].language))


class GuestPicture(serializers.URLField):
    """What stands for a guest, of whom there is no picture."""

    def to_representation(self, booking: Any) -> str:
        """An absolute address."""
        found: str = self.context["request"].build_absolute_uri(static("listbooking/guest.svg"))
        return found


class PersonalText(serializers.CharField):
    """A text that says who a guest is: empty for a token that may not know (`guests_get`)."""

    def to_representation(self, value: Any) -> str:
        """The text, or nothing."""
        may_know = PERSONAL in self.context["view"].access.scopes
        return super().to_representation(value) if may_know else ""
