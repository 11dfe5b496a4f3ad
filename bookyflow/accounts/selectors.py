from __future__ import annotations

from django.db.models import Count, Max, Q, QuerySet
from django.db.models.functions import Greatest, Now

from bookyflow.accounts.models import AccessLevel, KeyPair, KeySecret, User
from bookyflow.core.acting import Actor, ActorKind
from bookyflow.core.errors import DomainError
from bookyflow.plugins import registry
from bookyflow.plugins.manifest import Scope

WORKING, EXPIRED, REVOKED, TEST, UNUSED = "working", "expired", "revoked", "test", "unused"
STATES = (WORKING, EXPIRED, REVOKED, TEST, UNUSED)


def key_pair_list(*, owner: User) -> QuerySet[KeyPair]:
    """The key pairs of a user, newest first, revoked ones after those that may still work.

    Each has `latest_use` (a request or a token request, None for never) and `live_secrets` (how
    many secrets open it now).
    """
    found: QuerySet[KeyPair] = (
        KeyPair.objects.filter(user=owner)
        .annotate(
            latest_use=Greatest("last_used_at", Max("secrets__last_used_at")),
            live_secrets=Count(
                "secrets",
                filter=Q(secrets__expires_at__isnull=True) | Q(secrets__expires_at__gt=Now()),
            ),
        )
        .order_by("-revoked_at", "-id")
    )
    return found


def key_pairs_wanted(found: QuerySet[KeyPair], *, text: str, state: str) -> QuerySet[KeyPair]:
    """Key pairs of a state, one of STATES, whose label or client id has a text in it."""
    is_over = Q(expires_at__lte=Now())
    of_state = {
        WORKING: Q(revoked_at=None) & ~is_over,
        EXPIRED: Q(revoked_at=None) & is_over,
        REVOKED: Q(revoked_at__isnull=False),
        TEST: Q(revoked_at=None, is_test=True),
        UNUSED: Q(revoked_at=None, latest_use=None),
    }
    return found.filter(of_state[state]).filter(
        Q(name__icontains=text) | Q(client_id__icontains=text)
    )


def key_pairs_seen(*, viewer: User) -> QuerySet[KeyPair]:
    """The key pairs whose calls an account may look at, by label: its own, for super managers all.

    Revoked ones too, whose calls are still in the log.
    """
    found = KeyPair.objects.select_related("user").order_by("name", "pk")
    return found if viewer.is_super_manager else found.filter(user=viewer)


def key_secret_list(*, key: KeyPair) -> QuerySet[KeySecret]:
    """The secrets of a key pair, newest first, those that have ended too."""
    found: QuerySet[KeySecret] = key.secrets.order_by("-id")
    return found


def key_pairs_of_all(*, is_test: bool) -> QuerySet[KeyPair]:
    """The test or live key pairs of all users by user and id, without those that were revoked."""
    found: QuerySet[KeyPair] = KeyPair.objects.filter(
        is_test=is_test, revoked_at=None, user__isnull=False
    )
    return found.order_by("user_id", "pk")


def staff_list() -> QuerySet[User]:
    """The accounts of receptionists, managers and super managers by id, suspended ones too."""
    return User.objects.filter(access_level__gte=AccessLevel.RECEPTIONIST, is_active=True).order_by(
        "pk"
    )


def staff_one(*, user_id: int) -> User:
    """One account of `staff_list`. Raises DomainError `manager_not_found`."""
    user = staff_list().filter(pk=user_id).first()
    if user is None:
        raise DomainError("manager_not_found")
    return user


def scopes_for(*, user_id: int) -> list[Scope]:
    """The scopes that a key pair of an account of staff can be given now, by category and name.

    Raises DomainError `manager_not_found`.
    """
    level = staff_one(user_id=user_id).access_level
    return list(registry.grantable(level, registry.enabled()).values())


def user_email(*, user_id: int) -> str:
    """The e-mail address of an account; empty when it has none."""
    return User.objects.values_list("email", flat=True).get(pk=user_id)


def acts_as_super_manager(by: Actor) -> bool:
    """Whether a super manager is acting, or the installation itself; never a visitor."""
    if by.user_id is None:
        return by.kind == ActorKind.SYSTEM
    return User.objects.filter(
        pk=by.user_id, access_level__gte=AccessLevel.SUPER_MANAGER, is_active=True
    ).exists()


def acting_user(by: Actor) -> User | None:
    """The account that is acting; None for the installation itself.

    Raises DomainError `not_authenticated` for a visitor.
    """
    if by.user_id is not None:
        return User.objects.get(pk=by.user_id)
    if by.kind != ActorKind.SYSTEM:
        raise DomainError("not_authenticated")
    return None


def administrator_addresses() -> list[str]:
    """The e-mail addresses of all super managers who have one."""
    found = User.objects.filter(access_level__gte=AccessLevel.SUPER_MANAGER, is_active=True)
    return sorted(set(found.exclude(email="").values_list("email", flat=True)))
