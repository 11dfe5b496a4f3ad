"""How much may be written: what is scarce is the attention of who has to read it."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.db.models import QuerySet
from django.utils import timezone

from bookyflow.accounts.models import User
from bookyflow.core.errors import DomainError
from bookyflow.messaging.models import Attachment, Conversation, Message

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def account_lock(user_id: int) -> None:
    """Have the calls of one account that write wait for each other, so that none is left out of a
    count; taken before any conversation.
    """
    list(User.objects.select_for_update(no_key=True).filter(pk=user_id).values_list("pk"))


def refuse_many_messages(
    conversation: Conversation, *, user_id: int | None, is_by_team: bool
) -> None:
    """Raise DomainError `too_many_messages` where an account, or a side of the conversation, has
    written as many in an hour as it may.
    """
    side = conversation.messages.filter(is_by_team=is_by_team)
    _refuse(side, settings.MESSAGES_PER_CONVERSATION, HOUR, "%s messages in an hour here.")
    if user_id is not None:
        own = Message.objects.filter(sender=user_id)
        _refuse(own, settings.MESSAGES_PER_ACCOUNT, HOUR, "%s messages in an hour.")


def refuse_many_conversations(*, user_id: int) -> None:
    """Raise DomainError `too_many_messages` where an account has begun as many on a day."""
    own = Conversation.objects.filter(user=user_id)
    _refuse(own, settings.CONVERSATIONS_PER_ACCOUNT, DAY, "%s new conversations on a day.")


def refuse_many_attachments(*, user_id: int) -> None:
    """Raise DomainError `too_many_messages` where an account has sent as many on a day."""
    own = Attachment.objects.filter(sender=user_id)
    _refuse(own, settings.ATTACHMENTS_PER_ACCOUNT, DAY, "%s files on a day.")


def _refuse(
    found: QuerySet[Conversation] | QuerySet[Message] | QuerySet[Attachment],
    most: int,
    within: timedelta,
    told: str,
) -> None:
    if not most:
        return
    since = timezone.now() - within
    recent = found.filter(created_at__gt=since).order_by("-created_at")
    # The one whose time has to be over before there is room for another.
    for oldest in recent.values_list("created_at", flat=True)[most - 1 : most]:
        wait = int((oldest - since).total_seconds()) + 1
        raise DomainError("too_many_messages", f"At most {told % most}", retry_after=wait)
