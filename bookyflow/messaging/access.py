"""Whose conversations they are: the one side's, and those of whoever manages the property now."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Q, QuerySet

from bookyflow.accounts.models import AccessLevel, User
from bookyflow.core.errors import DomainError
from bookyflow.messaging.models import Conversation, Participant
from bookyflow.properties.models import KeyProperty, ManagerAccess
from bookyflow.properties.selectors import Reach, reachable


def conversations_of(reach: Reach, *, also_left: bool = False) -> QuerySet[Conversation]:
    """The conversations that a request may see, in order of their ids; one query beforehand.

    Those that its user began, and all of the properties that the user manages now, also what was
    written before; a super manager's are all. Those that the user has left come with `also_left`
    only. A key pair that is limited to some properties sees those of these.
    """
    found = Conversation.objects.filter(
        _taken_part_in(reach), property__deleted_at=None, property__is_test=reach.is_test
    )
    if not reach.all_properties:
        listed = KeyProperty.objects.filter(key=reach.key_id, property=OuterRef("property"))
        found = found.filter(Exists(listed))
    if not also_left:
        left = Participant.objects.filter(
            conversation=OuterRef("pk"), user=reach.user_id, left_at__isnull=False
        )
        found = found.exclude(Exists(left))
    return found.order_by("pk")


def conversation_of(
    *, group_id: int, reach: Reach, also_left: bool = False, locked: bool = False
) -> Conversation:
    """One of them; `locked` until the transaction ends, so that messages come one by one.

    Raises DomainError `user_not_in_group`.
    """
    found = conversations_of(reach, also_left=also_left)
    found = found.select_related("property", "user", "booking")
    if locked:
        found = found.select_for_update(no_key=True, of=("self",))
    conversation = found.filter(pk=group_id).first()
    if conversation is None:
        raise DomainError("user_not_in_group")
    return conversation


def is_of_team(reach: Reach, *, property_id: int) -> bool:
    """Whether a request acts for somebody who manages a property; a super manager manages all."""
    if reach.level < AccessLevel.RECEPTIONIST:
        return False
    return reachable(reach).filter(pk=property_id).exists()


def team_of(*, property_id: int) -> QuerySet[User]:
    """Who manages a property, in order of their ids: its staff, and the super managers."""
    staff = ManagerAccess.objects.filter(property=property_id, user=OuterRef("pk"))
    return User.objects.filter(
        Q(Exists(staff), access_level__gte=AccessLevel.RECEPTIONIST)
        | Q(access_level__gte=AccessLevel.SUPER_MANAGER),
        is_active=True,
        is_suspended=False,
    ).order_by("pk")


def _taken_part_in(reach: Reach) -> Q:
    if reach.level >= AccessLevel.SUPER_MANAGER:
        return Q()
    own = Q(user=reach.user_id)
    if reach.level < AccessLevel.RECEPTIONIST:
        return own
    # As ids, so that the database finds both by their indexes: of a subquery it would not.
    managed = list(reachable(reach).values_list("pk", flat=True))
    return own | Q(property__in=managed)
