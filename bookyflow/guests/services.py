from __future__ import annotations

from dataclasses import dataclass

from bookyflow.core.crypto import keyed_hash
from bookyflow.guests.models import Guest


@dataclass(frozen=True)
class GuestDetails:
    """What is known of a person; only the surname is needed."""

    surname: str
    first_name: str = ""
    email: str = ""
    phone: str = ""
    mobile: str = ""
    house: str = ""
    street: str = ""
    town: str = ""
    region: str = ""
    postcode: str = ""
    country: str = ""
    language: str = ""


_FIELDS = tuple(GuestDetails.__dataclass_fields__)


def guest_save(*, property_id: int, details: GuestDetails) -> int:
    """Add a property's guest, or bring the one with the same e-mail up to date; returns the id.

    One statement. Without an e-mail every call adds a guest.
    """
    guest = Guest(
        property_id=property_id,
        email_hash=keyed_hash(details.email) if details.email else None,
        **{name: getattr(details, name) for name in _FIELDS},
    )
    (saved,) = Guest.objects.bulk_create(
        [guest],
        update_conflicts=True,
        unique_fields=["property", "email_hash"],
        update_fields=[*_FIELDS, "changed_at"],
    )
    return saved.pk
