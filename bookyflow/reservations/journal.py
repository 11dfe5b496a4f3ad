"""Finding a booking to change, moving it from state to state, and writing down that it happened."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Case, F, Q, When
from django.db.models.functions import Now
from django.utils import timezone

from bookyflow.core.acting import Actor
from bookyflow.core.errors import DomainError
from bookyflow.core.fields import columns_of
from bookyflow.core.prepared import fresh
from bookyflow.events.models import EventKind
from bookyflow.events.services import EventDraft, record_many
from bookyflow.properties.locking import property_lock
from bookyflow.properties.models import Property
from bookyflow.reservations.mails import mails_queue
from bookyflow.reservations.models import (
    MOVES,
    Booking,
    BookingHistory,
    BookingKind,
    BookingLine,
    BookingState,
)
from bookyflow.tariffs.overrides import Overrides

_OWED = {"state", "paid", "deposit_required"}


def lock(
    booking_id: int,
    property_id: int,
    *,
    kind: BookingKind = BookingKind.BOOKING,
    missing: str = "booking_not_found",
) -> tuple[Property, Booking]:
    """Lock a property, then one of its bookings, until the transaction ends.

    Raises DomainError `property_not_found`, and `missing` for a booking that is not there.
    """
    prop = property_lock(property_id)
    booking = (
        Booking.objects.select_for_update(of=("self",), no_key=True)
        .filter(pk=booking_id, property=property_id, kind=kind)
        .first()
    )
    if booking is None:
        raise DomainError(missing)
    booking.property = prop
    return prop, booking


def transition(
    booking: Booking, to: BookingState, *, by: Actor, reason: str = "", **changes: object
) -> None:
    """Take one of the steps that there are, with changes of other fields, and log it.

    Raises DomainError `booking_state` for every other step.
    """
    before = booking.state
    if to not in MOVES[before]:
        raise DomainError("booking_state", f"A booking that is {before} cannot become {to}.")
    booking.state = to
    save(booking, state=to, **changes)
    record_history(booking, before, by=by, reason=reason)


def save(booking: Booking, **changes: object) -> None:
    """Write fields of a locked booking, and count the change.

    Somebody has dealt with the booking: it does not end by itself any more for want of payment.
    Since when a payment is due follows from the fields.
    """
    changes |= {"pay_by": None}
    for name, value in changes.items():
        setattr(booking, name, value)
    booking.version += 1
    written = [*changes, "version", "changed_at"]
    if _OWED & changes.keys():
        booking.payment_due_since = _due_since(booking.missing_deposit())
        written.append("payment_due_since")
    booking.save(update_fields=columns_of(Booking, written))
    if _OWED & changes.keys():
        del booking.payment_due_since  # read again when it is asked for


def _due_since(missing: Decimal) -> Case | None:
    """As before while no more is missing than the row says, else from now on."""
    if missing <= 0:
        return None
    known = Q(payment_due_since__isnull=False, deposit_required__gte=F("paid") + missing)
    return Case(When(known, then=F("payment_due_since")), default=Now())


@dataclass(frozen=True)
class SetAside:
    """What is told of the rules that staff have set aside: in the history, and in the event."""

    sentence: str
    data: Mapping[str, Any]


def set_aside(override: Overrides) -> SetAside:
    """What is told of the rules; nothing where there are none."""
    names = sorted(override)
    if not names:
        return SetAside("", {})
    return SetAside(f"Set aside: {', '.join(names)}.", {"overridden": names})


def record_history(booking: Booking, before: str, *, by: Actor, reason: str = "") -> None:
    """Add a step to the booking's history; the state it has now is the one it came to."""
    step(booking, before, by=by, reason=reason).save(force_insert=True)


def step(booking: Booking, before: str, *, by: Actor, reason: str = "") -> BookingHistory:
    """A step of the booking's history, unsaved; as `record_history`."""
    return fresh(
        BookingHistory,
        booking=booking,
        from_state=before,
        to_state=booking.state,
        reason=reason,
        actor_kind=by.kind,
        user_id=by.user_id,
        key_id=by.key_id,
        channel_id=by.channel_id,
    )


def record_event(
    kind: EventKind,
    booking: Booking,
    *,
    by: Actor,
    also: Iterable[EventDraft] = (),
    lines: Iterable[BookingLine] | None = None,
    mails: bool = True,
    **data: object,
) -> None:
    """Record the event of a booking, and others that go with it, in one statement.

    The mails that go with it are queued, unless without `mails`; `lines` as for `mails_queue`.
    """
    record_many([event_draft(kind, booking, **data), *also], by=by)
    if mails:
        mails_queue(kind, booking, by=by, lines=lines)


def event_draft(kind: EventKind, booking: Booking, **data: object) -> EventDraft:
    """The event of a booking, for who records it with others."""
    told = {"contract_uid": booking.pk, **data}
    return EventDraft(kind, booking.property_id, ("booking", booking.pk), told)


def close(booking: Booking, to: BookingState, *, by: Actor, reason: str = "") -> None:
    """Take the last step of a booking or block."""
    transition(
        booking, to, by=by, reason=reason, cancellation_reason=reason, ended_at=timezone.now()
    )
