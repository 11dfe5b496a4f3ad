from __future__ import annotations

import pytest

from bookyflow.importing.listings import Listing
from bookyflow.importing.reading import ListingFile, UnknownFile
from tests.importing.conftest import DETAILED, SUMMARY


def read(path):
    with ListingFile(path) as file:
        return list(file.rows())


def reasons(path):
    return {row.line: row.reason for row in read(path) if not isinstance(row, Listing)}


def test_reads_both_column_sets(make_file):
    with ListingFile(make_file(SUMMARY, {})) as file:
        summary, name = next(file.rows()), file.column_set.name
    with ListingFile(make_file(DETAILED, {})) as file:
        detailed, other = next(file.rows()), file.column_set.name

    assert (name, other) == ("summary", "detailed")
    assert (summary.description, summary.features, summary.guests) == (None, None, 2)
    assert detailed.description == "By the park.\n\nLively & bright."
    assert detailed.features == (30, 77)
    assert (detailed.unknown_amenities, detailed.no_amenities) == (
        ("Moon base",),
        ("Host greets you",),
    )
    assert (detailed.guests, detailed.max_stay, summary.max_stay) == (2, 90, 365)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_reads_utf_8_with_and_without_a_mark(make_file, encoding):
    (row,) = read(make_file(SUMMARY, {"name": "Café 🏡 Ñandú"}, encoding=encoding))

    assert (row.name, row.line) == ("Café 🏡 Ñandú", 2)


def test_lines_are_those_where_a_row_begins(make_file):
    path = make_file(
        SUMMARY,
        {"id": "1", "name": "First\nwith\nbreaks"},
        {"id": "2", "name": ""},
        {"id": "3"},
        append="\n\n",
    )

    assert [row.line for row in read(path)] == [2, 5, 6]
    assert reasons(path) == {5: "no name"}


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ({"id": ""}, "no id"),
        ({"name": "  "}, "no name"),
        ({"name": "a\0b"}, "it contains a NUL character"),
        ({"latitude": "91"}, "the position is not on the earth"),
        ({"price": "-1"}, "negative price"),
        ({"minimum_nights": "0"}, "the minimum stay is not from 1 to 1125"),
        ({"minimum_nights": "1126"}, "the minimum stay is not from 1 to 1125"),
        ({"room_type": ""}, "unknown room type ''"),
    ],
)
def test_says_what_is_wrong_with_a_row(make_file, row, reason):
    path = make_file(SUMMARY, {"id": "8"}, row, {"id": "9"})

    assert reasons(path) == {3: reason}


def test_an_id_stands_once_in_a_file(make_file):
    path = make_file(SUMMARY, {"id": "5"}, {"id": "5", "name": "Again"})

    assert reasons(path) == {3: "its id stands in the file before"}


def test_a_row_that_is_no_utf_8_is_refused_alone(make_file):
    path = make_file(SUMMARY, {"id": "1"}, {"id": "2", "name": "Caf@"}, {"id": "3"})
    path.write_bytes(path.read_bytes().replace(b"Caf@", b"Caf\xe9"))

    assert reasons(path) == {3: "it is not UTF-8"}


def test_a_row_with_other_columns_is_refused_alone(make_file):
    path = make_file(SUMMARY, {"id": "1"}, append='2,short\n3,"quoted" wrongly\n')

    found = reasons(path)

    assert found[3] == "it has 2 columns instead of 11"
    assert found[4].startswith("the line is no CSV")


@pytest.mark.parametrize("text", ["", "a,b\n1,2\n", "\n\n", 'id,"na'])
def test_refuses_an_unknown_file(tmp_path, text):
    path = tmp_path / "other.csv"
    path.write_text(text)

    with pytest.raises(UnknownFile):
        ListingFile(path)


@pytest.mark.parametrize(("separator", "name"), [(";", "semicolons"), ("\t", "tabs")])
def test_a_file_with_other_separators_is_told_so(tmp_path, separator, name):
    path = tmp_path / "saved.csv"
    path.write_text(f"id{separator}name{separator}price\n1{separator}Mill{separator}85,00\n")

    with pytest.raises(UnknownFile, match=f"^its columns are separated by {name}"):
        ListingFile(path)


def test_tells_how_much_is_read(make_file):
    with ListingFile(make_file(SUMMARY, {})) as file:
        list(file.rows())

        assert file.part_read == 1
