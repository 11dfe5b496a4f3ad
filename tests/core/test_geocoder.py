"""Asking a geocoder, which is a server of this machine that answers as Nominatim does."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest

from bookyflow.core.geocoder import Location, location_of
from tests.servers import raw, refusal_of, saying, serving

EIGER = Decimal("46.62416"), Decimal("8.04140")
ANSWER = {
    "place_id": 83203423,
    "licence": "Data \u00a9 OpenStreetMap contributors, ODbL 1.0.",
    "addresstype": "village",
    "address": {
        "village": "Grindelwald",
        "county": "Verwaltungskreis Interlaken-Oberhasli",
        "state": "Bern/Berne",
        "ISO3166-2-lvl4": "CH-BE",
        "postcode": "3818",
        "country": "Switzerland",
        "country_code": "ch",
    },
}


def asked(answer, settings, position=EIGER, parameters=""):
    content = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
    with serving(saying(content)) as served:
        settings.GEOCODER_URL = served.address(f"/reverse{parameters}")
        return location_of(*position), served.heard


def test_asks_as_nominatim_wants_to_be_asked(settings):
    found, heard = asked(ANSWER, settings)

    assert (found.country, found.region.code) == ("CH", "CH-BE")
    assert heard[0].startswith(
        "GET /reverse?format=jsonv2&lat=46.62416&lon=8.04140&zoom=10&addressdetails=1 HTTP/1.1\r\n"
    )
    assert "User-Agent: BookyFlow" in heard[0]


def test_parameters_of_the_operator_come_first(settings):
    _, heard = asked(ANSWER, settings, parameters="?key=k")

    assert heard[0].startswith("GET /reverse?key=k&format=jsonv2&lat=")


def test_a_position_is_never_written_with_an_exponent(settings):
    _, heard = asked(ANSWER, settings, position=(Decimal("0.00000"), Decimal("-0.00001")))

    assert "lat=0.00000&lon=-0.00001" in heard[0]


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ({"country_code": "gb", "ISO3166-2-lvl4": "GB-ENG", "ISO3166-2-lvl6": "GB-CON"}, "GB-CON"),
        ({"country_code": "it", "ISO3166-2-lvl10": "IT-XX", "ISO3166-2-lvl6": "IT-MI"}, "IT-MI"),
        ({"country_code": "de", "ISO3166-2-lvl4": "FR-IDF"}, None),
        ({"country_code": "mc"}, None),
        ({"country_code": "xk", "ISO3166-2-lvl": 5}, None),
    ],
)
def test_the_smallest_region_of_the_country_counts(settings, address, expected):
    found, _ = asked({"address": address}, settings)

    assert found.country == address["country_code"].upper()
    assert (found.region.code if found.region else None) == expected


@pytest.mark.parametrize(
    "answer",
    [{"error": "Unable to geocode"}, {"address": {}}, {"address": {"country_code": "zz"}}],
)
def test_the_sea_is_nobodys(settings, answer):
    assert asked(answer, settings)[0] == Location()


@pytest.mark.parametrize("answer", [b"", b"<html>", b"[]", b"{}", b'{"address": 5}', b"\xff"])
def test_what_is_no_answer_of_a_geocoder(settings, answer):
    assert refusal_of(lambda: asked(answer, settings)) == (
        "geocoder_unavailable",
        "The geocoder does not answer properly.",
    )


@pytest.mark.parametrize(
    "handler",
    [
        saying(b"{}", status="500 Internal Server Error"),
        saying(b"{}", status="403 Forbidden"),
        raw(b"HTTP/1.1 200 OK\r\nContent-Length: 9999999\r\n\r\n"),
        raw(b""),
    ],
)
def test_a_geocoder_that_does_not_answer(settings, handler, caplog):
    with serving(handler) as served:
        settings.GEOCODER_URL = served.address("/reverse?key=secret")
        key, detail = refusal_of(lambda: location_of(*EIGER))

    assert (key, detail) == ("geocoder_unavailable", "The geocoder does not answer properly.")
    assert "secret" not in caplog.text
    assert "Geocoder: " in caplog.text


def test_there_need_be_none(settings):
    settings.GEOCODER_URL = ""

    assert refusal_of(lambda: location_of(*EIGER)) == ("no_geocoder", "This site has no geocoder.")
