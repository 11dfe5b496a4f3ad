"""How many mails an address may get on a day, counted in the database for all workers."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta

from django.db import transaction
from django.utils import timezone

from bookyflow.core.crypto import keyed_digest
from bookyflow.core.database import connection
from bookyflow.guests.email_lookup import email_hash
from bookyflow.mailing import sql
from bookyflow.mailing.models import MailCount


@dataclass(frozen=True)
class Claim:
    """One mail of a day for each of some recipients."""

    recipients: tuple[str, ...]
    day: date


def claim(addresses: Collection[str], *, kind: str, most: int) -> Claim | None:
    """Count one mail more for every address; None, and nothing counted, where one has had `most`.

    Kinds of mails are counted apart; days are those of UTC. The claim is committed with the
    running transaction, if there is one.
    """
    recipients = tuple({_digest(kind, address) for address in addresses})
    day = timezone.now().date()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql.CLAIM, {"recipients": list(recipients), "day": day, "most": most})
        if len(cursor.fetchall()) == len(recipients):
            return Claim(recipients, day)
        transaction.set_rollback(True)
    return None


def give_back(claimed: Claim) -> None:
    """Take a claim back: the mail could not be sent."""
    with connection.cursor() as cursor:
        cursor.execute(sql.GIVE_BACK, {"recipients": list(claimed.recipients), "day": claimed.day})


def mail_counts_clear() -> int:
    """Delete the counts of days that are over; returns how many."""
    deleted, _ = MailCount.objects.filter(
        day__lt=timezone.now().date() - timedelta(days=1)
    ).delete()
    return deleted


def _digest(kind: str, address: str) -> str:
    """The same for every spelling of an address, and for what follows a plus in its name."""
    local, at, domain = address.rpartition("@")
    plain = f"{local.partition('+')[0]}{at}{domain}"
    return keyed_digest(f"mail {kind} {email_hash(plain) or plain}")
