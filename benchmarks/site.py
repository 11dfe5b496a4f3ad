"""A BookyFlow of its own for a program that hurts it: database, web workers, demo data."""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import httpx
import psutil

from bookyflow.embedded.sharing import database_url

ROOT = Path(__file__).resolve().parent.parent
WORKERS, THREADS = 2, 8
START = 60  # seconds that the first answer may take


class Site:
    """A BookyFlow under var/<name>, made anew each time."""

    def __init__(self, name: str) -> None:
        self.web: subprocess.Popen[bytes] | None = None
        self.jobs: subprocess.Popen[bytes] | None = None
        self.directory = ROOT / "var" / name
        shutil.rmtree(self.directory, ignore_errors=True)
        self.directory.mkdir(parents=True)
        self.data = self.directory / "postgres"
        os.environ.pop("DATABASE_URL", None)
        os.environ["BOOKYFLOW_VAR"] = str(self.directory)
        self.database = database_url(self.data)
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        prepare = [sys.executable, "script/_prepare.py", "--demo-url", self.url]
        prepare += ["--demo-output", str(self.directory / "demo.txt")]
        environment = {**os.environ, "PYTHONPATH": str(ROOT)}
        subprocess.run(prepare, env=environment, cwd=ROOT, check=True)
        self.log = (self.directory / "web.log").open("w")
        self.kills = {"workers": 0, "databases": 0, "web restarts": -1}
        self.keep_serving()

    def keep_serving(self) -> None:
        """Start the web server when it does not run.

        Granian replaces workers that were killed, but gives up when it happens often; an
        operator's supervisor would start it again.
        """
        if self.web is not None and self.web.poll() is None:
            return
        web = [sys.executable, "-m", "granian", "--interface", "wsgi", "--port", str(self.port)]
        web += ["--workers", str(WORKERS), "--blocking-threads", str(THREADS), "--no-ws"]
        web += ["--respawn-failed-workers", "bookyflow.wsgi:application"]
        self.web = subprocess.Popen(web, cwd=ROOT, stdout=self.log, stderr=subprocess.STDOUT)
        self.kills["web restarts"] += 1

    def start_jobs(self) -> None:
        """Start the worker of jobs; nobody starts it again when it ends."""
        command = [sys.executable, "manage.py", "worker"]
        self.jobs = subprocess.Popen(command, cwd=ROOT, stdout=self.log, stderr=subprocess.STDOUT)

    def processes(self) -> set[int]:
        """The ids of the web server, its workers, and the worker of jobs, as far as they live."""
        found: set[int] = set()
        for started in (self.web, self.jobs):
            if started is not None and started.poll() is None:
                found |= {started.pid, *(one.pid for one in psutil.Process(started.pid).children())}
        return found

    def wait(self) -> None:
        """Until it answers."""
        deadline = time.monotonic() + START
        while time.monotonic() < deadline:
            with suppress(httpx.TransportError):
                if httpx.get(f"{self.url}/readyz", timeout=15).status_code == httpx.codes.OK:
                    return
            time.sleep(0.2)
        raise SystemExit(f"The site does not answer; {self.log.name} says why.")

    def facts(self) -> dict[str, object]:
        """What `manage.py demo` wrote down: key pair, logins, properties."""
        return dict(json.loads((self.directory / "demo.json").read_text()))

    def kill_worker(self, rng: random.Random) -> None:
        """SIGKILL to one web worker, which Granian replaces."""
        with suppress(psutil.Error):  # it may end by itself meanwhile
            workers = psutil.Process(self.web.pid).children() if self.web else []
            if workers:
                rng.choice(workers).kill()
                self.kills["workers"] += 1

    def kill_database(self) -> None:
        """SIGKILL to the database server, which then has to recover."""
        self._end_database(signal.SIGKILL)
        self.kills["databases"] += 1
        self.start_database()

    def stop_database(self) -> None:
        """End the database server as an operator would who restarts it."""
        self._end_database(signal.SIGINT)

    def start_database(self) -> None:
        """Start the database server, and wait until it takes connections."""
        database_url(self.data)

    def _end_database(self, number: signal.Signals) -> None:
        server = psutil.Process(int((self.data / "postmaster.pid").read_text().splitlines()[0]))
        server.send_signal(number)
        psutil.wait_procs([server], timeout=10)  # until it is gone, it still seems to listen

    def stop(self) -> None:
        """End web and jobs; the database ends with this process."""
        running = [started for started in (self.web, self.jobs) if started is not None]
        for started in running:
            started.terminate()
        for started in running:
            try:
                started.wait(30)
            except subprocess.TimeoutExpired:  # Granian waits for workers that were killed
                started.kill()
                started.wait()
        self.log.close()
