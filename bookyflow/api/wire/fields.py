"""Fields of the wire format that DRF does not have."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, ClassVar, NamedTuple

from django.utils.translation import gettext_lazy
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.fields import empty, get_attribute

from bookyflow.api.wire.converters import FIRST_YEAR, LAST_YEAR, iso_date
from bookyflow.api.wire.parsers import loads
from bookyflow.core.dates import is_possible
from bookyflow.core.money import amount_text
from bookyflow.core.places import country_code
from bookyflow.core.texts import is_blank, is_line, is_text

LARGEST_ID = 2**63 - 1
LONGEST_REMOTE_ID = 255
_METRE = Decimal("0.00001")  # of a degree
_DIGITS = re.compile("-?[0-9]{1,19}")
_DECIMAL_COMMA = re.compile(r"(?:[0-9]{1,3}(?:\.[0-9]{3})+|[0-9]{1,9}),[0-9]{1,2}")
_OF_EVERY_TEXT = 3  # validators: short enough, no NUL, no half of a character
_AMOUNT = re.compile(r"[0-9]{1,9}(?:\.[0-9]{1,3})?")
_AMOUNTS = re.compile(rf"{_AMOUNT.pattern}(?:\n{_AMOUNT.pattern})*")


class Uid(serializers.IntegerField):
    """An id."""

    default_error_messages = {"invalid": gettext_lazy("A whole number from 1 up is needed.")}

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(min_value=1, max_value=LARGEST_ID, **kwargs)

    def to_internal_value(self, data: Any) -> int:
        """The number; neither true nor 1.0 is one."""
        if isinstance(data, bool | float) or not _DIGITS.fullmatch(str(data)):
            self.fail("invalid")
        return super().to_internal_value(data)


class ZeroOrId(serializers.IntegerField):
    """An id, or 0 for none."""

    def get_attribute(self, instance: Any) -> int:
        """The id."""
        return super().get_attribute(instance) or 0


class Flag(serializers.Field[bool, Any, int, Any]):
    """A yes or no that the interface writes 1 or 0."""

    default_error_messages = {"invalid": "1 or 0 is needed."}
    _values = {"1": True, "0": False, "true": True, "false": False}

    def to_internal_value(self, data: Any) -> bool:
        """From 1, 0, true, false, as numbers, booleans or text."""
        if not isinstance(data, bool | int | str) or str(data).lower() not in self._values:
            self.fail("invalid")
        return self._values[str(data).lower()]

    def to_representation(self, value: Any) -> int:
        """1 or 0."""
        return int(bool(value))


class Truth(serializers.BooleanField):
    """true or false, as JSON has them.

    The words are understood as well. Numbers, yes and on, which DRF takes too, are refused: the
    document does not say so, and 0 may have been meant as a number.
    """

    _words: ClassVar[dict[str, bool]] = {"true": True, "false": False}

    def to_internal_value(self, data: Any) -> bool:
        """The truth of it."""
        if isinstance(data, str) and data in self._words:
            return self._words[data]
        if not isinstance(data, bool):
            self.fail("invalid", input=data)
        return bool(data)


class DateField(serializers.DateField):
    """YYYY-MM-DD and nothing else."""

    default_error_messages = {
        "invalid": gettext_lazy("A date YYYY-MM-DD between {first} and {last} is needed.")
    }

    def to_internal_value(self, value: Any) -> date:
        """The date."""
        try:
            return iso_date(value)
        except (TypeError, ValueError):
            self.fail("invalid", first=FIRST_YEAR, last=LAST_YEAR)

    def to_internal_values(self, data: list[Any]) -> list[date]:
        """Many dates at once. Raises TypeError or ValueError where one is none."""
        return list(map(iso_date, data))

    def to_representation(self, value: Any) -> Any:
        """The wire form."""
        return value.isoformat() if type(value) is date else super().to_representation(value)


class Moment(serializers.DateTimeField):
    """A moment, ISO 8601, on a day that a `DateField` takes; in UTC where it names no offset."""

    default_error_messages = {
        "bounds": gettext_lazy("A moment between {first} and {last} is needed.")
    }

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(default_timezone=UTC, **kwargs)

    def to_internal_value(self, value: Any) -> datetime:
        """The moment."""
        found: datetime = super().to_internal_value(value)
        if not is_possible(found.date()):
            self.fail("bounds", first=FIRST_YEAR, last=LAST_YEAR)
        return found


class PlainText(serializers.CharField):
    """Text of limited length without control characters, but for line breaks and tabs."""

    default_error_messages = {"control": gettext_lazy("Control characters are not allowed.")}

    def __init__(self, *, max_length: int, **kwargs: Any) -> None:
        super().__init__(max_length=max_length, **kwargs)
        is_plain = type(self).to_internal_value in _PLAIN_TEXT
        has_own = len(self.validators) > _OF_EVERY_TEXT
        self._longest = max_length if is_plain and not has_own else -1  # that is fine at once

    def run_validation(self, data: Any = empty) -> Any:
        """The text. Raises ValidationError.

        Nearly all that is sent is seen to be right at once; DRF looks in a dozen steps.
        """
        if type(data) is str and len(data) <= self._longest and is_text(data):
            text = data.strip() if self.trim_whitespace else data
            if text:
                return text
        return super().run_validation(data)

    def to_internal_value(self, data: Any) -> str:
        """The text, trimmed, with line breaks as \\n."""
        if not isinstance(data, str):  # DRF makes text of numbers: a postcode 01067 would be 1067
            self.fail("invalid")
        text = super().to_internal_value(data.replace("\r\n", "\n").replace("\r", "\n"))
        if not is_text(text):
            self.fail("control")
        return text


@extend_schema_field({"type": ["string", "integer"], "maxLength": LONGEST_REMOTE_ID})
class RemoteId(PlainText):
    """An id of a channel's own, which may be a whole number there: text here."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=LONGEST_REMOTE_ID, **kwargs)

    def to_internal_value(self, data: Any) -> str:
        """The id as text."""
        is_number = isinstance(data, int) and not isinstance(data, bool)
        return super().to_internal_value(str(data) if is_number else data)


_PLAIN_TEXT = frozenset({PlainText.to_internal_value, RemoteId.to_internal_value})


class Degrees(serializers.DecimalField):
    """A coordinate in degrees, kept to a metre."""

    def __init__(self, most: int, **kwargs: Any) -> None:
        super().__init__(
            max_digits=20,
            decimal_places=16,
            min_value=Decimal(-most),
            max_value=Decimal(most),
            help_text=f"Degrees, from -{most} to {most}.",
            **kwargs,
        )

    def to_internal_value(self, data: Any) -> Decimal:
        """The number, rounded."""
        return super().to_internal_value(data).quantize(_METRE)


class CountryCode(serializers.CharField):
    """A country, which becomes its two letters of ISO 3166-1."""

    default_error_messages = {"unknown": gettext_lazy("Not a country code of ISO 3166-1.")}

    def __init__(self, **kwargs: Any) -> None:
        help_text = "ISO 3166-1, of two or three letters; UK and EL are understood."
        super().__init__(min_length=2, max_length=3, help_text=help_text, **kwargs)

    def to_internal_value(self, data: Any) -> str:
        """The two letters, in capitals."""
        code = country_code(super().to_internal_value(data))
        if not code:
            self.fail("unknown")
        return code


class LineText(PlainText):
    """Text of limited length on one line, in any script."""

    default_error_messages = {"line": "One line of text is needed."}

    def to_internal_value(self, data: Any) -> str:
        """The text, trimmed."""
        text = super().to_internal_value(data)
        if not is_line(text) or (is_blank(text) and not self.allow_blank):
            self.fail("line")
        return text


class Money(NamedTuple):
    """An amount with the currency that it is in."""

    amount: Decimal
    currency: str


class Amount(serializers.Field[Decimal, Any, str, Any]):
    """An amount: a decimal string at the exponent of its currency.

    The currency is the attribute of the object that `currency` names (dots follow relations), else
    `context["currency"]`, else that of the view's property. Input: digits with at most one point,
    at most nine before and three behind it, not negative; JSON numbers as well.
    """

    default_error_messages = {
        "invalid": 'An amount such as "95.50" is needed: not negative, at most nine digits before '
        "the point and three behind it."
    }

    def __init__(self, *, currency: str | None = None, **kwargs: Any) -> None:
        self.currency_source = currency.split(".") if currency else None
        super().__init__(**kwargs)

    def to_internal_value(self, data: Any) -> Decimal:
        """The amount, not rounded."""
        text = str(data).strip() if isinstance(data, str | int | float) else ""
        if isinstance(data, bool) or not _AMOUNT.fullmatch(text):
            self.fail("invalid")
        return Decimal(text)

    def get_attribute(self, instance: Any) -> Any:
        """The amount, with its currency where the object has it."""
        amount = super().get_attribute(instance)
        if amount is None or self.currency_source is None:
            return amount
        return Money(amount, str(get_attribute(instance, self.currency_source)))

    def to_representation(self, value: Any) -> str:
        """The wire form."""
        if isinstance(value, Money):
            return amount_text(*value)
        currency = self.context.get("currency") or self.context["view"].currency
        return amount_text(Decimal(value), currency)


class AmountOrPercentage(Amount):
    """An amount, or per cent where the object says `is_percentage`: a decimal string either way."""

    def get_attribute(self, instance: Any) -> Any:
        """The amount; per cent as text, without zeros at its end."""
        value = super().get_attribute(instance)
        return f"{value.normalize():f}" if self.is_percentage(instance) else value

    def is_percentage(self, instance: Any) -> bool:
        """Whether what the object has is per cent."""
        return bool(instance.is_percentage)

    def to_representation(self, value: Any) -> str:
        """The wire form."""
        return value if isinstance(value, str) else super().to_representation(value)


class EnteredAmount(Amount):
    """An amount; a decimal comma is understood as well: 180,00 and 1.234,56.

    Three digits behind a comma are refused: they may be thousands.
    """

    def to_internal_value(self, data: Any) -> Decimal:
        """The amount, not rounded."""
        if isinstance(data, str) and "," in data and _DECIMAL_COMMA.fullmatch(data.strip()):
            data = data.replace(".", "").replace(",", ".")
        return super().to_internal_value(data)

    def to_internal_values(self, data: list[Any]) -> list[Decimal]:
        """Many amounts at once, all of them texts with a point where there is one.

        Raises TypeError, ValueError or ArithmeticError where one is not.
        """
        if not _AMOUNTS.fullmatch("\n".join(data)):
            raise ValueError("not all are plain amounts")
        return list(map(Decimal, data))


class JSONText(serializers.Field[Any, Any, Any, Any]):
    """A structured value: as it is in a JSON body, as JSON text in the field of a form."""

    default_error_messages = {"invalid": gettext_lazy("JSON is needed: {reason}")}

    def __init__(self, child: serializers.Field[Any, Any, Any, Any], **kwargs: Any) -> None:
        self.child = child
        super().__init__(**kwargs)

    def bind(self, field_name: str, parent: Any) -> None:
        """Take a place in a serializer; the child shares its context."""
        super().bind(field_name, parent)
        self.child.bind(field_name="", parent=self)  # type: ignore[arg-type]  # as DictField does

    def to_internal_value(self, data: Any) -> Any:
        """What the child makes of the value."""
        if isinstance(data, str):
            try:
                data = loads(data)
            except ValueError as error:
                self.fail("invalid", reason=str(error))
        return self.child.run_validation(data)

    def to_representation(self, value: Any) -> Any:
        """A real JSON value."""
        return self.child.to_representation(value)
