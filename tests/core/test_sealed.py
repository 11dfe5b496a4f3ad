"""Personal values of a row: one ciphertext, opened when it is looked into."""

from __future__ import annotations

import pytest
from cryptography.fernet import Fernet
from django.core import serializers
from django.db import connection

from bookyflow.core import crypto
from bookyflow.core.fields import Sealed, columns_of, opened
from bookyflow.guests.models import Guest
from bookyflow.reservations.models import Booking


def test_what_is_put_in_comes_out(settings):
    token = str(Sealed(surname="Lovelace", answers={"1": "yes"}, first_name=""))

    assert "Lovelace" not in token
    assert Sealed(token).values() == {"surname": "Lovelace", "answers": {"1": "yes"}}


def test_nothing_is_the_empty_text():
    assert str(Sealed()) == str(Sealed(surname="")) == ""
    assert Sealed("").get("surname", "none") == "none"


def test_two_with_the_same_in_them_are_equal():
    sealed = Sealed(surname="Lovelace")

    assert Sealed(str(sealed)) == sealed
    assert Sealed(surname="Byron") != sealed
    assert sealed != str(sealed)


def test_it_is_not_opened_unless_it_is_asked_for(settings, monkeypatch):
    token = str(Sealed(surname="Lovelace"))
    settings.ENCRYPTION_KEYS = [Fernet.generate_key().decode()]

    sealed = Sealed(token)
    assert str(sealed) == token
    with pytest.raises(ValueError, match="no key"):
        sealed.get("surname", "")


def test_a_change_is_written_with_the_newest_key(settings):
    new, old = (Fernet.generate_key().decode() for _ in range(2))
    settings.ENCRYPTION_KEYS = [old]
    sealed = Sealed(str(Sealed(surname="Lovelace", town="London")))
    settings.ENCRYPTION_KEYS = [new, old]

    sealed.set(town="Paris")

    settings.ENCRYPTION_KEYS = [new]
    assert Sealed(str(sealed)).values() == {"surname": "Lovelace", "town": "Paris"}


def test_a_ciphertext_that_was_tampered_with_is_refused():
    token = str(Sealed(surname="Lovelace"))
    other = token[:40] + ("A" if token[40] != "A" else "B") + token[41:]

    with pytest.raises(ValueError, match="no key"):
        Sealed(other).values()


def test_many_are_opened_at_once_whatever_their_keys_are(settings):
    new, old = (Fernet.generate_key().decode() for _ in range(2))
    settings.ENCRYPTION_KEYS = [old]
    first = str(Sealed(surname="Lovelace"))
    settings.ENCRYPTION_KEYS = [new, old]
    tokens = [first, "", str(Sealed(answers={"1": "yes"}))]

    assert opened(tokens) == [{"surname": "Lovelace"}, {}, {"answers": {"1": "yes"}}]

    settings.ENCRYPTION_KEYS = [new]
    with pytest.raises(ValueError, match="no key"):
        opened(tokens)
    settings.ENCRYPTION_KEYS = []
    assert opened(["", ""]) == [{}, {}]


@pytest.mark.django_db
def test_rows_are_listed_without_opening_them(hotel, monkeypatch):
    for number in range(3):
        Guest.objects.create(property=hotel, surname=f"Guest {number}", country="FR")
    found = []
    decrypt_all = crypto.decrypt_all
    monkeypatch.setattr(
        crypto, "decrypt_all", lambda tokens: found.extend(tokens) or decrypt_all(tokens)
    )

    guests = list(Guest.objects.order_by("pk"))
    assert [guest.country for guest in guests] == ["FR"] * 3
    assert found == []
    assert guests[1].surname == "Guest 1"
    assert guests[1].first_name == ""
    assert found == [str(guests[1].personal)]


@pytest.mark.django_db
def test_one_value_is_saved_and_the_others_stay(hotel):
    guest = Guest.objects.create(property=hotel, surname="Lovelace", town="London")
    guest = Guest.objects.get(pk=guest.pk)
    guest.town = "Paris"
    guest.country = "FR"
    guest.save(update_fields=columns_of(Guest, ["town"]))

    stored = Guest.objects.get(pk=guest.pk)
    assert (stored.surname, stored.town, stored.country) == ("Lovelace", "Paris", "")


@pytest.mark.django_db
def test_a_dump_holds_the_ciphertext_and_is_loaded_again(hotel):
    guest = Guest.objects.create(property=hotel, surname="Lovelace")

    dump = serializers.serialize("json", Guest.objects.all())
    assert "Lovelace" not in dump
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM guests_guest")
    for loaded in serializers.deserialize("json", dump):
        loaded.save()

    assert Guest.objects.get(pk=guest.pk).surname == "Lovelace"


def test_columns_that_are_written_for_attributes():
    assert sorted(columns_of(Booking, ["state", "remarks", "lead_guest"])) == ["personal", "state"]


def test_a_map_is_changed_by_another_one_only():
    given = {"1": "yes"}
    booking = Booking(answers=given, remarks="Late")
    closed = str(booking.personal)

    with pytest.raises(TypeError):
        booking.answers["1"] = "no"
    given["1"] = "no"

    assert booking.answers == {"1": "yes"}
    assert str(booking.personal) == closed
    booking.answers = Booking(answers={"2": "no"}).answers
    assert Sealed(str(booking.personal)).values() == {"answers": {"2": "no"}, "remarks": "Late"}
    assert Booking().answers == {}
