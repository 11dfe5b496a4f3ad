from __future__ import annotations

import re
from decimal import Decimal
from urllib.parse import quote

import pytest

from bookyflow.core.acting import SYSTEM
from bookyflow.core.places import region_number
from bookyflow.events.models import Event
from bookyflow.guests.models import Guest
from bookyflow.guests.profiles import GuestProfile, guest_add
from bookyflow.privacy.anonymising import guest_anonymise
from bookyflow.reservations.lifecycle import booking_cancel
from tests.conftest import make_hotel
from tests.domain.conftest import book, stay
from tests.examples import example
from tests.features.conftest import problem, queries

pytestmark = pytest.mark.django_db

BASE = "/bookyflow/api/guests"
ADA = example("guests.add").request


@pytest.fixture
def desk(client_for, receptionist):
    """A receptionist who may read and change guests."""
    return client_for("guests_get guests_set", user=receptionist)


@pytest.fixture
def guest(hotel):
    """One guest of the hotel, of whom more is known than calls can say."""
    profile = GuestProfile("Hopper", "Grace", "grace@guest.example", preferences="Quiet")
    return guest_add(property_id=hotel.pk, profile=profile, by=SYSTEM)


def in_path(values):
    return "/".join(quote(str(value) or "-", safe="") for value in values.values())


@pytest.fixture(params=["body", "path"])
def send(request, desk, hotel):
    """Add a guest, or overwrite one, in the one form or the other."""

    def call(values, guest=None, **headers):
        method = desk.put if guest else desk.post
        path = f"{BASE}/{hotel.pk}" + (f"/{guest}" if guest else "")
        if request.param == "body":
            return method(path, values, **headers)
        return method(f"{path}/{in_path(values)}", **headers)

    call.is_old = request.param == "path"
    return call


def test_a_guest_is_added(send, hotel, receptionist):
    answer = send(ADA)

    added = Guest.objects.get()
    shown = example("guests.add").answer
    assert answer.json()["data"] == {"addguest": [shown[0] | {"guest_uid": added.pk}]}
    assert (added.first_name, added.phone, added.mobile) == ("Ada", "01803 000000", "07700 900001")
    assert (added.region, added.country, added.discount) == ("GB-TOB", "GB", Decimal("5.50"))
    assert (added.vat_number, added.email) == ("GB980780684", "ada@example.com")
    event = Event.objects.get()
    assert (event.kind, event.user_id, event.data) == (
        "guest_saved",
        receptionist.pk,
        {"guest_uid": added.pk},
    )


def test_the_list_says_all_of_the_guest_book_by_id(desk, send, hotel, guest, stranger):
    added = send(ADA).json()["data"]["addguest"][0]["guest_uid"]
    guest_add(property_id=make_hotel(stranger).pk, profile=GuestProfile("Byron"), by=SYSTEM)
    gone = guest_add(property_id=hotel.pk, profile=GuestProfile("Gone"), by=SYSTEM)
    guest_anonymise(guest_id=gone.pk, property_id=hotel.pk, by=SYSTEM)

    grace, ada = desk.get(f"{BASE}/{hotel.pk}/list").json()["data"]["listguests"]

    (shown,) = example("guests.list").answer
    own = {"guests_uid": added, "property_uid": hotel.pk}
    assert ada == shown | own
    assert ada["county"] == str(region_number("GB-TOB"))
    assert (grace["surname"], grace["county"], grace["discount"]) == ("Hopper", "", 0)


def test_the_list_asks_as_much_for_many_guests_as_for_two(desk, hotel):
    def add(count, start):
        for number in range(start, start + count):
            profile = GuestProfile(f"Guest {number}", email=f"g{number}@guest.example")
            guest_add(property_id=hotel.pk, profile=profile, by=SYSTEM)

    add(2, 0)
    few = queries(desk, f"{BASE}/{hotel.pk}/list")
    add(18, 2)
    assert queries(desk, f"{BASE}/{hotel.pk}/list") == few <= 6
    page = desk.get(f"{BASE}/{hotel.pk}/list?limit=5")
    assert (len(page.json()["data"]["listguests"]), page["X-Total-Count"]) == (5, "20")
    assert "cursor=" in page["Link"]


def test_a_guest_is_overwritten(send, hotel, guest):
    answer = send(ADA | {"town": "Paignton", "vat_number": "GB000472631"}, guest.pk)

    (shown,) = example("guests.change").answer
    own = {"property_uid": hotel.pk, "guests_uid": guest.pk}
    assert answer.json()["data"] == {"updateguest": [shown | own]}
    guest.refresh_from_db()
    assert (guest.surname, guest.town, guest.email) == ("Byrne", "Paignton", "ada@example.com")
    assert guest.preferences == "Quiet"
    assert Event.objects.latest("pk").kind == "guest_updated"


def test_what_a_body_leaves_out_becomes_empty(desk, hotel, guest):
    answer = desk.put(f"{BASE}/{hotel.pk}/{guest.pk}", {"surname": "Hopper"})

    assert answer.status_code == 200
    guest.refresh_from_db()
    assert (guest.surname, guest.first_name, guest.email) == ("Hopper", "", "")


def test_the_same_again_is_no_new_version(send, hotel, guest):
    versions = [send(ADA, guest.pk).json()["data"]["updateguest"][0]["version"] for _ in "12"]

    assert versions == [2, 2]


def test_the_old_form_names_the_new_one_and_nobody(send, desk, hotel, guest):
    answers = send(ADA), send(ADA | {"email": "b@guest.example"}, guest.pk), send({"surname": "X"})

    for answer, path in zip(answers, ("", f"/{guest.pk}", None), strict=True):
        if send.is_old and path is not None:
            assert answer["Link"].startswith(f'<{BASE}/{hotel.pk}{path}>; rel="successor-version"')
            assert re.fullmatch("@[0-9]+", answer["Deprecation"])
        else:
            assert "Deprecation" not in answer


def test_the_old_form_may_end_with_a_language(desk, hotel):
    answer = desk.post(f"{BASE}/{hotel.pk}/{in_path(ADA)}/fr-FR")

    assert answer.status_code == 200
    assert desk.post(f"{BASE}/{hotel.pk}/{in_path(ADA)}/one-more").status_code == 404


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"surname": " "}, "surname"),
        ({"surname": "x" * 256}, "surname"),
        ({"firstname": "x" * 256}, "firstname"),
        ({"landline": "5" * 256}, "landline"),
        ({"email": "nobody"}, "email"),
        ({"country": "XX"}, "country"),
        ({"region": "Atlantis"}, "region"),
        ({"region": "99999999999999999999"}, "region"),
        ({"region": "²"}, "region"),
        ({"discount": "-1"}, "discount"),
        ({"discount": "100"}, "discount"),
        ({"discount": "5.555"}, "discount"),
        ({"discount": "much"}, "discount"),
        ({"discount": "nan"}, "discount"),
        ({"discount": "1e400"}, "discount"),
        ({"vat_number": "a\x07b"}, "vat_number"),
    ],
)
def test_what_makes_no_sense_is_refused(send, guest, values, field):
    for answer in (send(ADA | values), send(ADA | values, guest.pk)):
        assert problem(answer) == (400, "validation_failed", [field])
    assert Guest.objects.count() == 1


@pytest.mark.parametrize("bad", [None, [], {}, True, 5])
def test_other_types_than_text_are_refused(desk, hotel, bad):
    answer = desk.post(f"{BASE}/{hotel.pk}", {"surname": [], "house": bad, "email": {}})

    assert (answer.status_code, answer.json()["key"]) == (400, "validation_failed")
    assert problem(desk.post(f"{BASE}/{hotel.pk}", {})) == (400, "validation_failed", ["surname"])
    assert not Guest.objects.exists()


@pytest.mark.parametrize(
    ("region", "code"), [("GB-CON", "GB-CON"), ("cornwall", "GB-CON"), ("gb-con", "GB-CON")]
)
def test_a_region_may_be_told_as_code_name_or_number(send, region, code):
    send(ADA | {"region": region})
    send(ADA | {"region": str(region_number(code)), "email": "b@guest.example"})

    assert {guest.region for guest in Guest.objects.all()} == {code}


def test_an_address_belongs_to_one_guest(send, guest):
    send(ADA)
    theirs = ADA | {"email": "Grace@guest.example"}

    assert problem(send(theirs)) == (409, "conflict", ["email"])
    ada = Guest.objects.latest("pk").pk
    assert problem(send(theirs, ada)) == (409, "conflict", ["email"])


def test_a_guest_of_elsewhere_is_not_found(send, desk, hotel, manager):
    other = make_hotel(manager, name="Other")
    foreign = guest_add(property_id=other.pk, profile=GuestProfile("Byron"), by=SYSTEM)

    for pk in (foreign.pk, 999_999_999_999_999_999):
        assert problem(send(ADA, pk)) == (404, "guest_not_found", [])
        answer = desk.delete(f"{BASE}/{hotel.pk}/delete/{pk}")
        assert problem(answer) == (404, "guest_not_found", [])


def test_only_the_version_that_is_known_is_changed(send, desk, hotel, guest):
    assert send(ADA, guest.pk, HTTP_IF_MATCH='"v1"').status_code == 200
    assert problem(send(ADA, guest.pk, HTTP_IF_MATCH='"v1"'))[:2] == (412, "precondition_failed")
    answer = desk.delete(f"{BASE}/{hotel.pk}/delete/{guest.pk}", HTTP_IF_MATCH='"v1"')
    assert problem(answer)[:2] == (412, "precondition_failed")


def test_a_repeated_call_adds_one_guest(send):
    first, again = (send(ADA, HTTP_IDEMPOTENCY_KEY="same") for _ in range(2))

    assert first.json() == again.json()
    assert Guest.objects.count() == 1


def test_a_guest_is_deleted_and_past_bookings_stay(desk, hotel):
    booking = book(hotel, stay(5, 1))
    path = f"{BASE}/{hotel.pk}/delete/{booking.guest_id}"

    assert problem(desk.delete(path)) == (409, "guest_has_bookings", [])
    booking_cancel(booking_id=booking.pk, property_id=hotel.pk, by=SYSTEM)
    answer = desk.delete(f"{path}/de")

    (shown,) = example("guests.delete").answer
    own = {"property_uid": hotel.pk, "guests_uid": booking.guest_id}
    assert answer.json()["data"] == {"deleteguest": [shown | own]}
    booking.refresh_from_db()
    assert booking.guest.surname != "Lovelace"
    assert desk.get(f"{BASE}/{hotel.pk}/list").json()["data"] == {"listguests": []}
    assert Event.objects.latest("pk").kind == "guest_deleted"
    assert problem(desk.delete(path)) == (404, "guest_not_found", [])
