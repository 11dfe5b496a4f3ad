from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from bookyflow.accounts.models import KeyPair
from bookyflow.api.models import RequestLog


@pytest.fixture
def signed_in(manager) -> Client:
    """The hotel's manager, in the pages."""
    client = Client()
    client.force_login(manager)
    return client


@pytest.fixture
def client_of():
    """Sign somebody in."""

    def sign_in(user) -> Client:
        client = Client()
        client.force_login(user)
        return client

    return sign_in


@pytest.fixture
def key_of():
    """Make a key pair of somebody."""

    def make(user, **changes) -> KeyPair:
        fields = {"name": "App", "granted_scopes": ["echo_get"]} | changes
        return KeyPair.objects.create(user=user, **fields)

    return make


@pytest.fixture
def key(key_of, manager) -> KeyPair:
    """A key pair of the manager."""
    return key_of(manager)


def called(key, route="bookyflow/api/echo/", ago=timedelta(0), **changes) -> RequestLog:
    """A call of a key pair, as the log has it."""
    fields = {
        "at": timezone.now() - ago,
        "request_id": "request-1",
        "key_id": key.pk if key else None,
        "method": "GET",
        "route": route,
        "operation": "echo.get",
        "status": 200,
        "duration_ms": 3,
        "address": "192.0.2.7",
    }
    return RequestLog.objects.create(**(fields | changes))
