"""What was said in bulk, read back and compared by digests."""

from __future__ import annotations

import random
import re
from datetime import date, timedelta
from types import SimpleNamespace

import pytest

from benchmarks.serving import ROOT
from bookyflow.core.dates import today_in
from bookyflow.rooms.models import Room, RoomType
from bookyflow.tariffs.models import DailyRate, TariffType
from tests.examples import as_shown, example
from tests.features.cmf.conftest import (
    BASE,
    day,
    refusal,
    reservation,
    sent,
    stay_info,
    value,
)
from tests.features.cmf.test_statements import counted

pytestmark = pytest.mark.django_db
ARI = BASE + "ari"


@pytest.fixture
def plan(hotel, double):
    return TariffType.objects.create(property=hotel, room_type=double, name="Flexible")


@pytest.fixture
def documented():
    """The example of docs/channel_ari.md, run as it stands there."""
    page = (ROOT / "docs" / "channel_ari.md").read_text()
    (code,) = re.findall(r"```python\n(.*?)```", page, re.DOTALL)
    names: dict[str, object] = {"__name__": "documented"}
    exec(compile(code, "channel_ari.md", "exec"), names)  # our own page
    return SimpleNamespace(**names)


def row(prop, first, last=None, **values):
    nights = {"date_from": day(first), "date_to": day(first if last is None else last)}
    return {"property_uid": prop.pk} | nights | values


def test_what_was_said_is_read_back(ota, hotel, plan, double):
    shown = example("cmf.ari_get")
    value(ota.put(BASE + "reservations/add", sent(reservation("A1", stay_info(hotel, 3, 3)))))
    rates = row(hotel, 3, tariff_type_id=plan.pk, price="140", min_stay=2)
    rooms = row(hotel, 3, room_type_id=double.pk, rooms_left=1, closed_to_departure=True)
    value(ota.put(ARI, {"rows": [rates, rooms]}))

    found = value(ota.get(f"{ARI}/{hotel.pk}/{day(0)}/{day(9)}"))

    plans, types = shown.answer["tariff_types"], shown.answer["room_types"]
    (night,) = plans["521"]["nights"]
    expected_plan = plans["521"] | {
        "room_type_id": double.pk,
        "nights": {day(3): plans["521"]["nights"][night]},
    }
    expected_type = types["3"] | {"nights": {day(3): types["3"]["nights"][night]}}
    assert found == {
        "tariff_types": {str(plan.pk): expected_plan},
        "room_types": {str(double.pk): expected_type},
    }


def test_only_what_something_was_said_of_is_there(ota, hotel, plan, double):
    rooms = row(hotel, 1, room_type_id=double.pk, stop_sell=True)
    rates = row(hotel, 2, tariff_type_id=plan.pk, closed_to_arrival=True, max_stay=4)
    value(ota.put(ARI, {"rows": [rooms, rates]}))

    found = value(ota.get(f"{ARI}/{hotel.pk}/{day(0)}/{day(9)}"))

    assert found["room_types"][str(double.pk)]["nights"] == {
        day(1): {"inventory": None, "rooms_left": None, "stop_sell": True, "booked": 0}
    }
    (night,) = found["tariff_types"][str(plan.pk)]["nights"].values()
    assert (night["price"], night["max_stay"], night["closed_to_arrival"]) == (None, 4, True)
    empty = value(ota.get(f"{ARI}/{hotel.pk}/{day(8)}/{day(9)}"))
    assert empty["tariff_types"][str(plan.pk)]["nights"] == {}
    assert empty["room_types"][str(double.pk)] == {"rooms": 3, "nights": {}}


@pytest.mark.parametrize("path", ["", "/digest"])
def test_ranges_that_there_are_not(ota, hotel, path):
    for first, last in ((1, 0), (0, 1200)):
        answer = ota.get(f"{ARI}{path}/{hotel.pk}/{day(first)}/{day(last)}")
        assert refusal(answer) == (400, "validation_failed", ["end_date"])


@pytest.mark.parametrize("path", ["", "/digest"])
def test_reading_costs_no_more_for_more_of_all(ota, hotel, path):
    text = f"{ARI}{path}/{hotel.pk}/{day(0)}/{day(300)}"
    ota.get(text)  # from then on the process keeps the property
    few, _ = counted(lambda: ota.get(text))
    for number in range(5):
        kind = RoomType.objects.create(name=f"Kind {number}")
        Room.objects.create(property=hotel, room_type=kind, number=f"9{number}")
        one = TariffType.objects.create(property=hotel, room_type=kind)
        rows = [row(hotel, 0, 40, tariff_type_id=one.pk, price="90")]
        value(ota.put(ARI, {"rows": [*rows, row(hotel, 0, 9, room_type_id=kind.pk, inventory=1)]}))
    many, _ = counted(lambda: ota.get(text))

    assert few == many <= 6


def test_both_sides_have_the_same_digests_until_one_drifts(ota, hotel, plan, double, documented):
    chance = random.Random(7)
    other = TariffType.objects.create(property=hotel, room_type=double)
    copy = documented.Copy({plan.pk: double.pk, other.pk: double.pk})
    value(ota.put(BASE + "reservations/add", sent(reservation("A1", stay_info(hotel, 3, 5)))))
    for night in (3, 4, 5):
        copy.booked[double.pk, date.fromisoformat(day(night))] += 1
    rows = []
    for _ in range(120):
        first = chance.randrange(80)
        target = chance.choice(
            [
                {"tariff_type_id": plan.pk},
                {"room_type_id": double.pk},
                {"tariff_type_id": other.pk, "room_type_id": double.pk},
            ]
        )
        said = chance.choice(
            [
                {"price": f"{chance.randrange(5000, 20000) / 100:.2f}"},
                {"min_stay": chance.randint(1, 3)},
                {"max_stay": chance.choice([0, 9])},
                {"stop_sell": chance.random() < 0.5},
                {"closed_to_arrival": chance.random() < 0.5, "closed_to_departure": True},
                *[{"inventory": 4}, {"rooms_left": 2}] * ("room_type_id" in target),
            ]
        )
        days = sorted(chance.sample(range(7), chance.randint(1, 7)))
        rows.append(
            row(hotel, first, first + chance.randrange(20), weekdays=days, **target, **said)
        )
    answer = value(ota.put(ARI, {"rows": rows}))
    assert answer["success"]
    for one in rows:
        copy.send(one)
    first = today_in("UTC")
    last = first + timedelta(days=100)

    found = value(ota.get(f"{ARI}/digest/{hotel.pk}/{first}/{last}"))

    assert found == copy.digests(first, last)
    assert len(found["tariff_types"]) == 2
    shown = example("cmf.ari_digest").answer
    digests = [one for months in found["tariff_types"].values() for one in months.values()]
    assert {len(one) for one in digests} == {64}
    assert as_shown(found, shown).keys() == shown.keys()

    rate = DailyRate.objects.filter(tariff_type=plan, price__gt=0).order_by("date").last()
    DailyRate.objects.filter(pk=rate.pk).update(min_stay=7)

    drifted = value(ota.get(f"{ARI}/digest/{hotel.pk}/{first}/{last}"))
    mine = copy.digests(first, last)
    differing = {
        (kind, key, month)
        for kind in mine
        for key, months in mine[kind].items()
        for month, digest in months.items()
        if drifted[kind].get(key, {}).get(month) != digest
    }
    assert differing == {("tariff_types", str(plan.pk), f"{rate.date:%Y-%m}")}


def test_the_price_of_a_currency_without_decimals(ota, hotel, plan, documented):
    hotel.settings.currency = "JPY"
    hotel.settings.save()
    sent_row = row(hotel, 1, tariff_type_id=plan.pk, price="9500")
    copy = documented.Copy({plan.pk: plan.room_type_id}, decimals=0)
    value(ota.put(ARI, {"rows": [sent_row]}))
    copy.send(sent_row)
    first, last = (date.fromisoformat(day(number)) for number in (0, 5))

    found = value(ota.get(f"{ARI}/digest/{hotel.pk}/{first}/{last}"))

    assert found == copy.digests(first, last)
    assert found["room_types"] == {}
