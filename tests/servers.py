"""Servers that tests call, on a port of their own of this machine, and how to get there."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

from bookyflow.core.errors import DomainError
from bookyflow.core.outgoing import public_addresses

HERE = "127.0.0.1"
Handler = Callable[[socket.socket], None]


@dataclass
class Served:
    """A server; `heard` has the beginnings of the requests that came."""

    port: int
    heard: list[str] = field(default_factory=list)

    def address(self, path: str = "/", host: str = HERE, scheme: str = "http") -> str:
        return f"{scheme}://{host}:{self.port}{path}"


def only_here(*names: str) -> Callable[[str, int], list[str]]:
    """A resolver that lets this machine through under these names; all else is checked as ever."""

    def resolve(host: str, port: int) -> list[str]:
        return [HERE] if host in {HERE, *names} else public_addresses(host, port)

    return resolve


@contextmanager
def serving(handler: Handler, context: ssl.SSLContext | None = None) -> Iterator[Served]:
    """A server whose connections `handler` answers, once the head of the request has been read."""
    listening = socket.create_server((HERE, 0))
    served = Served(listening.getsockname()[1])

    def answer(connection: socket.socket) -> None:
        with connection, suppress(OSError):
            there = connection
            if context is not None:
                there = context.wrap_socket(connection, server_side=True)
            with there:
                head = b""
                while b"\r\n\r\n" not in head:
                    if not (more := there.recv(65536)):
                        return
                    head += more
                served.heard.append(head.decode())
                handler(there)

    def accept() -> None:
        with suppress(OSError):
            while True:
                connection, _ = listening.accept()
                threading.Thread(target=answer, args=(connection,), daemon=True).start()

    thread = threading.Thread(target=accept, daemon=True)
    thread.start()
    try:
        yield served
    finally:
        with suppress(OSError):
            listening.shutdown(socket.SHUT_RDWR)
        listening.close()
        thread.join(5)


def saying(content: bytes, *, status: str = "200 OK", headers: str = "") -> Handler:
    """A handler that gives the same answer to everybody."""
    head = f"HTTP/1.1 {status}\r\nContent-Length: {len(content)}\r\n{headers}\r\n"
    return lambda connection: connection.sendall(head.encode() + content)


def raw(content: bytes) -> Handler:
    """A handler that sends these bytes and ends the connection."""
    return lambda connection: connection.sendall(content)


def refusal_of(work: Callable[[], object]) -> tuple[str, str]:
    """The key and detail of the refusal that `work` meets."""
    try:
        work()
    except DomainError as error:
        return error.key, error.detail
    raise AssertionError("not refused")
