"""Debian's nginx with the configuration that compose.yaml uses."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from benchmarks.drill.parts import configuration
from benchmarks.serving import Client, free_port

NGINX = shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")
START = 30  # seconds
# What a machine's own nginx.conf has around it, with everything in one directory and one process,
# and what another site on it may need.
AROUND = """
daemon off;
master_process off;
pid {directory}/nginx.pid;
error_log {directory}/error.log;
events {{ worker_connections 256; }}
http {{
    underscores_in_headers on;
    access_log {directory}/access.log;
    client_body_temp_path {directory}/body;
    proxy_temp_path {directory}/proxy;
    fastcgi_temp_path {directory}/fastcgi;
    uwsgi_temp_path {directory}/uwsgi;
    scgi_temp_path {directory}/scgi;
    include {directory}/bookyflow.conf;
}}
"""


@dataclass(frozen=True)
class Proxy:
    """A running nginx, and where it writes its logs."""

    port: int
    directory: Path

    def statuses(self) -> list[str]:
        """The statuses in its access log."""
        lines = (self.directory / "access.log").read_text().splitlines()
        return [line.split('" ')[1].partition(" ")[0] for line in lines]


@contextmanager
def nginx(directory: Path, upstream: int) -> Iterator[Proxy]:
    """Serve what listens on port `upstream`, with all files in the directory."""
    port = free_port()
    (directory / "bookyflow.conf").write_text(configuration(port, [upstream]))
    (directory / "nginx.conf").write_text(AROUND.format(directory=directory))
    command = [
        NGINX,
        "-p",
        directory,
        "-c",
        directory / "nginx.conf",
        "-e",
        directory / "error.log",
    ]
    process = subprocess.Popen(command)
    try:
        _wait(port, process)
        yield Proxy(port, directory)
    finally:
        process.terminate()
        process.wait(START)


def _wait(port: int, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + START
    while time.monotonic() < deadline and process.poll() is None:
        with suppress(OSError):
            Client(port).close()
            return
        time.sleep(0.05)
    raise RuntimeError("nginx did not begin to listen")
