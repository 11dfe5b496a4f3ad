"""Plain text mails, made from templates when they are sent; so many to an address a day."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping, Sequence
from email.utils import make_msgid, parseaddr
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.utils.crypto import salted_hmac
from django.utils.encoding import punycode
from procrastinate import RetryStrategy

from bookyflow.core import metrics
from bookyflow.core.jobs import job_id
from bookyflow.mailing.counting import claim, give_back

HEADERS = {"Auto-Submitted": "auto-generated"}  # RFC 3834: nobody's holiday notice answers it

DIGITS = 32  # of a Message-ID, beside the job's

RETRY = RetryStrategy(max_attempts=8, exponential_wait=5)  # of jobs: for about a day

logger = logging.getLogger(__name__)


class MailNotSent(Exception):
    """A mail was not sent, and is to be tried again; the text says only the kind of fault."""


def mail_send(
    template: str,
    *,
    to: Sequence[str],
    context: Mapping[str, Any],
    reply_to: str = "",
    copies: Sequence[str] = (),
    by_stranger: bool = False,
    about: object = "",
) -> None:
    """Send `mail/<template>.txt` to `to`, with blind `copies`; to nobody where `to` is empty.

    The first line of the template is the subject. What somebody has caused who may have given
    another's address (`by_stranger`) is not sent at all where a recipient has had
    MAILS_PER_ADDRESS on the day; other mails wait where one has had STAFF_MAILS_PER_ADDRESS.
    Copies are not counted: they only go with what is. Raises MailNotSent, so that the job that
    sends is tried again.

    A mail that a job sends again, after it was killed or on a restored site, has the Message-ID
    that it had. `about` tells mails apart which one job sends by one template to one address.
    """
    if not to:
        return
    most = settings.MAILS_PER_ADDRESS if by_stranger else settings.STAFF_MAILS_PER_ADDRESS
    claimed = claim(to, kind="stranger" if by_stranger else "own", most=most) if most else None
    if most and claimed is None:
        if not by_stranger:
            raise MailNotSent("limit of the day")
        _count("over_limit")
        logger.warning("%s: not sent, the recipient has had %s mails today", template, most)
        return
    message = _message(template, to, context, reply_to, copies)
    message.extra_headers["Message-ID"] = message_id(template, to, about)
    try:
        message.send()
    except (OSError, ValueError) as error:  # of the server and of malformed addresses
        if claimed:
            give_back(claimed)
        _count("failed")
        # What they say may hold the guest's address, which has no place in a log.
        raise MailNotSent(type(error).__name__) from None
    _count("sent")


def _count(outcome: str) -> None:
    if metrics.is_on():
        metrics.mails.labels(outcome).inc()


def _message(
    template: str,
    to: Sequence[str],
    context: Mapping[str, Any],
    reply_to: str,
    copies: Sequence[str],
) -> EmailMessage:
    text = render_to_string(f"mail/{template}.txt", dict(context))
    subject, _, body = text.strip().partition("\n")
    return EmailMessage(
        subject.strip(),
        body.strip() + "\n",
        to=list(to),
        bcc=list(copies),
        reply_to=[reply_to] if reply_to else None,
        headers=dict(HEADERS),
    )


def message_id(template: str, to: Sequence[str], about: object) -> str:
    """The same for the same mail of the same job, and another one outside of jobs each time.

    The id of a job alone would not do: a restored site gives those anew that it has lost.
    """
    domain = punycode(parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2])
    job = job_id.get()
    if job is None:
        return make_msgid(domain=domain)
    what = json.dumps([job, template, sorted(to), str(about)])
    digest = salted_hmac("bookyflow.mailing", what, algorithm="sha256").hexdigest()
    return f"<{job}.{digest[:DIGITS]}@{domain}>"
