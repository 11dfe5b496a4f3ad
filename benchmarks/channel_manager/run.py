"""Live a year as a channel manager against a BookyFlow of its own, over HTTP.

    python3 benchmarks/channel.py LISTINGS.csv

LISTINGS is a table with the columns of Inside Airbnb. A site is made under var/channel, and each
listing becomes a property of it through the Channel Management Framework alone. Then a year of
arrival dates goes by, without the clock: reservations, changes, whole and partial cancellations,
reservations that come again, rates, repeated calls, bookings that the property makes and ends
itself. Once the database of the site is killed under it, and once the channel manager dies between
a call and writing down its answer. At the end its own copy, kept only of what it sent and of the
revisions that it acknowledged, is compared with what the site says, night by night and to the
cent. Exit status 1 when they differ, or anything went wrong.
"""

from __future__ import annotations

import argparse
import random
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from benchmarks import invariants
from benchmarks.channel_manager.copies import ENDED, Copy, facts, nights_of
from benchmarks.channel_manager.listings import DAYS, TIME_ZONE, Importer, Place, read
from benchmarks.channel_manager.year import Crash, Year
from benchmarks.client import Client
from benchmarks.site import Site

CHANNEL = "simulated"
MOST_TOLD = 20  # differences


def client_of(site: Site) -> Client:
    """A client of its own for the channel manager."""
    known = site.facts()
    return Client(site.url, str(known["client_id"]), str(known["client_secret"]), CHANNEL)


def live(site: Site, options: argparse.Namespace) -> tuple[Year, Client]:
    """Import the listings, then live; the year as it ended."""
    rng = random.Random(options.seed)  # noqa: S311  # repeatable, not secret
    client = client_of(site)
    first = datetime.now(ZoneInfo(TIME_ZONE)).date() + timedelta(2)
    importer = Importer(client, CHANNEL, first)
    listings = read(options.listings, options.limit)
    importer.dictionaries_map(listings)
    started = time.monotonic()
    places = [importer.bring(one) for one in listings]
    took = time.monotonic() - started
    print(f"imported    {len(places)} listings in {took:.0f} s", flush=True)
    copy = Copy(site.directory / "copy.jsonl")
    last = first + timedelta(DAYS - 1)
    for place, one in zip(places, listings, strict=True):
        nights = {"first": first.isoformat(), "last": last.isoformat()}
        said = nights | {"uid": place.uid, "price": one.price, "minimum": one.minimum}
        copy.note("listed", said)
    year = Year(client, copy, places, first, rng, crash_on=options.days // 3)
    killing = threading.Event()
    for number in range(options.days):
        if number == options.days * 2 // 3:
            threading.Thread(target=kill, args=(site, killing)).start()
        try:
            year.day(number, options.arrivals)
        except Crash:
            year.copy = Copy.load(copy.file)
            year.counts["crashes of the channel manager"] += 1
            year.finish()
    killing.wait(120)
    year.counts["crashes of the site"] += site.kills["databases"]
    year.keep_up()
    return year, client


def kill(site: Site, done: threading.Event) -> None:
    """Kill the database and a web worker under whatever is being done."""
    time.sleep(0.3)
    site.kill_database()
    site.kill_worker(random.Random(0))  # noqa: S311  # whichever
    done.set()


def differences(year: Year, client: Client) -> Iterator[str]:
    """Where the copy is not what the site says."""
    copy = year.copy
    there: dict[str, dict[str, Any]] = {}
    for place in year.places:
        listed = client.get(f"/cmf/property/list/bookings/{place.uid}")
        there |= {str(one["booking_id"]): facts(one) for one in listed}
        yield from _rates(year, client, place)
        yield from _nights(year, client, place)
    yield from _bookings(copy, there)
    yield from _reservations(copy, there)


def _bookings(copy: Copy, there: dict[str, dict[str, Any]]) -> Iterator[str]:
    for pk in sorted(copy.bookings.keys() | there.keys()):
        kept = {k: v for k, v in copy.bookings.get(pk, {}).items() if k not in {"paid", "rooms"}}
        if kept != there.get(pk):
            yield f"booking {pk}: {kept} here, {there.get(pk)} there"


def _reservations(copy: Copy, there: dict[str, dict[str, Any]]) -> Iterator[str]:
    """Every stay that was sent is there as it was sent, and no other is."""
    ours = set()
    for remote_id, stays in copy.reservations.items():
        for stay in stays.values():
            sent, pk = stay["sent"], str(stay["booking"])
            ours.add(pk)
            found = there.get(pk, {})
            wanted = {
                "remote": remote_id,
                "property": sent["property_id"],
                "nights": [sent["date_from"], sent["date_to"]],
                "total": sent["channel_price"],
                "guests": sent["guest_number"],
            }
            if {name: found.get(name) for name in wanted} != wanted:
                yield f"stay of booking {pk}: {wanted} was sent, {found} is there"
            if copy.bookings[pk]["paid"] != sent["already_paid"]:
                yield f"booking {pk}: {sent['already_paid']} was paid, not {copy.bookings[pk]}"
    living = {pk for pk, one in there.items() if one["remote"] and one["status"] < ENDED}
    for pk in sorted(living ^ ours):
        yield f"booking {pk}: {'only there' if pk in living else 'only here'}"


def _rates(year: Year, client: Client, place: Place) -> Iterator[str]:
    last = year.first + timedelta(DAYS - 1)
    found = client.get(f"/cmf/ari/{place.uid}/{year.first}/{last}")
    plan = found["tariff_types"][str(place.rate_plan)]["nights"]
    closed = found["room_types"][str(place.room_type)]["nights"]
    for night, kept in year.copy.rates[str(place.uid)].items():
        one = plan.get(night, {})
        is_closed = closed.get(night, {}).get("stop_sell", False)
        if [one.get("price"), one.get("min_stay"), is_closed] != kept:
            yield f"rates of {place.uid} on {night}: {kept} here, {one} {is_closed} there"


def _nights(year: Year, client: Client, place: Place) -> Iterator[str]:
    rows = client.get(f"/cmf/property/list/active/bookings/{place.uid}")
    there = Counter((str(row["contract_uid"]), row["date"]) for row in rows)
    here = Counter(
        {
            (pk, night): one["rooms"]
            for pk, one in year.copy.bookings.items()
            if one["property"] == place.uid and one["status"] < ENDED
            for night in nights_of(*one["nights"])
        }
    )
    for key in sorted((here - there).keys() | (there - here).keys()):
        yield f"booking {key[0]} has {here[key]} rooms on {key[1]} here, {there[key]} there"


def report(year: Year, found: Sequence[str], broken: dict[str, int]) -> int:
    """Tell what happened; 0 when all is well."""
    for what, count in sorted(year.counts.items()):
        print(f"{count:8}  {what}")
    living = sum(len(stays) for stays in year.copy.reservations.values())
    print(f"{year.copy.seen:8}  revisions taken over")
    print(f"{year.client.retries:8}  calls sent again for want of an answer")
    print(f"{len(year.copy.bookings):8}  bookings in the copy, {living} stays of the channel go on")
    for fault in [*year.faults[:MOST_TOLD], *found[:MOST_TOLD]]:
        print(f"BROKEN  {fault}")
    for name, count in broken.items():
        print(f"BROKEN  {name}: {count} rows")
    if not (year.faults or found or broken):
        print("The copy and the site agree.")
    return int(bool(year.faults or found or broken))


def main() -> int:
    """Make the site, live, compare."""
    form = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(prog="channel.py", description=__doc__, formatter_class=form)
    parser.add_argument("listings", type=Path)
    parser.add_argument("--limit", type=int, help="most listings; all without it")
    parser.add_argument("--days", type=int, default=DAYS - 1, help="dates of arrival to live")
    parser.add_argument("--arrivals", type=int, default=5, help="new reservations a date")
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10**6))
    options = parser.parse_args()
    print(f"seed {options.seed}", flush=True)
    site = Site("channel")
    try:
        site.wait()
        started = time.monotonic()
        year, client = live(site, options)
        print(f"lived       {options.days} days in {time.monotonic() - started:.0f} s", flush=True)
        return report(year, list(differences(year, client)), invariants.broken(site.database))
    finally:
        site.stop()


if __name__ == "__main__":
    sys.exit(main())
