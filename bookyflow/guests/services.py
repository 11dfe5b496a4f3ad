from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from bookyflow.core.errors import DomainError
from bookyflow.core.fields import Sealed
from bookyflow.core.prepared import all_rows, run
from bookyflow.core.texts import as_line
from bookyflow.events.models import EventKind
from bookyflow.events.services import EventDraft
from bookyflow.guests import sql
from bookyflow.guests.email_lookup import identity_hash
from bookyflow.guests.models import Guest

_COLUMNS = ("region", "country", "language")  # details that do not say who it is: for statistics
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
        told = ((name, as_line(text).strip()) for name, text in vars(self).items() if text)
        return {name: line for name, line in told if line}


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

    def drafts(self) -> list[EventDraft]:
        """The event that the caller records with its own: none when nothing was changed."""
        if not self.is_new and not self.changed:
            return []
        kind = EventKind.GUEST_SAVED if self.is_new else EventKind.GUEST_UPDATED
        fields = {} if self.is_new else {"fields": list(self.changed)}
        return [guest_event(kind, guest_id=self.id, property_id=self.property_id, **fields)]


def guest_save(*, property_id: int, details: GuestDetails, trusted: bool) -> GuestSaved:
    """Add a property's guest, or bring the one with the same e-mail up to date.

    Empty details leave what is known of a guest as it is, and nothing else of the row changes: a
    blacklisted guest stays so. Only staff and who comes with a personal link are `trusted`: of
    anybody else who knows the e-mail address, a channel too, what was not known yet is taken over
    and nothing else. Who a booking is for is kept with the booking. Without an e-mail every call
    adds a guest.
    Records no event: the caller records those of `GuestSaved.drafts` with its own. Values are
    stored as they are given: whoever asks people for them checks them.
    """
    told = details.told()
    given = {
        "property_id": property_id,
        "email_hash": identity_hash(told.get("email", "")),
        **_stored(told),
    }
    (row,) = all_rows(sql.INSERT_OR_LOCK, given)
    pk, is_new, blacklisted, discount, personal, *columns = row
    changed: tuple[str, ...] = ()
    if not is_new:
        inside = _opened(personal)
        known = dict(zip(_COLUMNS, columns, strict=True)) | (inside or {})
        # What cannot be read, since its key is lost, is replaced by staff only.
        if trusted or inside is not None:
            changed = _changed(known, told, trusted=trusted)
    if changed:
        now = known | {name: told[name] for name in changed}
        run(sql.UPDATE, {"id": pk, **_stored(now)})
    return GuestSaved(pk, property_id, is_new, blacklisted, discount, changed)


def guest_known(*, guest_id: int, property_id: int) -> GuestSaved:
    """A guest of the property as the row is. Raises DomainError `guest_not_found`."""
    found = Guest.objects.filter(pk=guest_id, property=property_id, anonymised_at=None)
    guest = found.only("blacklisted", "discount", "property").first()
    if guest is None:
        raise DomainError("guest_not_found")
    return GuestSaved(
        guest.pk,
        property_id,
        is_new=False,
        blacklisted=guest.blacklisted,
        discount=guest.discount,
        changed=(),
    )


def _opened(personal: str) -> dict[str, str] | None:
    """What a ciphertext holds; None where no key fits."""
    try:
        return Sealed(personal).values()
    except ValueError:
        return None


def _changed(
    known: Mapping[str, str], told: Mapping[str, str], *, trusted: bool
) -> tuple[str, ...]:
    """The fields that are told otherwise than known, or, of a stranger, not known at all."""
    return tuple(
        name
        for name, text in told.items()
        if text != (before := known.get(name, "")) and (trusted or not before)
    )


def _stored(details: dict[str, str]) -> dict[str, str]:
    """Details as columns of the table."""
    inside = {name: text for name, text in details.items() if name not in _COLUMNS}
    return {name: details.get(name, "") for name in _COLUMNS} | {"personal": str(Sealed(**inside))}


def guest_event(kind: EventKind, *, guest_id: int, property_id: int, **data: object) -> EventDraft:
    """An event of a guest; `data` holds no personal data."""
    return EventDraft(kind, property_id, ("guest", guest_id), {"guest_uid": guest_id, **data})
