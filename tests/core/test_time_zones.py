from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo, available_timezones

import pytest

from bookyflow.core.dates import today_in, zone_info
from bookyflow.core.places import countries
from bookyflow.core.time_zones import time_zone_of, zones_of

# Countries with several clocks: by themselves they do not tell the time.
# fmt: off
SEVERAL = {
    "AQ", "AU", "BR", "CA", "CD", "CL", "CN", "EC", "ES", "FM", "GL", "ID", "KI", "MN", "MX", "NZ",
    "PF", "PG", "PT", "RU", "UA", "UM", "US",
}
# fmt: on
# Several zones that keep the same time from now on.
ALIKE = {
    "AR": "America/Argentina/Buenos_Aires",
    "CY": "Asia/Nicosia",
    "DE": "Europe/Berlin",
    "KZ": "Asia/Almaty",
    "MH": "Pacific/Majuro",
    "MY": "Asia/Kuala_Lumpur",
    "PS": "Asia/Gaza",
    "UZ": "Asia/Samarkand",
}
NOBODY = {"BV", "HM"}  # islands without people or zone


def at(latitude, longitude):
    """A position."""
    return Decimal(str(latitude)), Decimal(str(longitude))


@pytest.mark.parametrize("country", sorted(countries()))
def test_a_country_alone_tells_the_time_zone_where_it_has_one_clock(country):
    found = time_zone_of(country, None, None)

    if country in SEVERAL | NOBODY:
        assert found == ""
    elif country in ALIKE:
        assert found == ALIKE[country]
    else:
        assert (found,) == zones_of(country)
        assert found in available_timezones()


@pytest.mark.parametrize(
    ("country", "zone"),
    [("JP", "Asia/Tokyo"), ("AT", "Europe/Vienna"), ("GB", "Europe/London"), ("NZ", "")],
)
def test_new_zealand_has_chatham_where_japan_and_austria_have_one_zone(country, zone):
    assert time_zone_of(country, None, None) == zone


@pytest.mark.parametrize(
    ("country", "position", "zone"),
    [
        ("US", at(29.95, -90.07), "America/Chicago"),  # New Orleans
        ("US", at(36.16, -86.78), "America/Chicago"),  # Nashville
        ("US", at(30.27, -97.74), "America/Chicago"),  # Austin
        ("US", at(45.52, -122.68), "America/Los_Angeles"),  # Portland, Oregon
        ("US", at(43.66, -70.26), "America/New_York"),  # Portland, Maine
        ("US", at(31.76, -106.49), "America/Denver"),  # El Paso
        ("US", at(36.15, -95.99), "America/Chicago"),  # Tulsa
        ("US", at(33.45, -112.07), "America/Phoenix"),
        ("US", at(21.31, -157.86), "Pacific/Honolulu"),
        ("AU", at(-28.64, 153.61), "Australia/Sydney"),  # Byron Bay, 60 km from Queensland
        ("AU", at(-28.0, 153.43), "Australia/Brisbane"),  # Gold Coast
        ("NZ", at(-41.29, 174.78), "Pacific/Auckland"),
        ("NZ", at(-43.95, -176.56), "Pacific/Chatham"),
        ("ES", at(28.1, -15.4), "Atlantic/Canary"),
        ("PT", at(37.74, -25.67), "Atlantic/Azores"),
        ("CL", at(-27.15, -109.43), "Pacific/Easter"),
        ("EC", at(-0.74, -90.31), "Pacific/Galapagos"),
        ("BR", at(-3.12, -60.02), "America/Manaus"),
        ("CN", at(43.82, 87.6), "Asia/Shanghai"),  # Urumqi, by law
        ("UA", at(50.45, 30.52), "Europe/Kyiv"),
        ("DE", at(47.697, 8.69), "Europe/Busingen"),
        ("CY", at(35.12, 33.94), "Asia/Famagusta"),
        ("VN", at(21.03, 105.85), "Asia/Ho_Chi_Minh"),  # Hanoi, in the zone of Bangkok
        ("XK", at(42.66, 21.16), "Europe/Belgrade"),
        ("FR", at(46.26, 6.1), "Europe/Paris"),  # some steps from Geneva
        ("CA", at(42.9, -78.91), "America/Toronto"),  # on the Niagara
        ("US", at(25.0, -80.2), "America/New_York"),  # a house boat off the Keys
        ("AT", at(0, 0), "Europe/Vienna"),  # in the sea: it says nothing
        ("FJ", at(-16.8, 179.99), "Pacific/Fiji"),  # where the date changes
    ],
)
def test_a_position_tells_the_time_zone(country, position, zone):
    assert time_zone_of(country, *position) == zone


@pytest.mark.parametrize(
    ("country", "position"),
    [
        ("US", at(35, -40)),  # in the Atlantic
        ("US", at(0, 0)),
        ("US", at(48.2, 16.37)),  # Vienna
        ("JP", at(48.2, 16.37)),
        ("FR", at(-21.1, 55.5)),  # Réunion, by the code of France
        ("ZZ", at(48.2, 16.37)),
        ("US", (Decimal(30), None)),
    ],
)
def test_a_position_that_contradicts_the_country_tells_none(country, position):
    assert time_zone_of(country, *position) == ""


@pytest.mark.parametrize("position", [at(90, 0), at(-90, 180), at(-90, -180), at(89.99, 179.99)])
def test_the_ends_of_the_earth_are_no_fault(position):
    assert time_zone_of("AQ", *position) in {"", "Antarctica/McMurdo"}


def test_alike_zones_keep_the_same_time_for_two_years():
    for country in ALIKE:
        offsets = {
            tuple(
                (datetime.now(ZoneInfo(zone)) + timedelta(days=n)).utcoffset() for n in range(700)
            )
            for zone in zones_of(country)
        }
        assert len(offsets) == 1, country


@pytest.mark.parametrize("name", ["", "No/Where"])
def test_while_no_zone_is_known_it_is_the_day_of_utc(name):
    assert zone_info(name) == ZoneInfo("UTC")
    assert today_in(name) == today_in("UTC")
