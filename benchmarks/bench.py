"""Measure BookyFlow against its budgets, and print a table.

Each budget is a ratio within one run: against bare SQL, or against the toolkit's own class. A full
run works on 20,000 properties with 2,000,000 stays, which are built first where that is needed
(minutes, once), and writes docs/performance.md. With --quick it is 1,000 properties and fewer
repetitions; with names it is these cases only; nothing is written then.

With --against it is this build beside that of another revision, over HTTP and in turns, on a
hundred hotels (and --dataset beside them); a full run beside the revision that the targets are
times of writes its part of the document. `script/bench growth` tells how much slower everything is
with ten times as much (20,000 properties only with --dataset large), and `script/bench crowd` what
becomes of more and more calls at once; both write a part of the document as well.
"""

from __future__ import annotations

import argparse
import cProfile
import os
import pstats
import time
from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING

from benchmarks.against.rows import ROWS
from benchmarks.datasets import SIZES, copy_of

if TYPE_CHECKING:
    from benchmarks.cases import Case
    from benchmarks.playground import Bench
    from benchmarks.report import Result

NAMES = (
    "echo",
    "token",
    "reads",
    "calendar",
    "free_rooms",
    "search",
    "statistics",
    "tariff",
    "bulk",
    "ari",
    "channel",
    "booking",
    "rivals",
    "trio",
    "memory",
)
OTHERS = (["growth"], ["crowd"])  # programs of their own, each called alone
PROFILED = {True: 20, False: 100}  # calls in a profile, quick or not
SHOWN = 35  # lines of it


def main() -> int:
    """Run what the command line asks for; 1 when a budget is missed."""
    options = arguments()
    os.environ["LOG_LEVEL"] = "ERROR"  # refusals are part of the races
    if options.against or options.names in OTHERS:
        from benchmarks.against.builds import alone  # noqa: PLC0415  # nothing else needs it

        with alone(os.environ["DATABASE_URL"]):
            return beside(options)
    quick = options.quick or bool(options.profile and options.dataset == "small")
    size = SIZES[options.dataset or ("small" if quick else "large")]
    with copy_of(size) as url:
        from benchmarks import playground  # noqa: PLC0415  # needs Django set up

        bench = playground.prepare(url, size, quick=quick)
        if options.profile:
            profile(bench, options.profile)
            return 0
        results = measure(bench, options.names or NAMES)
        return conclude(bench, results, whole=not (options.names or quick))


def beside(options: argparse.Namespace) -> int:
    """What serves builds side by side."""
    from benchmarks.against import crowd, growth  # noqa: PLC0415  # nothing else needs them
    from benchmarks.against import main as against  # noqa: PLC0415

    if options.against:
        properties = SIZES[options.dataset].properties if options.dataset else 0
        return against.main(
            options.against, options.names, properties=properties, quick=options.quick
        )
    if options.names == ["growth"]:
        return growth.main(largest=options.dataset or "small", quick=options.quick)
    return crowd.main(quick=options.quick)


def arguments() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(
        prog="script/bench",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "names", nargs="*", metavar="CASE", help=f"of {', '.join(NAMES)}, or growth, or crowd"
    )
    parser.add_argument(
        "--against", metavar="REV", help="compare with a revision; cases are rows of its table then"
    )
    parser.add_argument("--quick", action="store_true", help="small data, fewer repetitions")
    parser.add_argument("--dataset", choices=SIZES, help="small or large, whatever else is asked")
    parser.add_argument("--profile", metavar="CASE", help="where the time of a case's calls goes")
    options = parser.parse_args()
    known = [row.name for row in ROWS] if options.against else NAMES
    named = {*options.names, *([options.profile] if options.profile else [])}
    if options.names in OTHERS and not options.against:
        return options
    if unknown := sorted(named.difference(known)):
        parser.error(f"no case {', '.join(unknown)}; there are {', '.join(known)}")
    return options


def cases() -> dict[str, Case]:
    """Every case by name, in the order of the table."""
    from benchmarks.cases import (  # noqa: PLC0415
        booking,
        channels,
        counting,
        entering,
        memory,
        reading,
        searching,
        writing,
    )

    modules = (entering, reading, searching, counting, writing, channels, booking, memory)
    return {case.name: case for module in modules for case in module.CASES}


def measure(bench: Bench, names: Iterable[str]) -> list[Result]:
    """Run cases one after the other."""
    known = cases()
    results: list[Result] = []
    for name in names:
        started = time.perf_counter()
        found = [replace(result, case=name) for result in known[name].run(bench)]
        results += found
        print(f"{name} ({time.perf_counter() - started:.0f} s)")
        for one in found:
            print(f"    {one.work}: {one.measured} {one.verdict}", flush=True)
    return results


def conclude(bench: Bench, results: list[Result], *, whole: bool) -> int:
    """Print the table, write the document after a whole run; the exit code."""
    from benchmarks import report  # noqa: PLC0415

    size = bench.size
    machine = report.machine_text(bench.url)
    data = (
        f"Data: {size.properties:,} properties, {size.rooms:,} rooms, {size.stays:,} stays; "
        "one in forty properties has a year of prices."
    )
    print(f"\n{machine}\n{data}\n")
    print(report.table(results), report.details(results), sep="\n\n")
    if whole:
        others = report.kept(report.DOCUMENT.read_text(encoding="utf-8"))
        text = f"{report.document(results, machine, data)}\n{others}".rstrip("\n")
        report.DOCUMENT.write_text(f"{text}\n", encoding="utf-8")
        print(f"\nWritten to docs/{report.DOCUMENT.name}.")
    return 1 if any(result.passed is False for result in results) else 0


def profile(bench: Bench, name: str) -> None:
    """Print where the time of a case's calls through the API goes."""
    case = cases()[name]
    if case.works is None:
        print(f"{name} has no work to profile.")
        return
    works = case.works(bench, PROFILED[bench.quick])
    works[0]()
    profiler = cProfile.Profile()
    profiler.enable()
    for work in works[1:]:
        work()
    profiler.disable()
    statistics = pstats.Stats(profiler).strip_dirs()
    statistics.sort_stats("cumulative").print_stats(SHOWN)
    statistics.sort_stats("tottime").print_stats(SHOWN)
