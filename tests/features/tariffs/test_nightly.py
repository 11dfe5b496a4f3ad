from __future__ import annotations

from decimal import Decimal
from urllib.parse import urlencode

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bookyflow.events.models import Event
from bookyflow.properties.models import TariffMode
from bookyflow.tariffs.models import DailyRate, TariffType
from tests.conftest import make_hotel
from tests.examples import example
from tests.features.tariffs.conftest import BASE, FORM, day, mode_of, rates, refusal, unix, value

pytestmark = pytest.mark.django_db

DEFAULTS = {
    "name": "Tariff",
    "description": "",
    "max_stay": 365,
    "min_people": 1,
    "max_people": 100,
    "arrival_weekday": 7,
    "ignore_per_person": False,
    "allow_weekend": True,
    "weekend_only": False,
    "min_rooms_selected": 0,
    "max_rooms_selected": 100,
}
THREE = [(day(1), "95.00", 2), (day(2), "95.00", 2), (day(3), "120.00", 1)]


@pytest.fixture
def path(hotel):
    return f"{BASE}{hotel.pk}/micromanage"


@pytest.fixture
def tariff(double):
    """The body of a tariff of three nights."""
    return {
        "roomclass_uid": double.pk,
        "tariffinput": {day(1): "95.00", day(2): 95, day(3): "120"},
        "mindaysinput": {day(1): 2, day(3): 1},
    }


def test_a_new_tariff_as_the_document_shows_it(pricer, path, double, hotel):
    shown = example("tariffs.create_micromanage").request
    dates = dict(zip(shown["tariffinput"], (day(1), day(2), day(3)), strict=True))
    maps = {
        name: {dates[night]: one for night, one in shown[name].items()}
        for name in ("tariffinput", "mindaysinput")
    }

    answer = pricer.post(path, shown | maps | {"roomclass_uid": double.pk})

    written = TariffType.objects.get()
    assert answer.json() == {"data": {"tarifftypeid": written.pk}, "meta": {"code": 200}}
    assert rates(written.pk) == [
        (day(1), "110.00", 2),
        (day(2), "110.00", 2),
        (day(3), "125.50", 1),
    ]
    assert (written.property, written.room_type, written.name) == (hotel, double, "Flexible")
    (event,) = Event.objects.all()
    assert (event.kind, event.user_id, event.data) == (
        "tariffs_updated",
        pricer.key.user_id,
        {"tariff_type_ids": [written.pk]},
    )


def test_bracketed_fields_of_a_form_with_unix_times(pricer, path, double):
    form = {
        "roomclass_uid": double.pk,
        "tarifftypeid": "0",
        "rate_title": "Flexible double",
        "allow_we": "0",
        f"tariffinput[{unix(1)}]": "95,00",
        f"tariffinput[{unix(2)}]": "95",
        f"tariffinput[{unix(3)}]": "120.0",
        f"tariffinput[{unix(4)}]": "",
        f"mindaysinput[{unix(1)}]": "2",
        f"mindaysinput[{unix(3)}]": "1",
    }

    pk = value(pricer.put(path, urlencode(form), content_type=FORM))

    assert rates(pk) == THREE
    written = TariffType.objects.get()
    assert (written.name, written.allow_weekend) == ("Flexible double", False)


def test_json_text_in_a_form_field(pricer, path, tariff):
    form = tariff | {
        "tariffinput": f'{{"{day(1)}": 95, "{day(2)}": "95", "{day(3)}": 120}}',
        "mindaysinput": f'{{"{day(1)}": 2, "{unix(3)}": 1}}',
    }

    assert rates(value(pricer.post(path, form, format="multipart"))) == THREE


def test_every_condition_and_what_is_not_sent_becomes_its_default_again(pricer, path, tariff):
    conditions = {
        "rate_title": "Long weekend",
        "rate_description": "Three nights",
        "maxdays": 9,
        "minpeople": 2,
        "maxpeople": 3,
        "dayofweek": 5,
        "ignore_pppn": 1,
        "allow_we": 0,
        "weekendonly": 1,
        "minrooms_alreadyselected": 1,
        "maxrooms_alreadyselected": 2,
    }
    values = ("Long weekend", "Three nights", 9, 2, 3, 5, True, False, True, 1, 2)

    pk = value(pricer.post(path, tariff | conditions))

    written = TariffType.objects.values().get(pk=pk)
    assert written == written | dict(zip(DEFAULTS, values, strict=True))
    assert value(pricer.put(path, tariff | {"tarifftypeid": pk})) == pk
    assert TariffType.objects.values().get() == written | DEFAULTS | {"version": 2}


def test_a_new_tariff_is_new_whatever_id_is_sent(pricer, path, tariff):
    first = value(pricer.post(path, tariff))

    second = value(pricer.post(path, tariff | {"tarifftypeid": first}))
    third = value(pricer.put(path, tariff))

    assert len({first, second, third}) == 3


def test_replacing_keeps_ids_and_closed_nights_and_takes_other_nights_away(pricer, path, tariff):
    pk = value(pricer.post(path, tariff))
    DailyRate.objects.filter(date=day(2)).update(closed=True)
    kept = dict(DailyRate.objects.values_list("date", "pk"))
    tariff |= {"tarifftypeid": pk, "tariffinput": {day(2): "80", day(3): "120"}}

    assert value(pricer.put(path, tariff)) == pk

    assert rates(pk) == [(day(2), "80.00", 2), (day(3), "120.00", 1)]
    left = DailyRate.objects.order_by("date")
    assert [(one.pk, one.closed) for one in left] == [
        (kept[left[0].date], True),
        (kept[left[1].date], False),
    ]


def test_gaps_have_the_price_before_them_unless_it_is_0(pricer, path, double):
    pk = value(
        pricer.post(
            path,
            {
                "roomclass_uid": double.pk,
                "tariffinput": {day(-9): 50, day(2): 60, day(4): 0, day(6): 70},
                "mindaysinput": {day(-9): 2, day(6): 3},
            },
        )
    )

    priced = [(day(n), "50.00", 2) for n in (-9, 0, 1)] + [(day(n), "60.00", 2) for n in (2, 3)]
    assert rates(pk) == [*priced, (day(6), "70.00", 3)]


@pytest.mark.parametrize(
    ("changes", "fields"),
    [
        ({"tariffinput": {}}, ["tariffinput"]),
        ({"mindaysinput": {}}, ["mindaysinput"]),
        ({"tariffinput": [95]}, ["tariffinput"]),
        ({"tariffinput": "{"}, ["tariffinput"]),
        ({"tariffinput": {"2027-02-30": 95}}, ["tariffinput"]),
        ({"tariffinput": {"1811808001": 95}}, ["tariffinput"]),
        ({"tariffinput": {"1811808000": 95, "2027-06-01": 95}}, ["tariffinput"]),
        ({"tariffinput": {str(n): 1 for n in range(4001)}}, ["tariffinput"]),
        ({"tariffinput": {day(1): 0}}, ["tariffinput"]),
        ({"tariffinput": {day(1): "1.005"}}, ["tariffinput"]),
        ({"tariffinput": {day(5000): 1}}, ["tariffinput"]),
        ({"tariffinput": {day(1): -1}}, ["tariffinput"]),
        ({"tariffinput": {day(1): "NaN"}}, ["tariffinput"]),
        ({"mindaysinput": {day(1): 0}}, ["mindaysinput"]),
        ({"mindaysinput": {day(1): 32_768}}, ["mindaysinput"]),
        ({"dayofweek": 8}, ["dayofweek"]),
        ({"maxdays": 0}, ["maxdays"]),
        ({"allow_we": 2}, ["allow_we"]),
        ({"minpeople": 3, "maxpeople": 2}, ["maxpeople"]),
        ({"minrooms_alreadyselected": 100}, ["maxrooms_alreadyselected"]),
        ({"rate_title": ""}, ["rate_title"]),
        ({"rate_title": "x" * 256}, ["rate_title"]),
        ({"roomclass_uid": 0}, ["roomclass_uid"]),
        ({"tarifftypeid": -1}, ["tarifftypeid"]),
    ],
)
def test_refuses_what_makes_no_sense(pricer, path, tariff, changes, fields):
    status, key, found = refusal(pricer.put(path, tariff | changes))

    assert (status, key, [name.partition(".")[0] for name in found]) == (
        400,
        "validation_failed",
        fields,
    )
    assert not TariffType.objects.exists()


@pytest.mark.parametrize("method", ["post", "put"])
@pytest.mark.parametrize("missing", ["tariffinput", "mindaysinput", "roomclass_uid"])
def test_needs_prices_minimum_stays_and_room_type(pricer, path, tariff, missing, method):
    del tariff[missing]

    answer = getattr(pricer, method)(path, tariff)

    assert refusal(answer) == (400, "validation_failed", [missing])


@pytest.mark.parametrize("method", ["post", "put"])
def test_what_both_calls_refuse(pricer, path, tariff, hotel, method):
    call = getattr(pricer, method)
    unknown = call(path, tariff | {"roomclass_uid": 10**9})
    mode_of(hotel, TariffMode.ADVANCED)

    assert refusal(unknown) == (400, "room_type_incorrect", ["roomclass_uid"])
    assert refusal(call(path, tariff)) == (409, "tariff_save_method_not_valid", [])


def test_a_tariff_of_another_property_is_not_found(pricer, path, tariff, stranger, double):
    foreign = TariffType.objects.create(
        property=make_hotel(stranger, name="Foreign"), room_type=double
    )

    for tag in ({}, {"HTTP_IF_MATCH": '"v1"'}):
        answer = pricer.put(path, tariff | {"tarifftypeid": foreign.pk}, **tag)
        assert refusal(answer) == (404, "tariff_type_not_found", [])


def test_a_longest_stay_of_a_night_holds_against_a_minimum(pricer, path, tariff):
    pk = value(pricer.post(path, tariff))
    DailyRate.objects.filter(date=day(3)).update(max_stay=3)

    answer = pricer.put(path, tariff | {"tarifftypeid": pk, "mindaysinput": {day(1): 4}})

    assert refusal(answer) == (400, "validation_failed", ["maxdays"])
    assert rates(pk) == THREE


def test_a_version_that_is_not_current_changes_nothing(pricer, path, tariff):
    pk = value(pricer.post(path, tariff))
    body = tariff | {"tarifftypeid": pk, "rate_title": "Changed"}

    assert value(pricer.put(path, body, HTTP_IF_MATCH='"v1"')) == pk
    stale = pricer.put(path, body | {"rate_title": "Again"}, HTTP_IF_MATCH='"v1"')
    form = urlencode({"tarifftypeid": pk, "roomclass_uid": 1})
    stale_form = pricer.put(path, form, content_type=FORM, HTTP_IF_MATCH='"v1"')
    new = pricer.put(path, tariff | {"tarifftypeid": "none"}, HTTP_IF_MATCH='"v1"')

    assert refusal(stale) == refusal(stale_form) == (412, "precondition_failed", [])
    assert refusal(new) == (400, "validation_failed", ["tarifftypeid"])
    assert TariffType.objects.get().name == "Changed"


def test_a_year_is_one_write_and_few_statements(pricer, path, tariff):
    tariff["tariffinput"] = {day(ahead): "95" for ahead in range(365)}
    pk = value(pricer.post(path, tariff))
    with CaptureQueriesContext(connection) as captured:
        value(pricer.put(path, tariff | {"tarifftypeid": pk}))

    statements = [
        query["sql"]
        for query in captured
        if not query["sql"].startswith(("SAVEPOINT", "RELEASE", "BEGIN", "COMMIT"))
    ]
    assert len(statements) <= 12, statements
    assert sum("INSERT INTO tariffs_dailyrate" in statement for statement in statements) == 1
    assert DailyRate.objects.filter(price=Decimal(95)).count() == 365


def test_two_years_fit_one_form(pricer, path, double):
    """1,460 fields."""
    form = {"roomclass_uid": double.pk}
    for ahead in range(1, 731):
        form |= {f"tariffinput[{unix(ahead)}]": "95", f"mindaysinput[{unix(ahead)}]": "2"}

    value(pricer.post(path, urlencode(form), content_type=FORM))

    assert DailyRate.objects.filter(price=95, min_stay=2).count() == 730


def test_a_call_sent_again_is_done_once(pricer, path, tariff):
    header = {"HTTP_IDEMPOTENCY_KEY": "prices-1"}
    first = value(pricer.post(path, tariff, **header))

    again = pricer.post(path, tariff, **header)

    assert (value(again), again["Idempotency-Replayed"]) == (first, "true")
    assert TariffType.objects.count() == 1
