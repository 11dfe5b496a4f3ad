from __future__ import annotations

from datetime import date
from decimal import Decimal
from urllib.parse import quote

import pytest

from bookyflow.core.acting import SYSTEM
from bookyflow.events.models import Event
from bookyflow.guests.profiles import GuestProfile, guest_add
from bookyflow.privacy.anonymising import guest_anonymise
from bookyflow.tariffs.coupons import coupon_save
from bookyflow.tariffs.models import Coupon
from tests.conftest import make_hotel
from tests.examples import as_shown, example
from tests.features.conftest import problem, queries

pytestmark = pytest.mark.django_db

BASE = "/bookyflow/api/coupon"
NEW = {name: value for name, value in example("coupon.add").request.items() if name != "guest_uid"}
CHANGED = example("coupon.change").request


@pytest.fixture
def staff(client_for):
    """A manager who may read and change prices."""
    return client_for("tariffs_get tariffs_set")


@pytest.fixture
def ada(hotel):
    """A guest of the hotel."""
    return guest_add(property_id=hotel.pk, profile=GuestProfile("Byrne", "Ada"), by=SYSTEM)


@pytest.fixture
def coupon(hotel):
    """The hotel's coupon SUMMER, of which calls cannot say all."""
    return coupon_save(property_id=hotel.pk, code="SUMMER", amount=20, max_uses=5, by=SYSTEM)


@pytest.fixture(params=["body", "path"])
def send(request, staff, hotel):
    """Add a coupon, or overwrite one, in the one form or the other."""

    def call(values, coupon=None, **headers):
        method = staff.put if coupon else staff.post
        path = f"{BASE}/{hotel.pk}" + (f"/{coupon}" if coupon else "")
        if request.param == "body":
            return method(path, values, **headers)
        segments = "/".join(quote(str(value), safe="") for value in values.values())
        answer = method(f"{path}/{segments}", **headers)
        assert answer["Link"].startswith(f'<{path}>; rel="successor-version"')
        return answer

    return call


def test_a_coupon_is_added_with_a_code_that_nobody_guesses(send, hotel, ada):
    answer = send(NEW | {"guest_uid": ada.pk}).json()["data"]["addcoupon"]

    added = Coupon.objects.get()
    shown = example("coupon.add").answer
    assert answer["coupon_code"] == added.code
    assert as_shown(answer, shown, "property_uid", "coupon_id", "coupon_code", "guest_uid") == shown
    assert (len(added.code), added.amount, added.is_percentage) == (15, 10, True)
    assert (added.valid_from, added.valid_to) == (date(2027, 3, 1), date(2027, 3, 31))
    assert (added.nights_from, added.nights_to) == (date(2027, 4, 1), date(2027, 6, 30))
    assert (added.guest, added.rooms_only, added.property) == (ada, False, hotel)
    assert Event.objects.latest("pk").kind == "coupon_saved"


def test_without_a_guest_it_is_for_everybody(send):
    first, second = send(NEW), send(NEW | {"guest_uid": 0})

    assert [one.json()["data"]["addcoupon"]["guest_uid"] for one in (first, second)] == [0, 0]


def test_a_coupon_is_overwritten(send, hotel, coupon, ada):
    Coupon.objects.update(guest=ada)
    answer = send(CHANGED, coupon.pk)

    shown = example("coupon.change").answer
    own = {"property_uid": hotel.pk, "coupon_id": coupon.pk, "rooms_only": 1}
    assert answer.json()["data"] == {"updatecoupon": [shown[0] | own]}
    coupon.refresh_from_db()
    assert (coupon.code, coupon.amount, coupon.guest, coupon.max_uses) == ("SPRING27", 15, None, 5)
    assert Event.objects.latest("pk").kind == "coupon_updated"
    again = send(CHANGED, coupon.pk).json()["data"]["updatecoupon"][0]
    assert again["version"] == shown[0]["version"]


def test_the_list_has_all_coupons_of_the_property_by_id(client_for, send, hotel, ada, stranger):
    added = send(NEW | {"guest_uid": ada.pk}).json()["data"]["addcoupon"]
    coupon_save(
        property_id=hotel.pk, code="B", amount=Decimal("25.5"), is_percentage=False, by=SYSTEM
    )
    for prop in (make_hotel(stranger).pk, None):
        coupon_save(property_id=prop, code="C", amount=1, by=SYSTEM)
    reader = client_for("tariffs_get guests_get")

    first, second = reader.get(f"{BASE}/{hotel.pk}/list").json()["data"]["coupons"]

    (shown,) = example("coupon.list").answer
    assert first == shown | added
    assert (second["amount"], second["ispercentage"], second["roomonly"]) == ("25.50", "No", "Yes")
    assert (second["valid_from"], second["guest_name"], second["guest_uid"]) == (None, "", 0)


def test_a_guests_name_needs_the_scope_of_guests(staff, hotel, coupon, ada):
    Coupon.objects.update(guest=ada)

    (found,) = staff.get(f"{BASE}/{hotel.pk}/list").json()["data"]["coupons"]

    assert (found["guest_uid"], found["guest_name"]) == (ada.pk, "")


def test_a_guest_who_is_forgotten_has_no_name(client_for, hotel, coupon, ada):
    Coupon.objects.update(guest=ada)
    guest_anonymise(guest_id=ada.pk, property_id=hotel.pk, by=SYSTEM)

    answer = client_for("tariffs_get guests_get").get(f"{BASE}/{hotel.pk}/list")

    assert answer.json()["data"]["coupons"][0]["guest_name"] == ""


@pytest.mark.parametrize(
    ("suffix", "words"),
    [("/de-DE", "Ja Nein"), ("?language=fr", "Oui Non"), ("/es", "Sí No"), ("/it", "Yes No")],
)
def test_yes_and_no_are_words_of_the_language(staff, hotel, coupon, suffix, words):
    Coupon.objects.update(rooms_only=False)

    (found,) = staff.get(f"{BASE}/{hotel.pk}/list{suffix}").json()["data"]["coupons"]

    assert f"{found['ispercentage']} {found['roomonly']}" == words


def test_the_list_asks_as_much_for_many_coupons_as_for_two(client_for, hotel, ada):
    reader = client_for("tariffs_get guests_get")

    def add(count):
        for _ in range(count):
            coupon_save(property_id=hotel.pk, amount=5, guest_id=ada.pk, by=SYSTEM)

    add(2)
    few = queries(reader, f"{BASE}/{hotel.pk}/list")
    add(18)
    assert queries(reader, f"{BASE}/{hotel.pk}/list") == few <= 6
    assert reader.get(f"{BASE}/{hotel.pk}/list?limit=5")["X-Total-Count"] == "20"


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"valid_from": "2027-02-30"}, "valid_from"),
        ({"valid_to": "2027-02-01"}, "valid_to"),
        ({"valid_to": "20270401"}, "valid_to"),
        ({"booking_valid_to": "2027-03-01"}, "booking_valid_to"),
        ({"booking_valid_from": "x"}, "booking_valid_from"),
        ({"amount": "-1"}, "amount"),
        ({"amount": "101"}, "amount"),
        ({"amount": "12.345"}, "amount"),
        ({"amount": "12.345", "is_percentage": 0}, "amount"),
        ({"amount": "1e9"}, "amount"),
        ({"is_percentage": 2}, "is_percentage"),
        ({"guest_uid": -1}, "guest_uid"),
        ({"guest_uid": 2**63}, "guest_uid"),
        ({"guest_uid": 999_999_999}, "guest_uid"),
        ({"guest_uid": "Ada"}, "guest_uid"),
    ],
)
def test_what_makes_no_sense_is_refused(send, coupon, values, field):
    for answer in (send(NEW | values), send(CHANGED | values, coupon.pk)):
        assert problem(answer) == (400, "validation_failed", [field])
        assert "nights_" not in answer.content.decode()
    assert Coupon.objects.count() == 1


@pytest.mark.parametrize("code", ["\u200b", "x" * 51, "a\x07b", "a\u2028b"])
def test_what_is_no_code_is_refused(staff, hotel, coupon, code):
    answer = staff.put(f"{BASE}/{hotel.pk}/{coupon.pk}", CHANGED | {"coupon_code": code})

    assert problem(answer) == (400, "validation_failed", ["coupon_code"])


def test_a_body_needs_all_but_the_guest(staff, hotel, coupon):
    answers = staff.post(f"{BASE}/{hotel.pk}", {}), staff.put(f"{BASE}/{hotel.pk}/{coupon.pk}", {})

    assert [problem(one)[2] for one in answers] == [sorted(NEW), sorted(CHANGED)]


def test_a_coupon_is_for_a_guest_of_the_property_who_is_known(send, coupon, ada, hotel, stranger):
    other = make_hotel(stranger, name="Other")
    foreign = guest_add(property_id=other.pk, profile=GuestProfile("Byron"), by=SYSTEM)
    guest_anonymise(guest_id=ada.pk, property_id=hotel.pk, by=SYSTEM)

    for pk in (foreign.pk, ada.pk):
        answers = send(NEW | {"guest_uid": pk}), send(CHANGED | {"guest_uid": pk}, coupon.pk)
        for answer in answers:
            assert problem(answer) == (400, "validation_failed", ["guest_uid"])


def test_a_code_comes_once(send, hotel, coupon):
    coupon_save(property_id=hotel.pk, code="SPRING27", amount=5, by=SYSTEM)

    answer = send(CHANGED | {"coupon_code": "Spring27"}, coupon.pk)

    assert problem(answer) == (409, "conflict", ["coupon_code"])


def test_a_coupon_is_deleted_once(staff, hotel, coupon):
    path = f"{BASE}/{hotel.pk}/{coupon.pk}"

    assert staff.delete(path).json()["data"] == {"coupondeleted": coupon.pk}
    for tag in ({}, {"HTTP_IF_MATCH": '"v9"'}):
        assert problem(staff.delete(path, **tag)) == (404, "coupon_not_found", [])
    assert staff.get(f"{BASE}/{hotel.pk}/list").json()["data"] == {"coupons": []}
    assert Event.objects.latest("pk").kind == "coupon_deleted"


def test_a_coupon_of_elsewhere_is_not_found(send, staff, hotel, manager):
    other = make_hotel(manager, name="Other")
    foreign = coupon_save(property_id=other.pk, amount=5, by=SYSTEM)

    for pk in (foreign.pk, 999_999_999_999_999_999):
        assert problem(send(CHANGED, pk)) == (404, "coupon_not_found", [])
        assert problem(staff.delete(f"{BASE}/{hotel.pk}/{pk}")) == (404, "coupon_not_found", [])


def test_only_the_version_that_is_known_is_changed(send, staff, hotel, coupon):
    assert send(CHANGED, coupon.pk, HTTP_IF_MATCH='"v1"').status_code == 200
    assert problem(send(CHANGED, coupon.pk, HTTP_IF_MATCH='"v1"'))[:2] == (
        412,
        "precondition_failed",
    )
    answer = staff.delete(f"{BASE}/{hotel.pk}/{coupon.pk}", HTTP_IF_MATCH='"v1"')
    assert problem(answer)[:2] == (412, "precondition_failed")


def test_a_receptionist_reads_coupons_and_changes_none(client_for, receptionist, hotel, coupon):
    client = client_for("properties_get properties_set", user=receptionist)

    assert client.get(f"{BASE}/{hotel.pk}/list").status_code == 200
    assert problem(client.post(f"{BASE}/{hotel.pk}", NEW))[:2] == (403, "scope_missing")
    assert problem(client.delete(f"{BASE}/{hotel.pk}/{coupon.pk}"))[:2] == (403, "scope_missing")
