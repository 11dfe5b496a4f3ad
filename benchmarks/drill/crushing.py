"""Bodies that come a byte a second and connections that say nothing, and what others see then."""

from __future__ import annotations

import resource
import select
import socket
import threading
import time
from contextlib import suppress

import httpx

from benchmarks.drill.crowd import Row, Seen
from benchmarks.drill.parts import HTTPS
from benchmarks.drill.site import Site
from benchmarks.serving import HOST

SLOW, IDLE = 500, 1000
OTHERS = 500  # files that this process has open beside them
LASTS = 20.0  # seconds, longer than nginx waits for a byte
PROBES = 4  # that ask a web process directly, at once
PATIENCE = 5.0  # seconds that one waits
BACK = 60.0  # seconds until a web process must answer again
HEAD = (
    "POST /bookyflow/api/booking/quote HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Forwarded-Proto: https\r\n"
    "Content-Type: application/json\r\nContent-Length: 100000\r\n\r\n{"
)


class Crush:
    """So many of both at a port, for as long as the context lasts.

    What the server ends is opened anew, and counted in `ended`.
    """

    def __init__(self, port: int, *, slow: int, idle: int) -> None:
        self.port, self.slow, self.idle = port, slow, idle
        self.ended = 0
        self._over = threading.Event()
        self._bodies: set[socket.socket] = set()
        self._silent: set[socket.socket] = set()
        self._thread = threading.Thread(target=self._run)

    def __enter__(self) -> Crush:
        self._fill()
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()
        for connection in self._bodies | self._silent:
            connection.close()

    def _run(self) -> None:
        while not self._over.wait(1):
            self._sweep()
            for connection in self._bodies:
                with suppress(OSError):
                    connection.send(b" ")
            self._fill()

    def _fill(self) -> None:
        while len(self._bodies) < self.slow and self._open(self._bodies, HEAD.encode()):
            pass
        while len(self._silent) < self.idle and self._open(self._silent, b""):
            pass

    def _open(self, among: set[socket.socket], beginning: bytes) -> bool:
        """Whether one more is there; False where the server takes none for now."""
        with suppress(OSError):
            connection = socket.create_connection((HOST, self.port), timeout=2)
            connection.settimeout(0)
            connection.send(beginning)
            among.add(connection)
            return True
        return False

    def _sweep(self) -> None:
        """Let go of those that the server has ended: nothing but an end or an answer comes."""
        poll = select.poll()
        known = {one.fileno(): one for one in self._bodies | self._silent}
        for number in known:
            poll.register(number, select.POLLIN)
        for number, _ in poll.poll(0):
            self.ended += 1
            self._bodies.discard(known[number])
            self._silent.discard(known[number])
            known[number].close()


def behind_nginx(site: Site, seen: Seen) -> list[str]:
    """Do so while clients call, of whom `seen` tells; what does not hold."""
    if site.proxy is None:
        print("!!! No nginx: slow bodies would stop the site. NOT TRIED.")
        return []
    slow, idle = _as_many_as_can_be()
    print(Row.HEAD)
    _row(seen, "nothing happens", time.monotonic())
    with Crush(site.proxy.port, slow=slow, idle=idle) as there:
        row = _row(seen, f"{slow} slow bodies, {idle:,} idle connections", time.monotonic())
    print(f"nginx ended {there.ended:,} of them, which were opened again", flush=True)
    if row.refused or row.broken or row.failed or not row.calls:
        return [f"calls failed beside {slow} slow bodies: {row}"]
    return []


def without_nginx(site: Site) -> None:
    """Do so at a web process, and print what comes of it: it is not made for that."""
    slow, idle = _as_many_as_can_be()
    print(f"A web process without nginx, asked for /healthz by {PROBES} at a time:", flush=True)
    port = site.ports[-1]
    for bodies, silent in ((0, 0), (0, idle), (slow, 0)):
        with Crush(port, slow=bodies, idle=silent) as there:
            answered, asked, longest = _probe(port)
        what = f"{bodies} slow bodies, {silent:,} idle connections"
        print(
            f"{what}: {answered} of {asked} answered within {PATIENCE:.0f} s, "
            f"longest {longest:.2f} s; it ended {there.ended:,}",
            flush=True,
        )
    print(f"it answers again {_back(port):.1f} s after they have gone", flush=True)


def _row(seen: Seen, what: str, began: float) -> Row:
    time.sleep(LASTS)
    row = seen.between(began, time.monotonic())
    print(row.line(what, None), flush=True)
    return row


def _as_many_as_can_be() -> tuple[int, int]:
    """How many slow and idle ones this process may open, having asked for more."""
    need = SLOW + IDLE + OTHERS
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft != resource.RLIM_INFINITY and soft < need:
        most = need if hard == resource.RLIM_INFINITY else min(need, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))
        if most < need:
            share = max(most - OTHERS, 0) / (SLOW + IDLE)
            print(f"!!! ONLY {most} FILES MAY BE OPEN HERE (ulimit -n): {share:.0%} are tried.")
            return int(SLOW * share), int(IDLE * share)
    return SLOW, IDLE


def _probe(port: int) -> tuple[int, int, float]:
    """How many of the probes of some seconds were answered, of how many, and the longest one."""
    taken: list[float | None] = []

    def ask() -> None:
        deadline = time.monotonic() + LASTS / 2
        while time.monotonic() < deadline:
            began = time.monotonic()
            answered = _is_answered(port)
            taken.append(time.monotonic() - began if answered else None)
            time.sleep(0.1)

    threads = [threading.Thread(target=ask) for _ in range(PROBES)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    answered = [seconds for seconds in taken if seconds is not None]
    return len(answered), len(taken), max(answered, default=0.0)


def _is_answered(port: int) -> bool:
    with suppress(httpx.TransportError):
        url = f"http://{HOST}:{port}/healthz"
        return httpx.get(url, headers=HTTPS, timeout=PATIENCE).status_code == httpx.codes.OK
    return False


def _back(port: int) -> float:
    began = time.monotonic()
    while not _is_answered(port):
        if time.monotonic() - began > BACK:
            raise TimeoutError(f"port {port} does not answer again")
    return time.monotonic() - began
