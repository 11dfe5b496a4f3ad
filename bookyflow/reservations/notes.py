"""Notes that staff keep with a booking."""

from __future__ import annotations

from django.db import transaction

from bookyflow.core.acting import Actor
from bookyflow.core.errors import DomainError
from bookyflow.events.models import EventKind
from bookyflow.reservations import journal
from bookyflow.reservations.models import Booking, Note

LONGEST_NOTE = 10_000


@transaction.atomic
def note_save(
    *, booking_id: int, property_id: int, text: str, by: Actor, note_id: int | None = None
) -> Note:
    """Add a note to a booking, or change one. Raises DomainError `booking_not_found`,
    `note_not_found`, `validation_failed` for an empty or very long text.
    """
    text = text.strip()
    if not text or len(text) > LONGEST_NOTE:
        problem = f"From 1 to {LONGEST_NOTE} characters."
        raise DomainError("validation_failed", fields={"note": [problem]})
    _, booking = journal.lock(booking_id, property_id)
    if note_id is None:
        note = Note.objects.create(booking=booking, text=text, user_id=by.user_id)
    else:
        note = _note(booking, note_id)
        note.text = text
        note.save(update_fields=["text", "changed_at"])
    journal.record_event(EventKind.BOOKING_NOTE_SAVED, booking, by=by, note_id=note.pk)
    return note


@transaction.atomic
def note_delete(*, booking_id: int, property_id: int, note_id: int, by: Actor) -> None:
    """Remove a note. Raises DomainError `booking_not_found`, `note_not_found`."""
    _, booking = journal.lock(booking_id, property_id)
    _note(booking, note_id).delete()
    journal.record_event(EventKind.BOOKING_NOTE_DELETED, booking, by=by, note_id=note_id)


def _note(booking: Booking, note_id: int) -> Note:
    note = Note.objects.filter(pk=note_id, booking=booking).first()
    if note is None:
        raise DomainError("note_not_found")
    return note
