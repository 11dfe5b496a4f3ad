"""Who the guest is, and what the guest remarks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.translation import gettext

from bookyflow.booking_sessions.models import BookingSession
from bookyflow.booking_sessions.naming import SessionName
from bookyflow.booking_sessions.sessions import session_lock
from bookyflow.core import places
from bookyflow.core.errors import DomainError
from bookyflow.core.texts import is_blank
from bookyflow.guests.email_lookup import identity_hash
from bookyflow.guests.services import GuestDetails
from bookyflow.guests.validation import guest_required_missing
from bookyflow.properties.custom_fields import Answer, custom_answers_check
from bookyflow.properties.models import Property, PropertySettings

MOST_NOTES, LONGEST_NOTES = 20, 5000
NOTHING = frozenset({"undefined", "null"})  # what scripts make of a field that nobody has filled


def address_of(**told: str) -> GuestDetails:
    """A guest from what was typed: a region by number, code or name becomes its code.

    Raises DomainError `validation_failed` for a region that the country does not have.
    """
    given = {name: "" if text.strip() in NOTHING else text for name, text in told.items()}
    country, region = given.get("country", ""), given.get("region", "")
    code = places.region_code(region, country) if region else ""
    known = places.region(code) if code else None
    if region and (known is None or (country and known.country != country)):
        problem = gettext("The country has no such region.")
        raise DomainError("validation_failed", problem, fields={"region": [problem]})
    return GuestDetails(**{"surname": "", **given, "region": code})


@dataclass(frozen=True)
class Told:
    """Who the guest is, and answers to the property's own questions; None: not said this time."""

    guest: GuestDetails
    answers: Mapping[str, Any] | None = None

    @classmethod
    def of(cls, *, answers: Mapping[str, Any] | None = None, **told: str) -> Told:
        """From the fields of a form. Raises DomainError as `address_of`."""
        return cls(address_of(**told), answers)


@transaction.atomic
def visitor_address_set(*, name: SessionName, told: Told) -> BookingSession:
    """Say who the guest is, in the place of what was said before; kept encrypted.

    Raises DomainError as `session_lock`, `guest_fields_missing`, and `validation_failed` for an
    answer that is none.
    """
    session = session_lock(name)
    address_check(session.property.settings, told.guest)
    session.address = told.guest.told()
    if told.answers is not None:
        session.answers = answers_check(session.property, told.answers)
    session.email_hash = identity_hash(told.guest.email)
    session.save(update_fields=["personal", "email_hash"])
    return session


def address_check(settings: PropertySettings, guest: GuestDetails) -> None:
    """Refuse a guest of whom the property has to know more. Raises `guest_fields_missing`."""
    missing = guest_required_missing(settings, guest)
    if is_blank(guest.surname) and "surname" not in missing:
        missing.append("surname")  # a booking is for somebody
    if missing:
        problems = {name: [gettext("This field is required.")] for name in missing}
        raise DomainError("guest_fields_missing", fields=problems)


def answers_check(prop: Property, answers: Mapping[str, Any]) -> dict[str, Answer]:
    """Answers to a property's own questions, of their types.

    Raises DomainError `validation_failed`, with the problems under `answers`.
    """
    try:
        return custom_answers_check(prop=prop, answers=answers)
    except DomainError as error:
        raise DomainError(error.key, error.detail, fields={"answers": error.fields}) from None


def guest_of(session: BookingSession) -> GuestDetails:
    """Who the guest of a session is by now."""
    told: Mapping[str, str] = session.address
    return GuestDetails(**{"surname": "", **told})


@transaction.atomic
def visitor_note_add(*, name: SessionName, note: str) -> BookingSession:
    """Add a remark of the guest; all of them go with the booking.

    Raises DomainError as `session_lock`, and `validation_failed` for an empty one and too many.
    """
    session = session_lock(name)
    problem = ""
    notes = [*session.notes(), note]
    if is_blank(note) or note in NOTHING:
        problem = gettext("A text is needed.")
    elif len(notes) > MOST_NOTES or len("\n\n".join(notes)) > LONGEST_NOTES:
        problem = gettext("At most %(notes)s remarks of %(count)s characters together.") % {
            "notes": MOST_NOTES,
            "count": LONGEST_NOTES,
        }
    if problem:
        raise DomainError("validation_failed", problem, fields={"note": [problem]})
    session.personal.set(notes=notes)
    session.save(update_fields=["personal"])
    return session
