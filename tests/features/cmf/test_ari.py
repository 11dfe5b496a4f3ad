"""Availability, rates and inventory in bulk, over HTTP."""

from __future__ import annotations

from urllib.parse import urlencode

import pytest

from bookyflow.ari.jobs import ari_part_run
from bookyflow.ari.services import MOST_ROWS
from bookyflow.availability.models import Allotment
from bookyflow.events.models import Event
from bookyflow.rooms.models import RoomType
from bookyflow.tariffs.models import DailyRate
from tests.conftest import make_hotel
from tests.examples import as_shown, example
from tests.features.cmf.conftest import BASE, FORM, day, refusal, value
from tests.features.cmf.test_statements import counted

pytestmark = pytest.mark.django_db
ARI = BASE + "ari"


@pytest.fixture
def plan(priced):
    """The id of the hotel's one rate plan."""
    return priced.tariff_types.get().pk


@pytest.fixture
def row(priced, plan):
    """A row about the hotel's rate plan."""

    def make(first=0, last=0, **values):
        nights = {"date_from": day(first), "date_to": day(last)}
        return {"property_uid": priced.pk, "tariff_type_id": plan} | nights | values

    return make


def test_rows_as_the_example_has_them(ota, priced, plan, double):
    shown = example("cmf.ari_put")
    first, second, third = shown.request["rows"]
    own = {"property_uid": priced.pk, "date_from": day(0), "date_to": day(29)}
    rows = [
        first | own | {"tariff_type_id": plan},
        second | own | {"room_type_id": double.pk, "date_to": day(0)},
        third | own,
    ]

    answer = value(ota.put(ARI, {"rows": rows, "mode": "overlay"}))

    changed = DailyRate.objects.filter(price=140, min_stay=2).count()
    assert changed in {8, 9, 10}
    results = [
        one | {"nights_changed": 8 * (one["index"] == 0) + 2 * (one["index"] == 1)}
        for one in answer["results"]
    ]
    assert answer | {"results": results, "nights_changed": 10} == shown.answer
    assert [one["nights_changed"] for one in answer["results"]] == [changed, 2, 0]
    rule = Allotment.objects.get()
    assert (rule.max_to_sell, rule.stop_sell) == (2, False)


def test_modes_and_the_form_that_channels_send(ota, row):
    rows = str([row(0, 1, price="90.5"), row(2, 2, price="100.00")]).replace("'", '"')

    body = urlencode({"rows": rows, "mode": "delta"})
    answer = value(ota.put(ARI, body, content_type=FORM))

    assert [one["index"] for one in answer["results"]] == [0]
    assert answer["rows"] == 2
    removed = row(0, 0, fields_to_remove=["price", "min_stay"])
    answer = value(ota.put(ARI, {"rows": [removed], "mode": "remove"}))
    assert answer["nights_changed"] == 1
    assert not DailyRate.objects.filter(date=day(0)).exists()


def test_what_cannot_be_read_is_no_matter_of_other_rows(ota, row):
    faulty = [
        row(price="0.50"),
        row(price=None),
        row(min_stay="many"),
        row(weekdays=[7]),
        row(weekdays=[]),
        row(weekdays=[True], price="90"),
        row(weekdays="1"),
        row(fields_to_remove=["everything"]),
        row(date_from="01/02/2027"),
        {"property_uid": 1, "price": "100"},
        {},
        7,
        row(rooms_left=2),
        row(0, -1, price="100"),
    ]

    good = row(price="120", weekdays=[1, 0, 2, 3, 4, 5, 6])
    also_good = row(price="110", weekdays=[1])
    answer = value(ota.put(ARI, {"rows": [also_good, *faulty, good]}))

    assert answer["results"].pop(0)["success"]
    results = answer["results"]
    assert [one["success"] for one in results] == [False] * len(faulty) + [True]
    assert {one["key"] for one in results} == {"validation_failed", ""}
    assert results[0]["message"] == "price: At least 1 is needed."
    assert results[-2]["message"] == "date_to: It is before the first night."
    assert results[-3]["message"] == "room_type_id: This field is required."
    assert answer["rows_refused"] == len(faulty)


def test_refusals_that_all_rows_share(ota, row, stranger, plan):
    elsewhere = make_hotel(stranger)
    kinds = [
        ((404, "property_not_found"), row(property_uid=elsewhere.pk, price="100")),
        ((404, "tariff_type_not_found"), row(tariff_type_id=plan + 1, price="100")),
        ((400, "room_type_incorrect"), row(room_type_id=10**9, rooms_left=1)),
        ((409, "dates_in_past"), row(-2, -1, price="100")),
        ((400, "validation_failed"), row()),
    ]
    for expected, one in kinds:
        answer = ota.put(ARI, {"rows": [one, one]})

        assert refusal(answer)[:2] == expected
        assert set(answer.json()["results"]) == {"0", "1"}
    mixed = ota.put(ARI, {"rows": [kinds[1][1], kinds[3][1]]})
    assert refusal(mixed)[:2] == (409, "rows_refused")


def test_refusals_about_room_types(ota, row, priced, double):
    priced.tariff_types.update(room_type=RoomType.objects.get(name="Twin", property=None))
    without_plans = row(room_type_id=double.pk, price="100")
    del without_plans["tariff_type_id"]

    refused = ota.put(ARI, {"rows": [row(room_type_id=double.pk, price="100")]})
    assert refusal(refused)[:2] == (400, "room_type_incorrect")
    assert refusal(ota.put(ARI, {"rows": [without_plans]}))[:2] == (409, "no_tariffs_yet")
    unknown = without_plans | {"room_type_id": 10**9}
    assert refusal(ota.put(ARI, {"rows": [unknown]}))[:2] == (409, "no_rooms_of_this_type")


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"rows": []},
        {"rows": "{"},
        {"rows": {}},
        {"rows": [{}] * (MOST_ROWS + 1)},
        {"rows": [{}], "mode": "merge"},
        {"rows": [{}], "atomic": "maybe"},
    ],
)
def test_a_call_that_cannot_be_read(ota, priced, body):
    assert refusal(ota.put(ARI, body))[:2] == (400, "validation_failed")


def test_atomic_calls_name_the_rows_at_fault(ota, row):
    rows = [row(price="90"), row(1, 1, min_stay=0), row(2, 2, price="0.1")]

    answer = ota.put(ARI, {"rows": rows, "atomic": True})

    assert refusal(answer) == (400, "validation_failed", ["rows[1].min_stay", "rows[2].price"])
    assert not DailyRate.objects.filter(price=90).exists()


def test_a_dry_run_tells_and_does_nothing(ota, row):
    body = {"rows": [row(0, 9, price="90")]}

    tried = value(ota.put(ARI, body, headers={"X-BOOKYFLOW-dry-run": "1"}))

    assert not DailyRate.objects.filter(price=90).exists()
    assert Event.objects.filter(kind="tariffs_updated").count() == 1  # the first prices
    assert value(ota.put(ARI, body)) == tried


def test_a_call_is_once_only_by_its_key(ota, row):
    headers = {"Idempotency-Key": "one"}
    body = {"rows": [row(0, 1, price="90")]}
    value(ota.put(ARI, body, headers=headers))
    events = Event.objects.count()
    value(ota.put(ARI, {"rows": [row(0, 1, price="80")]}))

    answer = ota.put(ARI, body, headers=headers)

    assert answer.headers["Idempotency-Replayed"] == "true"
    assert value(answer)["nights_changed"] == 2
    assert DailyRate.objects.filter(price=80).count() == 2
    assert Event.objects.count() == events + 1


def test_statements_are_as_many_for_any_number_of_rows(ota, row):
    few, _ = counted(lambda: ota.put(ARI, {"rows": [row(price="90")]}))
    rows = [row(night, night, price=str(500 + night)) for night in range(300)]
    many, answer = counted(lambda: ota.put(ARI, {"rows": rows}))

    assert answer["nights_changed"] == 300
    assert few == many <= 10


def test_a_job_answers_at_once_and_tells_how_far_it_is(ota, row, hotel):
    shown = example("cmf.ari_job_add").answer
    rows = [row(0, 3, price="90"), row(0, 0, price="0.5")]

    added = ota.post(ARI + "/jobs", {"rows": rows, "mode": "delta"})

    assert added.status_code == 202
    job = added.json()["data"]["response"]
    own = ("job_uid", "created_at", "rows")
    assert as_shown(job, shown, *own) == shown
    where = added.headers["Location"]
    assert where == f"{ARI}/jobs/{job['job_uid']}"
    assert value(ota.get(where)) == job
    while ari_part_run(job_id=job["job_uid"]):
        pass

    done = value(ota.get(where))

    expected = example("cmf.ari_job").answer
    assert as_shown(done, expected, *own, "finished_at", "results", "nights_changed") == (
        expected | {"rows_done": 2, "rows_refused": 1}
    )
    assert done["results"] == [
        {"index": 0, "success": True, "nights_changed": 4, "key": "", "message": None},
        {
            "index": 1,
            "success": False,
            "nights_changed": 0,
            "key": "validation_failed",
            "message": "price: At least 1 is needed.",
        },
    ]
    assert refusal(ota.get(f"{ARI}/jobs/{job['job_uid'] + 1}"))[:2] == (404, "job_not_found")
    assert refusal(ota.post(ARI + "/jobs", {"rows": []}))[:2] == (400, "validation_failed")


def test_a_job_is_read_with_as_many_statements_however_large(ota, row):
    def cost(count):
        rows = [row(night % 50, night % 50, price=str(90 + night)) for night in range(count)]
        job = ota.post(ARI + "/jobs", {"rows": rows}).json()["data"]["response"]["job_uid"]
        while ari_part_run(job_id=job):
            pass
        return counted(lambda: ota.get(f"{ARI}/jobs/{job}"))[0]

    assert cost(1) == cost(2500) <= 6
