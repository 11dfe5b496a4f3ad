"""Start BookyFlow as in production, with all that belongs to it, hurt it, restore it, upgrade it.

PostgreSQL with a replica, PgBouncer, Redis, nginx, two web processes and a worker, under var/drill;
what this machine lacks is said loudly. Without names, all steps: ship builds and starts the image
and asks for known vulnerabilities of packages; kill kills each part in turn under load and prints
what clients saw; crush sends hundreds of slow bodies meanwhile; restore makes back-ups and goes on
with copies; upgrade begins with version 0.2.0 and migrates and replaces it under load. Ends with 1
where anything that was accepted is lost, or something else does not hold.
"""

from __future__ import annotations

import argparse
import random
import time

from benchmarks.drill import crushing, killing, machine, replicating, restoring, shipping, upgrading
from benchmarks.drill.crowd import Crowd, Readers
from benchmarks.drill.journey import journey
from benchmarks.drill.machine import Machine
from benchmarks.drill.parts import POOLED
from benchmarks.drill.site import Site, running
from benchmarks.serving import ROOT

DIRECTORY = ROOT / "var" / "drill"
STEPS = ("ship", "kill", "crush", "restore", "upgrade")
ONE_SITE = {"kill", "crush", "restore"}
LOAD = 15.0  # seconds of use where nothing is killed


def main() -> int:
    """Run the steps that the command line names; 1 where something does not hold."""
    options = arguments()
    here = machine.look()
    print(*here.lines(), sep="\n")
    print(
        f"seed {options.seed}, {options.clients} clients, pooler in {options.pooler} mode",
        flush=True,
    )
    found: list[str] = []
    if "ship" in options.steps:
        print("\n== ship", flush=True)
        found += shipping.image(here.engine) + shipping.packages(DIRECTORY)
    if ONE_SITE & set(options.steps):
        found += use(here, options)
    if "upgrade" in options.steps:
        print("\n== upgrade", flush=True)
        found += upgrading.upgrade(here, DIRECTORY, seed=options.seed, clients=options.clients)
    print()
    for fault in found:
        print(f"BROKEN  {fault}")
    if not found:
        print("All held.")
    return int(bool(found))


def arguments() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(
        prog="script/drill",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("steps", nargs="*", metavar="STEP", help=f"of {', '.join(STEPS)}")
    parser.add_argument("--clients", type=int, default=8)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10**6))
    parser.add_argument(
        "--pooler",
        choices=sorted(POOLED),
        default="session",
        help="mode of PgBouncer; version 0.2.0 is always served in session mode",
    )
    options = parser.parse_args()
    options.steps = options.steps or STEPS
    if unknown := sorted(set(options.steps).difference(STEPS)):
        parser.error(f"no step {', '.join(unknown)}; there are {', '.join(STEPS)}")
    return options


def use(here: Machine, options: argparse.Namespace) -> list[str]:
    """Have a new site used, and its parts killed or its back-ups restored; what does not hold."""
    print("\nA site is made and started.", flush=True)
    own = Site(here, DIRECTORY / "site", pool_mode=options.pooler)
    with running(own) as site:
        uid = site.open_hotel(options.seed)
        with site.client() as client:
            print("journey:", journey(client, uid), flush=True)
        found = _replica_answers(site)
        restoring.base_copy(site)
        crowd = Crowd(site.client, uid, seed=options.seed, clients=options.clients)
        with crowd, Readers(site.url, crowd.seen):
            if "kill" in options.steps:
                print("\n== kill", flush=True)
                found += killing.kill_each(site, crowd)
            if "crush" in options.steps:
                print("\n== crush", flush=True)
                found += crushing.behind_nginx(site, crowd.seen)
            if not {"kill", "crush"} & set(options.steps):
                time.sleep(LOAD)
        if "crush" in options.steps:
            crushing.without_nginx(site)
        found += _replica_answers(site)
        found += killing.faults(site, uid, crowd)
        print(f"{crowd.promises()} promises looked for afterwards", flush=True)
        with site.client() as client:
            print("journey:", journey(client, uid), flush=True)
        if "restore" in options.steps:
            print("\n== restore", flush=True)
            found += restoring.from_dump(site, uid, crowd)
            found += restoring.to_a_moment(site, uid, crowd)
    return found


def _replica_answers(site: Site) -> list[str]:
    rows = replicating.answers_reads(site)
    print(f"the replica read {rows:,} rows for searches", flush=True)
    return [] if rows else ["no search was answered by the replica"]
