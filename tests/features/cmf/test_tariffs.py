from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from urllib.parse import urlencode

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bookyflow.availability.models import Allotment, Occupancy
from bookyflow.core.acting import SYSTEM
from bookyflow.core.dates import Stay, today_in
from bookyflow.events.models import Event
from bookyflow.properties.models import BookingModel, PropertySettings, PropertyType
from bookyflow.reservations.blocks import block_create
from bookyflow.tariffs.models import DailyRate, TariffType
from bookyflow.tariffs.services import base_price_set
from bookyflow.tariffs.tariff_types import tariff_save
from tests.conftest import make_hotel
from tests.features.cmf.conftest import (
    BASE,
    FORM,
    day,
    refusal,
    reservation,
    sent,
    shown,
    stay_info,
    value,
)

pytestmark = pytest.mark.django_db

TARIFF, MINSTAYS = BASE + "property/tariff", BASE + "property/minstays"
AVAILABILITY = BASE + "property/availability"


@pytest.fixture
def tariff(hotel, double):
    """The body of a tariff of three nights."""
    return {
        "property_uid": hotel.pk,
        "roomclass_uid": double.pk,
        "tariffinput": {day(1): "95.00", day(2): 95, day(3): "120"},
        "mindaysinput": {day(1): 2, day(3): 1},
    }


def unix(ahead: int) -> int:
    """The first second of the day so many days from today."""
    return int(datetime.fromisoformat(day(ahead)).replace(tzinfo=UTC).timestamp())


def rates() -> list[tuple[str, Decimal, int]]:
    return [
        (rate.date.isoformat(), rate.price, rate.min_stay)
        for rate in DailyRate.objects.order_by("tariff_type", "date")
    ]


THREE = [(1, Decimal(95), 2), (2, Decimal(95), 2), (3, Decimal(120), 1)]


def three() -> list[tuple[str, Decimal, int]]:
    return [(day(ahead), price, least) for ahead, price, least in THREE]


def test_writes_a_new_tariff(ota, tariff):
    pk = value(ota.put(TARIFF + "/", tariff))

    assert rates() == three()
    assert TariffType.objects.get().pk == pk
    event = Event.objects.get()
    assert (event.kind, event.user_id) == ("tariffs_updated", ota.key.user_id)
    assert event.channel_id is not None


def test_bracketed_form_fields_with_unix_times(ota, tariff, linked):
    form = {
        "property_uid": tariff["property_uid"],
        "roomclass_uid": tariff["roomclass_uid"],
        "tarifftypeid": "0",
        "rate_title": "Flexible double",
        "rate_description": "",
        "allow_we": "0",
        f"tariffinput[{unix(1)}]": "95,00",
        f"tariffinput[{unix(2)}]": "95",
        f"tariffinput[{unix(3)}]": "120.0",
        f"tariffinput[{unix(4)}]": "",
        f"mindaysinput[{unix(1)}]": "2",
        f"mindaysinput[{unix(3)}]": "1",
    }

    value(ota.put(TARIFF, urlencode(form), content_type=FORM))

    assert rates() == three()
    written = TariffType.objects.get()
    assert (written.name, written.allow_weekend, written.weekend_only) == (
        "Flexible double",
        False,
        False,
    )


def test_json_text_in_a_form_field(ota, tariff):
    form = {
        **tariff,
        "tariffinput": f'{{"{day(1)}": 95, "{day(2)}": "95", "{day(3)}": 120, "{day(4)}": null}}',
        "mindaysinput": f'{{"{day(1)}": 2, "{day(3)}": 1}}',
    }

    value(ota.put(TARIFF, urlencode(form), content_type=FORM))

    assert rates() == three()


def test_two_years_fit_one_form(ota, tariff):
    """1,460 fields."""
    form = {key: tariff[key] for key in ("property_uid", "roomclass_uid")}
    for ahead in range(1, 731):
        form |= {f"tariffinput[{unix(ahead)}]": "95", f"mindaysinput[{unix(ahead)}]": "2"}

    value(ota.put(TARIFF, urlencode(form), content_type=FORM))

    assert DailyRate.objects.filter(price=95, min_stay=2).count() == 730


def test_every_condition(ota, tariff, hotel):
    conditions = {
        "rate_title": "Long weekend",
        "rate_description": "Three nights",
        "maxdays": 9,
        "minpeople": 2,
        "maxpeople": 3,
        "dayofweek": 5,
        "ignore_pppn": 1,
        "allow_we": 1,
        "weekendonly": 1,
        "minrooms_alreadyselected": 1,
        "maxrooms_alreadyselected": 2,
    }

    pk = value(ota.put(TARIFF, tariff | conditions))

    written = TariffType.objects.values().get(pk=pk)
    expected = {
        "name": "Long weekend",
        "description": "Three nights",
        "max_stay": 9,
        "min_people": 2,
        "max_people": 3,
        "arrival_weekday": 5,
        "ignore_per_person": True,
        "allow_weekend": True,
        "weekend_only": True,
        "min_rooms_selected": 1,
        "max_rooms_selected": 2,
    }
    assert written == written | expected
    again = value(ota.put(TARIFF, tariff | {"tarifftypeid": pk, "maxdays": 8}))
    assert again == pk
    assert TariffType.objects.values().get() == written | {"max_stay": 8, "version": 2}


@pytest.mark.parametrize(
    ("changes", "fields"),
    [
        ({"tariffinput": {}}, ["tariffinput"]),
        ({"mindaysinput": {}}, ["mindaysinput"]),
        ({"tariffinput": [95]}, ["tariffinput"]),
        ({"tariffinput": {"2027-02-30": 95}}, ["tariffinput"]),
        ({"tariffinput": {"1811808001": 95}}, ["tariffinput"]),
        ({"tariffinput": {"9" * 12: 95}}, ["tariffinput"]),
        ({"tariffinput": {"1811808000": 95, "2027-06-01": 95}}, None),
        ({"tariffinput": {"2027-06-01": -1}}, None),
        ({"tariffinput": {"2027-06-01": "NaN"}}, None),
        ({"mindaysinput": {"2027-06-01": 0}}, None),
        ({"mindaysinput": {"2027-06-01": 1, "2027-06-02": True}}, None),
        ({"dayofweek": 8}, ["dayofweek"]),
        ({"maxdays": 0}, ["maxdays"]),
        ({"minpeople": 3, "maxpeople": 2}, ["maxpeople"]),
        ({"rate_title": ""}, ["rate_title"]),
        ({"roomclass_uid": 0}, ["roomclass_uid"]),
    ],
)
def test_refuses_what_makes_no_sense(ota, tariff, changes, fields):
    status, key, found = refusal(ota.put(TARIFF, tariff | changes))

    assert (status, key) == (400, "validation_failed")
    assert found == fields or (fields is None and found[0].startswith(next(iter(changes))))
    assert not TariffType.objects.exists()


def test_too_many_dates_are_refused_as_such_and_not_one_by_one(ota, tariff):
    answer = ota.put(TARIFF, tariff | {"tariffinput": {str(n): "none" for n in range(4001)}})

    assert answer.json()["fields"] == {"tariffinput": ["At most 4000 dates in one call."]}


@pytest.mark.parametrize("missing", ["tariffinput", "mindaysinput", "roomclass_uid"])
def test_needs_prices_minimum_stays_and_room_type(ota, tariff, missing):
    del tariff[missing]

    assert refusal(ota.put(TARIFF, tariff)) == (400, "validation_failed", [missing])


def test_a_tariff_of_another_property_is_not_found(ota, tariff, stranger, double):
    foreign = TariffType.objects.create(
        property=make_hotel(stranger, name="Foreign"), room_type=double
    )

    status, key, _ = refusal(ota.put(TARIFF, tariff | {"tarifftypeid": foreign.pk}))

    assert (status, key) == (404, "tariff_type_not_found")


def test_a_room_type_that_cannot_be_used(ota, tariff):
    response = ota.put(TARIFF, tariff | {"roomclass_uid": 10**9})

    assert refusal(response) == (400, "room_type_incorrect", ["roomclass_uid"])


@pytest.mark.parametrize("path", [TARIFF, MINSTAYS, AVAILABILITY])
def test_a_property_out_of_reach_is_not_found(ota, stranger, path):
    foreign = make_hotel(stranger, name="Foreign")

    assert ota.put(path, {"property_uid": foreign.pk}).status_code == 404


def test_a_year_takes_twelve_statements_at_most(ota, tariff):
    tariff["tariffinput"] = {day(ahead): "95" for ahead in range(365)}
    pk = value(ota.put(TARIFF, tariff))
    with CaptureQueriesContext(connection) as captured:
        value(ota.put(TARIFF, tariff | {"tarifftypeid": pk}))

    statements = [
        query["sql"]
        for query in captured
        if not query["sql"].startswith(("SAVEPOINT", "RELEASE", "BEGIN", "COMMIT"))
    ]
    assert len(statements) <= 12, statements
    assert sum("INSERT INTO tariffs_dailyrate" in statement for statement in statements) == 1


def test_minimum_stays_of_ranges(ota, tariff, hotel):
    value(ota.put(TARIFF, tariff))
    minstays = [
        {"date_from": day(0), "date_to": day(2), "minstay": 7},
        {"date_from": day(2), "date_to": day(9), "minstay": 5},
    ]

    assert value(ota.put(MINSTAYS, {"property_uid": hotel.pk, "minstays": minstays})) is True
    found = value(ota.get(BASE + f"property/minstay/{hotel.pk}/{day(0)}/{day(4)}"))

    assert found == {
        day(0): {},
        day(1): {"minstay": 7},
        day(2): {"minstay": 5},
        day(3): {"minstay": 5},
        day(4): {},
    }


def test_minimum_stays_are_refused_whole(ota, tariff, hotel):
    value(ota.put(TARIFF, tariff))
    good = {"date_from": day(0), "date_to": day(9), "minstay": 9}
    for wrong in (
        {"minstay": 0},
        {"minstay": None},
        {"date_from": "2027-02-30"},
        {"date_to": day(-1)},
        {"date_to": "2199-01-01"},
    ):
        body = {"property_uid": hotel.pk, "minstays": [good, good | wrong]}
        assert refusal(ota.put(MINSTAYS, body))[:2] == (400, "validation_failed")
    assert refusal(ota.put(MINSTAYS, {"property_uid": hotel.pk, "minstays": []}))[0] == 400

    assert rates() == three()


def test_minimum_stays_need_tariffs(ota, hotel):
    minstays = [{"date_from": day(0), "date_to": day(9), "minstay": 9}]

    response = ota.put(MINSTAYS, {"property_uid": hotel.pk, "minstays": minstays})

    assert refusal(response)[:2] == (409, "no_tariffs_yet")


def ranges(*items: tuple[int, int, bool]) -> list[dict[str, object]]:
    return [
        {"date_from": day(first), "date_to": day(last), "available": available}
        for first, last, available in items
    ]


def calendar(ota, hotel, last=3):
    found = value(ota.get(BASE + f"property/calendar/{hotel.pk}/{day(0)}/{day(last)}"))
    return [(one["is_blocked"], one["free_rooms"]) for one in found.values()]


def test_opens_and_closes_ranges(ota, hotel, double):
    body = {
        "property_uid": hotel.pk,
        "room_type_id": double.pk,
        "inventory": 2,
        "availability": ranges((0, 1, True), (3, 3, False)),
    }

    assert value(ota.put(AVAILABILITY, body)) == {"success": True}

    assert calendar(ota, hotel) == [(False, 2), (False, 2), (False, 3), (True, 0)]
    available = BASE + f"property/available/rooms/{hotel.pk}"
    closed = value(ota.get(f"{available}/{day(2)}/{day(3)}"))
    limited = value(ota.get(f"{available}/{day(0)}/{day(1)}"))
    assert closed == {"continuously_available_rooms": [], "room_details": {}}
    assert len(limited["continuously_available_rooms"]) == len(limited["room_details"]) == 2


@pytest.mark.parametrize(
    ("known", "sent_too", "limit"), [(None, {}, None), (2, {}, 2), (2, {"rooms_left": "1"}, 1)]
)
def test_a_limit_stays_unless_one_is_sent(ota, hotel, double, known, sent_too, limit):
    Allotment.objects.create(
        property=hotel, room_type=double, date=day(0), max_to_sell=known, stop_sell=True
    )
    body = {
        "property_uid": str(hotel.pk),
        "room_type_id": str(double.pk),
        "availability": f'[{{"date_from":"{day(0)}","date_to":"{day(0)}","available":"true"}}]',
    } | sent_too

    value(ota.put(AVAILABILITY, urlencode(body), content_type=FORM))

    rule = Allotment.objects.get()
    assert (rule.max_to_sell, rule.stop_sell) == (limit, False)


def test_the_text_false_closes(ota, hotel, double):
    body = {
        "property_uid": hotel.pk,
        "room_type_id": double.pk,
        "availability": [{"date_from": day(0), "date_to": day(0), "available": "false"}],
    }

    value(ota.put(AVAILABILITY, body))

    assert Allotment.objects.get().stop_sell


def test_a_booked_range_is_closed_and_what_is_booked_stays(ota, hotel, double):
    value(ota.put(BASE + "reservations/add", sent(reservation("A1", stay_info(hotel, 0, 1)))))
    body = {
        "property_uid": hotel.pk,
        "room_type_id": double.pk,
        "availability": ranges((0, 2, False)),
    }

    value(ota.put(AVAILABILITY, body))

    assert calendar(ota, hotel) == [(True, 0), (True, 0), (True, 0), (False, 3)]
    assert Occupancy.objects.get().kind == "booking"
    refused = ota.put(BASE + "reservations/add", sent(reservation("A2", stay_info(hotel, 1, 1))))
    assert refusal(refused)[:2] == (409, "stop_sell")


def test_rooms_left_are_sold_beyond_those_that_are_booked(ota, hotel, double):
    value(ota.put(BASE + "reservations/add", sent(reservation("A1", stay_info(hotel, 0, 1)))))
    body = {
        "property_uid": hotel.pk,
        "room_type_id": double.pk,
        "rooms_left": 1,
        "availability": ranges((0, 2, True)),
    }

    value(ota.put(AVAILABILITY, body))

    assert calendar(ota, hotel) == [(False, 1), (False, 1), (False, 1), (False, 3)]
    assert list(Allotment.objects.order_by("date").values_list("max_to_sell", flat=True)) == [
        2,
        2,
        1,
    ]


def test_full_nights_are_listed(ota, hotel, double):
    closed = {
        "property_uid": hotel.pk,
        "room_type_id": double.pk,
        "availability": ranges((2, 3, False)),
    }
    value(ota.put(AVAILABILITY, closed))
    full = stay_info(hotel, 5, 5, room_quantity=3)
    value(ota.put(BASE + "reservations/add", sent(reservation("A1", full))))
    path = BASE + f"property/availability/blocks/{hotel.pk}"

    found = value(ota.get(f"{path}/{day(0)}/{day(6)}"))

    assert found == [day(2), day(3), day(5)]
    assert value(ota.get(f"{path}/{day(0)}/{day(1)}")) == []
    assert refusal(ota.get(f"{path}/{day(1)}/{day(0)}"))[:2] == (400, "validation_failed")
    Occupancy.objects.all().delete()
    hotel.rooms.all().delete()
    assert refusal(ota.get(f"{path}/{day(0)}/{day(6)}"))[:2] == (409, "no_rooms_in_property")


def test_a_closed_type_takes_no_reservation(ota, hotel, double):
    body = {"property_uid": hotel.pk, "room_type_id": double.pk}
    value(ota.put(AVAILABILITY, body | {"availability": ranges((3, 3, False))}))

    response = ota.put(BASE + "reservations/add", sent(reservation("A1", stay_info(hotel, 3, 4))))

    assert refusal(response)[:2] == (409, "stop_sell")


def test_what_availability_refuses(ota, hotel, double):
    good = {
        "property_uid": hotel.pk,
        "room_type_id": double.pk,
        "availability": ranges((0, 1, True)),
    }
    for changes, expected in (
        ({"room_type_id": 0}, (400, "room_type_id_zero")),
        ({"room_type_id": 10**9}, (409, "no_rooms_of_this_type")),
        ({"availability": []}, (400, "validation_failed")),
        ({"availability": ranges((0, 1, True), (-3, -2, True))}, (409, "dates_in_past")),
        ({"availability": ranges((0, 1, True), (3, 2, True))}, (400, "validation_failed")),
        ({"availability": ranges((0, 90_000, True))}, (400, "validation_failed")),
        ({"availability": [{"date_from": day(0), "date_to": day(0)}]}, (400, "validation_failed")),
        ({"inventory": -1}, (400, "validation_failed")),
        ({"rooms_left": -1}, (400, "validation_failed")),
        ({"rooms_left": 1, "inventory": 1}, (400, "validation_failed")),
    ):
        assert refusal(ota.put(AVAILABILITY, good | changes))[:2] == expected

    assert not Allotment.objects.exists()


def test_nothing_is_opened_where_the_whole_that_is_let_is_missing(ota, hotel, double):
    hotel.rooms.all().delete()
    PropertyType.objects.update(flag=BookingModel.SINGLE_ROOM)
    body = {"property_uid": hotel.pk, "room_type_id": 0, "availability": ranges((0, 1, True))}

    assert refusal(ota.put(AVAILABILITY, body)) == (409, "no_rooms_in_property", [])


def test_the_whole_range_at_the_edge_of_what_is_possible(ota, hotel, double):
    """Ten years are written; blocks inside stay blocks."""
    today = today_in("UTC")
    block_create(property_id=hotel.pk, stay=Stay(today, today + timedelta(days=1)), by=SYSTEM)
    body = {
        "property_uid": hotel.pk,
        "room_type_id": double.pk,
        "inventory": 3,
        "availability": ranges((0, 3653, True)),
    }

    value(ota.put(AVAILABILITY, body))

    assert Allotment.objects.count() == 3654
    assert calendar(ota, hotel, 1) == [(True, 0), (False, 3)]


@pytest.fixture
def summer(hotel, double):
    """The tariff of the example: three nights at 120, from tomorrow on."""
    return tariff_save(
        property_id=hotel.pk,
        room_type_id=double.pk,
        prices={date.fromisoformat(day(ahead)): Decimal(120) for ahead in (1, 2, 3)},
        min_stays={date.fromisoformat(day(1)): 2},
        conditions={"name": "Summer", "max_stay": 14, "max_people": 2},
        by=SYSTEM,
    )


def test_all_prices_and_their_nights(ota, hotel, double, summer):
    nights = [day(1), day(2), day(3)]
    path = f"{BASE}property/list/{{}}/{hotel.pk}"

    assert value(ota.get(path.format("prices"))) == shown(
        "property_list_prices",
        by_tariff_sets=summer,
        tarifftype_id=summer,
        room_type_id=double.pk,
        date_range={"start": day(1), "end": day(3)},
        dates=nights,
    )
    assert value(ota.get(path.format("tariff/types/dates"))) == shown(
        "property_list_tariff_types_dates", by_tariff_sets=summer, dates=nights
    )


def test_prices_for_each_person_and_closed_nights(ota, hotel, summer):
    PropertySettings.objects.filter(pk=hotel.pk).update(per_person_per_night=True)
    DailyRate.objects.filter(date=date.fromisoformat(day(2))).update(closed=True)
    path = f"{BASE}property/list/{{}}/{hotel.pk}"

    (rows,) = value(ota.get(path.format("prices")))["tariff_sets"].values()
    (dates,) = value(ota.get(path.format("tariff/types/dates")))["tariff_sets"].values()

    assert [(row["per_person_per_night"], row["dates"]) for row in rows] == [
        (True, [day(1)]),
        (True, [day(3)]),
    ]
    assert dates == {"dates": [day(1), day(3)]}


def test_all_tariffs_are_deleted(ota, hotel, summer, manager):
    other = base_price_set(
        property_id=make_hotel(manager).pk, price=Decimal(9), max_people=2, by=SYSTEM
    )
    yesterday = date.fromisoformat(day(-1))
    DailyRate.objects.create(
        tariff_type_id=summer, property=hotel, date=yesterday, price=Decimal(100)
    )
    Event.objects.all().delete()

    for _ in range(2):
        answer = value(ota.delete(f"{BASE}property/tariffs/{hotel.pk}"))
        assert answer is shown("delete_property_tariffs")

    assert list(TariffType.objects.filter(deleted_at=None).values_list("pk", flat=True)) == other
    assert [rate.date for rate in DailyRate.objects.filter(property=hotel)] == [yesterday]
    assert Event.objects.get().data == {"tariff_type_ids": [summer]}
    for kind in ("prices", "tariff/types/dates"):
        assert value(ota.get(f"{BASE}property/list/{kind}/{hotel.pk}")) == {"tariff_sets": {}}
