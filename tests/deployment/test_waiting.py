"""Calls that wait, at a server that is to end."""

from __future__ import annotations

import threading
import time

import pytest

from tests.deployment.calls import ask

pytestmark = pytest.mark.django_db(transaction=True)
PATH = "/bookyflow/api/webhooks/events?wait=20"


def test_a_server_that_ends_answers_those_who_wait_at_once(server, client_for, hotel):
    token = client_for("webhooks_get").token
    found = []

    def wait():
        found.append(ask(server.port, "GET", PATH, Authorization=f"Bearer {token}"))

    thread = threading.Thread(target=wait)
    thread.start()
    thread.join(2)
    assert thread.is_alive()

    began = time.monotonic()
    server.process.terminate()
    server.process.wait(15)
    thread.join(15)

    assert time.monotonic() - began < 10
    ((status, answer),) = found
    assert (status, answer["data"]["feed"]["events"]) == (200, [])
