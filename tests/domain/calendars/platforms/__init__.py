"""Calendars in the shapes of platforms, made for these tests with invented people.

Each is of the shape that a public thread or document shows or tells of.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent
TODAY = "2027-05-10"  # of all of them


@dataclass(frozen=True)
class Platform:
    """A calendar: where its shape is told of, and the nights [first, end) that are right."""

    name: str
    told: str
    nights: tuple[tuple[str, str], ...]

    @property
    def content(self) -> bytes:
        return (HERE / f"{self.name}.ics").read_bytes()


PLATFORMS = (
    Platform(
        "airbnb",
        "https://github.com/developeregrem/fewohbee/issues/285",
        (
            ("2027-05-10", "2027-05-12"),
            ("2027-06-01", "2027-06-05"),
            ("2027-06-05", "2027-06-07"),
            ("2028-02-11", "2028-05-10"),
        ),
    ),
    Platform(
        "booking_com",
        "https://github.com/tykeal/homeassistant-rental-control/issues/241",
        (("2027-06-12", "2027-06-15"), ("2027-07-03", "2027-07-10")),
    ),
    Platform(
        "vrbo",
        "https://github.com/thybag/JavaScript-Ical-Parser/issues/7",
        (("2027-05-20", "2027-05-27"), ("2027-08-01", "2027-08-03")),
    ),
    Platform(
        "smoobu",
        "https://github.com/tykeal/homeassistant-rental-control/issues/159",
        (("2027-06-18", "2027-06-21"),),
    ),
    Platform(
        "guesty",
        "https://github.com/tykeal/homeassistant-rental-control/issues/304",
        (
            ("2027-06-04", "2027-06-06"),
            ("2027-06-06", "2027-06-09"),
            ("2027-09-20", "2027-09-23"),
        ),
    ),
    Platform(
        "google",
        "https://github.com/geeksforsocialchange/PlaceCal/issues/2993",
        (
            ("2027-06-11", "2027-06-13"),
            ("2027-06-25", "2027-06-27"),
            ("2027-09-07", "2027-09-08"),
            ("2027-09-21", "2027-09-22"),
        ),
    ),
    Platform(
        "ownerrez",
        "https://www.ownerrez.com/support/articles/custom-ical-links",
        (("2027-07-08", "2027-07-15"), ("2027-12-20", "2028-01-03")),
    ),
    Platform(
        "by_hand",
        "https://github.com/tykeal/homeassistant-rental-control/issues/176",
        (
            ("2027-06-03", "2027-06-04"),
            ("2027-06-10", "2027-06-14"),
            ("2027-06-16", "2027-06-17"),
        ),
    ),
    Platform(
        "new_uids",
        "https://github.com/cozy-labs/konnectors/issues/685",
        (("2027-05-30", "2027-06-02"), ("2027-06-18", "2027-06-20")),
    ),
)
