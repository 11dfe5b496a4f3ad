"""What a line says to people, in the language that is active: made of its rule and parameters.

Lines are stored without a sentence, so that each reader reads it in a language of their own.
`name` is what somebody else called something (a room, an extra, a coupon's code, a service), and
`values` are numbers and names, with amounts and percentages as text. Rules are named by their
codes: those of `lines.Rule`, and kinds of lines that an account gets later.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.formats import number_format
from django.utils.translation import gettext, gettext_noop, ngettext

Values = Mapping[str, Any]

_DESCRIPTIONS: Mapping[str, str] = {
    "agreed_price": gettext_noop("Accommodation"),
    "wiseprice": gettext_noop("Wiseprice: %(name)s"),
    "coupon": gettext_noop("Coupon %(name)s"),
    "length_of_stay": gettext_noop("Long stay"),
    "personal": gettext_noop("Personal discount"),
    "partner": gettext_noop("Partner discount"),
    "last_minute": gettext_noop("Last-minute discount"),
    "single_supplement": gettext_noop("Single occupancy: %(name)s"),
    "child_per_night": gettext_noop("Children from %(age_from)s to %(age_to)s"),
    "child_per_stay": gettext_noop("Children from %(age_from)s to %(age_to)s"),
    "city_tax": gettext_noop("City tax"),
    "cleaning_per_booking": gettext_noop("Cleaning"),
    "cleaning_per_room": gettext_noop("Cleaning"),
    "cancellation_fee": gettext_noop("Cancellation fee"),
    "no_show_fee": gettext_noop("No-show fee"),
}
_NAMELESS: Mapping[str, str] = {"service": gettext_noop("Service")}
_MODELS: Mapping[str, str] = {
    "per_week": gettext_noop("%(price)s per week"),
    "per_night": gettext_noop("%(price)s per night"),
    "per_booking": gettext_noop("%(price)s per booking"),
    "per_person": gettext_noop("%(price)s per person"),
    "per_person_per_night": gettext_noop("%(price)s per person per night"),
    "per_person_per_week": gettext_noop("%(price)s per person per week"),
    "per_night_with_minimum": gettext_noop("%(price)s per night with minimum"),
    "per_night_per_room": gettext_noop("%(price)s per night per room"),
    "per_room": gettext_noop("%(price)s per room"),
    "percentage": gettext_noop("%(percent)s of the rooms without tax"),
}


def description(rule: str, name: str, values: Values) -> str:
    """What a line is for, in a few words."""
    if rule in _DESCRIPTIONS:
        return gettext(_DESCRIPTIONS[rule]) % {"name": name, **values}
    return name or (gettext(_NAMELESS[rule]) if rule in _NAMELESS else "")


def explanation(rule: str, values: Values) -> str:
    """How a line's amount came about, in a sentence; "" where nothing is known of it."""
    sentence = _EXPLANATIONS.get(rule)
    return sentence(_for_people(values)) if sentence else ""


def _for_people(values: Values) -> dict[str, Any]:
    """The same values, with the decimal separator of the language."""
    shown = dict(values)
    for name in {"price", "amount", "least", "most", "surcharge"} & values.keys():
        shown[name] = number_format(values[name])
    if "percent" in values:
        shown["percent"] = f"{number_format(values['percent'])} %"
    return shown


def _by_tariff(values: Values, told: str) -> str:
    tariff = values.get("tariff")
    return (
        gettext("Tariff %(tariff)s: %(told)s") % {"tariff": tariff, "told": told}
        if tariff
        else told
    )


def _nights_at(nights: int, price: str) -> str:
    told = ngettext("%(nights)s night at %(price)s", "%(nights)s nights at %(price)s", nights)
    return told % {"nights": nights, "price": price}


def _nights(values: Values) -> str:
    if "runs" not in values:
        return gettext("%(nights)s nights at %(least)s to %(most)s") % values
    return " + ".join(_nights_at(nights, number_format(price)) for nights, price in values["runs"])


def _rooms(values: Values) -> str:
    told = [_nights(values)]
    if "surcharge" in values:
        told.append(gettext("with a surcharge of %(surcharge)s a night") % values)
    if "guests" in values:
        guests = values["guests"]
        people = (
            ngettext("for %(guests)s guest at least", "for %(guests)s guests at least", guests)
            if values.get("at_least")
            else ngettext("for %(guests)s guest", "for %(guests)s guests", guests)
        )
        told.append(people % values)
    return _by_tariff(values, ", ".join(told)) + "."


def _extra_guests(values: Values) -> str:
    guests = ngettext("%(guests)s extra guest", "%(guests)s extra guests", values["guests"])
    nights = _nights_at(values["nights"], values["price"])
    return _by_tariff(values, f"{guests % values} x {nights}") + "."


def _guest_types(values: Values) -> str:
    told = ", ".join(
        gettext("%(quantity)s x %(name)s at %(price)s")
        % {"quantity": quantity, "name": name, "price": number_format(price)}
        for quantity, name, price in values["types"]
    )
    nights = ngettext("%(nights)s night: %(told)s", "%(nights)s nights: %(told)s", values["nights"])
    return _by_tariff(values, nights % {"nights": values["nights"], "told": told}) + "."


def _agreed(values: Values) -> str:
    if values["by"] == "staff":
        return gettext(
            "A price that staff agreed with the guest; it replaces tariffs and discounts."
        )
    return gettext("The price that was agreed elsewhere, with tax.")


def _wiseprice(values: Values) -> str:
    return gettext("%(percent)s off while few rooms of this type are taken.") % values


def _off(values: Values) -> str:
    return str(values["percent"] if "percent" in values else values["amount"])


def _coupon(values: Values) -> str:
    told = ngettext(
        "%(off)s off %(inside)s of %(nights)s night.",
        "%(off)s off %(inside)s of %(nights)s nights.",
        values["nights"],
    )
    return told % {**values, "off": _off(values)}


def _length_of_stay(values: Values) -> str:
    filled = {**values, "off": _off(values)}
    if values.get("tariff"):
        return gettext("%(off)s off for %(nights)s nights, by tariff %(tariff)s.") % filled
    return gettext("%(off)s off for %(nights)s nights.") % filled


def _personal(values: Values) -> str:
    return gettext("%(percent)s off for this guest.") % values


def _partner(values: Values) -> str:
    return gettext("%(percent)s off for this partner.") % values


def _last_minute(values: Values) -> str:
    return gettext("%(percent)s off for an arrival soon.") % values


def _supplement(values: Values) -> str:
    told = (
        gettext("%(percent)s of the room charge per adult") % values
        if "percent" in values
        else _nights_at(values["nights"], values["price"])
    )
    filled = {"capacity": values["capacity"], "told": told}
    return gettext("One guest in a room for %(capacity)s: %(told)s, without tax.") % filled


def _children(values: Values) -> str:
    count = values["children"]
    told = ngettext("%(children)s child at %(price)s", "%(children)s children at %(price)s", count)
    filled = {"told": told % values, "nights": values.get("nights")}
    if "nights" not in values:
        return gettext("%(told)s for the stay.") % filled
    for_each = ngettext(
        "%(told)s for %(nights)s night.",
        "%(told)s for each of %(nights)s nights.",
        values["nights"],
    )
    return for_each % filled


def _extra(values: Values) -> str:
    model = _MODELS[values["model"]]
    told = gettext(model) % values
    if values["times"] == 1:
        return f"{told}."
    return gettext("%(told)s, %(times)s times.") % {"told": told, "times": values["times"]}


def _city_tax(values: Values) -> str:
    if "percent" in values:
        return gettext("%(percent)s of the accommodation without tax.") % values
    guests = ngettext("%(guests)s guest", "%(guests)s guests", values["guests"]) % values
    nights = ngettext("%(nights)s night", "%(nights)s nights", values["nights"]) % values
    filled = {**values, "guests": guests, "nights": nights}
    return gettext("%(price)s x %(times)s (%(guests)s, %(nights)s).") % filled


def _cleaning(values: Values) -> str:
    if "rooms" not in values:
        return gettext("%(price)s for the booking.") % values
    told = ngettext(
        "%(price)s for %(rooms)s room.",
        "%(price)s for each of %(rooms)s rooms.",
        values["rooms"],
    )
    return told % values


def _service(values: Values) -> str:
    return gettext("%(quantity)s at %(price)s.") % values


def _fee(values: Values) -> str:
    return gettext("By the property's terms when the stay ended.")


_EXPLANATIONS: Mapping[str, Callable[[Values], str]] = {
    "per_room": _rooms,
    "per_person": _rooms,
    "extra_guests": _extra_guests,
    "guest_types": _guest_types,
    "agreed_price": _agreed,
    "wiseprice": _wiseprice,
    "coupon": _coupon,
    "length_of_stay": _length_of_stay,
    "personal": _personal,
    "partner": _partner,
    "last_minute": _last_minute,
    "single_supplement": _supplement,
    "child_per_night": _children,
    "child_per_stay": _children,
    "extra": _extra,
    "city_tax": _city_tax,
    "cleaning_per_booking": _cleaning,
    "cleaning_per_room": _cleaning,
    "service": _service,
    "cancellation_fee": _fee,
    "no_show_fee": _fee,
}
