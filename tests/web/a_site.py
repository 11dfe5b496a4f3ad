"""The demonstration with something of everything, for tests that look at every page."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from typing import Any

from django.apps import apps
from django.db import connection

from bookyflow.accounts.models import KeyPair, KeySecret, User
from bookyflow.billing.invoicing import invoice_issue
from bookyflow.core.acting import Actor
from bookyflow.demo.services import Demo, demo_make
from bookyflow.properties.models import PropertyType
from bookyflow.reservations.models import Booking


@dataclass(frozen=True)
class Site:
    """The demonstration, and the ids that pages have in their paths, by their names there."""

    demo: Demo
    ids: dict[str, Any]


SEEDS = ("properties.migrations.0002_seed", "rooms.migrations.0002_seed")


def seed() -> None:
    """What every database starts with, where a test before has emptied the tables."""
    if not PropertyType.objects.exists():
        with connection.schema_editor() as editor:
            for module in SEEDS:
                import_module(f"bookyflow.{module}").add(apps, editor)


def make_site() -> Site:
    """Make the demonstration, and what pages need besides."""
    seed()
    demo = demo_make(known={})
    property_id = next(iter(demo.properties.values()))
    by = Actor(user_id=User.objects.get(username="manager").pk)
    booking = Booking.objects.filter(property_id=property_id, kind="booking").first()
    assert booking is not None
    invoice = invoice_issue(property_id=property_id, booking_id=booking.pk, by=by)
    key = KeyPair.objects.get(client_id=demo.client_id)
    return Site(
        demo,
        {
            "property_id": property_id,
            "booking_id": booking.pk,
            "invoice_id": invoice.pk,
            "guest_id": booking.guest_id,
            "key_id": key.pk,
            "secret_id": KeySecret.objects.filter(key=key).first().pk,
        },
    )
