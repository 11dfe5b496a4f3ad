"""Counts what goes to PostgreSQL by standing before it: any build, with no change of the server."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from urllib.parse import parse_qs, unquote, urlencode, urlsplit

from benchmarks.serving import HOST

DEFAULT_PORT = 5432
CHUNK = 65_536
_NOT_COUNTED = ("BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE", "SET ", "DEALLOCATE")


@dataclass
class Wire:
    """A way to a database: `url`, and what went over it since `clear`.

    `statements` are those that PostgreSQL was asked to run, without those that only begin and end
    transactions; `trips` how often an answer was waited for, those included.
    """

    url: str
    statements: list[str] = field(default_factory=list)
    trips: int = 0

    def clear(self) -> None:
        """Begin to count anew."""
        self.statements.clear()
        self.trips = 0


@contextmanager
def wire(url: str) -> Iterator[Wire]:
    """Stand before the database of a URL, which must let clients in without TLS."""
    listener = socket.create_server((HOST, 0))
    parts = urlsplit(url)
    userinfo = parts.netloc.rpartition("@")[0]
    options = urlencode({"sslmode": "disable", "gssencmode": "disable"})
    port = listener.getsockname()[1]
    found = Wire(parts._replace(netloc=f"{userinfo}@{HOST}:{port}", query=options).geturl())
    threading.Thread(target=_accept, args=(listener, url, found), daemon=True).start()
    try:
        yield found
    finally:
        listener.close()


def _accept(listener: socket.socket, url: str, found: Wire) -> None:
    with suppress(OSError):  # the listener was closed
        while True:
            client, _ = listener.accept()
            server = _connect(url)
            reader = Reader(found)
            for source, sink, seen in ((client, server, reader), (server, client, None)):
                threading.Thread(target=_pump, args=(source, sink, seen), daemon=True).start()


def _connect(url: str) -> socket.socket:
    parts = urlsplit(url)
    host = parse_qs(parts.query).get("host", [parts.hostname or "localhost"])[0]
    port = parts.port or DEFAULT_PORT
    if not unquote(host).startswith("/"):
        return socket.create_connection((host, port))
    server = socket.socket(socket.AF_UNIX)
    server.connect(f"{unquote(host)}/.s.PGSQL.{port}")
    return server


def _pump(source: socket.socket, sink: socket.socket, reader: Reader | None) -> None:
    with suppress(OSError):
        while data := source.recv(CHUNK):
            if reader is not None:
                reader.feed(data)
            sink.sendall(data)
    for end in (source, sink):
        with suppress(OSError):
            end.shutdown(socket.SHUT_RDWR)


class Reader:
    """Reads what a client of PostgreSQL sends on one connection (protocol 3)."""

    def __init__(self, found: Wire) -> None:
        self.found = found
        self.data = b""
        self.has_begun = False  # the first message has no type
        self.texts: dict[bytes, str] = {}  # of prepared statements, by name
        self.bound = ""

    def feed(self, data: bytes) -> None:
        """Take in some bytes, of messages or parts of messages."""
        self.data += data
        head = 1 if self.has_begun else 0
        while len(self.data) >= head + 4:
            length = head + int.from_bytes(self.data[head : head + 4], "big")
            if len(self.data) < length:
                return
            message, self.data = self.data[:length], self.data[length:]
            if self.has_begun:
                self._note(message[:1], message[5:])
            self.has_begun, head = True, 1

    def _note(self, kind: bytes, body: bytes) -> None:
        if kind == b"P":  # Parse: name and text
            name, text, _ = body.split(b"\0", 2)
            self.texts[name] = text.decode(errors="replace")
        elif kind == b"B":  # Bind: portal, and the name of what was parsed
            self.bound = self.texts.get(body.split(b"\0", 2)[1], "")
        elif kind == b"E":  # Execute
            self._run(self.bound)
        elif kind == b"Q":  # a simple query
            self._run(body.rstrip(b"\0").decode(errors="replace"))
        self.found.trips += kind in {b"Q", b"S"}  # S: Sync, after which the server answers

    def _run(self, text: str) -> None:
        if not text.lstrip().upper().startswith(_NOT_COUNTED):
            self.found.statements.append(text)
