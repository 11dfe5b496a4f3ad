from __future__ import annotations

from decimal import Decimal
from urllib.parse import urlencode

import pytest

from bookyflow.core.acting import SYSTEM
from bookyflow.events.models import Event
from bookyflow.properties.models import TariffMode
from bookyflow.reservations.blocks import block_create
from bookyflow.rooms.models import Room, RoomType
from bookyflow.rooms.services import MOST_AT_ONE
from bookyflow.tariffs.models import DailyRate, TariffType
from tests.conftest import make_hotel
from tests.domain.conftest import stay
from tests.examples import example
from tests.features.tariffs.conftest import BASE, FORM, day, mode_of, rates, refusal, value

pytestmark = pytest.mark.django_db

ADVANCED, MRP, SRP = "add/advanced", "add/normal/mrp", "add/normal/srp"


@pytest.fixture
def advanced(hotel, double):
    """The path of a hotel in advanced mode, and the body of two nights."""
    mode_of(hotel, TariffMode.ADVANCED)
    body = {"roomclass_uid": double.pk, "validfrom": day(1), "validto": day(2)}
    return f"{BASE}{hotel.pk}/{ADVANCED}", body


@pytest.fixture
def normal(hotel, double):
    """The path of a hotel in normal mode, and the body that leaves its three rooms."""
    mode_of(hotel, TariffMode.NORMAL)
    of_type = str(double.pk)
    body = {"number_of_rooms": {of_type: 3}, "roomrateperday": {of_type: "95.50"}}
    return f"{BASE}{hotel.pk}/{MRP}", body


@pytest.fixture
def villa(manager):
    """A property that is let as a whole, with one room, in normal mode."""
    prop = make_hotel(manager, name="Villa")
    prop.property_type = type(prop.property_type).objects.get(name="Villa")
    prop.save()
    prop.rooms.exclude(number="1").delete()
    mode_of(prop, TariffMode.NORMAL)
    return prop


def usable(prop, count: int = 2) -> list[RoomType]:
    return list(RoomType.objects.filter(property_types=prop.property_type)[:count])


def kinds() -> list[str]:
    return list(Event.objects.order_by("pk").values_list("kind", flat=True))


def rooms_of(prop) -> list[str]:
    return list(prop.rooms.order_by("number").values_list("number", flat=True))


def test_one_price_for_a_period(pricer, advanced, double):
    path, body = advanced
    shown = example("tariffs.create_advanced").request

    pk = value(pricer.post(path, shown | body))

    written = TariffType.objects.get(pk=pk)
    assert (written.name, written.description, written.max_stay, written.max_people) == (
        "Summer",
        "With breakfast",
        28,
        2,
    )
    assert rates(pk) == [(day(1), "110.50", 2), (day(2), "110.50", 2)]
    assert kinds() == ["tariffs_updated"]


def test_a_period_with_nothing_but_dates_costs_100(pricer, advanced):
    path, body = advanced

    pk = value(pricer.post(path, urlencode(body | {"tarifftypeid": 9}), content_type=FORM))

    assert rates(pk) == [(day(1), "100.00", 1), (day(2), "100.00", 1)]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"validto": day(0)}, ("validation_failed", ["validto"])),
        ({"validto": day(5000)}, ("validation_failed", ["validto"])),
        ({"validfrom": "2027/06/01"}, ("validation_failed", ["validfrom"])),
        ({"validfrom": ""}, ("validation_failed", ["validfrom"])),
        ({"roomrateperday": 0}, ("validation_failed", ["roomrateperday"])),
        ({"roomrateperday": "1.005"}, ("validation_failed", ["roomrateperday"])),
        ({"mindays": 0}, ("validation_failed", ["mindays"])),
        ({"mindays": 9, "maxdays": 8}, ("validation_failed", ["mindays"])),
        ({"minpeople": 9, "maxpeople": 8}, ("validation_failed", ["maxpeople"])),
        ({"roomclass_uid": 10**9}, ("room_type_incorrect", ["roomclass_uid"])),
    ],
)
def test_what_a_period_refuses(pricer, advanced, changes, expected):
    path, body = advanced

    assert refusal(pricer.post(path, body | changes)) == (400, *expected)
    assert not TariffType.objects.exists()


@pytest.mark.parametrize(
    ("path", "mode"), [(ADVANCED, TariffMode.NORMAL), (MRP, TariffMode.ADVANCED)]
)
def test_each_call_is_for_its_mode(pricer, hotel, double, path, mode):
    mode_of(hotel, mode)
    body = {"roomclass_uid": double.pk, "validfrom": day(1), "validto": day(2)}

    answer = pricer.post(f"{BASE}{hotel.pk}/{path}", body | {"number_of_rooms": {double.pk: 1}})

    assert refusal(answer) == (409, "tariff_save_method_not_valid", [])


def test_rooms_and_prices_as_the_document_shows_them(pricer, normal, hotel, double):
    path, _ = normal
    shown = example("tariffs.save_normal_mrp").request
    mine = {name: {str(double.pk): of["1"]} for name, of in shown.items()}
    mine["existing_room_uids"] = {str(double.pk): sorted(hotel.rooms.values_list("pk", flat=True))}

    answer = pricer.post(path, mine)

    (tariff,) = TariffType.objects.all()
    assert answer.json()["data"] == {"tarifftypeids": [tariff.pk]}
    assert rooms_of(hotel) == ["04", "1", "2", "3"]
    assert (tariff.room_type, tariff.max_people) == (double, 2)
    today = hotel.settings.today()
    nights = DailyRate.objects.filter(tariff_type=tariff, price=Decimal("95.50")).order_by("date")
    assert (nights[0].date, nights.count() >= 730) == (today, True)
    assert Room.objects.get(number="04").max_adults == 2
    assert kinds() == ["rooms_multiple_added", "tariffs_updated"]
    assert value(pricer.post(path, mine | {"existing_room_uids": {}})) == [tariff.pk]
    assert len(kinds()) == 2  # nothing is other than before


def test_a_form_sends_maps_in_brackets(pricer, normal, hotel, double):
    path, _ = normal
    ids = [str(pk) for pk in hotel.rooms.order_by("number").values_list("pk", flat=True)]
    form = {
        f"number_of_rooms[{double.pk}]": "1",
        f"existing_room_uids[{double.pk}]": ",".join(ids),
        f"rates_uid[{double.pk}]": "7",
        f"tarifftype_id[{double.pk}]": "0",
        f"roomrateperday[{double.pk}]": "95,50",
    }

    pk = value(pricer.post(path, urlencode(form), content_type=FORM))

    assert rooms_of(hotel) == ["3"]  # those that come first in the list are gone
    assert rates(*pk)[0][1] == "95.50"
    assert kinds() == ["rooms_multiple_deleted", "tariffs_updated"]


def test_the_newest_rooms_go_unless_somebody_has_them(pricer, normal, hotel, double):
    path, body = normal
    newest = hotel.rooms.get(number="3")
    block_create(property_id=hotel.pk, stay=stay(0, 1), room_ids=[newest.pk], by=SYSTEM)

    value(pricer.post(path, body | {"number_of_rooms": {double.pk: 2}}))
    two = rooms_of(hotel)
    value(pricer.post(path, body | {"number_of_rooms": {double.pk: 0}}))

    assert (two, rooms_of(hotel)) == (["1", "3"], ["3"])
    assert TariffType.objects.get().deleted_at is None  # somebody has a room of the type


def test_no_rooms_end_the_tariff_and_a_type_that_is_left_out_stays(pricer, normal, hotel, double):
    path, _ = normal
    twin = next(one for one in usable(hotel, 3) if one != double)
    both = {
        "number_of_rooms": {double.pk: 3, twin.pk: 1},
        "roomrateperday": {double.pk: 90, twin.pk: 80},
    }
    ids = dict(zip(sorted([double.pk, twin.pk]), value(pricer.post(path, both)), strict=True))

    left = value(pricer.post(path, {"number_of_rooms": {twin.pk: 0, 10**9: 0}}))

    assert left == []
    assert [one.pk for one in TariffType.objects.filter(deleted_at=None)] == [ids[double.pk]]
    assert rooms_of(hotel) == ["1", "2", "3"]
    value(pricer.post(path, {"number_of_rooms": {double.pk: 4}}))
    assert rates(ids[double.pk])[0][1] == "90.00"


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({}, (400, "validation_failed", ["number_of_rooms"])),
        ({"number_of_rooms": {"x": 1}}, (400, "validation_failed", ["number_of_rooms"])),
        ({"number_of_rooms": {"0": 1}}, (400, "validation_failed", ["number_of_rooms"])),
        ({"number_of_rooms": {"{}": -1}}, (400, "validation_failed", ["number_of_rooms"])),
        ({"number_of_rooms": {"{}": 1001}}, (400, "validation_failed", ["number_of_rooms"])),
        (
            {"number_of_rooms": {str(n): 0 for n in range(1, 102)}},
            (400, "validation_failed", ["number_of_rooms"]),
        ),
        (
            {"number_of_rooms": {str(10**9): 1}},
            (400, "room_type_incorrect", [f"number_of_rooms[{10**9}]"]),
        ),
        (
            {"number_of_rooms": {"{}": 3}, "roomrateperday": {"{}": 0}},
            (400, "validation_failed", ["roomrateperday[{}]"]),
        ),
        (
            {"number_of_rooms": {"{}": 3}, "roomrateperday": {"{}": "1.005"}},
            (400, "validation_failed", ["roomrateperday[{}]"]),
        ),
        (
            {"number_of_rooms": {}, "existing_room_uids": {"{}": "1,2"}},
            (400, "validation_failed", ["number_of_rooms[{}]"]),
        ),
        (
            {"number_of_rooms": {"{}": 3}, "existing_room_uids": {"{}": "1,x"}},
            (400, "validation_failed", ["existing_room_uids"]),
        ),
        (
            {"number_of_rooms": {"{}": 0}, "existing_room_uids": {"{}": []}},
            (409, "conflict", ["existing_room_uids[{}]"]),
        ),
        (
            {"number_of_rooms": {"{}": 3}, "tarifftype_id": {"{}": 10**9}},
            (404, "tariff_type_not_found", []),
        ),
        (
            {"number_of_rooms": {"{}": 3}, "maxpeople_tariff": {"{}": 0}},
            (400, "validation_failed", ["maxpeople_tariff"]),
        ),
    ],
)
def test_what_rooms_and_prices_refuse_changes_nothing(
    pricer, normal, hotel, double, body, expected
):
    path, _ = normal
    pk = str(double.pk)
    body = {
        name: {key.replace("{}", pk): one for key, one in of.items()} for name, of in body.items()
    }
    status, key, fields = expected

    found = refusal(pricer.post(path, body))

    assert found[:2] == (status, key)
    assert [name.partition(".")[0] for name in found[2]] == [f.replace("{}", pk) for f in fields]
    assert rooms_of(hotel) == ["1", "2", "3"]
    assert not Event.objects.exists()


def test_a_tariff_of_another_room_type_is_not_found(pricer, normal, hotel, double):
    path, body = normal
    twin = next(one for one in usable(hotel, 3) if one != double)
    other = TariffType.objects.create(property=hotel, room_type=twin)

    answer = pricer.post(path, body | {"tarifftype_id": {double.pk: other.pk}})

    assert refusal(answer) == (404, "tariff_type_not_found", [])


def test_a_property_has_only_so_many_rooms(pricer, normal, hotel, double):
    path, _ = normal
    Room.objects.bulk_create(
        Room(property=hotel, room_type=double, number=str(number))
        for number in range(4, MOST_AT_ONE + 1)
    )
    twin = next(one for one in usable(hotel, 3) if one != double)

    answer = pricer.post(path, {"number_of_rooms": {twin.pk: 1}})
    crowd = pricer.post(path, {"number_of_rooms": {twin.pk: 1000, double.pk: MOST_AT_ONE}})

    assert refusal(answer) == (409, "too_many_rooms_here", [])
    assert refusal(crowd)[:2] == (400, "validation_failed")


def test_versions_of_the_property_are_heeded(pricer, normal, hotel):
    path, body = normal
    hotel.refresh_from_db()

    value(pricer.post(path, body, HTTP_IF_MATCH=f'"v{hotel.version}"'))
    body["number_of_rooms"] = dict.fromkeys(body["number_of_rooms"], 5)
    value(pricer.post(path, body, HTTP_IF_MATCH=f'"v{hotel.version}"'))
    stale = pricer.post(path, body, HTTP_IF_MATCH=f'"v{hotel.version}"')

    assert refusal(stale) == (412, "precondition_failed", [])


def test_each_kind_of_property_has_its_own_call(pricer, normal, hotel, villa, double):
    body = {"number_of_rooms": {double.pk: 1}, "roomtype": double.pk}

    of_villa = pricer.post(f"{BASE}{villa.pk}/{MRP}", body)
    of_hotel = pricer.post(f"{BASE}{hotel.pk}/{SRP}", body)

    assert refusal(of_villa) == (409, "wrong_endpoint_property_is_srp", [])
    assert refusal(of_hotel) == (409, "wrong_endpoint_property_is_mrp", [])


def test_the_one_price_of_a_whole_as_the_document_shows_it(pricer, villa):
    first, second = usable(villa)
    path, shown = f"{BASE}{villa.pk}/{SRP}", example("tariffs.save_normal_srp").request

    answer = pricer.post(path, shown | {"roomtype": first.pk})

    (tariff,) = TariffType.objects.all()
    assert answer.json()["data"] == {"tarifftypeid": tariff.pk}
    room = villa.rooms.get()
    assert (tariff.max_people, room.room_type, room.max_adults) == (6, first, 2)
    assert rates(tariff.pk)[0] == (villa.settings.today().isoformat(), "180.50", 1)
    moved = {"roomtype": second.pk, "room_uid": room.pk, "tarifftypeid": tariff.pk}
    assert value(pricer.post(path, moved)) == tariff.pk
    tariff.refresh_from_db()
    room.refresh_from_db()
    assert room.room_type == tariff.room_type == second
    assert (tariff.max_people, rates(tariff.pk)[0][1]) == (100, "100.00")


@pytest.mark.parametrize(("sent", "places"), [({"max_people": 4}, 4), ({}, 10)])
def test_a_whole_without_its_room_gets_one(pricer, villa, sent, places):
    villa.rooms.all().delete()
    (first,) = usable(villa, 1)

    value(pricer.post(f"{BASE}{villa.pk}/{SRP}", {"roomtype": first.pk} | sent))

    assert villa.rooms.get().max_adults == places
    assert kinds() == ["rooms_multiple_added", "tariffs_updated"]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"roomtype": 0}, (400, "validation_failed", ["roomtype"])),
        ({"roomtype": 10**9}, (400, "room_type_incorrect", ["roomtype"])),
        ({"room_uid": 10**9}, (404, "room_not_found", [])),
        ({"tarifftypeid": 10**9}, (404, "tariff_type_not_found", [])),
        ({"roomrateperday": 0}, (400, "validation_failed", ["roomrateperday"])),
        ({"roomrateperday": "-1"}, (400, "validation_failed", ["roomrateperday"])),
        ({"max_people": 0}, (400, "validation_failed", ["max_people"])),
        ({"rates_uid": "x"}, (400, "validation_failed", ["rates_uid"])),
    ],
)
def test_what_a_whole_refuses(pricer, villa, changes, expected):
    (first,) = usable(villa, 1)

    answer = pricer.post(f"{BASE}{villa.pk}/{SRP}", {"roomtype": first.pk} | changes)

    assert refusal(answer) == expected
    assert not Event.objects.exists()


def test_a_whole_in_another_mode(pricer, villa):
    mode_of(villa, TariffMode.MICROMANAGE)
    (first,) = usable(villa, 1)

    answer = pricer.post(f"{BASE}{villa.pk}/{SRP}", {"roomtype": first.pk})

    assert refusal(answer) == (409, "tariff_save_method_not_valid", [])
