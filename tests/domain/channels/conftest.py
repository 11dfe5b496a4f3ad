from __future__ import annotations

import pytest

from bookyflow.channels.modifying import reservations_modify
from bookyflow.channels.reservations import Cancellation, reservations_add, reservations_cancel
from bookyflow.core.acting import Actor


@pytest.fixture
def ours(linked, reach, manager):
    """What every call of the channel has in common."""
    by = Actor(user_id=manager.pk, channel_id=linked.pk)
    return {"channel_id": linked.pk, "reach": reach, "by": by}


@pytest.fixture
def add(ours):
    return lambda *reservations: reservations_add(reservations=reservations, **ours)


@pytest.fixture
def modify(ours):
    return lambda *reservations: reservations_modify(reservations=reservations, **ours)


@pytest.fixture
def cancel(ours):
    def call(*wanted):
        found = [one if isinstance(one, Cancellation) else Cancellation(one) for one in wanted]
        return reservations_cancel(cancellations=found, **ours)

    return call


def keys(outcomes):
    return [outcome.error.key if outcome.error else "ok" for outcome in outcomes]
