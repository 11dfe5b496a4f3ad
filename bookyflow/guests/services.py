from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from decimal import Decimal

from django.db import connection

from bookyflow.core.crypto import decrypt, encrypt
from bookyflow.core.fields import EncryptedTextField
from bookyflow.core.texts import as_line
from bookyflow.events.models import EventKind
from bookyflow.events.services import Happening
from bookyflow.guests import sql
from bookyflow.guests.emails import email_hash
from bookyflow.guests.models import Guest

_ENCRYPTED = {f.name for f in Guest._meta.fields if isinstance(f, EncryptedTextField)}
NOBODY = "\N{EN DASH}"  # the surname of a guest who was anonymised


@dataclass(frozen=True)
class GuestDetails:
    """What a booking tells of a person; only the surname is needed."""

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

    def told(self) -> dict[str, str]:
        """What is known, by field, each on one line and trimmed, without what is empty."""
        lines = {name: as_line(text).strip() for name, text in asdict(self).items()}
        return {name: line for name, line in lines.items() if line}


@dataclass(frozen=True)
class GuestSaved:
    """What became of `guest_save`: whose row it is, whether it is new, and which fields changed.

    `discount` is the guest's own, in per cent off the rooms.
    """

    id: int
    property_id: int
    is_new: bool
    blacklisted: bool
    discount: Decimal
    changed: tuple[str, ...]

    def happenings(self) -> list[Happening]:
        """The event that the caller records with its own: none when nothing was changed."""
        if not self.is_new and not self.changed:
            return []
        kind = EventKind.GUEST_SAVED if self.is_new else EventKind.GUEST_UPDATED
        fields = {} if self.is_new else {"fields": list(self.changed)}
        return [guest_happening(kind, guest_id=self.id, property_id=self.property_id, **fields)]


def guest_save(*, property_id: int, details: GuestDetails, trusted: bool) -> GuestSaved:
    """Add a property's guest, or bring the one with the same e-mail up to date.

    Empty details leave what is known of a guest as it is, and nothing else of the row changes: a
    blacklisted guest stays so. Only staff and who comes with a personal link are `trusted`: of
    anybody else who knows the e-mail address, a channel too, what was not known yet is taken over
    and nothing else. Who a booking is for is kept with the booking. Without an e-mail every call
    adds a guest.
    One statement, which records no event: the caller records those of `GuestSaved.happenings` with
    its own. Values are stored as they are given: whoever asks people for them checks them.
    """
    given = dict.fromkeys(GuestDetails.__dataclass_fields__, "") | details.told()
    parameters = {
        "property_id": property_id,
        "email_hash": email_hash(given["email"]),
        **{name: encrypt(text) if name in _ENCRYPTED else text for name, text in given.items()},
    }
    with connection.cursor() as cursor:
        cursor.execute(sql.SAVE if trusted else sql.FILL, parameters)
        pk, is_new, blacklisted, discount, before = cursor.fetchone()
    stored: dict[str, str] = json.loads(before) if before else {}
    other = [n for n in given if not is_new and _differs(n, given[n], stored.get(n, ""))]
    changed = tuple(n for n in other if trusted or not stored[n])
    return GuestSaved(pk, property_id, is_new, blacklisted, discount, changed)


def guest_happening(
    kind: EventKind, *, guest_id: int, property_id: int, **data: object
) -> Happening:
    """An event of a guest; `data` holds no personal data."""
    return Happening(kind, property_id, ("guest", guest_id), {"guest_uid": guest_id, **data})


def _differs(name: str, text: str, stored: str) -> bool:
    if not text:
        return False
    if name not in _ENCRYPTED:
        return text != stored
    try:
        return text != decrypt(stored)
    except ValueError:  # its key is lost: now it can be read again
        return True
