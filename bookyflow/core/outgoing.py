"""Calls to addresses that somebody else has named: pictures, webhooks, calendars.

What is named may point at ourselves, at our neighbours or at somebody who never ends to answer.
"""

from __future__ import annotations

import http.client
import re
import socket
import ssl
import threading
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass, field
from http import HTTPStatus
from time import monotonic
from types import TracebackType
from urllib.parse import SplitResult, quote, urlsplit

from bookyflow.core.errors import DomainError
from bookyflow.core.public_addresses import is_public

LONGEST_ADDRESS = 2000
AGENT = "BookyFlow"
_PORTS = {"http": 80, "https": 443}
_FIRST_FREE_PORT = 1024  # below it are mail and the like, which must not hear from us
_HOST = re.compile(r"[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*\.?|[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*")
# Who may answer later: too many calls, or trouble of the other side's own.
_LATER = {HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.REQUEST_TIMEOUT}

Resolve = Callable[[str, int], list[str]]


@dataclass(frozen=True)
class Answer:
    """What the other side says; the names of headers are in small letters."""

    status: int
    headers: Mapping[str, str]
    content: bytes


@dataclass(frozen=True)
class Target:
    """Where an address leads; `path` has the query, and `host` is in ASCII."""

    host: str
    port: int
    path: str
    is_secure: bool


def any_address(host: str, port: int) -> list[str]:
    """The network addresses of a host, for what the operator of the site has named.

    Raises DomainError `remote_unavailable`.
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise DomainError("remote_unavailable", f"There is no host {host}.") from None
    return list(dict.fromkeys(str(where[0]) for *_, where in found))


def public_addresses(host: str, port: int) -> list[str]:
    """The network addresses of a host, all of which must be public.

    Raises DomainError `remote_unavailable`, and `address_not_allowed` for an inner one.
    """
    found = any_address(host, port)
    if not all(map(is_public, found)):
        raise DomainError("address_not_allowed", f"{host} has no public address.")
    return found


def address_check(address: str) -> Target:
    """Where an address leads. Raises DomainError `address_not_allowed`; asks nobody.

    It must be http or https, with neither user nor password, for port 80 or 443 or one from 1024.
    """
    if len(address) > LONGEST_ADDRESS:
        raise _not_allowed(f"At most {LONGEST_ADDRESS} characters.")
    if not address.isprintable() or " " in address:
        raise _not_allowed("It has blanks or control characters.")
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError:
        raise _not_allowed("It is no web address.") from None
    if parts.scheme not in _PORTS:
        raise _not_allowed("It must begin with https:// or http://.")
    if "@" in parts.netloc:
        raise _not_allowed("It must have neither user nor password.")
    port = _PORTS[parts.scheme] if port is None else port
    if port not in _PORTS.values() and port < _FIRST_FREE_PORT:
        raise _not_allowed("Ports are 80, 443, and those from 1024.")
    return Target(_host(parts), port, _path(parts), is_secure=parts.scheme == "https")


def fetch(
    address: str,
    *,
    most_bytes: int,
    seconds: float,
    accept: str = "*/*",
    resolve: Resolve = public_addresses,
) -> bytes:
    """What there is at an address.

    Raises as `send`; for an answer other than 200, which a redirect is, `remote_unavailable` where
    another try may help and `remote_refused` otherwise.
    """
    answer = send(
        "GET",
        address,
        headers={"Accept": accept},
        most_bytes=most_bytes,
        seconds=seconds,
        resolve=resolve,
    )
    if answer.status == HTTPStatus.OK:
        return answer.content
    is_fleeting = answer.status in _LATER or answer.status >= HTTPStatus.INTERNAL_SERVER_ERROR
    key = "remote_unavailable" if is_fleeting else "remote_refused"
    raise DomainError(key, f"It answers with status {answer.status}.")


def send(
    method: str,
    address: str,
    *,
    most_bytes: int,
    seconds: float,
    headers: Mapping[str, str] | None = None,
    body: bytes | None = None,
    is_cut: bool = False,
    resolve: Resolve = public_addresses,
) -> Answer:
    """Send a request to an address that somebody else has named, and read the whole answer.

    With `is_cut` only what comes first of it is read, `most_bytes` of it, however long it is.

    The name is resolved once, and the call goes to an address that was checked; a certificate must
    be the host's. Redirects are not followed, nothing is decompressed, and proxies of the
    environment count for nothing. All of it takes `seconds` at most.

    Raises DomainError `address_not_allowed`, `remote_unavailable` where nobody answers in time or
    properly, and `remote_too_large` above `most_bytes`.
    """
    target = address_check(address)
    with _Deadline(seconds) as deadline, _told(deadline):
        found = _in_time(lambda: resolve(target.host, target.port), deadline)
        connection = _Connection(target, found, deadline)
        try:
            connection.request(
                method,
                target.path,
                body,
                {"User-Agent": AGENT, "Accept-Encoding": "identity", **(headers or {})},
            )
            with connection.getresponse() as response:
                answer = (
                    _read_first(response, most_bytes) if is_cut else _read(response, most_bytes)
                )
        finally:
            connection.close()
        deadline.check()
    return answer


@dataclass
class _Deadline:
    """Ends a connection when its time is over, whatever the other side sends meanwhile.

    A time limit of a socket holds for each piece, and would never end for one byte a second.
    """

    seconds: float
    _watched: socket.socket | None = None
    _over: threading.Event = field(default_factory=threading.Event)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __enter__(self) -> _Deadline:
        self._end = monotonic() + self.seconds
        self._timer = threading.Timer(self.seconds, self._finish)
        self._timer.daemon = True
        self._timer.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._timer.cancel()

    @property
    def is_over(self) -> bool:
        return self._over.is_set()

    def remaining(self) -> float:
        """Seconds, more than none. Raises TimeoutError."""
        self.check()
        return max(self._end - monotonic(), 0.001)

    def check(self) -> None:
        """Raise TimeoutError when the time is over."""
        if self.is_over:
            raise TimeoutError

    def watch(self, watched: socket.socket) -> None:
        """Let this connection end with the time."""
        with self._lock:
            self._watched = watched
        if self.is_over:
            self._shut()

    def _finish(self) -> None:
        self._over.set()
        self._shut()

    def _shut(self) -> None:
        with self._lock:
            if self._watched is not None:
                try:
                    socket.socket.shutdown(self._watched, socket.SHUT_RDWR)
                except OSError:
                    return  # it has ended


class _Connection(http.client.HTTPConnection):
    """To one of the addresses that were checked, whatever the name stands for by now."""

    def __init__(self, target: Target, found: list[str], deadline: _Deadline) -> None:
        super().__init__(target.host, target.port)
        self.default_port = _PORTS["https" if target.is_secure else "http"]
        self._target, self._found, self._deadline = target, found, deadline

    def connect(self) -> None:
        plain = self._connected()
        self._deadline.watch(plain)
        self.sock = plain
        if self._target.is_secure:
            plain.settimeout(self._deadline.remaining())
            self.sock = ssl.create_default_context().wrap_socket(
                plain, server_hostname=self._target.host.rstrip(".")
            )
            self._deadline.watch(self.sock)
        self.sock.settimeout(self._deadline.remaining())

    def _connected(self) -> socket.socket:
        *others, last = self._found
        for address in others:
            try:
                return self._connected_to(address)
            except OSError:
                self._deadline.check()
        return self._connected_to(last)

    def _connected_to(self, address: str) -> socket.socket:
        return socket.create_connection(
            (address, self._target.port), timeout=self._deadline.remaining()
        )


@contextmanager
def _told(deadline: _Deadline) -> Iterator[None]:
    """Say as an error of the domain why there is no answer."""
    try:
        yield
    except DomainError:
        raise
    except ssl.SSLCertVerificationError as error:
        raise DomainError(
            "remote_unavailable", f"Its certificate is not valid: {error.verify_message}."
        ) from None
    except (OSError, http.client.HTTPException) as error:
        if deadline.is_over or isinstance(error, TimeoutError):
            problem = f"It took longer than {deadline.seconds:g} seconds."
        elif isinstance(error, http.client.HTTPException):
            problem = "What came back is no answer of HTTP."
        else:
            problem = "It could not be connected to."
        raise DomainError("remote_unavailable", problem) from None


def _in_time(work: Callable[[], list[str]], deadline: _Deadline) -> list[str]:
    """The addresses that `work` finds. Nothing else ends what asks for a name before it wants."""
    found: Future[list[str]] = Future()

    def run() -> None:
        try:
            found.set_result(work())
        except BaseException as error:  # noqa: BLE001  # it is raised where somebody waits
            found.set_exception(error)

    threading.Thread(target=run, daemon=True).start()
    return found.result(deadline.remaining())


def _read(response: http.client.HTTPResponse, most_bytes: int) -> Answer:
    too_large = DomainError("remote_too_large", f"At most {most_bytes:,} bytes are read.")
    if response.length is not None and response.length > most_bytes:
        raise too_large
    content = response.read(most_bytes + 1)
    if len(content) > most_bytes:
        raise too_large
    if response.length:
        raise http.client.IncompleteRead(content, response.length)
    return Answer(response.status, _headers(response), content)


def _read_first(response: http.client.HTTPResponse, most_bytes: int) -> Answer:
    """The status is what counts: an answer that breaks off behind it is one."""
    try:
        content = response.read(most_bytes)
    except http.client.IncompleteRead as error:
        content = error.partial
    return Answer(response.status, _headers(response), content)


def _headers(response: http.client.HTTPResponse) -> dict[str, str]:
    return {name.lower(): text for name, text in response.getheaders()}


def _host(parts: SplitResult) -> str:
    try:
        host = (parts.hostname or "").encode("idna").decode("ascii")
    except UnicodeError:
        host = ""
    if not _HOST.fullmatch(host):
        raise _not_allowed("It names no host.")
    return host


def _path(parts: SplitResult) -> str:
    """What is asked for, with what is no ASCII written as RFC 3986 has it."""
    path = quote(parts.path or "/", safe="/%:@!$&'()*+,;=-._~")
    query = quote(parts.query, safe="/%:@!$&'()*+,;=-._~?")
    return f"{path}?{query}" if query else path


def _not_allowed(problem: str) -> DomainError:
    return DomainError("address_not_allowed", problem)
