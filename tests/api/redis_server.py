"""A Redis of its own for a test."""

from __future__ import annotations

import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest


@dataclass
class Redis:
    """A running server, which can be stopped for good or for a while."""

    url: str
    process: subprocess.Popen[bytes]

    def kill(self) -> None:
        """End it as a crash does."""
        self.process.kill()
        self.process.wait(10)

    def freeze(self) -> None:
        """Let it hang: connections are taken and nothing is answered."""
        self.process.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """Let it go on."""
        self.process.send_signal(signal.SIGCONT)


@pytest.fixture
def redis() -> Iterator[Redis]:
    """A Redis, for as long as the test runs."""
    program = shutil.which("redis-server")
    if program is None:
        pytest.skip("redis-server is not installed: limits across processes are NOT tested")
    with tempfile.TemporaryDirectory() as directory:
        socket = Path(directory) / "redis"
        options = ["--port", "0", "--unixsocket", str(socket), "--save", "", "--dir", directory]
        server = subprocess.Popen([program, *options], stdout=subprocess.DEVNULL)
        try:
            for _ in range(100):
                if socket.exists():
                    break
                time.sleep(0.05)
            yield Redis(f"unix://{socket}?db=0", server)
        finally:
            server.send_signal(signal.SIGCONT)
            server.terminate()
            server.wait(10)
