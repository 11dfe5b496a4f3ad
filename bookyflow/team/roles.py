"""Who may be what on a property. An account has one level, on all the properties it works on."""

from __future__ import annotations

from django.db import transaction

from bookyflow.accounts.models import AccessLevel, User
from bookyflow.accounts.selectors import acting_user
from bookyflow.accounts.users import user_level_set
from bookyflow.core.acting import Actor
from bookyflow.core.errors import DomainError
from bookyflow.properties.access import properties_of, staff_member, staff_remove
from bookyflow.properties.locking import property_lock

ROLES = (AccessLevel.RECEPTIONIST, AccessLevel.MANAGER)


def may_give(level: int, *, by: Actor) -> None:
    """Raise `forbidden` for a level above the own, validation_failed for one that is no role."""
    if level not in ROLES:
        raise DomainError("validation_failed", fields={"level": ["Receptionist or manager."]})
    if level > _level_of(by):
        raise DomainError("forbidden", "Nobody gives a role above the own.")


@transaction.atomic
def staff_level_set(*, property_id: int, user_id: int, level: int, by: Actor) -> None:
    """Make somebody of a property's staff a receptionist or manager.

    Raises `manager_not_found`, `property_not_found`, and `forbidden` for the own account, for one
    above the own level, for a role above it, and for somebody who works on properties that who
    acts does not: the role would change there too.
    """
    property_lock(property_id)
    member = _member(property_id=property_id, user_id=user_id, by=by)
    may_give(level, by=by)
    acting = acting_user(by)
    theirs = properties_of(member).values_list("pk", flat=True)
    if acting is not None and set(theirs) - set(properties_of(acting).values_list("pk", flat=True)):
        raise DomainError(
            "forbidden", "They work on other properties too; a super manager changes the role."
        )
    user_level_set(user=member, level=level, by=by)


@transaction.atomic
def staff_dismiss(*, property_id: int, user_id: int, by: Actor) -> None:
    """Take a property away from somebody of its staff.

    Raises `manager_not_found`, `property_not_found`, and `forbidden` for the own account and for
    one above the own level.
    """
    property_lock(property_id)
    member = _member(property_id=property_id, user_id=user_id, by=by)
    staff_remove(user_id=member.pk, property_id=property_id, by=by)


def _member(*, property_id: int, user_id: int, by: Actor) -> User:
    member = staff_member(property_id=property_id, user_id=user_id)
    if member.pk == by.user_id:
        raise DomainError("forbidden", "Somebody else changes your own role.")
    if member.access_level > _level_of(by):
        raise DomainError("forbidden", "Their level is above yours.")
    return member


def _level_of(by: Actor) -> int:
    acting = acting_user(by)
    return AccessLevel.SUPER_MANAGER if acting is None else acting.access_level
