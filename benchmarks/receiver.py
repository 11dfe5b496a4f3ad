"""A receiver of webhooks that misbehaves as it is told, and notes all that it was sent."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from standardwebhooks.webhooks import Webhook, WebhookVerificationError

HOST = "127.0.0.1"


@dataclass(frozen=True)
class Reply:
    """What is answered, after so many seconds; without a status the connection just ends."""

    status: int | None = 204
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""
    after: float = 0.0


@dataclass(frozen=True)
class Received:
    """A request as it came, whether its signature is good, and what was answered."""

    headers: dict[str, str]
    body: bytes
    is_signed: bool
    status: int | None

    @property
    def id(self) -> str:
        """The id of the message."""
        return self.headers.get("webhook-id", "")

    @property
    def message(self) -> Any:
        """The body, parsed."""
        return json.loads(self.body)

    @property
    def is_accepted(self) -> bool:
        """Whether the sender was told that it arrived."""
        return self.status is not None and self.status // 100 == HTTPStatus.OK // 100


class Receiver:
    """An HTTP server on a port of its own, which can go away and come back."""

    def __init__(
        self,
        secrets: Sequence[str] = (),
        reply: Callable[[Received], Reply] = lambda _: Reply(),
        *,
        keep: Path | None = None,
    ) -> None:
        self.secrets, self.reply, self.keep = list(secrets), reply, keep
        self.received: list[Received] = []
        self.calls = 0  # those that are not answered yet as well
        self._lock = threading.Lock()
        self._over = threading.Event()
        self._server: ThreadingHTTPServer | None = None
        self.port = 0
        self.start()

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://{HOST}:{self.port}/hook"

    @property
    def accepted(self) -> list[Received]:
        """What it has taken, in the order in which it was."""
        return [one for one in self.received if one.is_accepted]

    def start(self) -> None:
        """Listen, where it listened before if it did."""
        self._over = threading.Event()
        self._server = _Server((HOST, self.port), self._handler())
        self.port = self._server.server_address[1]
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()

    def stop(self) -> None:
        """Go away; what is being answered ends."""
        self._over.set()
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()

    def note(self, headers: Mapping[str, str], body: bytes) -> Reply:
        """Note a request, and say what to answer."""
        plain = {name.lower(): value for name, value in headers.items()}
        asked = Received(plain, body, self._is_signed(plain, body), None)
        with self._lock:
            self.calls += 1
        reply = self.reply(asked)
        if reply.after:
            self._over.wait(reply.after)
        with self._lock:
            status = None if self._over.is_set() else reply.status
            self.received.append(Received(plain, body, asked.is_signed, status))
            if self.keep is not None:
                with self.keep.open("a") as file:
                    line = {
                        "headers": plain,
                        "body": body.decode(),
                        "status": status,
                        "secrets": self.secrets,  # of this run alone
                    }
                    file.write(json.dumps(line) + "\n")
        return Reply(status, reply.headers, reply.body)

    def _is_signed(self, headers: dict[str, str], body: bytes) -> bool:
        for secret in self.secrets:
            try:
                Webhook(secret).verify(body, headers)
            except WebhookVerificationError:
                continue
            return True
        return False

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:  # the name that the library looks for
                body = self.rfile.read(int(self.headers["Content-Length"]))
                reply = receiver.note(dict(self.headers), body)
                if reply.status is None:
                    self.close_connection = True
                    return
                self.send_response(reply.status)
                for name, value in reply.headers:
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(reply.body)))
                self.end_headers()
                self.wfile.write(reply.body)

            def log_message(self, *_: Any) -> None:
                """Nothing: `received` has it."""

        return Handler


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    allow_reuse_address = True
    request_queue_size = 128

    def handle_error(self, *_: Any) -> None:
        """Nothing: senders that are killed, or wait no longer, are part of it."""


@contextmanager
def receiver(
    secrets: Sequence[str] = (), reply: Callable[[Received], Reply] = lambda _: Reply()
) -> Iterator[Receiver]:
    """A receiver that ends with the block."""
    started = Receiver(secrets, reply)
    try:
        yield started
    finally:
        started.stop()


def out_of_order(accepted: Sequence[Received]) -> list[str]:
    """Of the messages that were taken, those that came before an earlier one of their object.

    By the first time that each was taken; samples and pings are of no object.
    """
    first: dict[str, Received] = {}
    for one in accepted:
        first.setdefault(one.id, one)
    last: dict[tuple[str, int], int] = {}
    wrong = []
    for one in first.values():
        about = one.message["data"].get("object")
        if about is None:
            continue
        line = about["kind"], about["id"]
        if about["sequence"] < last.get(line, 0):
            wrong.append(one.id)
        last[line] = max(about["sequence"], last.get(line, 0))
    return wrong
