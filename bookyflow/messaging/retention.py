"""What goes of conversations in time, and with their guests."""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from bookyflow.accounts.site import site_settings
from bookyflow.guests.models import Guest
from bookyflow.messaging.models import Attachment, Conversation, Message

BATCH = 1000
UNSENT = timedelta(days=1)  # for which a file waits for its message


def conversations_forget(*, guest_ids: Collection[int]) -> None:
    """Delete the conversations of guests with their property: about bookings of theirs, and as the
    accounts that they have.

    In the transaction that anonymises the guests, while their accounts are still known.
    """
    as_account = Guest.objects.filter(
        pk__in=guest_ids, property=OuterRef("property"), user=OuterRef("user")
    )
    Conversation.objects.filter(Q(booking__guest__in=guest_ids) | Exists(as_account)).delete()


def messages_clear() -> int:
    """Delete what accounts and properties wrote to each other longer ago than the site keeps it.

    Conversations that are empty then go as well, and files that were never sent. What was written
    about a booking goes with its guest. Returns how many messages.
    """
    before = timezone.now() - timedelta(days=site_settings().keeps_bookings_days)
    old = Message.objects.filter(conversation__booking=None, created_at__lt=before).order_by("pk")
    count = 0
    # Batch by batch: each is read before it is deleted, with the files that go with it.
    while ids := list(old.values_list("pk", flat=True)[:BATCH]):
        Message.objects.filter(pk__in=ids).delete()
        count += len(ids)
    Conversation.objects.filter(booking=None, messages=None, created_at__lt=before).delete()
    Attachment.objects.filter(message=None, created_at__lt=timezone.now() - UNSENT).delete()
    return count
