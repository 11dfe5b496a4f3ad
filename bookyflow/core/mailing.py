"""Plain text mails, made from templates when they are sent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from procrastinate import RetryStrategy

HEADERS = {"Auto-Submitted": "auto-generated"}  # RFC 3834: nobody's holiday notice answers it

RETRY = RetryStrategy(max_attempts=8, exponential_wait=5)  # of jobs that send: for about a day


class MailNotSent(Exception):
    """The mail server did not take a mail; the text says only what kind of fault it was."""


def mail_send(
    template: str,
    *,
    to: Sequence[str],
    context: Mapping[str, Any],
    reply_to: str = "",
    copies: Sequence[str] = (),
) -> None:
    """Send `mail/<template>.txt` to `to`, with blind `copies`; to nobody where `to` is empty.

    The first line of the template is the subject. Raises MailNotSent, so that the job that sends
    is tried again.
    """
    if not to:
        return
    text = render_to_string(f"mail/{template}.txt", dict(context))
    subject, _, body = text.strip().partition("\n")
    message = EmailMessage(
        subject.strip(),
        body.strip() + "\n",
        to=list(to),
        bcc=list(copies),
        reply_to=[reply_to] if reply_to else None,
        headers=HEADERS,
    )
    try:
        message.send()
    except (OSError, ValueError) as error:  # of the server and of malformed addresses
        # What they say may hold the guest's address, which has no place in a log.
        raise MailNotSent(type(error).__name__) from None
