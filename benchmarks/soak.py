"""Random operations under a rain of failures; then everything that must hold is checked.

Starts a BookyFlow of its own (database, web workers) under var/soak, lets many clients book,
repeat, hold, confirm, cancel, block and price over the same few rooms, while staff in a process of
their own change, move, check in, charge, bill, refund and cancel; and meanwhile kills web workers
(SIGKILL) and the whole database server. At the end: no room has two stays on a night, everything
that a client was promised is there, nothing is half-done.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import subprocess
import sys
import threading
import time
from pathlib import Path

import psycopg

from benchmarks import feeds, fuzz, invariants, journeys, mischief, mutants, outage, webhooks, years
from benchmarks.client import Client
from benchmarks.site import Site
from bookyflow.auditing.sql import INVARIANTS

KILL_WORKER_EVERY, KILL_DATABASE_EVERY = (6.0, 15.0), (20.0, 45.0)  # seconds, least and most


def caller(site: Site) -> Client:
    """A client with the demonstration's key pair."""
    facts = site.facts()
    pair = str(facts["client_id"]), str(facts["client_secret"])
    return Client(site.url, *pair, mischief.CHANNEL)


def publish(site: Site, uid: int) -> None:
    """Let visitors in; the channel's own interface cannot."""
    with psycopg.connect(site.database, autocommit=True) as connection:
        connection.execute(
            "UPDATE properties_property SET is_published = true WHERE id = %s", [uid]
        )
        connection.execute(
            "UPDATE properties_propertysettings SET cancellation_threshold = 0,"
            " cancellation_fee_kind = 'percentage', cancellation_fee = 30, hold_minutes = 1"
            " WHERE property_id = %s",
            [uid],
        )


def clerks_start(site: Site, uid: int, *, seed: int, seconds: float) -> subprocess.Popen[str]:
    """Staff that work for so long, in a process of their own."""
    command = [sys.executable, "-m", "benchmarks.desk", "--property", str(uid)]
    command += ["--seed", str(seed), "--seconds", str(seconds)]
    environment = {
        **os.environ,
        "DATABASE_URL": site.database,
        "DJANGO_SETTINGS_MODULE": "bookyflow.settings",
    }
    return subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True)


def note_staff(staff: subprocess.Popen[str], ledger: mischief.Ledger) -> None:
    """Add what staff did and met to what the clients did."""
    written, _ = staff.communicate(timeout=120)
    diary = json.loads(written)
    ledger.counts.update({f"staff: {what}": count for what, count in diary["counts"].items()})
    ledger.problems += diary["problems"]


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
        print(f"{what:36} {count}")
    print()
    for name in INVARIANTS:
        held = name not in broken
        print(f"{'held  ' if held else 'BROKEN'}  {name}" + ("" if held else f": {broken[name]}"))
    print(f"{'BROKEN' if gone else 'held  '}  everything accepted is there", *gone[:10])
    print(f"{'BROKEN' if ledger.problems else 'held  '}  only successes and clean refusals")
    for problem in ledger.problems[:10]:
        print(f"        {problem}")
    return int(bool(broken or gone or ledger.problems))


def outage_run(*, seconds: float, clients: int, seed: int) -> int:
    """Take the database of a new BookyFlow away for so long under load; 0 when all held."""
    site = Site("outage")
    try:
        site.start_jobs()
        site.wait()
        uid = mischief.open_hotel(lambda: caller(site), seed=seed)
        publish(site, uid)
        facts = site.facts()
        scene = outage.Scene(
            url=site.url,
            credentials=(str(facts["client_id"]), str(facts["client_secret"])),
            uid=uid,
            database=site.database,
            go=site.stop_database,
            come_back=site.start_database,
            processes=site.processes,
        )
        seen = outage.suffer(scene, away=seconds, clients=clients, seed=seed)
    finally:
        site.stop()
    print(*seen.lines(), sep="\n")
    for fault in seen.faults():
        print(f"BROKEN  {fault}")
    return int(bool(seen.faults()))


def main() -> int:
    """Run for the given time and report."""
    parser = argparse.ArgumentParser(prog="script/soak", description=__doc__)
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--clients", type=int, default=12)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10**6))
    parser.add_argument("--fuzz", action="store_true", help="fuzz the API instead, as long")
    parser.add_argument(
        "--outage", type=float, metavar="SECONDS", help="kill nothing; take the database away once"
    )
    parser.add_argument(
        "--webhooks",
        type=int,
        nargs="?",
        const=1000,
        metavar="DELIVERIES",
        help="have events delivered to a receiver that fails, by workers that are killed",
    )
    parser.add_argument(
        "--feeds",
        type=int,
        nargs="?",
        const=1000,
        metavar="CALENDARS",
        help="have calendars of other platforms read by one worker, for --minutes",
    )
    parser.add_argument(
        "--keep", type=Path, metavar="FILE", help="with --webhooks: what came, as JSON lines"
    )
    parser.add_argument(
        "--mutants",
        type=float,
        nargs="?",
        const=60.0,
        metavar="MINUTES",
        help="start nothing; change the code of the prices, and see whether its tests notice",
    )
    parser.add_argument(
        "--years",
        type=int,
        nargs="?",
        const=100,
        metavar="N",
        help="start nothing; live random years of random houses, and check the books at each step",
    )
    parser.add_argument(
        "--browser",
        action="store_true",
        help="start nothing; go the tests' journeys through the site in each size of a screen",
    )
    options = parser.parse_args()
    other = other_kind(options)
    return run(options) if other is None else other


def other_kind(options: argparse.Namespace) -> int | None:
    """What another kind of run comes to; None where none was asked for."""
    found: int | None = None
    if options.mutants:
        found = mutants.run(minutes=options.mutants)
    elif options.years:
        found = years.run(years=options.years, seed=options.seed)
    elif options.browser:
        found = journeys.run()
    elif options.fuzz:
        found = fuzz.run(seconds=int(60 * options.minutes), seed=options.seed)
    elif options.feeds:
        found = feeds.run(feeds=options.feeds, minutes=options.minutes)
    elif options.webhooks:
        found = webhooks.run(deliveries=options.webhooks, seed=options.seed, keep=options.keep)
    elif options.outage:
        found = outage_run(seconds=options.outage, clients=options.clients, seed=options.seed)
    return found


def run(options: argparse.Namespace) -> int:
    """Let many clients at one house for some minutes, and report; 0 when all held."""
    print(f"seed {options.seed}, {options.clients} clients, {options.minutes} minutes", flush=True)
    site = Site("soak")
    over = threading.Event()
    try:
        site.wait()
        uid = mischief.open_hotel(lambda: caller(site), seed=options.seed)
        publish(site, uid)
        staff = clerks_start(site, uid, seed=options.seed, seconds=60 * options.minutes)
        chaos = threading.Thread(target=torment, args=(site, options.seed, over))
        chaos.start()
        end = time.monotonic() + 60 * options.minutes
        ledger = mischief.run(
            lambda: caller(site),
            uid,
            seed=options.seed,
            clients=options.clients,
            go_on=lambda: time.monotonic() < end,
        )
        over.set()
        chaos.join()
        note_staff(staff, ledger)
        site.wait()
        with caller(site) as reader:
            gone = mischief.missing(reader, ledger, uid)
        return report(site, ledger, gone, invariants.broken(site.database))
    finally:
        over.set()
        site.stop()
