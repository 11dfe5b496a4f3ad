from __future__ import annotations

import pytest

from bookyflow.guests.services import GuestDetails
from bookyflow.guests.validation import guest_required_missing
from bookyflow.properties.models import PropertySettings

OPTIONAL = [
    "first_name",
    "surname",
    "phone",
    "mobile",
    "house",
    "street",
    "town",
    "region",
    "postcode",
    "country",
]


def test_a_property_asks_for_these_unless_it_says_otherwise():
    missing = guest_required_missing(PropertySettings(), GuestDetails(" "))

    assert missing == ["first_name", "surname", "email", "mobile", "region", "country"]


def test_e_mail_is_always_needed():
    settings = PropertySettings(**{f"requires_{name}": False for name in OPTIONAL})

    assert guest_required_missing(settings, GuestDetails("")) == ["email"]


@pytest.mark.parametrize("name", OPTIONAL)
def test_each_field_can_be_asked_for(name):
    switches = {f"requires_{other}": other == name for other in OPTIONAL}
    settings = PropertySettings(**switches)
    given = {"surname": "", "email": "ada@guest.example"}

    assert guest_required_missing(settings, GuestDetails(**given)) == [name]
    assert guest_required_missing(settings, GuestDetails(**given | {name: "x"})) == []


def test_staff_need_the_surname_only():
    assert guest_required_missing(PropertySettings(), GuestDetails("Nemo"), by_staff=True) == []
    assert guest_required_missing(PropertySettings(), GuestDetails(" "), by_staff=True) == [
        "surname"
    ]


@pytest.mark.parametrize(
    ("country", "missing"),
    [("GB", ["region"]), ("HK", []), ("VA", []), ("", ["region"]), ("XX", ["region"])],
)
def test_a_country_without_regions_needs_none(country, missing):
    given = GuestDetails("Nemo", "Nemo", "nemo@guest.example", mobile="1", country=country)
    settings = PropertySettings(requires_country=False)

    assert guest_required_missing(settings, given) == missing
