"""Invitations by mail to work on a property."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import timedelta

from django.core import signing
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone

from bookyflow.accounts.models import AccessLevel, User
from bookyflow.accounts.selectors import acting_user
from bookyflow.accounts.users import user_add
from bookyflow.core.acting import Actor
from bookyflow.core.errors import DomainError
from bookyflow.core.jobs import job_queue
from bookyflow.core.texts import as_line
from bookyflow.mailing.sending import mail_send
from bookyflow.properties.access import staff_add, staff_of
from bookyflow.properties.locking import property_lock
from bookyflow.team.addresses import email_checked
from bookyflow.team.models import Invitation
from bookyflow.team.passwords import LINK_OVER, password_check
from bookyflow.team.profiles import LONGEST_NAME
from bookyflow.team.roles import may_give

GOOD_FOR = timedelta(days=7)
MOST_OPEN = 50  # of one property
TAKEN = "Somebody has this name already."
SALT = "bookyflow.team.invitations"

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Newcomer:
    """The account that somebody invited makes."""

    username: str
    password: str
    first_name: str = ""
    last_name: str = ""


def invitation_list(*, property_id: int) -> QuerySet[Invitation]:
    """The open invitations of a property, the newest first, with who has invited."""
    found = Invitation.objects.filter(property=property_id, expires_at__gt=timezone.now())
    return found.select_related("invited_by").order_by("-created_at", "-pk")


@transaction.atomic
def invitation_send(
    *, property_id: int, email: str, level: int, page: str, by: Actor
) -> Invitation:
    """Invite an address to work on a property; the mail has a link to `page`.

    A second invitation of an address takes the place of the first. Raises `property_not_found`,
    validation_failed, `forbidden` for a level that who invites may not give, and conflict for
    somebody who works there already or where too many are open.
    """
    locked = property_lock(property_id)
    email = email_checked(email).lower()
    may_give(level, by=by)
    inviter = acting_user(by)
    if inviter is None:
        raise DomainError("not_authenticated")
    if staff_of(property_id=property_id).filter(email__iexact=email).exists():
        raise DomainError("validation_failed", fields={"email": ["They work here already."]})
    Invitation.objects.filter(property=locked, email=email).delete()
    Invitation.objects.filter(property=locked, expires_at__lte=timezone.now()).delete()
    if Invitation.objects.filter(property=locked).count() >= MOST_OPEN:
        raise DomainError("conflict", f"At most {MOST_OPEN} invitations are open at a time.")
    made = Invitation.objects.create(
        property=locked,
        email=email,
        access_level=level,
        invited_by=inviter,
        expires_at=timezone.now() + GOOD_FOR,
    )
    job_queue("bookyflow.team.tasks.invitation_mail", {"invitation_id": made.pk, "page": page})
    logger.info("invitation %s to property %s by %s", made.pk, property_id, by)
    return made


@transaction.atomic
def invitation_withdraw(*, property_id: int, invitation_id: int, by: Actor) -> None:
    """Let an invitation end; one that is gone already stays so."""
    gone, _ = Invitation.objects.filter(pk=invitation_id, property=property_id).delete()
    if gone:
        logger.info("invitation %s withdrawn by %s", invitation_id, by)


def invitation_mail_send(*, invitation_id: int, page: str) -> None:
    """Send an invitation, unless it was withdrawn meanwhile."""
    found = Invitation.objects.select_related("property", "invited_by").filter(pk=invitation_id)
    invitation = found.first()
    if invitation is not None:
        context = {
            "invitation": invitation,
            "role": AccessLevel(invitation.access_level).label,
            "link": f"{page}{invitation_token(invitation)}",
        }
        mail_send("account/invitation", to=[invitation.email], context=context, by_stranger=True)


def invitation_token(invitation: Invitation) -> str:
    """What the link of an invitation ends with."""
    return signing.dumps(invitation.pk, salt=SALT)


def invitation_of_token(token: str) -> Invitation:
    """The open invitation of a link. Raises `not_found`."""
    try:
        invitation_id = signing.loads(token, salt=SALT, max_age=GOOD_FOR)
    except signing.BadSignature as error:
        raise DomainError("not_found", LINK_OVER) from error
    found = Invitation.objects.select_related("property").filter(
        pk=invitation_id, expires_at__gt=timezone.now(), property__deleted_at=None
    )
    invitation = found.first()
    if invitation is None:
        raise DomainError("not_found", LINK_OVER)
    return invitation


@transaction.atomic
def invitation_accept_new(*, token: str, newcomer: Newcomer) -> User:
    """Make the account of somebody invited and let it work on the property.

    Its address is the invited one, whose mail was read. Raises `not_found`, and
    validation_failed for a name that is taken or a weak password.
    """
    invitation = _take(token)
    user = User(
        username=newcomer.username.strip(),
        email=invitation.email,
        first_name=as_line(newcomer.first_name).strip(),
        last_name=as_line(newcomer.last_name).strip(),
    )
    password_check(newcomer.password, user)
    user.set_password(newcomer.password)
    _names_check(user)
    inviter = Actor(user_id=invitation.invited_by_id)
    try:
        with transaction.atomic():
            user_add(user=user, by=inviter)
    except IntegrityError as error:
        raise DomainError("validation_failed", fields={"username": [TAKEN]}) from error
    _let_in(invitation, user)
    return user


@transaction.atomic
def invitation_accept(*, token: str, user_id: int) -> Invitation:
    """Let an account that exists work on the property. Raises `not_found`.

    Its level is raised to that of the invitation only where it works on no other property: it
    would count there too.
    """
    invitation = _take(token)
    _let_in(invitation, User.objects.get(pk=user_id))
    return invitation


def _take(token: str) -> Invitation:
    invitation = invitation_of_token(token)
    gone, _ = Invitation.objects.filter(pk=invitation.pk).delete()
    if not gone:  # somebody else was quicker with the link
        raise DomainError("not_found", LINK_OVER)
    return invitation


def _let_in(invitation: Invitation, user: User) -> None:
    elsewhere = user.access_level >= AccessLevel.RECEPTIONIST
    level = None if elsewhere else AccessLevel(invitation.access_level)
    staff_add(
        user_id=user.pk,
        property_id=invitation.property_id,
        by=Actor(user_id=invitation.invited_by_id),
        level=level,
    )
    logger.info("user %s accepted invitation to property %s", user.pk, invitation.property_id)


def _names_check(user: User) -> None:
    problems = {
        name: [f"At most {LONGEST_NAME} characters."]
        for name in ("username", "first_name", "last_name")
        if len(getattr(user, name)) > LONGEST_NAME
    }
    if not user.username:
        problems["username"] = ["Choose a name."]
    if not problems and User.objects.filter(username__iexact=user.username).exists():
        problems["username"] = [TAKEN]
    if problems:
        raise DomainError("validation_failed", fields=problems)
