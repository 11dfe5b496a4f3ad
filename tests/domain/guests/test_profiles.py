from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from functools import partial

import pytest

from bookyflow.core.errors import DomainError
from bookyflow.events.models import Event
from bookyflow.guests.models import Guest
from bookyflow.guests.profiles import (
    GuestProfile,
    guest_add,
    guest_blacklist,
    guest_link_user,
    guest_update,
)
from bookyflow.guests.selectors import guest_by_email, guest_list, guest_one, guests_by_id
from tests.conftest import make_hotel
from tests.domain.conftest import book, stay

pytestmark = pytest.mark.django_db

GRACE = GuestProfile(
    "Hopper",
    "Grace",
    "grace@guest.example",
    town="New York",
    country="US",
    preferences="Quiet",
    vat_number="US1",
    discount=Decimal("12.50"),
)


@pytest.fixture
def grace(hotel, by):
    return guest_add(property_id=hotel.pk, profile=GRACE, by=by)


def events():
    return list(Event.objects.order_by("id").values_list("kind", "data"))


def refusal(work, **arguments) -> DomainError:
    before = Event.objects.count()
    with pytest.raises(DomainError) as refused:
        work(**arguments)
    assert Event.objects.count() == before
    return refused.value


def test_what_staff_enter_stands_on_one_line_but_for_preferences(hotel, by):
    told = replace(
        GRACE, surname="Hop\N{RIGHT-TO-LEFT OVERRIDE}per\nEsq.", preferences="Quiet\nDark"
    )

    guest = guest_add(property_id=hotel.pk, profile=told, by=by)

    assert (guest.surname, guest.preferences) == ("Hopper Esq.", "Quiet\nDark")
    profile = replace(GRACE, surname="\N{ZERO WIDTH JOINER}")
    assert refusal(guest_add, property_id=hotel.pk, profile=profile, by=by).fields == {
        "surname": ["This is needed."]
    }


def test_a_guest_is_added(hotel, by, grace):
    guest = guest_one(guest_id=grace.pk, property_id=hotel.pk)

    assert (guest.surname, guest.preferences, guest.vat_number) == ("Hopper", "Quiet", "US1")
    assert (guest.discount, guest.version) == (Decimal("12.50"), 1)
    assert events() == [("guest_saved", {"guest_uid": grace.pk})]
    event = Event.objects.get()
    assert (event.property_id, event.subject_kind, event.subject_id, event.user_id) == (
        hotel.pk,
        "guest",
        grace.pk,
        by.user_id,
    )


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"surname": " "}, "surname"),
        ({"surname": "x" * 256}, "surname"),
        ({"first_name": "x" * 256}, "first_name"),
        ({"email": "nobody"}, "email"),
        ({"email": "a" * 250 + "@guest.example"}, "email"),
        ({"country": "XX"}, "country"),
        ({"language": "English"}, "language"),
        ({"language": "xx"}, "language"),
        ({"region": "Cornwall"}, "region"),
        ({"region": "GB-con"}, "region"),
        ({"preferences": "x" * 5001}, "preferences"),
        ({"phone": 5}, "phone"),
        ({"country": None}, "country"),
        ({"discount": 5}, "discount"),
        ({"discount": Decimal("-0.01")}, "discount"),
        ({"discount": Decimal(100)}, "discount"),
        ({"discount": Decimal("9.999")}, "discount"),
        ({"discount": Decimal("NaN")}, "discount"),
        ({"blacklisted": True}, "blacklisted"),
    ],
)
def test_what_makes_no_sense_is_refused(hotel, by, grace, changes, field):
    error = refusal(guest_update, guest_id=grace.pk, property_id=hotel.pk, changes=changes, by=by)

    assert (error.key, list(error.fields)) == ("validation_failed", [field])


@pytest.mark.parametrize(
    ("code", "stored"), [("uk", "GB"), ("EL", "GR"), ("XK", "XK"), ("FRA", "FR")]
)
def test_a_country_may_be_any_code_in_use(hotel, by, grace, code, stored):
    changes = {"country": code, "region": ""}

    changed = guest_update(guest_id=grace.pk, property_id=hotel.pk, changes=changes, by=by)

    assert changed.country == stored


def test_adding_is_checked_too(hotel, by):
    profile = GuestProfile("", email="nobody", discount=Decimal(101))

    error = refusal(guest_add, property_id=hotel.pk, profile=profile, by=by)

    assert error.key == "validation_failed"
    assert set(error.fields) == {"surname", "email", "discount"}
    assert not Guest.objects.exists()


@pytest.mark.parametrize("discount", ["0", "99.99"])
def test_a_discount_may_be_0_to_99_99(hotel, by, grace, discount):
    changed = guest_update(
        guest_id=grace.pk,
        property_id=hotel.pk,
        changes={"discount": Decimal(discount)},
        by=by,
    )

    assert changed.discount == Decimal(discount)


def test_a_property_that_is_not_there_has_no_guests(by):
    error = refusal(guest_add, property_id=0, profile=GRACE, by=by)

    assert error.key == "property_not_found"


def test_an_update_names_the_fields_and_not_their_values(hotel, by, grace):
    changed = guest_update(
        guest_id=grace.pk,
        property_id=hotel.pk,
        changes={"surname": " Murray ", "town": "", "country": "US"},
        by=by,
    )

    assert (changed.surname, changed.town, changed.version) == ("Murray", "", 2)
    kind, data = events()[-1]
    assert kind == "guest_updated"
    assert data == {"guest_uid": grace.pk, "fields": ["surname", "town"]}


def test_what_stays_is_no_change(hotel, by, grace):
    guest_update(guest_id=grace.pk, property_id=hotel.pk, changes={"surname": "Hopper"}, by=by)

    assert Guest.objects.get().version == 1
    assert len(events()) == 1


def test_a_new_address_is_found_and_the_old_one_is_not(hotel, by, grace):
    guest_update(
        guest_id=grace.pk, property_id=hotel.pk, changes={"email": "g@guest.example"}, by=by
    )

    assert guest_by_email(property_id=hotel.pk, email=" G@GUEST.example") == grace
    assert guest_by_email(property_id=hotel.pk, email=GRACE.email) is None
    guest_update(guest_id=grace.pk, property_id=hotel.pk, changes={"email": ""}, by=by)
    assert Guest.objects.get().email_hash is None
    assert guest_by_email(property_id=hotel.pk, email="") is None


def test_the_address_of_another_guest_is_refused(hotel, by, grace):
    ada = guest_add(
        property_id=hotel.pk, profile=GuestProfile("Lovelace", email="ada@guest.example"), by=by
    )

    taken = refusal(
        guest_update,
        guest_id=ada.pk,
        property_id=hotel.pk,
        changes={"email": "GRACE@guest.example"},
        by=by,
    )
    again = refusal(guest_add, property_id=hotel.pk, profile=GRACE, by=by)

    assert [(e.key, list(e.fields)) for e in (taken, again)] == [("conflict", ["email"])] * 2


def test_a_new_vat_number_is_not_validated(hotel, by, grace):
    Guest.objects.update(vat_number_validated=True)

    guest_update(guest_id=grace.pk, property_id=hotel.pk, changes={"vat_number": "US2"}, by=by)

    assert not Guest.objects.get().vat_number_validated


def test_a_guest_is_blacklisted_and_forgiven(hotel, by, grace):
    for blacklisted in (True, True, False):
        guest = guest_blacklist(
            guest_id=grace.pk, property_id=hotel.pk, blacklisted=blacklisted, by=by
        )
        assert guest.blacklisted is blacklisted

    assert (
        events()[1:] == [("guest_updated", {"guest_uid": grace.pk, "fields": ["blacklisted"]})] * 2
    )
    assert Guest.objects.get().version == 3


def test_a_guest_is_linked_to_an_account(hotel, by, grace, stranger):
    for user_id in (stranger.pk, stranger.pk, None):
        guest = guest_link_user(guest_id=grace.pk, property_id=hotel.pk, user_id=user_id, by=by)
        assert guest.user_id == user_id

    assert events()[1:] == [("guest_updated", {"guest_uid": grace.pk, "fields": ["user"]})] * 2
    error = refusal(guest_link_user, guest_id=grace.pk, property_id=hotel.pk, user_id=0, by=by)
    assert (error.key, list(error.fields)) == ("validation_failed", ["user_id"])


def test_another_propertys_guest_is_not_found(hotel, manager, by, grace):
    other = make_hotel(manager, name="Other")

    error = refusal(
        guest_update, guest_id=grace.pk, property_id=other.pk, changes={"town": "Ulm"}, by=by
    )

    assert error.key == "guest_not_found"
    with pytest.raises(DomainError) as missing:
        guest_one(guest_id=grace.pk, property_id=other.pk)
    assert missing.value.key == "guest_not_found"


def test_lists_are_in_the_order_of_ids(hotel, manager, by, grace):
    other = make_hotel(manager, name="Other")
    elsewhere = book(other, stay(1, 1)).guest
    ada = book(hotel, stay(1, 1)).guest
    guest_update(guest_id=grace.pk, property_id=hotel.pk, changes={"surname": "Zz"}, by=by)
    every = [ada.pk, elsewhere.pk, grace.pk]

    assert list(guest_list(property_id=hotel.pk)) == [grace, ada]
    found = guests_by_id(property_ids=[hotel.pk], guest_ids=every)
    assert list(found) == [grace, ada]


def test_a_vat_number_is_checked_when_it_is_new(hotel, by, grace):
    change = partial(guest_update, guest_id=grace.pk, property_id=hotel.pk, by=by)

    assert change(changes={"vat_number": "de 136695976"}).vat_number == "DE136695976"
    assert change(changes={"vat_number": "u13585627", "country": "AT"}).vat_number == "ATU13585627"
    with pytest.raises(DomainError) as refused:
        change(changes={"vat_number": "DE136695975"})
    assert refused.value.fields == {"vat_number": ["It is no VAT number of DE: a digit is wrong."]}

    of_before = Guest.objects.get()
    of_before.vat_number = "DE1"
    of_before.save()
    assert change(changes={"vat_number": "DE1", "town": "Linz"}).town == "Linz"
