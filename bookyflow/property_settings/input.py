"""From what a caller sends to values of the fields of PropertySettings."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models

from bookyflow.core.choices import values_of
from bookyflow.core.places import country_code
from bookyflow.core.texts import is_line
from bookyflow.pricing.deposits import DepositKind
from bookyflow.properties.models import PropertySettings
from bookyflow.property_settings import names
from bookyflow.property_settings.values import deposit_flags
from bookyflow.tariffs.models import TaxRate

_COUNTRIES = {"default_country", "business_country"}
_FLAGS = {"1": True, "0": False, "true": True, "false": False}
# Without exponents: the integer of "1e999999999" would not fit into memory.
_PLAIN_NUMBER = re.compile(r"[+-]?[0-9]{1,20}(\.[0-9]{1,20})?")


@dataclass
class SettingsInput:
    """What was given: `values` by field, converted, and `problems` by the name as it was given.

    `spelled` tells how the name of a field was given, and `derived` holds what cannot be set.
    """

    settings: PropertySettings
    values: dict[str, object] = field(default_factory=dict)
    problems: dict[str, list[str]] = field(default_factory=dict)
    spelled: dict[str, str] = field(default_factory=dict)
    derived: dict[str, object] = field(default_factory=dict)

    def refuse(self, name: str, problem: str) -> None:
        """Add a problem of a field, or of a name as it was given."""
        given = self.spelled.get(name) or names.name_of(name)
        self.problems.setdefault(given, []).append(problem)


def settings_input(settings: PropertySettings, given: Mapping[str, object]) -> SettingsInput:
    """Convert what was given; one query, and only where a tax rate is named by its id."""
    found = SettingsInput(settings)
    special: dict[str, object] = {}
    for name, value in given.items():
        public = names.public_name(name)
        if public is None:
            _not_stored(found, name, value)
        elif public in names.fields():
            _field(found, name, names.fields()[public], value)
        else:
            found.spelled[public] = name
            special[public] = value
    _tax_code(found, special.pop(names.TAX_CODE, None))
    _deposit_kind(found, special)
    return found


def same_value(current: object, given: object) -> bool:
    """Whether a value that cannot be set was given as it is, in any of its spellings."""
    if isinstance(current, bool):
        return _FLAGS.get(str(given).lower()) is current
    return str(given) in {str(current), ""}


def _not_stored(found: SettingsInput, name: str, value: object) -> None:
    if name in names.DERIVED:
        found.derived[name] = value
    else:
        found.refuse(name, names.reason_dropped(name) or "There is no such setting.")


def _field(found: SettingsInput, name: str, target: str, value: object) -> None:
    try:
        converted = _converted(target, value, found.settings)
    except ValidationError as error:
        found.problems.setdefault(name, []).extend(error.messages)
        return
    if found.values.get(target, converted) != converted:
        found.problems.setdefault(name, []).append(
            f"It differs from {found.spelled[target]}, which says the same."
        )
    found.values[target] = converted
    found.spelled[target] = name


def _converted(name: str, value: object, settings: PropertySettings) -> object:
    """A value of the field's type that keeps its validators. Raises ValidationError."""
    target: Any = PropertySettings._meta.get_field(name)
    if target.null and (value is None or value == ""):
        return None
    if isinstance(target, models.BooleanField):
        return _flag(value)
    if isinstance(target, models.IntegerField):
        value = _whole(_number(value))
    elif isinstance(target, models.DecimalField):
        value = _number(value)
    elif not isinstance(value, str) or not is_line(value):
        raise ValidationError("One line of text is needed.")
    else:
        value = value.strip()
        if name in _COUNTRIES:
            value = country_code(value) or value
    cleaned: object = target.clean(value, settings)
    return cleaned


def _flag(value: object) -> bool:
    if not isinstance(value, bool | int | str) or str(value).lower() not in _FLAGS:
        raise ValidationError("1 or 0 is needed.")
    return _FLAGS[str(value).lower()]


def _whole(number: Decimal) -> int:
    if number != number.to_integral_value():
        raise ValidationError("A whole number is needed.")
    return int(number)


def _number(value: object) -> Decimal:
    text = str(value).strip()
    if isinstance(value, bool) or not isinstance(value, str | int | float | Decimal):
        raise ValidationError("A number is needed.")
    if not _PLAIN_NUMBER.fullmatch(text):
        raise ValidationError("A number is needed.")
    return Decimal(text)


def _tax_code(found: SettingsInput, code: object) -> None:
    if code is None or code == "":
        return
    rate = None
    if isinstance(code, int | str) and str(code).isascii() and str(code).isdigit():
        rate = TaxRate.objects.filter(pk=min(int(code), 2**63 - 1)).values_list("rate").first()
    if rate is None:
        found.refuse(names.TAX_CODE, "There is no such tax rate.")
        return
    # Who sends all that was read has changed one of the two, and means that one.
    target, (percentage,) = "accommodation_tax_rate", rate
    current = found.settings.accommodation_tax_rate
    also_given = found.values.get(target, percentage)
    if also_given in (percentage, current):
        found.values[target] = percentage
    elif percentage != current:
        found.refuse(names.TAX_CODE, f"It differs from {found.spelled[target]}.")


def _deposit_kind(found: SettingsInput, given: Mapping[str, object]) -> None:
    """The kind that the four flags mean; those not given stay as they are."""
    if not given:
        return
    if "deposit_kind" in given:
        _deposit_kind_by_name(found, given)
        return
    flags = deposit_flags(found.settings.deposit_kind)
    for name, value in given.items():
        try:
            flags[name] = _flag(value)
        except ValidationError as error:
            found.refuse(name, str(error.message))
    found.values["deposit_kind"] = _kind(flags)
    if not flags[names.CHARGED]:
        for name in (names.ONE_NIGHT, names.FULL):
            if name in given and flags[name]:
                found.refuse(name, f"No deposit is charged: send {names.CHARGED} 1 as well.")


def _deposit_kind_by_name(found: SettingsInput, given: Mapping[str, object]) -> None:
    if len(given) > 1:
        found.refuse("deposit_kind", "Send it alone, or the names that it follows from.")
    elif given["deposit_kind"] not in values_of(DepositKind):
        found.refuse("deposit_kind", f"One of {', '.join(values_of(DepositKind))} is needed.")
    else:
        found.values["deposit_kind"] = DepositKind(str(given["deposit_kind"]))


def _kind(flags: Mapping[str, bool]) -> DepositKind:
    if not flags[names.CHARGED]:
        return DepositKind.NONE
    if flags[names.ONE_NIGHT]:
        return DepositKind.ONE_NIGHT
    if flags[names.FULL]:
        return DepositKind.FULL
    return DepositKind.PERCENTAGE if flags[names.PERCENTAGE] else DepositKind.FIXED
