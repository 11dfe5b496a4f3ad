from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction
from django.db.models import QuerySet

from bookyflow.accounts.models import AccessLevel, KeyPair, User
from bookyflow.accounts.selectors import staff_one
from bookyflow.accounts.services import key_pair_create
from bookyflow.core.acting import Actor
from bookyflow.core.errors import DomainError
from bookyflow.events.models import EventKind
from bookyflow.events.services import record
from bookyflow.properties.locking import property_lock
from bookyflow.properties.models import KeyProperty, ManagerAccess, Property
from bookyflow.properties.selectors import Reach


def properties_of(user: User) -> QuerySet[Property]:
    """The properties that a user may work on: all for a super manager, else those assigned.

    An account below receptionist has none, whatever was assigned to it. Deleted ones are left out.
    """
    existing = Property.objects.filter(deleted_at__isnull=True)
    if user.is_super_manager:
        return existing
    if user.access_level < AccessLevel.RECEPTIONIST:
        return existing.none()
    return existing.filter(staff__user=user)


def key_property_ids(key: KeyPair) -> list[int]:
    """The ids of the properties that a key pair is limited to; says nothing when it reaches all."""
    return list(
        KeyProperty.objects.filter(key=key)
        .order_by("property_id")
        .values_list("property_id", flat=True)
    )


def staff_of(*, property_id: int) -> QuerySet[User]:
    """The accounts that were given access to a property and can use it, in order of their ids.

    Super managers need none, and are among them where they have it all the same.
    """
    found = User.objects.filter(access__property=property_id, is_active=True)
    return found.filter(access_level__gte=AccessLevel.RECEPTIONIST).order_by("pk")


def staff_member(*, property_id: int, user_id: int) -> User:
    """One of `staff_of`. Raises DomainError `manager_not_found`."""
    found = staff_of(property_id=property_id).filter(pk=user_id).first()
    if found is None:
        raise DomainError("manager_not_found")
    return found


@transaction.atomic
def key_pair_create_for(
    *, user_id: int, label: str, scopes: Iterable[str], reach: Reach, by: Actor
) -> tuple[KeyPair, str]:
    """Make a key pair for an account of staff, with its secret, which is shown once.

    It is a test or a live one, as the key is that acts. Raises as `key_pair_create`,
    `manager_not_found`, and `forbidden` where the key that acts is limited to some properties: the
    new one would not be.
    """
    if not reach.all_properties:
        raise DomainError("forbidden", "A key pair with some properties only makes no others.")
    owner = staff_one(user_id=user_id)
    return key_pair_create(owner=owner, label=label, scopes=scopes, by=by, is_test=by.is_test)


@transaction.atomic
def key_properties_set(*, key: KeyPair, properties: Iterable[int] | None) -> KeyPair:
    """Limit a key pair to these properties, by id; None lets it reach all of its owner's.

    Raises conflict for a revoked pair, and validation_failed with `fields` for an empty list, for
    a property that the owner may not work on, and for a test property with a live pair or the
    other way round. A property that the pair has already may stay.
    """
    key = KeyPair.objects.select_for_update().get(pk=key.pk)
    if key.revoked_at is not None:
        raise DomainError("conflict", "The key pair is revoked.")
    wanted = set() if properties is None else set(properties)
    held = set(key_property_ids(key))
    if properties is not None:
        _check_reach(key, wanted, held)
    key.all_properties = properties is None
    key.save(update_fields=["all_properties", "updated"])
    KeyProperty.objects.filter(key=key, property_id__in=held - wanted).delete()
    KeyProperty.objects.bulk_create(
        [KeyProperty(key=key, property_id=uid) for uid in sorted(wanted - held)]
    )
    return key


@transaction.atomic
def staff_add(
    *, user_id: int, property_id: int, by: Actor, level: AccessLevel | None = None
) -> ManagerAccess:
    """Let a receptionist or manager work on a property; once is enough.

    `level`, receptionist or manager, raises an account that is below it. One event, that of the
    access where both are new. Raises `property_not_found`, and `validation_failed` for an unknown
    account and one that stays below receptionist, which could not use it.
    """
    locked = property_lock(property_id)
    user = User.objects.select_for_update().filter(pk=user_id).first()
    if user is None:
        raise DomainError("validation_failed", fields={"user": ["No such account."]})
    raised = level is not None and user.access_level < level <= AccessLevel.MANAGER
    if level is not None and raised:
        user.access_level = level
        user.save(update_fields=["access_level"])
    if user.access_level < AccessLevel.RECEPTIONIST:
        raise DomainError(
            "validation_failed",
            fields={"user": ["The account is neither a receptionist nor a manager."]},
        )
    access, added = ManagerAccess.objects.get_or_create(user=user, property=locked)
    if added or raised:
        kind = EventKind.MANAGER_ADDED if added else EventKind.MANAGER_UPDATED
        _record(kind, user, locked, by)
    return access


@transaction.atomic
def staff_remove(*, user_id: int, property_id: int, by: Actor) -> None:
    """Take a property away from an account, and from its key pairs that name it.

    A receptionist or manager without any property left is a registered user again. One event,
    unless the account had no access. Raises `property_not_found`.
    """
    locked = property_lock(property_id)
    user = User.objects.select_for_update().filter(pk=user_id).first()
    removed, _ = ManagerAccess.objects.filter(user=user_id, property=locked).delete()
    if user is None or not removed:
        return
    if not user.is_super_manager:
        KeyProperty.objects.filter(key__user=user, property=locked).delete()
    fall_back([user])
    _record(EventKind.MANAGER_DELETED, user, locked, by)


def fall_back(users: Iterable[User]) -> None:
    """Make registered users of locked receptionists and managers who have no property left."""
    for user in users:
        is_staff = AccessLevel.RECEPTIONIST <= user.access_level <= AccessLevel.MANAGER
        if is_staff and not properties_of(user).exists():
            user.access_level = AccessLevel.REGISTERED
            user.save(update_fields=["access_level"])


def _record(kind: EventKind, user: User, prop: Property, by: Actor) -> None:
    record(
        kind,
        by=by,
        property_id=prop.pk,
        subject=("user", user.pk),
        access_level=user.access_level,
    )


def _check_reach(key: KeyPair, wanted: set[int], held: set[int]) -> None:
    if not wanted:
        raise DomainError(
            "validation_failed", fields={"properties": ["Choose at least one property."]}
        )
    owned = properties_of(key.user) if key.user else Property.objects.none()
    known = dict(owned.filter(pk__in=wanted).values_list("pk", "is_test"))
    if wanted - held - known.keys():
        raise DomainError(
            "validation_failed",
            fields={"properties": ["The owner of the key has no access to this property."]},
        )
    if any(is_test != key.is_test for is_test in known.values()):
        kind = "test" if key.is_test else "live"
        raise DomainError(
            "validation_failed",
            fields={"properties": [f"A {kind} key pair reaches {kind} properties only."]},
        )
