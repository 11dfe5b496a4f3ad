"""Set everything up and serve BookyFlow: web and jobs, with demo data, for trying out and work.

Quick when all is there. Ctrl-C (or SIGTERM) stops it all. Of web and jobs, one that dies is started
again; one that dies within five seconds of its start ends it all with code 1.
"""

from __future__ import annotations

import argparse
import fcntl
import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from _children import Child, Stopped, stop_all, stop_on_signals, wait_until
from _database import DIRECTORY, keep_running, set_aside, use_database
from _prepare import OTHER_HISTORY
from _setup import ROOT, say

if TYPE_CHECKING:
    from collections.abc import Iterator

WEB_WORKERS = 2
THREADS = 4  # of each web worker
START = 60  # seconds that the first answer may take


def main() -> int:
    """Serve until asked to stop (0) or until that is no use (1)."""
    parser = argparse.ArgumentParser(
        prog="script/server",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on")
    parser.add_argument("--no-demo", action="store_true", help="make no demo data")
    options = parser.parse_args()
    if os.environ.get("BOOKYFLOW_ENV") == "production":
        sys.exit("script/server is not for production; docs/operations.md says what is.")
    stop_on_signals()
    try:
        with only_one(options.port):
            serve(options)
    except Stopped:
        say("Stopped.")
        return 0
    return 1


def refuse_taken_port(host: str, port: int) -> None:
    """End with a clear message where the web server could not listen."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except (OSError, OverflowError) as error:
            sys.exit(f"Cannot listen on {host}, port {port}: {error}. Choose another: --port N.")


@contextmanager
def only_one(port: int) -> Iterator[None]:
    """End with a clear message where another script/server of this directory has the port.

    Granian lets several servers listen on one port, and a port is free until one does.
    """
    DIRECTORY.parent.mkdir(parents=True, exist_ok=True)
    with (DIRECTORY.parent / f"server-{port}.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            sys.exit(f"script/server is running here with port {port}. Choose another: --port N.")
        yield


def serve(options: argparse.Namespace) -> None:
    """Run until a signal comes, which raises, or a program fails for good."""
    refuse_taken_port(options.host, options.port)
    use_database()
    url = public_url(options.host, options.port)
    said = prepare(url, with_demo=not options.no_demo)
    refuse_taken_port(options.host, options.port)  # preparing takes a while
    children: list[Child] = []
    try:
        children.append(Child("web", web_command(options.host, options.port)))
        children.append(Child("jobs", [sys.executable, "manage.py", "worker"]))
        if not wait_until(lambda: answers(f"{url}/healthz"), children, START):
            say(f"{url}/healthz does not answer.")
            return
        say(f"BookyFlow serves at {url}/ (Ctrl-C stops it).")
        say(said)
        while True:
            if any(child.has_failed_for_good() for child in children):
                return
            keep_running()
            time.sleep(0.5)
    finally:
        stop_all(children)


def web_command(host: str, port: int) -> list[str]:
    """Granian with as many workers and threads as two cores can use."""
    options = {
        "--interface": "wsgi",
        "--host": host,
        "--port": port,
        "--workers": WEB_WORKERS,
        "--blocking-threads": THREADS,
        "--workers-kill-timeout": 10,
        "--log-level": "warning",
    }
    words = [str(word) for option in options.items() for word in option]
    flags = ["--no-ws", "--respawn-failed-workers"]
    return [sys.executable, "-m", "granian", *words, *flags, "bookyflow.wsgi:application"]


def public_url(host: str, port: int) -> str:
    """Where a program on this machine reaches what listens on `host`."""
    every = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104  # nothing is bound here
    name = every.get(host, host)
    return f"http://[{name}]:{port}" if ":" in name else f"http://{name}:{port}"


def prepare(url: str, *, with_demo: bool) -> str:
    """Bring the database up to date; what the demo command printed."""
    say("Preparing the database …")
    with tempfile.TemporaryDirectory() as directory:
        output = Path(directory) / "demo.txt"
        command = [sys.executable, "script/_prepare.py"]
        if with_demo:
            command += ["--demo-url", url, "--demo-output", str(output)]

        def run() -> int:
            environment = {**os.environ, "PYTHONPATH": str(ROOT)}
            return subprocess.run(command, env=environment, check=False).returncode

        code = run()
        if code == OTHER_HISTORY:
            set_aside()
            code = run()
        if code != 0:
            sys.exit("The database could not be prepared; the message is above.")
        return output.read_text(encoding="utf-8") if with_demo else ""


def answers(url: str) -> bool:
    """Whether the URL answers with success."""
    try:
        urllib.request.urlopen(url, timeout=5).close()  # noqa: S310  # http, made above
    except OSError:
        return False
    return True
