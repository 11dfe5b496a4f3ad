"""The texts of a booking form, by the keys that the booking interface has for them."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.formats import number_format
from django.utils.translation import gettext, gettext_noop

from bookyflow.core.money import display
from bookyflow.pricing.inputs import CityTaxModel, ExtraModel
from bookyflow.properties.models import Property
from bookyflow.tariffs.extra_models import ORIGINAL
from bookyflow.tariffs.models import ChildRate

_LABELS: Mapping[str, str] = {
    "HARRIVALDATE": gettext_noop("Arrival"),
    "HDEPARTUREDATE": gettext_noop("Departure"),
    "STAYDAYS": gettext_noop("Nights"),
    "DEPOSIT": gettext_noop("Deposit"),
    "BILLING_TOTAL": gettext_noop("Total"),
    "REVIEW_BOOKING_BUTTON": gettext_noop("Review booking"),
    "CREATE_BOOKING_BUTTON": gettext_noop("Confirm booking"),
    "LABEL_ADULTS": gettext_noop("Adults"),
    "LABEL_CHILDREN": gettext_noop("Children"),
    "LABEL_ROOMS": gettext_noop("Rooms"),
    "LABEL_EXTRAS": gettext_noop("Extras"),
    "LABEL_ADDRESS": gettext_noop("Address"),
    "LABEL_NOTES": gettext_noop("Remarks"),
    "LABEL_TARIFF": gettext_noop("Tariff"),
    "BOOKYFLOW_CLEANING_FEE_HEADING": gettext_noop("Cleaning fee"),
    "COMMON_PLACEHOLDER_FIRSTNAME": gettext_noop("First name"),
    "COMMON_PLACEHOLDER_SURNAME": gettext_noop("Surname"),
    "COMMON_PLACEHOLDER_HOUSE": gettext_noop("House number"),
    "COMMON_PLACEHOLDER_STREET": gettext_noop("Street"),
    "COMMON_PLACEHOLDER_TOWN": gettext_noop("Town"),
    "COMMON_PLACEHOLDER_REGION": gettext_noop("Region"),
    "COMMON_PLACEHOLDER_COUNTRY": gettext_noop("Country"),
    "COMMON_PLACEHOLDER_POSTCODE": gettext_noop("Postcode"),
    "COMMON_PLACEHOLDER_LANDLINE": gettext_noop("Phone"),
    "COMMON_PLACEHOLDER_MOBILE": gettext_noop("Mobile phone"),
    "COMMON_PLACEHOLDER_EMAIL": gettext_noop("E-mail"),
    "_PN_NEXT": gettext_noop("Next"),
    "_PN_PREVIOUS": gettext_noop("Back"),
}
# What a city tax is counted by, and the same with its amount.
_CITY_TAX: Mapping[str, tuple[str, str]] = {
    CityTaxModel.SINGLE: (
        gettext_noop("per booking"),
        gettext_noop("City tax: %(amount)s per booking"),
    ),
    CityTaxModel.PER_NIGHT: (
        gettext_noop("per night"),
        gettext_noop("City tax: %(amount)s per night"),
    ),
    CityTaxModel.PER_GUEST: (
        gettext_noop("per guest"),
        gettext_noop("City tax: %(amount)s per guest"),
    ),
    CityTaxModel.PER_GUEST_AND_NIGHT: (
        gettext_noop("per guest and night"),
        gettext_noop("City tax: %(amount)s per guest and night"),
    ),
    CityTaxModel.PERCENTAGE: (
        gettext_noop("per cent of the rooms"),
        gettext_noop("City tax: %(amount)s %% of the rooms"),
    ),
}
_EXTRAS: Mapping[str, str] = {
    ExtraModel.PER_WEEK: gettext_noop("Per week"),
    ExtraModel.PER_NIGHT: gettext_noop("Per night"),
    ExtraModel.PER_BOOKING: gettext_noop("Per booking"),
    ExtraModel.PER_PERSON: gettext_noop("Per person"),
    ExtraModel.PER_PERSON_AND_NIGHT: gettext_noop("Per person and night"),
    ExtraModel.PER_PERSON_AND_WEEK: gettext_noop("Per person and week"),
    ExtraModel.PER_NIGHT_WITH_MINIMUM: gettext_noop("Per night, with a minimum"),
    ExtraModel.PER_NIGHT_AND_ROOM: gettext_noop("Per night and room"),
    ExtraModel.PER_ROOM: gettext_noop("Per room"),
    ExtraModel.PERCENTAGE: gettext_noop("Per cent of the rooms"),
}
# Fields of a guest as the form has them: what they are called, and what is said where one lacks.
ADDRESS: Mapping[str, tuple[str, str, str]] = {
    "first_name": ("firstname", "FIRSTNAME", gettext_noop("The first name is missing.")),
    "surname": ("surname", "SURNAME", gettext_noop("The surname is missing.")),
    "house": ("house", "HOUSE", gettext_noop("The house number is missing.")),
    "street": ("street", "STREET", gettext_noop("The street is missing.")),
    "town": ("town", "TOWN", gettext_noop("The town is missing.")),
    "postcode": ("postcode", "POSTCODE", gettext_noop("The postcode is missing.")),
    "country": ("country", "COUNTRY", gettext_noop("The country is missing.")),
    "region": ("region", "REGION", gettext_noop("The region is missing.")),
    "phone": ("tel_landline", "LANDLINE", gettext_noop("The phone number is missing.")),
    "mobile": ("tel_mobile", "MOBILE", gettext_noop("The mobile number is missing.")),
    "email": ("email", "EMAIL", gettext_noop("The e-mail address is missing.")),
}


def city_tax_label(prop: Property) -> str:
    """What the city tax of a property is counted by; "" where there is none."""
    settings = prop.settings
    return gettext(_CITY_TAX[settings.city_tax_model][0]) if settings.city_tax else ""


def child_label(rate: ChildRate) -> str:
    """Which children a rate is for."""
    told = gettext("Children from %(age_from)s to %(age_to)s")
    return told % {"age_from": rate.age_from, "age_to": rate.age_to}


def extra_models_told() -> dict[int, str]:
    """What the numbers of the ways in which extras are charged mean."""
    return {number: gettext(_EXTRAS[model]) for number, model in ORIGINAL.items()}


# What the fields of a form's data mean, to who makes a form: in English, like the document.
_EXPLANATIONS: Mapping[str, str] = {
    "booking_model": "SRP: the property is let as a whole. MRP: rooms are chosen.",
    "confirmation_url": (
        "Where the guest pays, with `&jsid=` and the session id behind it, and `#` and the session "
        "token. Empty: nothing is paid before the booking is made."
    ),
    "min_days": "The shortest stay, in nights, of all tariffs.",
    "fixedPeriodBookings": "1: stays last a multiple of so many nights.",
    "fixedPeriodBookingsNumberOfDays": "The nights of a fixed period.",
    "fixedArrivalDateYesNo": "1: guests arrive on one weekday only.",
    "fixedArrivalDay": "That weekday: 0 Sunday to 6 Saturday; 7: any day.",
    "capacity": "Places for adults and for children in all rooms together.",
    "labels": "The texts of a form.",
    "images": "The pictures of the property, in three sizes.",
    "availability": (
        "Days to choose from, those included on which a stay can only end; and days that are full "
        "or too soon."
    ),
    "rooms": "The rooms with their tariffs and the price of each night.",
}


def form_explained() -> dict[str, str]:
    """What the fields of a form's data mean, in English."""
    return dict(_EXPLANATIONS)


def labels(prop: Property, language: str) -> dict[str, str]:
    """The texts that a form of a property needs, in the language that is active."""
    found = {key: gettext(text) for key, text in _LABELS.items()}
    settings = prop.settings
    if settings.city_tax:
        amount = display(settings.city_tax, settings.currency, language)
        if settings.city_tax_model == CityTaxModel.PERCENTAGE:
            amount = number_format(settings.city_tax.normalize())
        told = gettext(_CITY_TAX[settings.city_tax_model][1])
        found["BOOKYFLOW_CITY_TAX_HEADING"] = told % {"amount": amount}
    return found
