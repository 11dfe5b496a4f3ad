"""Forms of staff that were sent: each does its work once, however often it is sent."""

from __future__ import annotations

from collections.abc import Callable

from django.db import transaction

from bookyflow.core import ids
from bookyflow.reservations import journal
from bookyflow.reservations.models import QuoteUse


@transaction.atomic
def form_work(
    *,
    property_id: int,
    booking_id: int,
    once: str,
    user_id: int,
    work: Callable[[], object],
) -> bool:
    """Do what a form about a booking asks for, unless it has been done; whether it was done now.

    `once` is a text that is new for each form; without one the work is always done. The booking is
    locked, so that of two that come together the later finds what the first has done. What `work`
    raises leaves the form unsent. Raises DomainError `property_not_found`, `booking_not_found`.
    """
    journal.lock(booking_id, property_id)
    if once and form_serial(property_id=property_id, once=once, user_id=user_id) is not None:
        return False
    work()
    form_note(property_id=property_id, once=once, user_id=user_id, serial=booking_id)
    return True


def form_note(*, property_id: int, once: str, user_id: int | None, serial: int) -> None:
    """Note that an account's form has made or changed a booking; nothing without `once`."""
    if once:
        # Known to the property, so that it counts in no limit on what strangers may take.
        QuoteUse.objects.create(
            digest=_digest(property_id, once, user_id),
            serial=serial,
            property_id=property_id,
            caller="staff",
            is_known=True,
        )


def form_serial(*, property_id: int, once: str, user_id: int | None) -> int | None:
    """The booking that an account's form has made or changed; None while it has done nothing."""
    used = QuoteUse.objects.filter(digest=_digest(property_id, once, user_id), property=property_id)
    return used.values_list("serial", flat=True).first()


def _digest(property_id: int, once: str, user_id: int | None) -> str:
    return ids.digest(f"form {user_id} {property_id} {once}")
