from __future__ import annotations

import csv
import io
import json
from dataclasses import dataclass

import pytest
from django.core.management import call_command

from bookyflow.core.acting import Actor
from bookyflow.properties.models import Property

SUMMARY = {
    "id": "1",
    "name": "Garden Studio",
    "host_id": "7",
    "neighbourhood_group": "",
    "neighbourhood": "Charlestown",
    "latitude": "42.37424",
    "longitude": "-71.06081",
    "room_type": "Entire home/apt",
    "price": "125",
    "minimum_nights": "2",
    "availability_365": "55",
}
DETAILED = {
    "id": "1",
    "name": "Rooftop room",
    "description": "By the park.<br /><br />Lively & <b>bright</b>.<br /><b",
    "neighbourhood": "Madrid, Comunidad de Madrid, Spain",
    "neighbourhood_cleansed": "Hispanoamérica",
    "neighbourhood_group_cleansed": "Chamartín",
    "latitude": "40.45724",
    "longitude": "-3.67688",
    "property_type": "Private room in apartment",
    "room_type": "Private room",
    "accommodates": "2",
    "bedrooms": "1",
    "amenities": json.dumps(["Wifi", "Elevator", "Moon base", "Host greets you"]),
    "price": "$60.00",
    "minimum_nights": "1",
    "maximum_nights": "90",
}


@dataclass(frozen=True)
class Printed:
    """What a command wrote."""

    out: str
    err: str


@pytest.fixture
def by(manager):
    """The manager at work."""
    return Actor(user_id=manager.pk)


@pytest.fixture
def make_file(tmp_path):
    """Write a CSV file of rows: changes of the first argument, each a dict; gives its path."""

    def make(base, *rows, name="listings.csv", encoding="utf-8", append=""):
        text = io.StringIO()
        writer = csv.DictWriter(text, [*base], lineterminator="\n")
        writer.writeheader()
        writer.writerows({**base, **row} for row in rows)
        path = tmp_path / name
        path.write_bytes((text.getvalue() + append).encode(encoding))
        return path

    return make


@pytest.fixture
def run(manager):
    """Run the command for the manager, in the United States unless told otherwise."""

    def call(path, *arguments, login=None):
        out, err = io.StringIO(), io.StringIO()
        if "--country" not in arguments and "--region" not in arguments:
            arguments = ("--country", "US", *arguments)
        call_command(
            "import_listings",
            str(path),
            "--manager",
            login or manager.username,
            *arguments,
            stdout=out,
            stderr=err,
        )
        return Printed(out.getvalue(), err.getvalue())

    return call


@pytest.fixture
def load(make_file, run):
    """Write rows and import them."""

    def both(base, *rows, arguments=(), login=None):
        return run(make_file(base, *rows), *arguments, login=login)

    return both


def imported(source_id="1") -> Property:
    """The property of a listing, read anew."""
    return Property.objects.select_related("settings").get(source="listings", source_id=source_id)


def prices(prop):
    """Date → (price, shortest stay)."""
    rates = prop.tariff_types.get().rates.order_by("date")
    return {rate.date: (rate.price, rate.min_stay) for rate in rates}
