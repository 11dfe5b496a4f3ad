"""Passwords: changed by who knows them, set anew by who reads the account's mail."""

from __future__ import annotations

import logging
from collections.abc import Iterator

from django.contrib.auth.password_validation import validate_password
from django.contrib.auth.tokens import default_token_generator
from django.core.exceptions import ValidationError
from django.db import transaction

from bookyflow.accounts.models import User
from bookyflow.core.crypto import decrypt, encrypt
from bookyflow.core.errors import DomainError
from bookyflow.core.jobs import job_queue
from bookyflow.mailing.sending import mail_send

LONGEST_ID = 15  # digits
LINK_OVER = "The link works no longer. Ask for a new one."

logger = logging.getLogger(__name__)


@transaction.atomic
def password_set(*, user_id: int, password: str) -> User:
    """Give an account a password; its sessions end, and its address is told.

    Raises validation_failed for a weak one.
    """
    user = User.objects.select_for_update().get(pk=user_id)
    password_check(password, user)
    user.set_password(password)
    user.save(update_fields=["password"])
    notice_queue(user_id=user.pk, what="password_changed")
    logger.info("user %s has a new password", user.pk)
    return user


def password_check(password: str, user: User) -> None:
    """Raise validation_failed for a password that is weak, or too like the account."""
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise DomainError("validation_failed", fields={"password": error.messages}) from error


def password_reset_ask(*, email: str, page: str) -> None:
    """Send who has this address a link to `page`, with which a new password is set.

    Whether there is an account shows nobody: that is looked up when the mail is sent.
    """
    job_queue("bookyflow.team.tasks.password_reset_mail", {"email": encrypt(email), "page": page})


def password_reset_send(*, email: str, page: str) -> None:
    """Send the link of `password_reset_ask` to each account of an encrypted address."""
    for user in _of_address(decrypt(email)):
        context = {"user": user, "link": f"{page}{password_token(user)}"}
        mail_send(
            "account/password_reset",
            to=[user.email],
            context=context,
            by_stranger=True,
            about=user.pk,
        )


def password_token(user: User) -> str:
    """What a link to set a new password ends with; it works until the password changes."""
    return f"{user.pk}-{default_token_generator.make_token(user)}"


def password_token_user(token: str) -> User:
    """Whose link it is. Raises `not_found` where it works no longer, or never did."""
    number, _, secret = token.partition("-")
    known = number.isascii() and number.isdigit() and len(number) <= LONGEST_ID
    user = User.objects.filter(pk=int(number)).first() if known else None
    if user is None or not _may(user) or not default_token_generator.check_token(user, secret):
        raise DomainError("not_found", LINK_OVER)
    return user


@transaction.atomic
def password_reset(*, token: str, password: str) -> User:
    """Set a new password by a link, which works no more then.

    Raises `not_found`, and validation_failed for a weak password.
    """
    user = password_token_user(token)
    User.objects.select_for_update().get(pk=user.pk)
    password_token_user(token)  # again: who else had the link may have used it meanwhile
    return password_set(user_id=user.pk, password=password)


def notice_queue(*, user_id: int, what: str, email: str = "") -> None:
    """Tell an account's address, or an earlier one, what has happened to the account."""
    job_queue(
        "bookyflow.team.tasks.account_notice",
        {"user_id": user_id, "what": what, "email": encrypt(email)},
    )


def notice_send(*, user_id: int, what: str, email: str) -> None:
    """Send a mail of `notice_queue`, where there is an address; `email` is encrypted."""
    user = User.objects.get(pk=user_id)
    to = decrypt(email) or user.email
    if to:
        mail_send("account/notice", to=[to], context={"user": user, "what": what})


def _of_address(email: str) -> Iterator[User]:
    for user in User.objects.filter(email__iexact=email).order_by("pk"):
        if _may(user):
            yield user


def _may(user: User) -> bool:
    return user.is_active and not user.is_suspended and bool(user.email)
