from __future__ import annotations

import pytest
from django.test import Client

from tests.accounts.conftest import (  # noqa: F401  # the same people and key pairs
    actor,
    hotel,
    key,
    manager,
    offered,
    other_manager,
)


@pytest.fixture
def visitor() -> Client:
    return Client()


@pytest.fixture
def signed_in(manager) -> Client:  # noqa: F811  # the fixture
    client = Client()
    client.force_login(manager)
    return client
