"""Accounts: their beginning and their level."""

from __future__ import annotations

import logging

from django.db import transaction

from bookyflow.accounts.models import AccessLevel, User
from bookyflow.core.acting import Actor
from bookyflow.core.errors import DomainError
from bookyflow.events.models import EventKind
from bookyflow.events.services import record

logger = logging.getLogger(__name__)


@transaction.atomic
def user_add(*, user: User, by: Actor) -> User:
    """Store a new account, whose password is set already; one event."""
    user.save(force_insert=True)
    record(
        EventKind.USER_CREATED,
        by=by,
        property_id=None,
        subject=("user", user.pk),
        access_level=user.access_level,
    )
    logger.info("user %s made by %s", user.pk, by)
    return user


@transaction.atomic
def user_level_set(*, user: User, level: int, by: Actor) -> User:
    """Change what an account may do; its key pairs follow with the next request.

    Raises validation_failed for an unknown level, and conflict for making a suspended account a
    super manager.
    """
    user = User.objects.select_for_update().get(pk=user.pk)
    if level not in AccessLevel.values:
        raise DomainError("validation_failed", fields={"access_level": ["Unknown level."]})
    if user.is_suspended and level >= AccessLevel.SUPER_MANAGER:
        raise DomainError("conflict", "A suspended account cannot become a super manager.")
    if user.access_level == level:
        return user
    user.access_level = level
    user.save(update_fields=["access_level"])
    user_updated(user, by=by)
    logger.info("user %s has level %s by %s", user.pk, level, by)
    return user


def user_updated(user: User, *, by: Actor) -> None:
    """Record that the level or state of an account has changed."""
    record(
        EventKind.MANAGER_UPDATED,
        by=by,
        property_id=None,
        subject=("user", user.pk),
        access_level=user.access_level,
        is_suspended=user.is_suspended,
    )
