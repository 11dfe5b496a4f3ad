"""The end of a property."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from bookyflow.accounts.models import User
from bookyflow.accounts.selectors import acting_user
from bookyflow.core.acting import Actor
from bookyflow.core.errors import DomainError
from bookyflow.events.models import EventKind
from bookyflow.events.services import record
from bookyflow.properties.access import fall_back, properties_of
from bookyflow.properties.locking import property_lock
from bookyflow.properties.models import Property
from bookyflow.property_lifecycle.guests_to_come import refuse_guests_to_come


@transaction.atomic
def property_delete(*, prop: Property, by: Actor) -> None:
    """Delete a property for good, as far as anybody can see; its bookings and invoices stay.

    Staff who have no other property become registered users. Raises `property_has_bookings` where
    guests are still to come or hold rooms, and `property_last` for a manager's only property.
    """
    locked = property_lock(prop.pk)
    refuse_guests_to_come(locked)
    actor = acting_user(by)
    if actor is not None and _is_last_of(locked, actor):
        raise DomainError("property_last")
    staff = list(User.objects.filter(access__property=locked).order_by("pk").select_for_update())
    locked.deleted_at = timezone.now()
    locked.is_published = locked.hidden_by_suspension = False
    locked.version += 1
    locked.save(
        update_fields=[
            "deleted_at",
            "is_published",
            "hidden_by_suspension",
            "version",
            "changed_at",
        ]
    )
    fall_back(staff)
    subject = ("property", locked.pk)
    record(EventKind.PROPERTY_DELETED, by=by, property_id=locked.pk, subject=subject)
    for name in ("deleted_at", "is_approved", "is_published", "is_complete", "version"):
        setattr(prop, name, getattr(locked, name))


def _is_last_of(locked: Property, user: User) -> bool:
    others = properties_of(user).exclude(pk=locked.pk)
    return not user.is_super_manager and not others.exists()
