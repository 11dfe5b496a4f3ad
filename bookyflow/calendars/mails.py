"""Mails to the staff of a property about its calendars.

A job knows ids only; what is personal is read when it writes. Test properties write to nobody.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bookyflow.calendars.models import CalendarConflict, CalendarSource
from bookyflow.core import languages
from bookyflow.mailing.sending import mail_send
from bookyflow.mailing.words import name_shown, quoted
from bookyflow.properties.contact import addresses_of_staff
from bookyflow.reservations.models import BookingKind


def conflict_mail_send(*, source_id: int, conflict_ids: Sequence[int]) -> None:
    """Tell of nights that are sold here and elsewhere, both sides of each, and what can be done.

    Nothing is sent where all of them have ended meanwhile.
    """
    found = CalendarConflict.objects.filter(
        source=source_id, pk__in=conflict_ids, ended_at=None
    ).select_related("booking")
    conflicts = [{"one": one, "who": _who(one), "label": quoted(one.label)} for one in found]
    if conflicts:
        _send("calendar_conflict", source_id, {"conflicts": conflicts})


def fault_mail_send(*, source_id: int, reason: str) -> None:
    """Tell that a calendar cannot be read, unless it could be meanwhile."""
    if CalendarSource.objects.filter(pk=source_id, state=reason).exists():
        _send("calendar_fault", source_id, {"reason": reason})


def _who(conflict: CalendarConflict) -> str:
    booking = conflict.booking
    if booking.kind == BookingKind.BLOCK:
        return str(booking.remarks)
    return name_shown(f"{booking.who.first_name} {booking.who.surname}")


def _send(template: str, source_id: int, context: dict[str, Any]) -> None:
    found = CalendarSource.objects.select_related("property__settings", "room")
    source = found.filter(pk=source_id).first()
    if source is None:
        return
    with languages.texts_in(languages.DEFAULT):
        mail_send(
            f"property/{template}",
            to=addresses_of_staff(source.property),
            context={"source": source, "property": source.property, **context},
        )
