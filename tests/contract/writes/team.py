"""Roles of a property's staff."""

from __future__ import annotations

from bookyflow.accounts.models import AccessLevel, User
from bookyflow.core.acting import Actor
from bookyflow.properties.access import staff_add
from bookyflow.team.roles import staff_dismiss, staff_level_set
from tests.contract.writes import World, write


def colleague(w: World) -> int:
    """Somebody else at the hotel, a receptionist."""
    user = User.objects.create(username="rita", access_level=AccessLevel.RECEPTIONIST)
    staff_add(user_id=user.pk, property_id=w.hotel.pk, by=w.by)
    return user.pk


@write(staff_level_set, "manager_updated")
def _(w: World):
    rita = colleague(w)
    at, hers = w.hotel.pk, Actor(user_id=rita)
    manager = AccessLevel.MANAGER
    yield lambda: staff_level_set(property_id=at, user_id=rita, level=manager, by=w.by)
    yield lambda: staff_level_set(property_id=at, user_id=rita, level=manager, by=w.by)
    yield lambda: staff_level_set(property_id=at, user_id=rita, level=90, by=w.by)
    yield lambda: staff_level_set(property_id=at, user_id=rita, level=50, by=hers)
    yield lambda: staff_level_set(property_id=at, user_id=w.stranger.pk, level=50, by=w.by)


@write(staff_dismiss, "manager_deleted")
def _(w: World):
    rita = colleague(w)
    yield lambda: staff_dismiss(property_id=w.hotel.pk, user_id=rita, by=w.by)
    yield lambda: staff_dismiss(property_id=w.hotel.pk, user_id=rita, by=w.by)
    yield lambda: staff_dismiss(property_id=w.hotel.pk, user_id=w.by.user_id, by=w.by)
