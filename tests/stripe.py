"""A server that behaves as Stripe does where we call it, and signs notices as Stripe signs them."""

from __future__ import annotations

import hashlib
import hmac
import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl

KEY, SECRET = "sk_test_bookyflow", "whsec_bookyflow_stand_in"
LEAST, MOST = 30 * 60, 24 * 3600  # seconds that a session may live


class Stripe:
    """What there is in the account, and how the server is.

    `down` refuses with 500, `slow` takes so many seconds, `deaf` does what is asked and then ends
    the connection without an answer. `refusal` is a code with which everything is refused, and
    `asked` has method, path and key of idempotency of each call.
    """

    def __init__(self) -> None:
        self.sessions: dict[str, dict[str, Any]] = {}
        self.refunds: dict[str, dict[str, Any]] = {}
        self.answers: dict[str, tuple[str, int, dict[str, Any]]] = {}
        self.asked: list[tuple[str, str, str]] = []
        self.down = self.deaf = False
        self.meanwhile: Callable[[], None] | None = None  # what happens while it works
        self.slow = 0.0
        self.refusal = ""
        self.refund_status = "succeeded"
        self.events = 0
        self.address = ""
        self.lock = threading.RLock()

    @property
    def session(self) -> dict[str, Any]:
        """The one session that was made last."""
        return list(self.sessions.values())[-1]

    def pay(self, session: dict[str, Any] | None = None, **changes: Any) -> dict[str, Any]:
        """The guest pays; returns the session as it is then."""
        session = session or self.session
        number = session["id"].removeprefix("cs_test_")
        session |= {
            "status": "complete",
            "payment_status": "paid",
            "payment_intent": f"pi_{number}",
        } | changes
        return session

    def expire(self, session: dict[str, Any] | None = None) -> dict[str, Any]:
        """The time of a session is over."""
        session = session or self.session
        session["status"] = "expired"
        return session

    def event(self, kind: str, about: dict[str, Any], event_id: str = "") -> bytes:
        """The body of a notice."""
        self.events += 1
        event = {
            "id": event_id or f"evt_{self.events}",
            "object": "event",
            "type": kind,
            "api_version": "2026-10-28",
            "created": int(time.time()),
            "data": {"object": dict(about)},
        }
        return json.dumps(event).encode()

    def create_session(self, sent: dict[str, str]) -> tuple[int, dict[str, Any]]:
        lives = int(sent["expires_at"]) - time.time()
        units = int(sent["line_items[0][price_data][unit_amount]"])
        if not LEAST <= lives <= MOST:
            return refused("parameter_invalid_integer", "expires_at")
        if units < 50:
            return refused("amount_too_small", "unit_amount")
        number = f"{len(self.sessions) + 1:06}"
        made = {
            "id": f"cs_test_{number}",
            "object": "checkout.session",
            "status": "open",
            "payment_status": "unpaid",
            "payment_intent": None,
            "amount_total": units * int(sent["line_items[0][quantity]"]),
            "currency": sent["line_items[0][price_data][currency]"],
            "client_reference_id": sent["client_reference_id"],
            "metadata": nested(sent, "metadata"),
            "expires_at": int(sent["expires_at"]),
            "url": f"https://checkout.stripe.example/c/pay/cs_test_{number}",
            "sent": sent,
        }
        self.sessions[made["id"]] = made
        return 200, made

    def create_refund(self, sent: dict[str, str]) -> tuple[int, dict[str, Any]]:
        payment = sent["payment_intent"]
        paid = {one["payment_intent"]: one for one in self.sessions.values()}
        if payment not in paid:
            return refused("resource_missing", "payment_intent", 404)
        if payment in self.refunds:
            return refused("charge_already_refunded", "")
        made = {
            "id": f"re_{payment}",
            "object": "refund",
            "status": self.refund_status,
            "amount": paid[payment]["amount_total"],
            "payment_intent": payment,
            "metadata": nested(sent, "metadata"),
        }
        self.refunds[payment] = made
        return 200, made

    def answer(self, method: str, path: str, sent: dict[str, str], key: str) -> tuple[int, Any]:
        """What Stripe answers; the same again for a key that it knows."""
        self.asked.append((method, path, key))
        if self.down:
            return 500, {"error": {"type": "api_error", "message": "Down."}}
        if self.refusal:
            return refused(self.refusal, "", 401 if self.refusal == "api_key_expired" else 400)
        if key in self.answers:
            before, status, kept = self.answers[key]
            if before != json.dumps(sent, sort_keys=True):
                return 400, {"error": {"type": "idempotency_error", "message": "Other."}}
            return status, kept
        status, found = self._work(method, path.strip("/").split("/")[1:], sent)
        if key:
            self.answers[key] = (json.dumps(sent, sort_keys=True), status, found)
        return status, found

    def _work(self, method: str, path: list[str], sent: dict[str, str]) -> tuple[int, Any]:
        match (method, *path):
            case ("POST", "checkout", "sessions"):
                return self.create_session(sent)
            case ("GET", "checkout", "sessions", session_id) if session_id in self.sessions:
                return 200, self.sessions[session_id]
            case ("POST", "checkout", "sessions", session_id, "expire"):
                return 200, self.expire(self.sessions[session_id])
            case ("POST", "refunds"):
                return self.create_refund(sent)
        return refused("resource_missing", "id", 404)


def refused(code: str, param: str, status: int = 400) -> tuple[int, dict[str, Any]]:
    kind = "invalid_request_error"
    return status, {"error": {"type": kind, "code": code, "param": param, "message": "No: acct_1"}}


def nested(sent: dict[str, str], name: str) -> dict[str, str]:
    """What a form says under a name."""
    start = f"{name}["
    return {k[len(start) : -1]: v for k, v in sent.items() if k.startswith(start)}


def signature(body: bytes, secret: str = SECRET, at: float | None = None) -> str:
    """The header Stripe-Signature, as Stripe's documentation describes it."""
    moment = int(time.time() if at is None else at)
    signed = hmac.new(secret.encode(), f"{moment}.".encode() + body, hashlib.sha256)
    return f"t={moment},v1={signed.hexdigest()}"


class Handler(BaseHTTPRequestHandler):
    """Answers for the account."""

    def __init__(self, stripe: Stripe, *args: Any) -> None:
        self.stripe = stripe
        super().__init__(*args)

    def do_POST(self) -> None:  # the server's name
        self.work()

    def do_GET(self) -> None:  # the server's name
        self.work()

    def work(self) -> None:
        """Answer, as the account is just now."""
        stripe = self.stripe
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
        if stripe.meanwhile:
            stripe.meanwhile()
        time.sleep(stripe.slow)
        status, found = refused("api_key_invalid", "", 401)
        if self.headers["Authorization"] == f"Bearer {KEY}":
            key = self.headers.get("Idempotency-Key", "") if self.command == "POST" else ""
            with stripe.lock:
                status, found = stripe.answer(self.command, self.path, dict(parse_qsl(body)), key)
        if stripe.deaf:
            self.close_connection = True
            return
        said = json.dumps(found).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(said)))
        with suppress(OSError):  # nobody may wait any more
            self.end_headers()
            self.wfile.write(said)

    def log_message(self, *args: Any) -> None:
        """Say nothing."""


@contextmanager
def stripe_serving() -> Iterator[Stripe]:
    """The server, on a port of its own."""
    stripe = Stripe()

    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Handler, stripe))
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    stripe.address = f"http://127.0.0.1:{server.server_port}"
    try:
        yield stripe
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
