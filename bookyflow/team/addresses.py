"""The e-mail address of an account: a new one counts once its mail was read."""

from __future__ import annotations

import logging

from django.core import signing
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction

from bookyflow.accounts.models import User
from bookyflow.core.crypto import decrypt, encrypt
from bookyflow.core.errors import DomainError
from bookyflow.core.jobs import job_queue
from bookyflow.mailing.sending import mail_send
from bookyflow.team.passwords import LINK_OVER, notice_queue

GOOD_FOR = 24 * 3600  # seconds
SALT = "bookyflow.team.addresses"

logger = logging.getLogger(__name__)


def email_checked(email: str) -> str:
    """An address, trimmed. Raises validation_failed for what is none."""
    email = email.strip()
    try:
        validate_email(email)
    except ValidationError as error:
        raise DomainError("validation_failed", fields={"email": error.messages}) from error
    return email


def email_change_ask(*, user_id: int, email: str, page: str) -> None:
    """Send a link to `page` to a new address; with it the address becomes the account's.

    Raises validation_failed for what is no address, and for the one that it has.
    """
    email = email_checked(email)
    if email == User.objects.get(pk=user_id).email:
        raise DomainError("validation_failed", fields={"email": ["It is your address already."]})
    job_queue(
        "bookyflow.team.tasks.email_change_mail",
        {"user_id": user_id, "email": encrypt(email), "page": page},
    )


def email_change_send(*, user_id: int, email: str, page: str) -> None:
    """Send the link of `email_change_ask` to an encrypted address."""
    user = User.objects.get(pk=user_id)
    address = decrypt(email)
    context = {"user": user, "link": f"{page}{email_token(user, address)}"}
    mail_send("account/email_change", to=[address], context=context, by_stranger=True)


def email_token(user: User, email: str) -> str:
    """What a link to confirm a new address ends with; it works until the address changes."""
    return signing.dumps([user.pk, user.email, email], salt=SALT, compress=True)


def email_of_token(token: str) -> tuple[User, str]:
    """The account of a link and its new address. Raises `not_found`."""
    try:
        user_id, old, new = signing.loads(token, salt=SALT, max_age=GOOD_FOR)
    except signing.BadSignature as error:
        raise DomainError("not_found", LINK_OVER) from error
    user = User.objects.filter(pk=user_id, email=old, is_active=True, is_suspended=False).first()
    if user is None:
        raise DomainError("not_found", LINK_OVER)
    return user, new


@transaction.atomic
def email_change_confirm(*, token: str) -> User:
    """Make the address of a link the account's; the one before is told. Raises `not_found`."""
    found, email = email_of_token(token)
    user = User.objects.select_for_update().get(pk=found.pk)
    email_of_token(token)  # again, under the lock: it works once
    old, user.email = user.email, email
    user.save(update_fields=["email"])
    if old:
        notice_queue(user_id=user.pk, what="email_changed", email=old)
    logger.info("user %s has a new address", user.pk)
    return user
