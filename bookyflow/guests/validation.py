"""What may be known of a guest, and what must be."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext

from bookyflow.core import places
from bookyflow.core.errors import DomainError
from bookyflow.core.languages import is_language
from bookyflow.core.percent import HUNDRED, is_percentage
from bookyflow.core.texts import as_line, is_blank
from bookyflow.guests.services import GuestDetails
from bookyflow.properties.models import PropertySettings

LONGEST = 255
LONGEST_PREFERENCES = 5000

# Fields that a property may ask guests for, in the order of a form; e-mail is always asked for.
_REQUIRABLE = (
    "first_name",
    "surname",
    "email",
    "phone",
    "mobile",
    "house",
    "street",
    "town",
    "region",
    "postcode",
    "country",
)


def guest_required_missing(
    settings: PropertySettings, details: GuestDetails, *, by_staff: bool = False
) -> list[str]:
    """The fields that a booking needs and `details` lack, in the order of a form.

    A guest gives the e-mail address and what the property's settings ask for, but no region of a
    country that has none; staff need nothing but the surname.
    """
    if by_staff:
        needed = ["surname"]
    else:
        needed = [
            name for name in _REQUIRABLE if getattr(settings, f"requires_{name}", name == "email")
        ]
    if details.country in places.countries_without_regions():
        needed = [name for name in needed if name != "region"]
    return [name for name in needed if is_blank(getattr(details, name))]


def clean(values: Mapping[str, Any]) -> dict[str, Any]:
    """Fields of a guest, trimmed and checked, on one line but for preferences.

    A country becomes its two letters.

    Raises DomainError `validation_failed` with all that is wrong, by field.
    """
    trimmed = {
        name: _tidy(name, value) if isinstance(value, str) else value
        for name, value in values.items()
    }
    if isinstance(country := trimmed.get("country"), str):
        trimmed["country"] = places.country_code(country) or country
    problems = {
        name: [problem] for name, value in trimmed.items() if (problem := _problem(name, value))
    }
    if problems:
        raise DomainError("validation_failed", fields=problems)
    return trimmed


def _tidy(name: str, text: str) -> str:
    return (text if name == "preferences" else as_line(text)).strip()


def _problem(name: str, value: object) -> str | None:
    needed = Decimal if name == "discount" else str
    if not isinstance(value, needed):
        return "A number is needed." if needed is Decimal else "A text is needed."
    return _CHECKS.get(name, _is_short)(value)


def _is_short(value: str) -> str | None:
    return (
        None
        if len(value) <= LONGEST
        else gettext("At most %(count)s characters.") % {"count": LONGEST}
    )


def _is_name(value: str) -> str | None:
    return gettext("This is needed.") if is_blank(value) else _is_short(value)


def _is_email(value: str) -> str | None:
    try:
        if value:
            validate_email(value)
    except ValidationError:
        return gettext("Not an e-mail address.")
    return _is_short(value)


def _is_preferences(value: str) -> str | None:
    longest = LONGEST_PREFERENCES
    return None if len(value) <= longest else f"At most {longest} characters."


def _is_region(value: str) -> str | None:
    known = not value or places.region(value)
    return None if known else gettext("Not an ISO 3166-2 code such as GB-PEM.")


def _is_country(value: str) -> str | None:
    known = not value or value in places.countries()
    return None if known else gettext("Not a country code of ISO 3166-1.")


def _is_language(value: str) -> str | None:
    known = not value or is_language(value)
    return None if known else "A language such as en or en-GB is needed."


def _is_discount(value: Decimal) -> str | None:
    fits = is_percentage(value) and value < HUNDRED
    return None if fits else "A percentage from 0 to 99.99 is needed."


_CHECKS: dict[str, Callable[[Any], str | None]] = {
    "surname": _is_name,
    "email": _is_email,
    "preferences": _is_preferences,
    "region": _is_region,
    "country": _is_country,
    "language": _is_language,
    "discount": _is_discount,
}
