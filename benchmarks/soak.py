"""Random operations under a rain of failures; then everything that must hold is checked.

Starts a BookyFlow of its own (database, web workers) under var/soak, lets many clients book,
repeat, cancel, block and price over the same few rooms, and meanwhile kills web workers (SIGKILL)
and the whole database server. At the end: no room has two stays on a night, everything that a
client was promised is there, nothing is half-done.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import socket
import subprocess
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path

import httpx
import psutil

from benchmarks import invariants, mischief
from benchmarks.client import Client
from bookyflow.core.embedded import database_url

ROOT = Path(__file__).resolve().parent.parent
DIRECTORY = ROOT / "var" / "soak"
WORKERS, THREADS = 2, 8
KILL_WORKER_EVERY, KILL_DATABASE_EVERY = (6.0, 15.0), (20.0, 45.0)  # seconds, least and most


class Site:
    """A BookyFlow that can be hurt."""

    def __init__(self) -> None:
        self.web: subprocess.Popen[bytes] | None = None
        shutil.rmtree(DIRECTORY, ignore_errors=True)
        DIRECTORY.mkdir(parents=True)
        self.data = DIRECTORY / "postgres"
        os.environ.pop("DATABASE_URL", None)
        os.environ["BOOKYFLOW_VAR"] = str(DIRECTORY)
        self.database = database_url(self.data)
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        prepare = [sys.executable, "script/_prepare.py", "--demo-url", self.url]
        prepare += ["--demo-output", str(DIRECTORY / "demo.txt")]
        environment = {**os.environ, "PYTHONPATH": str(ROOT)}
        subprocess.run(prepare, env=environment, cwd=ROOT, check=True)
        self.log = (DIRECTORY / "web.log").open("w")
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

    def wait(self) -> None:
        """Until it answers."""
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            with suppress(httpx.TransportError):
                if httpx.get(f"{self.url}/readyz", timeout=15).status_code == httpx.codes.OK:
                    return
            time.sleep(0.2)
        raise SystemExit(f"The site does not answer; {self.log.name} says why.")

    def client(self) -> Client:
        """A caller with the demonstration's key pair."""
        facts = json.loads((DIRECTORY / "demo.json").read_text())
        return Client(self.url, facts["client_id"], facts["client_secret"], mischief.CHANNEL)

    def kill_worker(self, rng: random.Random) -> None:
        """SIGKILL to one web worker, which Granian replaces."""
        with suppress(psutil.Error):  # it may end by itself meanwhile
            workers = psutil.Process(self.web.pid).children() if self.web else []
            if workers:
                rng.choice(workers).kill()
                self.kills["workers"] += 1

    def kill_database(self) -> None:
        """SIGKILL to the database server, which then has to recover."""
        server = psutil.Process(int((self.data / "postmaster.pid").read_text().splitlines()[0]))
        server.kill()
        psutil.wait_procs([server], timeout=10)  # until it is gone, it still seems to listen
        self.kills["databases"] += 1
        database_url(self.data)

    def stop(self) -> None:
        """End the web server; the database ends with this process."""
        if self.web is not None:
            self.web.terminate()
            self.web.wait(30)
        self.log.close()


def torment(site: Site, seed: int, over: threading.Event) -> None:
    """Kill things at random moments until it is over."""
    rng = random.Random(f"{seed}-chaos")  # noqa: S311  # repeatable, not secret
    worker_at = time.monotonic() + rng.uniform(*KILL_WORKER_EVERY)
    database_at = time.monotonic() + rng.uniform(*KILL_DATABASE_EVERY)
    while not over.wait(0.2):
        site.keep_serving()
        if time.monotonic() > worker_at:
            site.kill_worker(rng)
            worker_at = time.monotonic() + rng.uniform(*KILL_WORKER_EVERY)
        if time.monotonic() > database_at:
            site.kill_database()
            database_at = time.monotonic() + rng.uniform(*KILL_DATABASE_EVERY)


def report(site: Site, ledger: mischief.Ledger, gone: list[str], broken: dict[str, int]) -> int:
    """Print what happened; 1 when something does not hold."""
    for what, count in [*sorted(ledger.counts.items()), *site.kills.items()]:
        print(f"{what:12} {count}")
    print()
    for name in invariants.INVARIANTS:
        held = name not in broken
        print(f"{'held  ' if held else 'BROKEN'}  {name}" + ("" if held else f": {broken[name]}"))
    print(f"{'BROKEN' if gone else 'held  '}  everything accepted is there", *gone[:10])
    print(f"{'BROKEN' if ledger.problems else 'held  '}  only successes and clean refusals")
    for problem in ledger.problems[:10]:
        print(f"        {problem}")
    return int(bool(broken or gone or ledger.problems))


def main() -> int:
    """Run for the given time and report."""
    parser = argparse.ArgumentParser(prog="script/soak", description=__doc__)
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--clients", type=int, default=12)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10**6))
    options = parser.parse_args()
    print(f"seed {options.seed}, {options.clients} clients, {options.minutes} minutes", flush=True)
    site = Site()
    over = threading.Event()
    try:
        site.wait()
        chaos = threading.Thread(target=torment, args=(site, options.seed, over))
        chaos.start()
        end = time.monotonic() + 60 * options.minutes
        ledger, uid = mischief.run(
            site.client,
            seed=options.seed,
            clients=options.clients,
            go_on=lambda: time.monotonic() < end,
        )
        over.set()
        chaos.join()
        site.wait()
        gone = mischief.missing(site.client(), ledger, uid)
        return report(site, ledger, gone, invariants.broken(site.database))
    finally:
        over.set()
        site.stop()
