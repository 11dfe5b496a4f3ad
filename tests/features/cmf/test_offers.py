"""Extras, coupons and guest types of a property: added, changed, listed, deleted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

import pytest
from django.db import connection
from django.db.models import Model
from django.test.utils import CaptureQueriesContext

from bookyflow.core.acting import SYSTEM
from bookyflow.events.models import Event
from bookyflow.guests.profiles import GuestProfile, guest_add
from bookyflow.rooms.models import RoomType
from bookyflow.tariffs.models import Coupon, Extra, GuestType, TaxRate
from tests.conftest import make_hotel
from tests.examples import example
from tests.features.cmf.conftest import BASE, FORM, refusal, shown, value


@dataclass(frozen=True)
class Kind:
    """One kind of what a property offers: its path, its model, and how an id is named."""

    name: str
    model: type[Model]
    id_sent: str
    least: dict[str, Any]  # what a new one needs
    change: dict[str, Any]
    shown: dict[str, Any]  # of the change
    events: tuple[str, str, str]  # of adding, changing and deleting

    @property
    def put(self) -> str:
        return f"{BASE}property/{self.name}"

    def listed(self, prop) -> str:
        return f"{BASE}property/list/{self.name}s/{prop.pk}"

    @property
    def not_found(self) -> str:
        return {"guesttype": "guest_type"}.get(self.name, self.name) + "_not_found"


KINDS = [
    Kind(
        "extra",
        Extra,
        "extra_id",
        {"name": "Cot", "price": "5"},
        {"price": "14,50"},
        {"price": "14.50"},
        ("extra_saved", "extra_saved", "extra_deleted"),
    ),
    Kind(
        "coupon",
        Coupon,
        "coupon_id",
        {"amount": "5"},
        {"amount": "7,50"},
        {"amount": "7.5"},
        ("coupon_saved", "coupon_updated", "coupon_deleted"),
    ),
    Kind(
        "guesttype",
        GuestType,
        "id",
        {"type": "Senior"},
        {"variance": "7,50"},
        {"variance": "7.5"},
        ("guest_type_saved", "guest_type_saved", "guest_type_deleted"),
    ),
]
pytestmark = pytest.mark.django_db
each = pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)


@pytest.fixture
def vat(db):
    rate, _ = TaxRate.objects.get_or_create(code="01", defaults={"description": "VAT", "rate": 20})
    return rate


@pytest.fixture
def added(ota, hotel, vat):
    """Add one of a kind as its example does; its id."""

    def add(kind: Kind, **changes) -> int:
        shown_body = example(f"cmf.put_property_{kind.name}").request
        body = shown_body | {"property_uid": hotel.pk} | changes
        if kind.name == "extra":
            body["tax_rate"] = vat.pk
        (pk,) = value(ota.put(kind.put, body)).values()
        return pk

    return add


def only(answer) -> dict[str, Any]:
    """The one item of a list or map."""
    (one,) = answer.values() if isinstance(answer, dict) else answer
    return one


@each
def test_one_is_added_changed_and_deleted(ota, hotel, added, vat, kind):
    pk = added(kind)
    first = only(value(ota.get(kind.listed(hotel))))
    form = {"property_uid": hotel.pk, kind.id_sent: pk} | kind.change
    for _ in range(2):
        answer = value(ota.put(kind.put, urlencode(form), content_type=FORM))
        assert answer == shown(f"put_property_{kind.name}", **{kind.id_sent: pk})
    second = only(value(ota.get(kind.listed(hotel))))
    path = f"{kind.put}/{hotel.pk}/{pk}"
    assert value(ota.delete(path)) is shown(f"delete_property_{kind.name}")

    assert refusal(ota.delete(path)) == (404, kind.not_found, [])
    known = {"extra_id": pk, "id": pk, "coupon_id": pk, "property_uid": hotel.pk, "by_response": pk}
    expected = only(shown(f"property_list_{kind.name}s", **known, tax_rate=vat.pk))
    assert first == expected
    assert second == expected | {"version": 2} | kind.shown
    assert not value(ota.get(kind.listed(hotel)))
    assert tuple(Event.objects.order_by("pk").values_list("kind", flat=True)) == kind.events


@each
def test_the_least_that_a_new_one_needs(ota, hotel, kind):
    for missing in kind.least:
        found = refusal(ota.put(kind.put, {"property_uid": hotel.pk}))
        assert found[:2] == (400, "validation_failed")
        assert missing in found[2]

    assert value(ota.put(kind.put, {"property_uid": hotel.pk} | kind.least))
    one = only(value(ota.get(kind.listed(hotel))))
    usual = {
        "extra": {"published": 0, "include_in_property_lists": 0, "tax_rate": 0, "maxquantity": 1},
        "coupon": {"ispercentage": 1, "roomonly": 0, "guest_id": 0, "valid_from": None},
        "guesttype": {"published": 1, "order": 0, "is_child": 0},
    }[kind.name]
    assert {name: one[name] for name in usual} == usual


@each
def test_one_of_another_property_is_not_found(ota, hotel, manager, kind):
    other = make_hotel(manager, name="Other")
    fields = {"amount": 5, "code": "X"} if kind.model is Coupon else {"name": "X"}
    theirs = kind.model.objects.create(
        property=other, **fields, **({"price": 1} if kind.model is Extra else {})
    )
    body = {"property_uid": hotel.pk, kind.id_sent: theirs.pk} | kind.change

    assert refusal(ota.put(kind.put, body)) == (404, kind.not_found, [])
    assert refusal(ota.delete(f"{kind.put}/{hotel.pk}/{theirs.pk}")) == (404, kind.not_found, [])
    assert refusal(ota.put(kind.put, body | {kind.id_sent: 2**63 - 1}))[0] == 404
    before = kind.model.objects.filter(pk=theirs.pk).values().get()
    assert before["property_id"] == other.pk
    assert before["version"] == 1


@each
def test_only_while_it_is_as_the_channel_knows_it(ota, hotel, added, kind):
    pk = added(kind)
    body = {"property_uid": hotel.pk, kind.id_sent: pk} | kind.change
    stale = (412, "precondition_failed", [])

    assert refusal(ota.put(kind.put, body, HTTP_IF_MATCH='"v2"')) == stale
    assert ota.put(kind.put, body, HTTP_IF_MATCH='"v1"').status_code == 200
    path = f"{kind.put}/{hotel.pk}/{pk}"
    assert refusal(ota.delete(path, HTTP_IF_MATCH='"v1"')) == stale
    assert ota.delete(path, HTTP_IF_MATCH='"v2"').status_code == 200


@each
def test_a_list_costs_no_more_for_more(ota, hotel, kind):
    def cost() -> int:
        with CaptureQueriesContext(connection) as captured:
            value(ota.get(kind.listed(hotel)))
        return len(captured)

    def add(number: int) -> None:
        code = {"coupon_code": f"C{number}"} if kind.name == "coupon" else {}
        value(ota.put(kind.put, {"property_uid": hotel.pk} | kind.least | code))

    add(0)
    cost()  # from then on the process keeps the property
    few = cost()
    for number in range(1, 5):
        add(number)

    assert cost() == few <= 4
    assert len(value(ota.get(kind.listed(hotel)))) == 5


def test_extras_go_by_name_and_are_no_discounts(ota, hotel, added):
    for name in ("Wine", "Cot"):
        value(ota.put(KINDS[0].put, {"property_uid": hotel.pk, "name": name, "price": 5}))

    listed = value(ota.get(KINDS[0].listed(hotel)))
    discounts = ota.get(f"{BASE}property/list/discounts/{hotel.pk}")

    assert [one["name"] for one in listed.values()] == ["Cot", "Wine"]
    assert value(discounts) == listed
    assert f"/cmf/property/list/extras/{hotel.pk}>" in discounts["Link"]
    assert discounts["Deprecation"].startswith("@")


@pytest.mark.parametrize(
    ("number", "read", "stored"),
    [
        (7, 8, "per_night_with_minimum"),
        (8, 8, "per_night_with_minimum"),
        ("9", 9, "per_night_per_room"),
        (10, 10, "per_room"),
        (100, 100, "percentage"),
    ],
)
def test_models_go_by_the_numbers_that_channels_know(ota, hotel, number, read, stored):
    body = {"property_uid": hotel.pk, "name": "Fee", "price": "12.5", "model_model": number}

    pk = value(ota.put(KINDS[0].put, body | {"model_params": 3}))["extra_id"]

    one = only(value(ota.get(KINDS[0].listed(hotel))))
    assert one["model"] == [{"id": pk, "model": read, "params": 3, "force": 0}]
    assert one["price"] == ("12.5" if number == 100 else "12.50")
    assert Extra.objects.get().model == stored


def test_an_extra_of_a_room_type_and_of_none_again(ota, hotel, double, added):
    double.property_types.add(hotel.property_type)
    attic = RoomType.objects.create(name="Attic")
    pk = added(KINDS[0], limited_to_room_type=double.pk)
    path, body = KINDS[0].put, {"property_uid": hotel.pk, "extra_id": pk}

    for foreign in (attic.pk, 2**63 - 1):
        found = refusal(ota.put(path, body | {"limited_to_room_type": foreign}))
        assert found == (400, "room_type_incorrect", ["limited_to_room_type"])
    assert Extra.objects.get().room_type_id == double.pk
    value(ota.put(path, body | {"limited_to_room_type": 0, "tax_rate": 0}))
    assert (Extra.objects.get().room_type_id, Extra.objects.get().tax_rate_id) == (None, None)


def test_codes_of_coupons(ota, hotel, added):
    pk = added(KINDS[1], coupon_code="spring", is_percentage=0)
    path, body = KINDS[1].put, {"property_uid": hotel.pk}

    assert refusal(ota.put(path, body | {"coupon_code": "Spring ", "amount": 5})) == (
        409,
        "conflict",
        ["coupon_code"],
    )
    value(ota.put(path, body | {"coupon_id": pk, "coupon_code": ""}))
    value(ota.put(path, body | {"coupon_code": "", "amount": 5}))
    codes = Coupon.objects.order_by("pk").values_list("code", flat=True)
    assert (codes[0], len(codes[1])) == ("SPRING", 15)
    assert value(ota.get(KINDS[1].listed(hotel)))[0]["amount"] == "10.00"


def test_a_coupon_for_one_guest_of_the_property(ota, hotel, manager, added):
    ada = guest_add(property_id=hotel.pk, profile=GuestProfile("Byrne", "Ada"), by=SYSTEM)
    other = make_hotel(manager, name="Other")
    theirs = guest_add(property_id=other.pk, profile=GuestProfile("Byrne", "Ada"), by=SYSTEM)
    pk = added(KINDS[1], guest_uid=ada.pk)
    path, body = KINDS[1].put, {"property_uid": hotel.pk, "coupon_id": pk}

    assert only(value(ota.get(KINDS[1].listed(hotel))))["guest_id"] == ada.pk
    unknown = refusal(ota.put(path, body | {"guest_uid": theirs.pk}))
    assert unknown == (400, "validation_failed", ["guest_uid"])
    value(ota.put(path, body | {"guest_uid": 0}))
    assert Coupon.objects.get().guest_id is None


AMOUNTS = [None, "", [], True, -1, "NaN", "1e3", "0.001", 10**9, "ten"]
SMALL = [None, "", [], -1, 10**30, "many", 1.5, 40_000]
DATES = [None, "", 5, [], "2027-02-29", "01/02/2027", "9999-12-31"]
FLAGS = [None, "", 2, -1, "yes", [], 1.5]
LINES = [None, "", 5, [], True, "a\nb", "\u0007", "x" * 256]
IDS = [None, "", [], -1, 10**30, "one", 1.5]


@pytest.mark.parametrize(
    ("kind", "name", "hostile"),
    [
        (0, "extra_id", IDS),
        (0, "name", LINES),
        (0, "description", [None, 5, [], "\u0007", "x" * 5001]),
        (0, "price", AMOUNTS),
        (0, "auto_select", FLAGS),
        (0, "tax_rate", [*IDS, 2**63 - 1]),
        (0, "maxquantity", [*SMALL, 0, 1001]),
        (0, "validfrom", [*DATES, "2190-01-01"]),
        (0, "validto", [*DATES, "2020-01-01"]),
        (0, "include_in_property_lists", FLAGS),
        (0, "limited_to_room_type", IDS),
        (0, "published", FLAGS),
        (0, "model_model", [None, "", [], 0, 11, "per_week", 10**30, True]),
        (0, "model_params", SMALL),
        (0, "model_force", FLAGS),
        (1, "coupon_id", IDS),
        (1, "coupon_code", [None, 5, [], "a\nb", "\u0007", "x" * 51]),
        (1, "valid_from", [*DATES, "2190-01-01"]),
        (1, "valid_to", [*DATES, "2020-01-01"]),
        (1, "booking_valid_from", [*DATES, "2190-01-01"]),
        (1, "booking_valid_to", [*DATES, "2020-01-01"]),
        (1, "amount", [*AMOUNTS, 101]),
        (1, "is_percentage", FLAGS),
        (1, "guest_uid", [*IDS, 2**63 - 1]),
        (2, "id", IDS),
        (2, "type", [*LINES, "x" * 101]),
        (2, "notes", [None, 5, [], "\u0007", "x" * 256]),
        (2, "maximum", [*SMALL, 0, 1001]),
        (2, "is_percentage", FLAGS),
        (2, "is_child", FLAGS),
        (2, "posneg", FLAGS),
        (2, "order", SMALL),
        (2, "variance", [*AMOUNTS, 101]),
    ],
)
def test_refuses_hostile_fields(ota, hotel, vat, kind, name, hostile):
    kind = KINDS[kind]
    good = example(f"cmf.put_property_{kind.name}").request | {"property_uid": hotel.pk}
    if kind.name == "extra":
        good["tax_rate"] = vat.pk

    found = {repr(bad): refusal(ota.put(kind.put, good | {name: bad})) for bad in hostile}

    for bad, answer in found.items():  # a period ends before it begins: the end is at fault
        at_fault = name.replace("from", "to") if "2190" in bad else name
        assert (bad, answer) == (bad, (400, "validation_failed", [at_fault]))
    assert not kind.model.objects.exists()
    assert not Event.objects.exists()


def test_dates_are_kept_as_they_were_sent(ota, hotel, added):
    added(KINDS[0])
    added(KINDS[1])

    extra, coupon = Extra.objects.get(), Coupon.objects.get()
    assert (extra.valid_from, extra.valid_to) == (date(2027, 1, 1), date(2035, 1, 1))
    assert (coupon.nights_from, coupon.nights_to) == (date(2027, 5, 1), date(2027, 10, 31))
    assert extra.price == Decimal("12.5")


def test_a_guest_type_has_a_remark(ota, hotel):
    body = example("cmf.put_property_guesttype").request | {"property_uid": hotel.pk, "id": 0}
    value(ota.put(f"{BASE}property/guesttype", body | {"notes": "With a card"}))

    found = value(ota.get(f"{BASE}property/list/guesttypes/{hotel.pk}"))

    assert "With a card" in str(found)
