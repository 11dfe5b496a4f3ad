"""What staff do with guests: add, correct, discount, blacklist, link to an account."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from decimal import Decimal
from typing import Any

from django.db import transaction

from bookyflow.accounts.models import User
from bookyflow.core.acting import Actor
from bookyflow.core.errors import DomainError
from bookyflow.core.fields import columns_of
from bookyflow.core.vat_numbers import vat_number
from bookyflow.events.models import EventKind
from bookyflow.events.services import record_many
from bookyflow.guests.email_lookup import identity_hash
from bookyflow.guests.models import Guest
from bookyflow.guests.selectors import guest_by_email
from bookyflow.guests.services import GuestDetails, guest_event
from bookyflow.guests.validation import clean
from bookyflow.properties.locking import property_lock


@dataclass(frozen=True)
class GuestProfile(GuestDetails):
    """All that staff may enter of a guest; `discount` is in per cent off the rooms."""

    preferences: str = ""
    vat_number: str = ""
    discount: Decimal = Decimal(0)


@transaction.atomic
def guest_add(*, property_id: int, profile: GuestProfile, by: Actor) -> Guest:
    """Add a guest to a property's guest book.

    Raises DomainError `property_not_found`, `validation_failed`, and `conflict` when a guest of
    the property has the e-mail address.
    """
    property_lock(property_id)
    values = clean(asdict(profile))
    values["vat_number"] = _vat_number(values["vat_number"], country=values["country"])
    _refuse_taken(values["email"], property_id=property_id)
    guest = Guest.objects.create(property_id=property_id, **_with_what_follows(values))
    _record(EventKind.GUEST_SAVED, guest, by=by)
    return guest


@transaction.atomic
def guest_update(
    *, guest_id: int, property_id: int, changes: Mapping[str, Any], by: Actor
) -> Guest:
    """Change fields of a guest: those of GuestProfile, and no others; an empty text empties one.

    Bookings keep whom they were made for: one is corrected by `lead_guest_correct`.
    Raises DomainError `guest_not_found`, `validation_failed`, and `conflict` when another guest of
    the property has the e-mail address. What stays as it was is no change.
    """
    guest = guest_lock(guest_id=guest_id, property_id=property_id)
    _known(changes)
    return _change(guest, clean(changes), by=by)


@transaction.atomic
def guest_blacklist(*, guest_id: int, property_id: int, blacklisted: bool, by: Actor) -> Guest:
    """Keep a guest from booking, or allow it again. Raises DomainError `guest_not_found`."""
    guest = guest_lock(guest_id=guest_id, property_id=property_id)
    return _change(guest, {"blacklisted": blacklisted}, by=by)


@transaction.atomic
def guest_link_user(*, guest_id: int, property_id: int, user_id: int | None, by: Actor) -> Guest:
    """Say whose account the guest has, who accepted an invitation; None ends the link.

    Raises DomainError `guest_not_found`, and `validation_failed` for an unknown account.
    """
    guest = guest_lock(guest_id=guest_id, property_id=property_id)
    if user_id is not None and not User.objects.filter(pk=user_id).exists():
        raise DomainError("validation_failed", fields={"user_id": ["No such account."]})
    return _change(guest, {"user_id": user_id}, by=by)


@transaction.atomic
def guest_token_revoke(*, guest_id: int, property_id: int, by: Actor) -> Guest:
    """Make the personal links of a guest invalid, as when one got into wrong hands.

    The guest's new `token_version` makes the next one. A quote got by an old link stays good until
    it expires. Raises DomainError `guest_not_found`.
    """
    guest = guest_lock(guest_id=guest_id, property_id=property_id)
    return _change(guest, {"token_version": guest.token_version + 1}, by=by)


def guest_lock(*, guest_id: int, property_id: int) -> Guest:
    """Lock a property and then one of its guests until the transaction ends.

    Raises DomainError `property_not_found` or `guest_not_found`, also for an anonymised guest.
    """
    property_lock(property_id)
    found = Guest.objects.select_for_update(no_key=True).filter(
        pk=guest_id, property=property_id, anonymised_at=None
    )
    guest = found.first()
    if guest is None:
        raise DomainError("guest_not_found")
    return guest


def guest_touched(guest: Guest, changed: list[str], *, by: Actor) -> None:
    """Count a version on and record which fields of a locked guest are others now."""
    guest.version += 1
    guest.save(update_fields=["version", "changed_at"])
    _record(EventKind.GUEST_UPDATED, guest, by=by, fields=changed)


def _change(guest: Guest, values: Mapping[str, Any], *, by: Actor) -> Guest:
    values = dict(values)
    number = values.get("vat_number", guest.vat_number)
    if number != guest.vat_number:
        country = values.get("country", guest.country)
        values["vat_number"] = _vat_number(number, country=country)
    changed = [name for name, value in values.items() if getattr(guest, name) != value]
    if changed:
        written = _with_what_follows({name: values[name] for name in changed})
        if "email" in written:
            _refuse_taken(written["email"], property_id=guest.property_id, but_by=guest.pk)
        for name, value in written.items():
            setattr(guest, name, value)
        guest.version += 1
        guest.save(update_fields=columns_of(Guest, [*written, "version", "changed_at"]))
        names = [name.removesuffix("_id") for name in changed]
        _record(EventKind.GUEST_UPDATED, guest, by=by, fields=names)
    return guest


def _with_what_follows(values: Mapping[str, Any]) -> dict[str, Any]:
    """Fields of a guest, and those that follow from them."""
    written = dict(values)
    if "email" in values:
        written["email_hash"] = identity_hash(values["email"])
    if "vat_number" in values:
        written["vat_number_validated"] = False
    return written


def _vat_number(text: str, *, country: str) -> str:
    """A VAT number as it is kept. Raises DomainError `validation_failed`."""
    try:
        return vat_number(text, country)
    except ValueError as problem:
        told = str(problem)
        raise DomainError("validation_failed", fields={"vat_number": [told]}) from None


def _refuse_taken(email: str, *, property_id: int, but_by: int | None = None) -> None:
    taken = guest_by_email(property_id=property_id, email=email)
    if taken is not None and taken.pk != but_by:
        problem = "Another guest of the property has this address."
        raise DomainError("conflict", f"email: {problem}", fields={"email": [problem]})


def _known(changes: Mapping[str, Any]) -> None:
    unknown = changes.keys() - GuestProfile.__dataclass_fields__.keys()
    if unknown:
        raise DomainError(
            "validation_failed", fields={name: ["No such field."] for name in sorted(unknown)}
        )


def _record(kind: EventKind, guest: Guest, *, by: Actor, **data: object) -> None:
    draft = guest_event(kind, guest_id=guest.pk, property_id=guest.property_id, **data)
    record_many([draft], by=by)
