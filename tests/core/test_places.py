from __future__ import annotations

import pycountry
import pytest

from bookyflow.core import places


def test_a_region_is_known_by_code_and_by_number():
    berlin = places.region("DE-BE")

    assert berlin.name == "Berlin"
    assert places.regions()[places.region_number("DE-BE")] == berlin


@pytest.mark.parametrize("code", ["", "de-be", "Berlin", "DE-", "XX-YY", "DE-BE-1", "ÄÖ-Ü"])
def test_anything_else_is_no_region(code):
    assert places.region(code) is None


def test_no_two_regions_share_a_number():
    assert len(places.regions()) == len({one.code for one in places.regions().values()})


def test_norway_has_its_fifteen_counties_of_2024():
    offered = {one.code: one.name for one in places.regions().values() if one.country == "NO"}

    assert offered == {
        "NO-03": "Oslo",
        "NO-11": "Rogaland",
        "NO-15": "Møre og Romsdal",
        "NO-18": "Nordland",
        "NO-21": "Svalbard (Arctic Region)",
        "NO-22": "Jan Mayen (Arctic Region)",
        "NO-31": "Østfold",
        "NO-32": "Akershus",
        "NO-33": "Buskerud",
        "NO-34": "Innlandet",
        "NO-39": "Vestfold",
        "NO-40": "Telemark",
        "NO-42": "Agder",
        "NO-46": "Vestland",
        "NO-50": "Trøndelag",
        "NO-55": "Troms",
        "NO-56": "Finnmark",
    }


@pytest.mark.parametrize(
    ("code", "name"),
    [("NO-30", "Viken"), ("NO-38", "Vestfold og Telemark"), ("NO-54", "Troms og Finnmark")],
)
def test_a_region_that_is_no_more_is_understood_and_not_offered(code, name):
    number = places.region_number(code)

    assert places.region(code).name == name
    assert places.region_of_number(number) == places.region(code)
    assert number not in places.regions()


def test_what_the_supplement_adds_is_missing_in_pycountry():
    """A failure tells that pycountry has caught up: the entries have become needless."""
    assert not places._NEW_REGIONS.keys() & {one.code for one in pycountry.subdivisions}
    assert pycountry.countries.get(alpha_2="XK") is None


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("GB", "GB"),
        ("gb", "GB"),
        (" GB ", "GB"),
        ("GBR", "GB"),
        ("aut", "AT"),
        ("UK", "GB"),
        ("uk", "GB"),
        ("EL", "GR"),
        ("XK", "XK"),
        ("XKX", "XK"),
    ],
)
def test_a_country_is_read_from_every_code_in_use(text, code):
    assert places.country_code(text) == code


@pytest.mark.parametrize("text", ["", " ", "ZZ", "XX", "A", "GBRX", "GB-1", "1!", "ß", "ﬃ", "826"])
def test_anything_else_is_no_country(text):
    assert places.country_code(text) == ""


@pytest.mark.parametrize(
    ("text", "country", "code"),
    [
        ("GB-CON", "", "GB-CON"),
        (" gb-con ", "DE", "GB-CON"),
        ("cornwall", "GB", "GB-CON"),
        (str(places.region_number("GB-CON")), "", "GB-CON"),
        ("Cornwall", "", ""),
        ("Cornwall", "DE", ""),
        ("", "GB", ""),
        ("0", "GB", ""),
        ("²", "GB", ""),
    ],
)
def test_a_region_is_read_from_code_number_or_name(text, country, code):
    assert places.region_code(text, country) == code


def test_kosovo_is_a_country_without_regions():
    assert places.countries()["XK"].name == "Kosovo"
    assert places.country_name("XK", "de") == "Kosovo"
    assert "XK" in places.countries_without_regions()


def test_countries_come_by_name():
    names = [country.name for country in places.countries().values()]

    assert names == sorted(names)
    assert len(names) == len(list(pycountry.countries)) + 1


def test_regions_as_people_write_them():
    assert places.plain_region("Pembrokeshire [Sir Benfro GB-BNF]") == "Pembrokeshire"
    assert places.plain_region("Tarfaya (EH-partial)") == "Tarfaya"
    assert places.plain_region("Svalbard (Arctic Region)") == "Svalbard (Arctic Region)"
