"""The proxy of compose.yaml between slow clients and a real server."""

from __future__ import annotations

import contextlib
import json
import socket
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from benchmarks.serving import HOST, THREADS, free_port
from bookyflow.api.errors import problem
from bookyflow.core.errors import DomainError
from tests.deployment.calls import ask
from tests.deployment.proxy import NGINX, nginx

QUOTE = "/bookyflow/api/booking/quote"
TOKEN = "/bookyflow/api/oauth/token"
BODY_TIMEOUT = 10  # seconds, in docs/nginx.conf
JSON = {"Content-Type": "application/json"}
FORM = "application/x-www-form-urlencoded"

pytestmark = pytest.mark.skipif(NGINX is None, reason="nginx is not installed")


def begin(stack: contextlib.ExitStack, port: int, path: str, kind: str, body: str) -> socket.socket:
    """A call that sends the beginning of its body and no more."""
    connection = stack.enter_context(socket.create_connection((HOST, port), timeout=60))
    head = f"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: {kind}\r\n"
    connection.sendall(f"{head}{body}".encode())
    return connection


def test_as_many_slow_bodies_as_threads_stop_nobody(server, tmp_path):
    kinds = [
        (QUOTE, "application/json", "Content-Length: 1000\r\n\r\n{"),
        (QUOTE, "application/json", "Transfer-Encoding: chunked\r\n\r\n5\r\n{"),
        (TOKEN, FORM, "Content-Length: 1000\r\n\r\ng"),
    ]
    with nginx(tmp_path, server.port) as proxy, contextlib.ExitStack() as stack:
        slow = [begin(stack, proxy.port, *kind) for kind in kinds * THREADS]
        time.sleep(0.5)  # until nginx has looked at all of them
        began = time.monotonic()
        health = ask(proxy.port, "GET", "/healthz")
        quote, _ = ask(proxy.port, "POST", QUOTE, "{}", **JSON)
        answered = time.monotonic() - began

        assert (health, quote) == ((200, {"status": "ok"}), 400)
        assert answered < BODY_TIMEOUT / 2  # long before any of them is cut off
        for connection in slow:
            with contextlib.suppress(ConnectionResetError):
                assert connection.recv(1000) == b""
        assert proxy.statuses().count("408") == len(slow)


@pytest.fixture
def echo():
    """A server that answers with the headers it was sent, and counts its connections."""
    connections = set()

    class Echo(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            connections.add(self.client_address)
            body = json.dumps([*self.headers.items(), ("connections", len(connections))]).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args: object) -> None:
            pass

    with ThreadingHTTPServer((HOST, 0), Echo) as listening:
        threading.Thread(target=listening.serve_forever, daemon=True).start()
        yield listening.server_address[1]
        listening.shutdown()


def test_the_site_learns_who_calls_and_how(echo, tmp_path):
    with nginx(tmp_path, echo) as proxy:
        _, plain = ask(proxy.port, "GET", "/", Host="book.example.org:444")
        behind = {"X-Forwarded-For": "203.0.113.7", "X-Forwarded-Proto": "https"}
        _, chained = ask(proxy.port, "GET", "/", **behind)

    assert dict(plain)["Host"] == "book.example.org:444"
    assert dict(plain)["X-Forwarded-For"] == HOST
    assert dict(plain)["X-Forwarded-Proto"] == "http"
    assert dict(chained)["X-Forwarded-For"] == f"203.0.113.7, {HOST}"
    assert dict(chained)["X-Forwarded-Proto"] == "https"
    assert dict(chained)["connections"] == 1  # which is kept for the next call


@pytest.mark.parametrize("name", ["X_Forwarded_For", "X-Forwarded_For", "x_forwarded-for"])
def test_nobody_names_an_address_by_another_spelling_of_the_header(echo, tmp_path, name):
    """Behind WSGI they are one name, and the caller's may be the one that counts."""
    with nginx(tmp_path, echo) as proxy:
        _, sent = ask(proxy.port, "GET", "/", **{name: "203.0.113.7"})

    assert "203.0.113.7" not in dict(sent).values()
    assert dict(sent)["X-Forwarded-For"] == HOST


def test_what_the_proxy_refuses_is_a_problem(tmp_path):
    with nginx(tmp_path, free_port()) as proxy:
        large = ask(proxy.port, "POST", QUOTE, **{"Content-Length": str(22 * 1024 * 1024)})
        gone = ask(proxy.port, "GET", "/bookyflow/api/core/endpoints")

    for (status, found), error in (
        (large, DomainError("payload_too_large", "Send less in one request.")),
        (gone, DomainError("unavailable", "Try again shortly, with the same Idempotency-Key.")),
    ):
        assert status == error.kind.status
        assert len(found["request_id"]) == 32
        assert found == problem(error, path="/bookyflow/api", request_id=found["request_id"])
