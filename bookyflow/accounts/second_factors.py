"""Second factors: those that their owner has lost, and the keys of what is encrypted in them."""

from __future__ import annotations

import logging
from collections.abc import Iterator

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.db import transaction

from bookyflow.accounts.models import User
from bookyflow.core.acting import Actor
from bookyflow.core.crypto import renewed
from bookyflow.core.rotation import BATCH, Progress

SECRETS = ("secret", "seed")  # of apps and of recovery codes, within the row's JSON

logger = logging.getLogger(__name__)


@transaction.atomic
def second_factors_remove(*, user: User, by: Actor) -> int:
    """Take app, passkeys and recovery codes from an account, and end its sessions.

    The password alone opens it then. Returns how many there were.
    """
    User.objects.select_for_update().get(pk=user.pk)
    removed, _ = Authenticator.objects.filter(user=user).delete()
    for session in UserSession.objects.filter(user=user):
        session.end()
    if removed:
        logger.warning("second factors of user %s removed by %s", user.pk, by)
    return int(removed)


def second_factors_renew() -> Iterator[Progress]:
    """Encrypt the secrets anew with the newest key, as `core.rotation.rotate` does with fields."""
    last = 0
    while progress := _renew_batch(last):
        yield progress
        last = progress.last


@transaction.atomic
def _renew_batch(after: int) -> Progress | None:
    found = Authenticator.objects.select_for_update(no_key=True).filter(pk__gt=after)
    rows = list(found.order_by("pk")[:BATCH])
    written = unreadable = 0
    for row in rows:
        try:
            changes = {name: renewed(row.data[name]) for name in SECRETS if name in row.data}
        except ValueError:
            unreadable += 1
            continue
        newer = {name: token for name, token in changes.items() if token}
        if newer:
            row.data |= newer
            row.save(update_fields=["data"])
            written += 1
    table = Authenticator._meta.db_table
    return Progress(table, rows[-1].pk, len(rows), written, unreadable) if rows else None
