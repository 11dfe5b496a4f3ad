"""From version 0.2.0 to this one while clients call: migrated first, then replaced one by one."""

from __future__ import annotations

import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.drill import killing, parts
from benchmarks.drill.crowd import Crowd, Row
from benchmarks.drill.journey import journey
from benchmarks.drill.machine import Machine
from benchmarks.drill.site import Site, running
from benchmarks.revisions import environment_of, work_tree
from benchmarks.serving import ROOT

FIRST = "0.2.0"
COMMIT = re.compile(rf"## \[{re.escape(FIRST)}\].*?commit `([0-9a-f]+)`", re.DOTALL)
SERVE = 5.0  # seconds that each version serves alone
RUNNING = 2.0  # seconds until calls that run on a web process that is taken out have ended


def upgrade(machine: Machine, directory: Path, *, seed: int, clients: int) -> list[str]:
    """Serve with the first version, migrate and replace it under load; what does not hold."""
    if machine.nginx is None:
        print("!!! No nginx: web processes cannot be replaced unseen. NOT TRIED.")
        return []
    with first_version(directory) as code:
        python = environment_of(directory, code)
        subprocess.run([python, "-m", "bookyflow.core.catalogues"], cwd=code, check=True)
        old = Site(machine, directory / "upgraded", code=code, python=python)
        with running(old) as site:
            uid = site.open_hotel(seed)
            print(f"version {FIRST} serves", flush=True)
            with Crowd(site.client, uid, seed=seed, clients=clients) as crowd:
                _go_over(site, crowd)
            found = killing.faults(site, uid, crowd)
            failures = sorted({call.failure for call in crowd.seen.calls if call.failure})
            print(f"{crowd.promises()} promises of both versions looked for afterwards")
            with site.client() as client:
                print("journey:", journey(client, uid, pays=False), flush=True)
            return found + [f"clients saw: {', '.join(failures)}"] * bool(failures)


def _go_over(site: Site, crowd: Crowd) -> None:
    print(Row.HEAD)

    def row(what: str, began: float) -> float:
        now = time.monotonic()
        print(
            crowd.seen.between(began, now).line(f"{what} ({now - began:.0f} s)", None), flush=True
        )
        return now

    moment = time.monotonic()
    time.sleep(SERVE)
    moment = row(f"version {FIRST} serves", moment)
    site.code, site.python = ROOT, Path(sys.executable)
    environment = site.environment(site.postgres.url())
    check = ["check", "--deploy", "--database", "default", "--fail-level", "ERROR"]
    for words in (
        check,
        ["migrate", "--no-input"],
        ["features", "install", "--all"],
        ["collectstatic", "--no-input", "-v0"],
    ):
        site.run("manage.py", *words, environment=environment)
    moment = row("it is migrated", moment)
    _replace(site)
    moment = row("web and worker are replaced", moment)
    time.sleep(SERVE)
    row("the new version serves", moment)


def _replace(site: Site) -> None:
    """Put new processes in the place of old ones, one after the other."""
    assert site.proxy is not None  # noqa: S101  # for the type checker
    assert site.worker is not None  # noqa: S101  # the same
    environment = site.environment(site.database)
    for index, port in enumerate(site.ports):
        site.proxy.pass_to([other for other in site.ports if other != port])
        time.sleep(RUNNING)
        site.web[index].stop()
        name = f"new web {index + 1}"
        site.web[index] = parts.web(name, site.code, site.python, environment, port)
        site.web[index].start()
        site.proxy.pass_to(site.ports)
    site.worker.stop()
    site.worker = parts.worker(site.code, site.python, environment)
    site.worker.start()


@contextmanager
def first_version(directory: Path) -> Iterator[Path]:
    """A work tree of the commit that the change log names."""
    found = COMMIT.search((ROOT / "CHANGELOG.md").read_text(encoding="utf-8"))
    if found is None:
        raise RuntimeError(f"CHANGELOG.md names no commit of version {FIRST}.")
    with work_tree(directory / FIRST, found[1]) as code:
        yield code
