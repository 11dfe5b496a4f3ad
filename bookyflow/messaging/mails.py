"""Mails about messages that nobody has read: one for all that came meanwhile.

A job is queued with the first message and knows ids only. When it runs, ten minutes later, whatever
has been read or answered by then is left out; each message is told of once.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext

from bookyflow.core import languages
from bookyflow.core.acting import SYSTEM
from bookyflow.core.jobs import job_queue
from bookyflow.events.models import EventKind
from bookyflow.events.services import record
from bookyflow.mailing.sending import mail_send
from bookyflow.mailing.words import name_shown, quoted
from bookyflow.messaging.access import team_of
from bookyflow.messaging.models import Conversation, Message, Participant
from bookyflow.properties.contact import addresses_of_staff, contact_for_guests

JOB = "bookyflow.messaging.tasks.messages_mail"
DELAY = timedelta(minutes=10)
GIVEN_UP = timedelta(days=3)  # a job that has not run by then never will
MOST_QUOTED = 10
LONGEST_QUOTE = 2_000  # characters of a message


@dataclass(frozen=True)
class Side:
    """Whom a mail is for: the team, or who wrote to it; and where the row says so."""

    is_team: bool

    @property
    def mail_at(self) -> str:
        """The field that says when its mail is due."""
        return "team_mail_at" if self.is_team else "other_mail_at"

    @property
    def told_through(self) -> str:
        """The field with the last message that it was told of."""
        return "team_told_through" if self.is_team else "other_told_through"


def mail_queue(conversation: Conversation, *, to_team: bool) -> None:
    """Queue the mail about the messages of a locked conversation, unless one waits already.

    In the current transaction; test properties write to nobody.
    """
    side = Side(to_team)
    due: datetime | None = getattr(conversation, side.mail_at)
    now = timezone.now()
    if conversation.property.is_test or (due is not None and due > now - GIVEN_UP):
        return
    setattr(conversation, side.mail_at, now + DELAY)
    conversation.save(update_fields=[side.mail_at])
    job_queue(JOB, {"conversation_id": conversation.pk, "to_team": to_team}, wait=DELAY)


def messages_mail_send(*, conversation_id: int, to_team: bool) -> None:
    """Tell one side of what it has not read, and record that, once for each message.

    Raises MailNotSent, as `mail_send` does.
    """
    conversation = (
        Conversation.objects.select_related("property__settings", "user", "booking")
        .filter(pk=conversation_id, property__deleted_at=None)
        .first()
    )
    if conversation is None:
        return
    side = Side(to_team)
    received = conversation.messages.filter(is_by_team=not to_team)
    through = received.aggregate(last=Max("pk"))["last"] or 0
    waiting = list(_waiting(conversation, side, through).select_related("sender"))
    addresses = _addresses(conversation, side) if waiting else []
    if addresses:
        _send(conversation, side, waiting, addresses)
    _told(conversation, side, through=through, count=len(waiting) if addresses else 0)


def _waiting(conversation: Conversation, side: Side, through: int) -> Any:
    """What a side has neither read nor answered nor been told of, oldest first."""
    sent = conversation.messages.filter(is_by_team=side.is_team)
    answered = sent.aggregate(last=Max("pk"))["last"] or 0
    after = max(answered, getattr(conversation, side.told_through))
    received = conversation.messages.filter(
        is_by_team=not side.is_team, pk__gt=after, pk__lte=through
    )
    read = {
        message.pk
        for participant in _participants(conversation, side)
        for message in received.only("pk", "sender")
        if participant.has_read(message)
    }
    return received.exclude(pk__in=read).order_by("pk")


def _participants(conversation: Conversation, side: Side) -> Iterable[Participant]:
    found = Participant.objects.filter(conversation=conversation)
    if not side.is_team:
        return found.filter(user=conversation.user_id) if conversation.user_id else found.none()
    team = team_of(property_id=conversation.property_id)
    return found.filter(user__in=team.values("pk")).exclude(user=conversation.user_id)


def _addresses(conversation: Conversation, side: Side) -> list[str]:
    """Where its mails go; nowhere for who has left, or has no address."""
    left = Participant.objects.filter(conversation=conversation, left_at__isnull=False)
    if side.is_team:
        gone = set(left.values_list("user__email", flat=True))
        return [one for one in addresses_of_staff(conversation.property) if one not in gone]
    if conversation.booking is not None:
        email = conversation.booking.booked_for().email
        return [email] if email and not conversation.booking.made_by_channel else []
    user = conversation.user
    if user is None or not user.email or not user.is_active or user.is_suspended:
        return []
    return [] if left.filter(user=user).exists() else [user.email]


def _send(
    conversation: Conversation, side: Side, waiting: Sequence[Message], addresses: Sequence[str]
) -> None:
    prop, booking = conversation.property, conversation.booking
    guest = booking.booked_for() if booking else conversation.user
    first_name = getattr(guest, "first_name", "")
    surname = getattr(guest, "surname", "") or getattr(guest, "last_name", "")
    name = name_shown(f"{first_name} {surname}")
    spoken = booking.language if booking else conversation.language
    own = prop.settings.language
    language = languages.readable(own if side.is_team else spoken or own)
    reply_to = contact_for_guests(prop).email
    if side.is_team:
        reply_to = booking.booked_for().email if booking else ""
    with languages.texts_in(language):
        mail_send(
            "property/messages" if side.is_team else "guest/messages",
            to=addresses,
            reply_to=reply_to,
            context={
                "house": prop.name,
                "name": name or gettext("A guest"),
                "greeting": gettext("Dear %(name)s,") % {"name": name}
                if name
                else gettext("Dear guest,"),
                "number": len(waiting),
                "words": "\n\n".join(_quoted(message) for message in waiting[:MOST_QUOTED]),
                "more": max(0, len(waiting) - MOST_QUOTED),
                "booking_number": booking.number if booking else "",
                "can_answer": bool(reply_to),
                "contact": contact_for_guests(prop),
            },
            about=waiting[-1].pk,
        )


def _quoted(message: Message) -> str:
    text = message.body
    return quoted(text if len(text) <= LONGEST_QUOTE else f"{text[:LONGEST_QUOTE]} …")


@transaction.atomic
def _told(conversation: Conversation, side: Side, *, through: int, count: int) -> None:
    locked = (
        Conversation.objects.select_for_update(no_key=True, of=("self",))
        .select_related("property")
        .filter(pk=conversation.pk)
        .first()
    )
    if locked is None:
        return
    setattr(locked, side.told_through, max(through, getattr(locked, side.told_through)))
    setattr(locked, side.mail_at, None)
    locked.save(update_fields=[side.told_through, side.mail_at])
    if count:
        record(
            EventKind.MESSAGE_REMINDER,
            by=SYSTEM,
            property_id=locked.property_id,
            subject=("message", through),
            group_id=locked.pk,
            user_id=None if side.is_team else locked.user_id,
            unread_count=count,
        )
    if locked.messages.filter(is_by_team=not side.is_team, pk__gt=through).exists():
        mail_queue(locked, to_team=side.is_team)
