"""Staff at work in a process of their own: `python -m benchmarks.desk --property …`."""

from __future__ import annotations

import argparse
import json
import logging
import sys
import time

import django

THREADS = 3


def main() -> None:
    """Work for some seconds, then print the diary as JSON."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--property", type=int, required=True)
    parser.add_argument("--seed", type=int, required=True)
    parser.add_argument("--seconds", type=float, required=True)
    options = parser.parse_args()
    django.setup()
    from benchmarks import clerks  # noqa: PLC0415  # needs Django set up

    logging.getLogger("psycopg.pool").setLevel(logging.CRITICAL)  # databases are killed here
    end = time.monotonic() + options.seconds
    diary = clerks.work(
        options.property,
        seed=options.seed,
        threads=THREADS,
        go_on=lambda: time.monotonic() < end,
        pause=0.05,
    )
    json.dump({"counts": diary.counts, "problems": diary.problems}, sys.stdout)


if __name__ == "__main__":
    main()
