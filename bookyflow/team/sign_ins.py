"""Telling an account that somebody has signed in to it with a browser it had not used before."""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone

from bookyflow.accounts.models import User
from bookyflow.core.crypto import decrypt, encrypt
from bookyflow.core.dates import zone_info
from bookyflow.core.jobs import job_queue
from bookyflow.core.languages import texts_in
from bookyflow.mailing.sending import mail_send


def sign_in_notice_queue(*, user_id: int, address: str, browser: str, language: str) -> None:
    """Have the account told of a sign-in of now; `language` is a tag, for who chose none."""
    job_queue(
        "bookyflow.team.tasks.sign_in_notice",
        {
            "user_id": user_id,
            "at": timezone.now().isoformat(),
            "address": encrypt(address),
            "browser": encrypt(browser),
            "language": language,
        },
    )


def sign_in_notice_send(
    *, user_id: int, at: str, address: str, browser: str, language: str
) -> None:
    """Send the mail of `sign_in_notice_queue`, where there is an address to send it to.

    It is in the language and time zone of the account.
    """
    user = User.objects.get(pk=user_id)
    if not user.email:
        return
    context = {
        "user": user,
        "at": datetime.fromisoformat(at),
        "address": decrypt(address),
        "browser": decrypt(browser),
    }
    with texts_in(user.language or language), timezone.override(zone_info(user.time_zone)):
        mail_send("account/sign_in", to=[user.email], context=context)
