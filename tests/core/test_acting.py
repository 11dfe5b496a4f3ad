from __future__ import annotations

import pytest

from bookyflow.core.acting import SYSTEM, VISITOR, Actor, ActorKind


def test_whoever_has_an_id_is_a_user():
    assert Actor(user_id=7, key_id=3).kind == ActorKind.USER


def test_a_visitor_is_not_the_installation():
    assert VISITOR != SYSTEM


@pytest.mark.parametrize("facts", [{}, {"is_test": True}, {"key_id": 3}, {"channel_id": 4}])
def test_a_user_has_an_id(facts):
    with pytest.raises(ValueError, match="A user has an id"):
        Actor(**facts)


@pytest.mark.parametrize("kind", [ActorKind.VISITOR, ActorKind.SYSTEM])
@pytest.mark.parametrize("name", ["user_id", "key_id", "channel_id", "proxied_by"])
def test_only_a_user_has_an_account_a_key_or_a_channel(kind, name):
    with pytest.raises(ValueError, match="has no account, key or channel"):
        Actor(kind=kind, **{name: 1})
