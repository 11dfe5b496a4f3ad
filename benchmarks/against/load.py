"""Load from one thread: connections that each send the next request when an answer has come.

One thread with a selector costs the machine, which serves as well, less than a thread for each.
"""

from __future__ import annotations

import selectors
import socket
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from benchmarks.samples import percentile
from benchmarks.serving import HOST

TIMEOUT = 60.0  # seconds for an answer
FIRST_REFUSAL = 400


class ServerGone(Exception):
    """The server closed a connection, or does not answer."""


@dataclass
class Seen:
    """What came back: seconds of each answer in the order of their ends, and how many of each
    status; the first refusal in words, and the seconds from the first call to the last answer."""

    latencies: list[float] = field(default_factory=list)
    statuses: Counter[int] = field(default_factory=Counter)
    refusal: str = ""
    took: float = 0.0

    @property
    def rate(self) -> float:
        """Successful answers a second."""
        good = sum(count for status, count in self.statuses.items() if status < FIRST_REFUSAL)
        return good / self.took

    def note(self, latency: float, status: int, body: bytes) -> None:
        """Count an answer."""
        self.latencies.append(latency)
        self.statuses[status] += 1
        if status >= FIRST_REFUSAL and not self.refusal:
            self.refusal = f"{status} {body[:500].decode(errors='replace')}"

    def milliseconds(self, percent: int) -> float:
        """The time that `percent` of the answers did not exceed."""
        return percentile(self.latencies, percent) * 1000


class _Line:
    """A connection with one call at a time."""

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection((HOST, port), timeout=TIMEOUT)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.data = b""
        self.began = 0.0

    def send(self, request: bytes) -> None:
        self.data = b""
        self.began = time.perf_counter()
        self.socket.sendall(request)

    def answered(self) -> tuple[int, bytes] | None:
        """Read what is there; the status and the body once they are whole."""
        got = self.socket.recv(262_144)
        if not got:
            raise ServerGone("the server closed a connection")
        self.data += got
        end = self.data.find(b"\r\n\r\n")
        if end < 0:
            return None
        head = self.data[:end].lower()
        length = int(head.partition(b"content-length:")[2].partition(b"\r\n")[0])
        if len(self.data) < end + 4 + length:
            return None
        return int(head[9:12]), self.data[end + 4 :]


class _Driver:
    """Lines that are kept busy as long as there are requests, calls and time left."""

    def __init__(self, requests: Iterator[bytes], end: float, calls: int | None) -> None:
        self.requests = requests
        self.end = end
        self.left = calls
        self.seen = Seen()
        self.selector = selectors.DefaultSelector()

    def start(self, line: _Line) -> None:
        """Send a line's first request, if there is one."""
        if self._go_on(line):
            self.selector.register(line.socket, selectors.EVENT_READ, line)

    def run(self) -> None:
        """Until the last answer has come."""
        while self.selector.get_map():
            ready = self.selector.select(TIMEOUT)
            if not ready:
                raise ServerGone(f"no answer for {TIMEOUT:.0f} s")
            for key, _ in ready:
                self._read(key.data)

    def _read(self, line: _Line) -> None:
        answer = line.answered()
        if answer is None:
            return
        self.seen.note(time.perf_counter() - line.began, *answer)
        if not self._go_on(line):
            self.selector.unregister(line.socket)

    def _go_on(self, line: _Line) -> bool:
        is_over = time.perf_counter() >= self.end if self.left is None else not self.left
        request = None if is_over else next(self.requests, None)
        if request is None:
            return False
        if self.left is not None:
            self.left -= 1
        line.send(request)
        return True


def drive(
    port: int,
    requests: Iterator[bytes],
    *,
    connections: int,
    seconds: float = 0.0,
    calls: int | None = None,
) -> Seen:
    """Send requests for some seconds, or so many of them, and wait for the last answers.

    Ends early where there are no more requests. Raises ServerGone.
    """
    lines = [_Line(port) for _ in range(connections)]
    started = time.perf_counter()
    driver = _Driver(requests, started + seconds, calls)
    try:
        for line in lines:
            driver.start(line)
        driver.run()
    finally:
        driver.selector.close()
        for line in lines:
            line.socket.close()
    driver.seen.took = time.perf_counter() - started
    return driver.seen
