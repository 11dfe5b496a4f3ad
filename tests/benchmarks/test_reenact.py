"""Reading the file of a hotel's bookings."""

from __future__ import annotations

import csv
from datetime import date, timedelta

import pytest

from benchmarks.reenact import NEEDED, read, stay_of

LINE = {
    "arrival_date_year": "2016",
    "arrival_date_month": "July",
    "arrival_date_day_of_month": "9",
    "stays_in_weekend_nights": "1",
    "stays_in_week_nights": "2",
    "adults": "2",
    "children": "1",
    "reserved_room_type": "C",
    "lead_time": "30",
    "adr": "80.5",
    "reservation_status": "Canceled",
    "reservation_status_date": "6/30/2016",
    "country": "PRT",
    "agent": "9",
    "company": "NULL",
}


@pytest.fixture
def table(tmp_path):
    """Make a file of such lines, each with changes."""

    def make(*changes):
        path = tmp_path / "bookings.csv"
        with path.open("w", newline="") as file:
            writer = csv.DictWriter(file, LINE)
            writer.writeheader()
            writer.writerows(LINE | change for change in changes)
        return str(path)

    return make


def test_a_row_is_a_stay(table):
    ((row,), skipped) = read(table({}), None)

    assert skipped == 0
    assert (row.arrival, row.nights, row.people, row.rate) == (date(2016, 7, 9), 3, 3, 80.5)
    assert (row.made, row.cancelled) == (date(2016, 6, 9), date(2016, 6, 30))


@pytest.mark.parametrize("nothing", ["NA", "NULL", "", " ", "null"])
@pytest.mark.parametrize("name", NEEDED)
def test_a_row_that_lacks_what_is_needed_is_skipped_and_told(table, capsys, name, nothing):
    rows, skipped = read(table({}, {name: nothing}, {}), None)

    assert ([row.number for row in rows], skipped) == ([1, 3], 1)
    told = capsys.readouterr().err
    assert told.startswith(f"line 3: {name} is ")
    assert told.endswith("; skipped\n")


@pytest.mark.parametrize("nothing", ["NA", "NULL", ""])
@pytest.mark.parametrize("name", sorted(LINE.keys() - {*NEEDED}))
def test_other_columns_may_be_unknown(table, capsys, name, nothing):
    rows, skipped = read(table({name: nothing}), None)

    assert (len(rows), skipped) == (1, 0)
    assert capsys.readouterr().err == ""


def test_an_unknown_room_type_is_any(table):
    ((known, unknown), _) = read(table({}, {"reserved_room_type": "NULL"}), None)

    assert stay_of(known, 7, 4, timedelta())["room_type_id"] == 4
    assert "room_type_id" not in stay_of(unknown, 7, None, timedelta())
    assert unknown.letter == ""


def test_no_nights_and_no_adults_are_no_stays(table, capsys):
    nobody = {"adults": "0"}
    no_night = {"stays_in_weekend_nights": "0", "stays_in_week_nights": "0"}

    assert read(table(nobody, {}, no_night), None)[1] == 2
    assert capsys.readouterr().err == ""
