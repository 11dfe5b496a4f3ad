from __future__ import annotations

import json
import threading

import pytest
from django.db import connection

from bookyflow.channels.dictionary import MOST_ITEMS, RemoteItem, dictionary_map_save
from bookyflow.channels.models import Channel, DictionaryMap, DictionaryMapping, LocalType
from bookyflow.properties.models import PropertyFeature, PropertyType
from bookyflow.rooms.models import RoomFeature, RoomType
from tests.examples import example
from tests.features.cmf.conftest import BASE, FORM, refusal, shown, value

pytestmark = pytest.mark.django_db

ITEMS = BASE + "dictionary/items/"
SHARED = {
    "ptype": PropertyType,
    "pfeature": PropertyFeature,
    "rmfeature": RoomFeature,
    "rmtype": RoomType,
}


def item(remote_id, local_id=0, **more):
    return {"remote_item_id": remote_id, "bookyflow_id": local_id} | more


def save(client, *items, at="room_kinds/rmtype"):
    return client.post(f"{ITEMS}map/{at}", {"params": list(items)})


def kept(client, local_type="rmtype"):
    """What is mapped: remote id → local id."""
    found = value(client.get(f"{ITEMS}map/{local_type}"))["params"]
    return {key: one["bookyflow_id"] for key, one in found.items()}


def test_lists_the_dictionaries(ota):
    assert value(ota.get(ITEMS + "types")) == example("cmf.dictionary_items_types").answer


@pytest.mark.parametrize("kind", SHARED)
def test_lists_the_items_of_each(ota, hotel, kind):
    hidden = {"is_published": False} if kind == "ptype" else {}
    SHARED[kind].objects.exclude(pk__in=[hotel.property_type_id] * (kind == "ptype")).filter(
        **{"rooms": None} if kind == "rmtype" else {}
    ).delete()
    added = SHARED[kind].objects.create(name="A new one", **hidden)
    if kind != "ptype":
        SHARED[kind].objects.create(name="Of one property", property=hotel)

    found = value(ota.get(f"{ITEMS}type/items/{kind}"))

    assert found["item_type"] == kind
    assert next(iter(found["items"].items())) == (str(added.pk), "A new one")
    assert "Of one property" not in found["items"].values()


def test_names_of_items_are_in_the_language_asked_for(ota):
    apartment = PropertyType.objects.get(name="Apartment")
    found = value(ota.get(f"{ITEMS}type/items/ptype?language=de"))["items"]

    assert found[str(apartment.pk)] == "Ferienwohnung"


@pytest.mark.parametrize("local_type", ["room", "RMTYPE", "x" * 300, "%20"])
def test_a_dictionary_that_there_is_not(ota, local_type):
    unknown = (404, "item_type_unrecognised", [])

    assert refusal(ota.get(f"{ITEMS}type/items/{local_type}")) == unknown
    assert refusal(ota.get(f"{ITEMS}map/{local_type}")) == unknown
    assert refusal(save(ota, at=f"kinds/{local_type}")) == unknown


def test_a_map_is_kept_and_read_back(ota, double):
    sent = example("cmf.dictionary_items_map_save").request
    sent["params"][0]["bookyflow_id"] = double.pk

    saved = value(ota.post(f"{ITEMS}map/room_kinds/rmtype", sent))

    expected = shown("dictionary_items_map_get", id=saved)
    expected["params"]["17"]["bookyflow_id"] = double.pk
    assert value(ota.get(f"{ITEMS}map/rmtype")) == expected


def test_nothing_is_mapped_at_first(ota):
    assert value(ota.get(f"{ITEMS}map/ptype")) == {"id": None, "params": {}}


@pytest.mark.parametrize("form", [dict, list])
def test_forms_and_maps_of_items_work_as_well(ota, double, form):
    items = {"a": item("17", double.pk), "b": item(18, remote_name="Süße “Suite”\\")}
    text = json.dumps(items if form is dict else [*items.values()])

    value(ota.post(f"{ITEMS}map/room_kinds/rmtype", f"params={text}", content_type=FORM))

    assert kept(ota) == {"17": double.pk, "18": 0}
    assert value(ota.get(f"{ITEMS}map/rmtype"))["params"]["18"]["remote_name"] == ("Süße “Suite”\\")


def test_a_map_takes_the_place_of_the_one_before(ota, double, hotel):
    first = value(save(ota, item("17", double.pk), item("18")))
    other = value(save(ota, item("17", hotel.property_type_id), at="kinds/ptype"))

    assert value(save(ota, item("18", double.pk), at="others/rmtype")) == first
    assert (kept(ota), other != first) == ({"18": double.pk}, True)
    assert value(save(ota)) == first
    assert (kept(ota), kept(ota, "ptype")) == ({}, {"17": hotel.property_type_id})


def test_a_map_belongs_to_one_channel(ota, client_for, stranger, double, channel):
    Channel.objects.create(user=stranger, name=channel.name, friendly_name="Theirs")
    Channel.objects.create(user=channel.user, name="second", friendly_name="Second")
    value(save(ota, item("17", double.pk)))

    for user, name in ((stranger, channel.name), (channel.user, "second")):
        other = client_for("channel_management", user=user, channel=name)
        assert kept(other) == {}
        value(save(other, item("17")))
    assert kept(ota) == {"17": double.pk}


def test_an_item_that_is_deleted_here_is_not_mapped_any_more(ota):
    attic = RoomType.objects.create(name="Attic")
    value(save(ota, item("17", attic.pk)))
    attic.delete()

    assert kept(ota) == {"17": 0}


@pytest.mark.parametrize("kind", SHARED)
def test_refuses_an_item_of_ours_that_there_is_not(ota, hotel, kind):
    value(save(ota, item("1"), at=f"kinds/{kind}"))
    unknown = [10**15]
    if kind != "ptype":
        unknown.append(SHARED[kind].objects.create(name="Of one property", property=hotel).pk)

    for local_id in unknown:
        response = save(ota, item("2"), item("3", local_id), at=f"kinds/{kind}")
        assert refusal(response) == (400, "validation_failed", ["params[1].bookyflow_id"])
    assert kept(ota, kind) == {"1": 0}


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"params": None},
        {"params": "{"},
        {"params": 7},
        {"params": [7]},
        {"params": [{"bookyflow_id": 0}]},
        {"params": [{"remote_item_id": "1"}]},
        {"params": [item("")]},
        {"params": [item("x" * 256)]},
        {"params": [item(1.5)]},
        {"params": [item("1", -1)]},
        {"params": [item("1", 2**63)]},
        {"params": [item("1", "x")]},
        {"params": [item("1", remote_name=7)]},
        {"params": [item("1", remote_name="x" * 256)]},
        {"params": [item("1")] * (MOST_ITEMS + 1)},
    ],
    ids=lambda body: str(body)[:50],
)
def test_refuses_what_is_no_map(ota, body):
    response = ota.post(f"{ITEMS}map/room_kinds/rmtype", body)

    assert refusal(response) == (400, "validation_failed", ["params"])
    assert DictionaryMap.objects.count() == 0


def test_refuses_an_item_that_comes_twice(ota):
    response = save(ota, item(1), item("2"), item("1"))

    assert refusal(response) == (400, "validation_failed", ["params[2].remote_item_id"])


@pytest.mark.parametrize("name", ["x" * 101, "%E2%80%8B", "a%0Ab"])
def test_refuses_a_dictionary_without_a_name(ota, name):
    response = save(ota, at=f"{name}/rmtype")

    assert refusal(response) == (400, "validation_failed", ["remote_type"])


@pytest.mark.parametrize("kind", SHARED)
def test_reading_costs_no_more_for_more_items(ota, kind, django_assert_max_num_queries):
    counts = []
    for count in (2, 20):
        value(save(ota, *(item(number) for number in range(count)), at=f"kinds/{kind}"))
        for path in (f"map/{kind}", f"type/items/{kind}"):
            with django_assert_max_num_queries(6) as queries:
                value(ota.get(ITEMS + path))
            counts.append(len(queries))
        SHARED[kind].objects.bulk_create(
            SHARED[kind](name=f"{kind} {count} {number}") for number in range(count)
        )

    assert counts[:2] == counts[2:]


@pytest.mark.django_db(transaction=True)
def test_of_two_maps_at_once_one_is_kept_whole(channel):
    failed = []

    def run(name):
        try:
            dictionary_map_save(
                channel_id=channel.pk,
                local_type=LocalType.ROOM_TYPE,
                remote_type=name,
                items=[RemoteItem(str(number)) for number in range(50)],
            )
        except Exception as error:  # noqa: BLE001  # told by the assertion below
            failed.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(name,)) for name in "abcd"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert failed == []
    assert len(set(DictionaryMapping.objects.values_list("remote_type", flat=True))) == 1
    assert DictionaryMapping.objects.count() == 50
