"""Calling the WSGI application in this process, and counting the statements that it sends."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from django.conf import settings
from django.db import connection

from benchmarks.samples import Work

OK = 200
_NOT_COUNTED = ("SAVEPOINT", "RELEASE SAVEPOINT", "ROLLBACK TO SAVEPOINT")


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    body: bytes

    @property
    def response(self) -> Any:
        """What lies under data, and there under its only key."""
        (found,) = json.loads(self.body)["data"].values()
        return found


@dataclass(frozen=True)
class Statement:
    """One statement as it was sent, and whether it was sent inside a transaction."""

    text: str
    parameters: Any
    in_transaction: bool

    @property
    def counts(self) -> bool:
        """Whether it is one of those that the budgets count."""
        return not self.text.startswith(_NOT_COUNTED)


class Caller:
    """A client of the API that calls the application without any network."""

    def __init__(self, *, token: str = "", channel: str = "") -> None:
        from benchmarks.served import application  # noqa: PLC0415  # needs Django set up

        self.application = application
        self.token = token
        self.channel = channel

    def headers(self) -> dict[str, str]:
        """What goes with every call."""
        named = {"Authorization": f"Bearer {self.token}", "X-BOOKYFLOW-channel-name": self.channel}
        return {name: value for name, value in named.items() if value.removeprefix("Bearer ")}

    def call(self, method: str, path: str, body: Any = None) -> Answer:
        """One call; `path` is below the API's base."""
        return self.request(method, path, b"" if body is None else json.dumps(body).encode())

    def request(
        self, method: str, path: str, body: bytes, content_type: str = "application/json"
    ) -> Answer:
        """One call with a body as it is."""
        environ = self._environ(method, path, body, content_type)
        begun: list[str] = []

        def start_response(status: str, headers: Any, exc_info: Any = None) -> Any:
            begun.append(status)

        result = self.application(environ, start_response)
        try:
            answer = b"".join(result)
        finally:
            result.close()
        return Answer(int(begun[0].split(" ", 1)[0]), answer)

    def prepared(
        self, method: str, path: str, body: Any = None, *, expect: int = OK
    ) -> Callable[[], Answer]:
        """The call, to be made later and many times. It raises when the status is another one."""
        raw = b"" if body is None else json.dumps(body).encode()

        def work() -> Answer:
            answer = self.request(method, path, raw)
            if answer.status != expect:
                raise RuntimeError(f"{method} {path}: {answer.status} {answer.body[:500]!r}")
            return answer

        return work

    def _environ(self, method: str, path: str, body: bytes, content_type: str) -> dict[str, Any]:
        path, _, query = path.partition("?")
        environ = {
            "REQUEST_METHOD": method,
            "SCRIPT_NAME": "",
            "PATH_INFO": settings.API_BASE + path,
            "QUERY_STRING": query,
            "SERVER_NAME": "localhost",
            "SERVER_PORT": "80",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "REMOTE_ADDR": "127.0.0.1",
            "CONTENT_LENGTH": str(len(body)),
            "CONTENT_TYPE": content_type,
            "wsgi.version": (1, 0),
            "wsgi.url_scheme": "http",
            "wsgi.input": BytesIO(body),
            "wsgi.errors": sys.stderr,
            "wsgi.multithread": True,
            "wsgi.multiprocess": True,
            "wsgi.run_once": False,
        }
        for name, value in self.headers().items():
            environ["HTTP_" + name.upper().replace("-", "_")] = value
        return environ


@contextmanager
def recorded() -> Iterator[list[Statement]]:
    """The statements that Django's connection of this thread sends meanwhile, in order."""
    found: list[Statement] = []

    def note(execute: Any, text: str, parameters: Any, many: bool, context: Any) -> Any:  # noqa: FBT001  # Django's
        found.append(Statement(text, parameters, connection.in_atomic_block))
        return execute(text, parameters, many, context)

    with connection.execute_wrapper(note):
        yield found


def statements(work: Work) -> int:
    """How many statements the work sends, without those that only begin and end transactions."""
    with recorded() as found:
        work()
    return sum(statement.counts for statement in found)
