from __future__ import annotations

from datetime import timedelta
from io import StringIO

import pytest
from cryptography.fernet import Fernet
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from bookyflow.api.models import IdempotencyRecord
from bookyflow.core import rotation
from bookyflow.core.crypto import decrypt, encrypt, renewed
from bookyflow.core.fields import Sealed
from bookyflow.core.rotation import encrypted_models, rotate
from bookyflow.guests.models import Guest, GuestReview
from bookyflow.guests.services import GuestDetails, guest_save

OLD, NEW = (Fernet.generate_key().decode() for _ in range(2))


@pytest.fixture
def rows(hotel, manager, settings):
    """Five guests, a text about one and a kept answer, encrypted with the old key."""
    settings.ENCRYPTION_KEYS = [OLD]
    ids = [
        guest_save(
            property_id=hotel.pk,
            details=GuestDetails(f"Surname {n}", email=f"{n}@guest.example"),
            trusted=True,
        ).id
        for n in range(5)
    ]
    GuestReview.objects.create(property=hotel, guest_id=ids[0], author=manager, text="Kind.")
    IdempotencyRecord.objects.create(
        namespace="n",
        fingerprint="f",
        status=200,
        answer="{}",
        expires_at=timezone.now() + timedelta(days=1),
    )
    return ids


def run() -> str:
    out = StringIO()
    call_command("rotate_encryption", stdout=out)
    return out.getvalue()


def tokens() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT personal FROM guests_guest "
            "UNION ALL SELECT text FROM guests_guestreview "
            "UNION ALL SELECT answer FROM api_idempotencyrecord ORDER BY 1"
        )
        return [token for (token,) in cursor.fetchall()]


@pytest.mark.django_db
def test_after_it_the_old_key_is_not_needed(rows, settings, monkeypatch):
    monkeypatch.setattr(rotation, "BATCH", 2)
    hashes = list(Guest.objects.values_list("email_hash", "changed_at", "version"))
    settings.ENCRYPTION_KEYS = [NEW, OLD]

    said = run()

    assert "guests_guest: 5 rows read, 5 written" in said
    assert "guests_guestreview: 1 rows read, 1 written" in said
    assert "api_idempotencyrecord: 1 rows read, 1 written" in said
    settings.ENCRYPTION_KEYS = [NEW]
    guests = list(Guest.objects.all())
    assert [guest.surname for guest in guests] == [f"Surname {n}" for n in range(5)]
    assert [guest.email for guest in guests] == [f"{n}@guest.example" for n in range(5)]
    assert {guest.phone for guest in guests} == {""}
    assert GuestReview.objects.get().text == "Kind."
    assert IdempotencyRecord.objects.get().answer == "{}"
    assert list(Guest.objects.values_list("email_hash", "changed_at", "version")) == hashes


@pytest.mark.django_db
def test_it_can_be_stopped_and_run_again(rows, settings, monkeypatch):
    monkeypatch.setattr(rotation, "BATCH", 2)
    settings.ENCRYPTION_KEYS = [NEW, OLD]
    columns = dict(encrypted_models())[Guest]
    stopped = next(rotate(Guest, columns))
    assert (stopped.last, stopped.seen, stopped.written) == (rows[1], 2, 2)

    assert "guests_guest: 5 rows read, 3 written" in run()
    written = tokens()
    assert "guests_guest: 5 rows read, 0 written" in run()

    assert tokens() == written


@pytest.mark.django_db
def test_what_fits_no_key_is_told_and_left_alone(rows, settings):
    settings.ENCRYPTION_KEYS = [NEW, OLD]
    run()
    lost = Fernet.generate_key().decode()
    settings.ENCRYPTION_KEYS = [lost]
    Guest.objects.filter(pk=rows[0]).update(personal=Sealed(surname="Lost"))
    settings.ENCRYPTION_KEYS = [OLD, NEW]

    with pytest.raises(CommandError, match="1 values fit no key"):
        run()

    settings.ENCRYPTION_KEYS = [OLD]
    assert Guest.objects.get(pk=rows[1]).surname == "Surname 1"
    settings.ENCRYPTION_KEYS = [lost, OLD]
    assert Guest.objects.get(pk=rows[0]).surname == "Lost"


def test_a_value_of_the_newest_key_is_not_renewed(settings):
    settings.ENCRYPTION_KEYS = [OLD]
    token = encrypt("x")
    assert renewed(token) is None
    assert renewed("") is None

    settings.ENCRYPTION_KEYS = [NEW, OLD]
    again = renewed(token)

    settings.ENCRYPTION_KEYS = [NEW]
    assert decrypt(again) == "x"
    with pytest.raises(ValueError, match="no key"):
        renewed(token)
