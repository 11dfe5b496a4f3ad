"""The calendar of prices, and the form that changes nights."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.test import Client

from bookyflow.accounts.models import AccessLevel
from bookyflow.availability.models import Allotment
from bookyflow.tariffs.models import DailyRate, TariffType
from tests.accounts.conftest import make_user
from tests.conftest import make_hotel
from tests.web.prices.conftest import double_of

EVERY_DAY = list(range(7))


@pytest.fixture
def send(signed_in, here, plan, day):
    """Send the form about the rate plan's first ten nights, with changes."""

    def do(**changes):
        said = {
            "tariff_type_ids": [plan.pk],
            "first": day(0),
            "last": day(9),
            "weekdays": EVERY_DAY,
            "action": "save",
        } | changes
        return signed_in.post(f"{here}/nights", {k: v for k, v in said.items() if v is not None})

    return do


def prices(plan, first: date, last: date) -> set[Decimal]:
    rates = DailyRate.objects.filter(tariff_type=plan, date__range=(first, last))
    return set(rates.values_list("price", flat=True))


def test_the_calendar_shows_prices_and_rooms_left(signed_in, here, plan):
    page = signed_in.get(here).content.decode()

    assert page.count('<span class="price">100</span>') == 14
    assert page.count("3 rooms left") == 28  # read out, and as a title
    assert f"nights?plan={plan.pk}&amp;first=" in page


def test_the_calendar_asks_as_often_for_many_rate_plans(
    signed_in, here, house, plan, django_assert_max_num_queries
):
    def ask() -> int:
        with django_assert_max_num_queries(30) as asked:
            signed_in.get(here)
        return len(asked)

    signed_in.get(here)  # the session remembers the property from now on
    before = ask()
    TariffType.objects.bulk_create(
        TariffType(property=house, room_type=plan.room_type, name=f"Plan {n}") for n in range(20)
    )

    assert ask() == before


@pytest.mark.parametrize("query", ["?from=nonsense", "?from=0001-01-01", "?from=9999-12-31"])
def test_the_calendar_begins_somewhere(signed_in, here, query):
    assert signed_in.get(here + query).status_code == 200


def test_a_receptionist_reads_prices_and_changes_none(house, here):
    desk = make_user("desk", AccessLevel.RECEPTIONIST)
    house.staff.create(user=desk)
    client = Client()
    client.force_login(desk)

    page = client.get(here)

    assert page.status_code == 200
    assert "/nights" not in page.content.decode().replace("data-edit", "").split("<tbody>")[1]
    for path in (
        "nights",
        "plans",
        "plans/new",
        "children",
        "extras",
        "extras/new",
        "coupons",
        "coupons/new",
    ):
        assert client.get(f"{here}/{path}").status_code == 403
    assert client.post(f"{here}/nights", {}).status_code == 403


def test_others_find_nothing(here, visitor):
    client = Client()
    client.force_login(make_user("other", AccessLevel.MANAGER))

    assert client.get(here).status_code == client.get(f"{here}/nights").status_code == 404
    assert "/sign-in" in visitor.get(here)["Location"]


def test_a_cell_opens_the_form_with_its_price(signed_in, here, plan, day):
    cell = f"{here}/nights?plan={plan.pk}&first={day(3)}&last={day(3)}"
    form = signed_in.get(cell).context["form"]

    assert (form["price"].value(), form["min_stay"].value()) == ("100", 1)
    assert form["tariff_type_ids"].value() == [plan.pk]


def test_a_price_is_set_for_weekends(send, plan, day):
    answer = send(price_step="set", price="120.50", weekdays=[5, 6])

    assert answer.status_code == 302
    assert prices(plan, day(0), day(9)) == {Decimal(100), Decimal("120.5")}
    assert prices(plan, day(10), day(30)) == {Decimal(100)}


def test_a_preview_tells_and_saves_nothing(send, plan, day):
    page = send(price_step="percent", price="10", action="preview")

    assert page.status_code == 200
    assert "10 days would change" in page.content.decode()
    assert "€110.00" in page.content.decode()
    assert prices(plan, day(0), day(9)) == {Decimal(100)}


def test_restrictions_and_rooms_to_sell(send, house, plan, day):
    kind = double_of(house)
    send(
        room_type_ids=[kind.pk],
        min_stay="2",
        max_stay="7",
        closed_to_arrival="1",
        limit="limit",
        inventory="2",
    )

    rate = DailyRate.objects.get(tariff_type=plan, date=day(3))
    assert (rate.min_stay, rate.max_stay, rate.closed_to_arrival, rate.closed) == (
        2,
        7,
        True,
        False,
    )
    assert set(Allotment.objects.values_list("max_to_sell", flat=True)) == {2}

    send(room_type_ids=[kind.pk], tariff_type_ids=None, limit="all", stop_sell="1")

    assert set(Allotment.objects.values_list("max_to_sell", "stop_sell")) == {(None, True)}


def test_sent_twice_it_changes_once(send):
    send(price_step="set", price="90")

    assert send(price_step="set", price="90").status_code == 302


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"first": ""}, "first"),
        ({"first": "2026-02-30", "price_step": "set", "price": "90"}, "first"),
        ({"last": "2020-01-01", "min_stay": "2"}, "last"),
        ({"last": "9999-12-31", "min_stay": "2"}, "last"),
        ({"price_step": "set"}, "price"),
        ({"price": "90"}, "price_step"),
        ({"price_step": "set", "price": "-1"}, "price"),
        ({"price_step": "set", "price": "1e30"}, "price"),
        ({"price_step": "set", "price": "NaN"}, "price"),
        ({"price_step": "set", "price": "90.001"}, "price"),
        ({"price_step": "add", "price": "-101"}, "price"),
        ({"min_stay": "0"}, "min_stay"),
        ({"min_stay": "9" * 30}, "min_stay"),
        ({"min_stay": "5", "max_stay": "3"}, "max_stay"),
        ({"limit": "limit"}, "inventory"),
        ({"stop_sell": "1"}, "room_type_ids"),
        ({"weekdays": None, "min_stay": "2"}, "weekdays"),
        ({"tariff_type_ids": None, "min_stay": "2"}, "tariff_type_ids"),
        ({"tariff_type_ids": ["0"], "min_stay": "2"}, "tariff_type_ids"),
        ({}, None),
    ],
)
def test_faults_stand_beside_their_fields(send, plan, day, changes, field):
    page = send(**changes)

    assert page.status_code == 400
    assert list(page.context["form"].errors) == [field or "__all__"]
    assert prices(plan, day(0), day(9)) == {Decimal(100)}


def test_reversed_nights_are_refused(send, day):
    page = send(first=day(9), last=day(3), min_stay="2")

    assert list(page.context["form"].errors) == ["last"]


def test_the_rate_plan_of_another_property_is_none(send, manager):
    other = make_hotel(manager, name="Other")
    theirs = TariffType.objects.create(property=other, room_type=double_of(other))

    assert send(tariff_type_ids=[theirs.pk], min_stay="2").status_code == 400
