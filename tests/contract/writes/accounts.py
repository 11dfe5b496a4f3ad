"""The level and the suspension of accounts."""

from __future__ import annotations

from bookyflow.accounts.models import AccessLevel, User
from bookyflow.accounts.users import user_add, user_level_set
from bookyflow.property_lifecycle.suspension import user_suspend, user_unsuspend
from tests.contract.writes import World, write


@write(user_add, "user_created")
def _(w: World):
    yield lambda: user_add(user=User(username="nora"), by=w.by)


@write(user_level_set, "manager_updated")
def _(w: World):
    yield lambda: user_level_set(user=w.stranger, level=AccessLevel.RECEPTIONIST, by=w.by)
    yield lambda: user_level_set(user=w.stranger, level=AccessLevel.RECEPTIONIST, by=w.by)
    yield lambda: user_level_set(user=w.stranger, level=3, by=w.by)


@write(user_suspend, "manager_updated", "property_unpublished")
def _(w: World):
    yield lambda: user_suspend(user=w.manager, by=w.by)
    yield lambda: user_suspend(user=w.manager, by=w.by)


@write(user_unsuspend, "manager_updated", "property_published")
def _(w: World):
    user_suspend(user=w.manager, by=w.by)
    yield lambda: user_unsuspend(user=w.manager, by=w.by)
    yield lambda: user_unsuspend(user=w.manager, by=w.by)
