from __future__ import annotations

import csv
from io import StringIO

import pytest

from bookyflow.accounts.models import AccessLevel
from tests.accounts.conftest import make_property, make_user

pytestmark = pytest.mark.django_db


def url(prop, end=""):
    return f"/bookyflow/p/{prop.pk}/reports{end}"


def test_shows_figures_charts_and_tables(signed_in, hotel):
    answer = signed_in.get(url(hotel, "?first=2027-06&months=3"))

    assert answer.status_code == 200
    assert answer.content.count(b'<svg class="chart"') == 4
    assert b"Jun 2027" in answer.content
    assert b"Nothing is booked in these months." in answer.content


@pytest.mark.parametrize(
    "query",
    ["first=2027-13", "first=x&months=1", "months=0", "months=37", "first=9999-12&months=9"],
)
@pytest.mark.parametrize("end", ["", "/months.csv", "/sources.csv"])
def test_tells_what_is_wrong_with_a_period(signed_in, hotel, query, end):
    answer = signed_in.get(url(hotel, f"{end}?{query}"))

    assert answer.status_code == 400
    assert b'id="problems"' in answer.content


@pytest.mark.parametrize("end", ["", "/months.csv", "/sources.csv"])
def test_is_for_managers_of_the_property(signed_in, visitor, hotel, other_manager, end):
    theirs = make_property("Elsewhere", other_manager)
    desk = make_user("desk", AccessLevel.RECEPTIONIST)
    hotel.staff.create(user=desk)

    assert signed_in.get(url(theirs, end)).status_code == 404
    assert visitor.get(url(hotel, end)).status_code == 302
    visitor.force_login(desk)
    assert visitor.get(url(hotel, end)).status_code == 403


def test_the_table_for_a_spreadsheet_has_the_same_months(signed_in, hotel):
    answer = signed_in.get(url(hotel, "/months.csv?first=2027-06&months=3"))

    rows = list(csv.DictReader(StringIO(answer.content.decode())))
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert [row["month"] for row in rows] == ["2027-06", "2027-07", "2027-08"]
    assert {row["rooms_sold"] for row in rows} == {"0"}
