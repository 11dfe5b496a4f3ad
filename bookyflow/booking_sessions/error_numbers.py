"""The numbers that the booking interface has for what may be wrong."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext, gettext_noop

from bookyflow.core.errors import DomainError

UNSPECIFIED = "101"

_MESSAGES: Mapping[str, str] = {
    "001": gettext_noop("The session id is missing."),
    "002": gettext_noop("The session has no property yet."),
    "003": gettext_noop("The property is not published."),
    "004": gettext_noop("The total of the accommodation is missing."),
    "005": gettext_noop("The number of adults is missing."),
    "006": gettext_noop("The day of arrival is missing."),
    "007": gettext_noop("The day of departure is missing."),
    "008": gettext_noop("The day of arrival is invalid."),
    "009": gettext_noop("The day of departure is invalid."),
    "010": gettext_noop("The length of the stay is missing."),
    "011": gettext_noop("The number of adults is not possible."),
    "012": gettext_noop("The number of children is not possible."),
    "013": gettext_noop("The room is not to be had at this tariff."),
    "014": gettext_noop("The property cannot be booked for this day of arrival."),
    "015": gettext_noop("The property cannot be booked until this day of departure."),
    "016": gettext_noop("The room is not known."),
    "017": gettext_noop("The tariff is not known."),
    "018": gettext_noop("No room has been chosen."),
    "020": gettext_noop("The price of the stay is not held any more."),
    "021": gettext_noop("The length of the stay is not known yet."),
    UNSPECIFIED: gettext_noop("Something else is wrong; the answer says what."),
}

# The number of a refusal by its key; by its fields where the key alone does not tell.
_KEYS: Mapping[str, str] = {
    "session_id_missing": "001",
    "session_not_initialised": "002",
    "property_not_found": "003",
    "guests_not_set": "005",
    "too_many_adults": "011",
    "too_many_guests": "011",
    "too_many_rooms": "011",
    "too_many_children": "012",
    "children_not_allowed": "012",
    "no_valid_tariffs": "013",
    "room_tariff_incorrect": "013",
    "room_taken": "013",
    "no_room_available": "013",
    "stop_sell": "013",
    "dates_in_past": "014",
    "arrival_too_soon": "014",
    "arrival_too_late": "014",
    "changeover_day": "014",
    "property_not_available": "014",
    "fixed_period": "015",
    "stay_too_long": "015",
    "room_not_found": "016",
    "tariff_type_not_found": "017",
    "no_room_selected": "018",
    "hold_expired": "020",
    "dates_not_set": "006",
}
# Of a field: its number where it is missing, and where it is wrong.
_FIELDS: Mapping[str, tuple[str, str]] = {
    "arrivalDate": ("006", "008"),
    "departureDate": ("007", "009"),
    "arrival": ("006", "008"),
    "departure": ("007", "009"),
    "adults": ("005", "011"),
    "children": ("012", "012"),
    "child_ages": ("012", "012"),
    "selectedRooms": ("018", "013"),
    "roomTariffPairs": ("018", "013"),
    "rooms": ("018", "013"),
}


def error_messages() -> dict[str, str]:
    """Every number with what it says, in the language that is active."""
    return {number: gettext(told) for number, told in _MESSAGES.items()}


def number_of(error: DomainError) -> str:
    """The number of a refusal."""
    number = error.members.get("error_number") or _KEYS.get(error.key)
    return str(number or number_of_fields(error.fields))


def number_of_fields(fields: Mapping[str, Any]) -> str:
    """The number of what is wrong with the fields of a body; the first one that has a number."""
    for name, problems in fields.items():
        if name in _FIELDS:
            is_missing = any(getattr(one, "code", "") == "required" for one in problems)
            return _FIELDS[name][0 if is_missing else 1]
    return UNSPECIFIED
