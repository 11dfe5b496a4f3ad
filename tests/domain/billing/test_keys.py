"""Invoices and payments can be encrypted with a new key, and in no other way be changed."""

from __future__ import annotations

from decimal import Decimal

import pytest
from cryptography.fernet import Fernet
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction

from bookyflow.billing.invoicing import invoice_issue
from bookyflow.billing.models import Invoice, InvoiceLine, Payment
from bookyflow.billing.payments import payment_record
from bookyflow.core.acting import SYSTEM
from bookyflow.reservations.folio_charges import service_add
from tests.domain.conftest import book, stay


@pytest.mark.django_db
def test_names_are_encrypted_with_the_new_key(hotel, settings):
    old, new = (Fernet.generate_key().decode() for _ in range(2))
    settings.ENCRYPTION_KEYS = [old]
    booking = book(hotel, stay(5, 2))
    where = {"property_id": hotel.pk, "booking_id": booking.pk, "by": SYSTEM}
    service_add(**where, description="Sauna", price=Decimal(10))
    payment_record(**where, amount=Decimal(50), method="cash", reference="Till 7")
    buyer = invoice_issue(**where).buyer

    settings.ENCRYPTION_KEYS = [new, old]
    call_command("rotate_encryption", verbosity=0)
    settings.ENCRYPTION_KEYS = [new]

    assert Invoice.objects.get().buyer == buyer
    assert InvoiceLine.objects.latest("position").description == "Sauna"
    assert Payment.objects.get().reference == "Till 7"


@pytest.mark.django_db
def test_nothing_else_changes_while_keys_are_renewed_or_persons_forgotten(hotel):
    booking = book(hotel, stay(5, 2))
    where = {"property_id": hotel.pk, "booking_id": booking.pk, "by": SYSTEM}
    payment_record(**where, amount=Decimal(50), method="cash")
    invoice_issue(**where)

    for door in ("renewing", "forgetting"):
        for change in (
            "UPDATE billing_invoice SET gross = 1",
            "UPDATE billing_invoiceline SET gross = 1",
            "UPDATE billing_payment SET amount = 1",
            "UPDATE billing_payment SET method = 'card'",
            "DELETE FROM billing_invoiceline",
            "DELETE FROM billing_invoice",
            "DELETE FROM billing_payment",
        ):
            with pytest.raises(IntegrityError, match="stays as it is"):
                _through(door, change)


@transaction.atomic
def _through(door, statement):
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config(%s, 'on', true)", [f"bookyflow.{door}"])
        cursor.execute(statement)
