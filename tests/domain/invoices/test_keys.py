"""An issued invoice can be encrypted with a new key, and in no other way be changed."""

from __future__ import annotations

import pytest
from cryptography.fernet import Fernet
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction

from bookyflow.core.acting import SYSTEM
from bookyflow.invoices.models import Invoice
from bookyflow.invoices.services import invoice_issue
from tests.domain.conftest import book, stay


@pytest.mark.django_db
def test_names_are_encrypted_with_the_new_key(hotel, settings):
    old, new = (Fernet.generate_key().decode() for _ in range(2))
    settings.ENCRYPTION_KEYS = [old]
    booking = book(hotel, stay(5, 2))
    invoice = invoice_issue(property_id=hotel.pk, booking_id=booking.pk, by=SYSTEM)
    buyer = invoice.buyer

    settings.ENCRYPTION_KEYS = [new, old]
    call_command("rotate_encryption", verbosity=0)
    settings.ENCRYPTION_KEYS = [new]

    assert Invoice.objects.get().buyer == buyer


@pytest.mark.django_db
def test_nothing_else_changes_while_keys_are_renewed(hotel):
    booking = book(hotel, stay(5, 2))
    invoice_issue(property_id=hotel.pk, booking_id=booking.pk, by=SYSTEM)

    for change in ("UPDATE invoices_invoice SET gross = 1", "DELETE FROM invoices_invoice"):
        with pytest.raises(IntegrityError, match="stays as it is"):
            _renewing(change)


@transaction.atomic
def _renewing(statement):
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('bookyflow.renewing', 'on', true)")
        cursor.execute(statement)
