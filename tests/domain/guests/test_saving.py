from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from functools import partial

import pytest
from cryptography.fernet import Fernet
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bookyflow.core import crypto
from bookyflow.events.models import EventKind
from bookyflow.guests.email_lookup import email_hash
from bookyflow.guests.models import Guest
from bookyflow.guests.selectors import guest_by_email
from bookyflow.guests.services import GuestDetails
from bookyflow.guests.services import guest_save as save_guest
from tests.conftest import make_hotel
from tests.domain.conftest import at_once

ADA = GuestDetails(
    surname="Lovelace",
    first_name="Ada",
    email="ada@guest.example",
    phone="020 7946 0000",
    mobile="07700 900001",
    house="12",
    street="St James's Square",
    town="London",
    region="GB-LND",
    postcode="SW1Y 4JH",
    country="GB",
    language="en-GB",
)

guest_save = partial(save_guest, trusted=True)
DETAILS = tuple(GuestDetails.__dataclass_fields__)


def values_of(guest: Guest) -> GuestDetails:
    return GuestDetails(**{name: getattr(guest, name) for name in DETAILS})


@pytest.mark.django_db
def test_a_new_guest_is_stored_encrypted_in_one_statement(hotel):
    with CaptureQueriesContext(
        connection,
    ) as queries:
        saved = guest_save(property_id=hotel.pk, details=ADA)

    assert len(queries) == 1
    assert (saved.is_new, saved.changed, saved.blacklisted, saved.discount) == (True, (), False, 0)
    guest = Guest.objects.get(pk=saved.id)
    assert values_of(guest) == ADA
    assert (guest.version, guest.email_hash) == (1, email_hash(ADA.email))
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_jsonb(g)::text FROM guests_guest AS g")
        (raw,) = cursor.fetchone()
    for secret in ("Lovelace", "Ada", "ada@guest", "7946", "07700", "James", "London", "SW1Y"):
        assert secret not in raw


@pytest.mark.django_db
def test_a_repeated_guest_is_brought_up_to_date(hotel):
    first = guest_save(property_id=hotel.pk, details=ADA)

    again = guest_save(
        property_id=hotel.pk,
        details=GuestDetails("King", email=" ADA@guest.example ", town="Paris", country="FR"),
    )

    assert (again.id, again.is_new) == (first.id, False)
    assert again.changed == ("surname", "email", "town", "country")
    guest = Guest.objects.get()
    expected = replace(ADA, surname="King", email="ADA@guest.example", town="Paris", country="FR")
    assert values_of(guest) == expected
    assert guest.version == 2
    assert guest.changed_at > guest.created_at


@pytest.mark.django_db
def test_what_stays_the_same_is_no_change(hotel):
    guest_save(property_id=hotel.pk, details=ADA)

    again = guest_save(property_id=hotel.pk, details=ADA)

    assert (again.is_new, again.changed, again.drafts()) == (False, (), [])


@pytest.mark.django_db
def test_empty_details_blank_nothing(hotel):
    guest_save(property_id=hotel.pk, details=ADA)

    again = guest_save(property_id=hotel.pk, details=GuestDetails("", email=ADA.email))

    assert again.changed == ()
    assert values_of(Guest.objects.get()) == ADA


@pytest.mark.django_db
def test_who_only_knows_the_address_adds_to_a_guest_and_changes_nothing(hotel):
    first = guest_save(property_id=hotel.pk, details=replace(ADA, mobile="", town=""))

    saved = guest_save(
        property_id=hotel.pk,
        details=replace(ADA, email="Ada@Guest.example", surname="Byron", postcode="N1"),
        trusted=False,
    )

    guest = Guest.objects.get(pk=first.id)
    assert (guest.surname, guest.email, guest.postcode) == ("Lovelace", ADA.email, ADA.postcode)
    assert (guest.mobile, guest.town) == (ADA.mobile, "London")
    assert saved.id == first.id
    assert set(saved.changed) == {"mobile", "town"}


def test_a_booking_keeps_blacklist_discount_and_what_staff_have_written(hotel):
    saved = guest_save(property_id=hotel.pk, details=ADA)
    guest = Guest.objects.get()
    guest.blacklisted, guest.discount = True, "12.50"
    guest.preferences, guest.vat_number = "Top floor", "GB1"
    guest.save()

    again = guest_save(property_id=hotel.pk, details=ADA)

    assert (again.id, again.blacklisted, again.discount) == (saved.id, True, Decimal("12.50"))
    guest = Guest.objects.get()
    assert (guest.blacklisted, guest.discount) == (True, Decimal("12.50"))
    assert (guest.preferences, guest.vat_number) == ("Top floor", "GB1")


@pytest.mark.django_db
def test_guests_of_two_properties_are_two(hotel, manager):
    other = make_hotel(manager, name="Other")

    ids = {guest_save(property_id=p.pk, details=ADA).id for p in (hotel, other)}

    assert len(ids) == 2


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("first", "second", "is_one"),
    [
        ("ADA@guest.example", " ada@Guest.Example ", True),
        ("ada@bücher.example", "ada@xn--bcher-kva.example", True),
        ("ada@bücher.example", "Ada@BÜCHER.example", True),
        ("ada@bu\N{COMBINING DIAERESIS}cher.example", "ada@bücher.example", True),
        ("ren\N{LATIN SMALL LETTER E WITH ACUTE}@guest.example", "rene\u0301@guest.example", True),
        ("groß@guest.example", "gross@guest.example", False),
        ("ada@guest.example", "ada@guest..example", False),
        ("ada@", "ada@", False),
    ],
)
def test_one_address_in_two_spellings_is_one_guest(hotel, first, second, is_one):
    saved = [
        guest_save(property_id=hotel.pk, details=GuestDetails("Nemo", email=email))
        for email in (first, second)
    ]

    assert (saved[0].id == saved[1].id) is is_one
    if is_one:
        assert guest_by_email(property_id=hotel.pk, email=first).pk == saved[0].id


@pytest.mark.django_db
def test_guests_without_e_mail_are_never_the_same(hotel):
    saved = [guest_save(property_id=hotel.pk, details=GuestDetails("Nemo")) for _ in range(2)]

    assert [one.is_new for one in saved] == [True, True]
    assert saved[0].id != saved[1].id


@pytest.mark.django_db
def test_a_row_whose_key_is_lost_can_be_written_again(hotel, settings):
    guest_save(property_id=hotel.pk, details=ADA)
    settings.ENCRYPTION_KEYS = ["bmV3LWtleS1uZXcta2V5LW5ldy1rZXktbmV3LWtleSE="]

    again = guest_save(property_id=hotel.pk, details=ADA)

    assert set(again.changed) == set(DETAILS) - {"region", "country", "language"}
    assert values_of(Guest.objects.get()) == ADA
    assert crypto.decrypt("") == ""


@pytest.mark.django_db
def test_a_row_whose_key_is_lost_is_left_to_staff(hotel, settings):
    guest_save(property_id=hotel.pk, details=ADA)
    key, settings.ENCRYPTION_KEYS = settings.ENCRYPTION_KEYS, [Fernet.generate_key().decode()]

    saved = save_guest(property_id=hotel.pk, details=replace(ADA, town="Paris"), trusted=False)

    assert (saved.is_new, saved.changed) == (False, ())
    settings.ENCRYPTION_KEYS = key
    assert values_of(Guest.objects.get()) == ADA


@pytest.mark.django_db
def test_the_event_of_a_saved_guest_holds_no_personal_data(hotel):
    (new,) = guest_save(property_id=hotel.pk, details=ADA).drafts()
    moved = guest_save(property_id=hotel.pk, details=replace(ADA, town="Paris"))
    (changed,) = moved.drafts()

    assert (new.kind, new.property_id, new.subject) == (
        EventKind.GUEST_SAVED,
        hotel.pk,
        ("guest", moved.id),
    )
    assert new.data == {"guest_uid": moved.id}
    assert (changed.kind, changed.data) == (
        EventKind.GUEST_UPDATED,
        {"guest_uid": moved.id, "fields": ["town"]},
    )


@pytest.mark.django_db(transaction=True)
def test_at_once_one_e_mail_makes_one_guest(hotel):
    def save(n: int):
        return guest_save(property_id=hotel.pk, details=replace(ADA, town=f"Town {n}"))

    saved = at_once(8, save)

    assert Guest.objects.count() == 1
    assert [one.is_new for one in saved].count(True) == 1
    assert len({one.id for one in saved}) == 1
    guest = Guest.objects.get()
    assert guest.version == 8
    assert guest.town in {f"Town {n}" for n in range(8)}
