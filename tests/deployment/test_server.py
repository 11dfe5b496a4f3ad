"""Bodies as Granian hands them on."""

from __future__ import annotations

import contextlib
import json
import socket

from benchmarks.serving import HOST, THREADS
from tests.deployment import http2
from tests.deployment.calls import ask

QUOTE = "/bookyflow/api/booking/quote"
SLOW = (
    "{method} {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
    "Transfer-Encoding: chunked\r\n\r\n5\r\n"
)


def test_a_body_without_a_length_arrives_over_http_2(server):
    answer = json.loads(http2.post(server.port, QUOTE, b'{"property_uid": 1}'))

    assert answer["key"] == "property_not_found"  # and not: property_uid is needed


def test_a_body_in_chunks_arrives(server):
    chunks = iter([b'{"proper', b'ty_uid": 1}'])
    status, answer = ask(server.port, "POST", QUOTE, chunks, **{"Content-Type": "application/json"})

    assert (status, answer["key"]) == (404, "property_not_found")


def test_chunks_that_nobody_waits_for_keep_no_thread(server):
    """More connections than threads that send the beginning of a body and no more."""
    calls = {
        ("PUT", "/bookyflow/api/cmf/reservations/add"): b"401",
        ("POST", "/bookyflow/api/nothing"): b"404",
        ("GET", "/bookyflow/api/core/endpoints"): b"200",
        ("DELETE", "/bookyflow/api/booking/5174092837"): b"400",  # the token of the booking
    }
    with contextlib.ExitStack() as stack:
        for (method, path), status in [*calls.items()] * THREADS:
            slow = stack.enter_context(socket.create_connection((HOST, server.port), timeout=10))
            slow.sendall(SLOW.format(method=method, path=path).encode())

            assert slow.recv(12)[9:] == status
        assert ask(server.port, "GET", "/healthz") == (200, {"status": "ok"})
