"""The suspension of an account, and the properties that nobody else manages."""

from __future__ import annotations

import logging
from collections.abc import Iterable

from django.db import transaction

from bookyflow.accounts.models import AccessLevel, User
from bookyflow.accounts.users import user_updated
from bookyflow.core.acting import Actor
from bookyflow.core.database import connection
from bookyflow.core.errors import DomainError
from bookyflow.events.models import EventKind
from bookyflow.events.services import EventDraft, record_many
from bookyflow.property_lifecycle import sql

logger = logging.getLogger(__name__)


@transaction.atomic
def user_suspend(*, user: User, by: Actor) -> User:
    """Stop an account: its sign-in, its key pairs and their tokens, from the next request on.

    Properties that have no other manager are unpublished, with an event of each. Raises conflict
    for a super manager, so that somebody is always left to undo it.
    """
    property_ids = _lock_properties(user)
    user = User.objects.select_for_update().get(pk=user.pk)
    if user.is_super_manager:
        raise DomainError("conflict", "A super manager cannot be suspended.")
    if user.is_suspended:
        return user
    user.is_suspended = True
    user.save(update_fields=["is_suspended"])
    user_updated(user, by=by)
    if user.access_level >= AccessLevel.RECEPTIONIST:
        _flip(sql.HIDE, property_ids, EventKind.PROPERTY_UNPUBLISHED, by)
    logger.info("user %s suspended by %s", user.pk, by)
    return user


@transaction.atomic
def user_unsuspend(*, user: User, by: Actor) -> User:
    """Let a suspended account and its key pairs work again.

    Properties that its suspension has unpublished are published again, and no others.
    """
    property_ids = _lock_properties(user)
    user = User.objects.select_for_update().get(pk=user.pk)
    if not user.is_suspended:
        return user
    user.is_suspended = False
    user.save(update_fields=["is_suspended"])
    user_updated(user, by=by)
    _flip(sql.SHOW, property_ids, EventKind.PROPERTY_PUBLISHED, by)
    logger.info("user %s unsuspended by %s", user.pk, by)
    return user


def _lock_properties(user: User) -> list[int]:
    """Lock the account's properties before the account: whoever writes one has that order."""
    with connection.cursor() as cursor:
        cursor.execute(sql.LOCK_PROPERTIES, {"user_id": user.pk})
        return [property_id for (property_id,) in cursor.fetchall()]


def _flip(statement: str, property_ids: Iterable[int], kind: EventKind, by: Actor) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, {"property_ids": list(property_ids)})
        changed = sorted(property_id for (property_id,) in cursor.fetchall())
    record_many([EventDraft(kind, pk, ("property", pk)) for pk in changed], by=by)
