"""Many calendars of other platforms, read by one worker: is any late, and does its memory grow?

A server of this program answers for all platforms: with 304 as a rule, with other stays now and
then, sometimes with an error or slowly. Then one calendar of 5,000 events is read and taken, beside
bare parsing.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import threading
import time
from contextlib import closing
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import psutil
import psycopg

from benchmarks.site import ROOT, Site

HOST = "127.0.0.1"
ROOMS_EACH = 10
INTERVAL = 900  # seconds between two readings of a calendar
LATE = 60.0  # seconds
GROWTH = 1.15  # of memory between the first quarter and the end, at most
EVERY = 5.0  # seconds between two looks
EVENTS = 5_000
ENVIRONMENT = {
    "WEBHOOK_ALLOWED_HOSTS": HOST,
    "CALENDAR_INTERVAL": str(INTERVAL),
    "CALENDAR_TIMEOUT": "5",
}


def calendar_of(number: int, version: int) -> bytes:
    """The calendar of a room: up to 40 stays, of which one is another in each version."""
    day = date.today() + timedelta(days=1 + number % 5)  # noqa: DTZ011  # a benchmark's own
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Example//Platform//EN"]
    for stay in range(5 + number % 36):
        moved = version if stay == number % 5 else 0
        first, end = day + timedelta(days=7 * stay), day + timedelta(days=7 * stay + 3 + moved % 3)
        lines += _event(f"{number}-{stay}", first, end)
    return "\r\n".join([*lines, "END:VCALENDAR", ""]).encode()


def _event(uid: str, first: date, end: date) -> list[str]:
    return [
        "BEGIN:VEVENT",
        f"UID:{uid}@platform.example",
        "DTSTAMP:20270101T000000Z",
        f"DTSTART;VALUE=DATE:{first:%Y%m%d}",
        f"DTEND;VALUE=DATE:{end:%Y%m%d}",
        "SUMMARY:Reserved",
        "END:VEVENT",
    ]


class Platforms:
    """A server with a calendar for each number; `counts` says how often it answered what."""

    def __init__(self) -> None:
        self.counts: dict[int, int] = {}
        self._lock = threading.Lock()
        asked: dict[int, int] = {}
        platforms = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:  # the name is the library's
                number = int(self.path.strip("/").removesuffix(".ics"))
                turn = asked[number] = asked.get(number, 0) + 1
                self.answer(number, turn)

            def answer(self, number: int, turn: int) -> None:
                if (number + turn) % 50 == 0:
                    platforms.reply(self, HTTPStatus.INTERNAL_SERVER_ERROR)
                    return
                if number % 50 == 1:
                    time.sleep(2)  # a slow platform
                tag = f'"{turn // 3}"'
                if self.headers.get("If-None-Match") == tag:
                    platforms.reply(self, HTTPStatus.NOT_MODIFIED)
                    return
                platforms.reply(self, HTTPStatus.OK, calendar_of(number, turn // 3), tag)

            def log_message(self, *args: Any) -> None:
                """Nothing."""

        self._server = ThreadingHTTPServer((HOST, 0), Handler)
        self.port = self._server.server_port
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def reply(
        self, handler: BaseHTTPRequestHandler, status: HTTPStatus, body: bytes = b"", tag: str = ""
    ) -> None:
        """Answer, and count."""
        with self._lock:
            self.counts[status] = self.counts.get(status, 0) + 1
        handler.send_response(status)
        if tag:
            handler.send_header("ETag", tag)
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)

    def stop(self) -> None:
        """End."""
        self._server.shutdown()


def fill(feeds: int, port: int) -> None:
    """Open properties with rooms, each with a calendar. In Django."""
    import django  # noqa: PLC0415  # this half runs in a process of its own

    django.setup()
    from bookyflow.accounts.models import User  # noqa: PLC0415
    from bookyflow.calendars.sources import CalendarDetails, source_add  # noqa: PLC0415
    from bookyflow.core.acting import SYSTEM, Actor  # noqa: PLC0415
    from bookyflow.properties.selectors import property_types  # noqa: PLC0415
    from bookyflow.property_lifecycle.opening import (  # noqa: PLC0415
        FirstRooms,
        property_open_priced,
    )

    owner = User.objects.get(username="manager").pk
    kind = property_types()[0].pk
    made = 0
    while made < feeds:
        prop = property_open_priced(
            by=Actor(user_id=owner),
            owner_id=owner,
            name=f"House {made}",
            country="IT",
            property_type_id=kind,
            settings={"currency": "EUR"},
            first=FirstRooms(min(ROOMS_EACH, feeds - made), 2, Decimal(80), None),
        )
        for room in prop.rooms.order_by("pk"):
            details = CalendarDetails("Platform", f"http://{HOST}:{port}/{made}.ics")
            source_add(property_id=prop.pk, room_id=room.pk, details=details, by=SYSTEM)
            made += 1


def large() -> None:
    """Read and take a calendar of 5,000 events, and read it again; print how long it took."""
    import django  # noqa: PLC0415  # as above

    django.setup()
    from django.utils import timezone  # noqa: PLC0415
    from icalendar import Calendar  # noqa: PLC0415

    from bookyflow.calendars.models import CalendarSource, ImportedStay  # noqa: PLC0415
    from bookyflow.calendars.polling import Polled, reading_take  # noqa: PLC0415
    from bookyflow.calendars.reading import calendar_read  # noqa: PLC0415
    from bookyflow.calendars.taking import AHEAD  # noqa: PLC0415

    source = CalendarSource.objects.select_related("property__settings").latest("pk")
    CalendarSource.objects.filter(pk=source.pk).update(is_enabled=True, turn=0)
    today = source.property.settings.today()
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Example//Platform//EN"]
    for number in range(EVENTS):
        day = today + timedelta(days=number - 1000)
        lines += _event(f"l{number}", day, day + timedelta(days=1))
    text = "\r\n".join([*lines, "END:VCALENDAR", ""]).encode()

    def timed(name: str, work: Any) -> Any:
        began = time.perf_counter()
        found = work()
        print(f"{name:48} {time.perf_counter() - began:6.2f} s", flush=True)
        return found

    def take(reading: Any) -> None:
        reading_take(source_id=source.pk, turn=0, polled=Polled(reading), at=timezone.now())

    timed("bare parsing by icalendar", lambda: Calendar.from_ical(text))
    reading = timed(
        "read by our rules",
        lambda: calendar_read(
            text, zone=source.property.settings.zone(), first=today, end=today + AHEAD
        ),
    )
    timed("compared and taken for the first time", lambda: take(reading))
    timed("compared, and nothing has changed", lambda: take(reading))
    print("stays that are known", ImportedStay.objects.filter(source=source).count())


def run(*, feeds: int, minutes: float) -> int:
    """Have so many calendars read for so long; 0 when none was late and memory stayed flat."""
    os.environ.update(ENVIRONMENT)
    site, platforms = Site("feeds"), Platforms()
    environment = {
        **os.environ,
        "DATABASE_URL": site.database,
        "DJANGO_SETTINGS_MODULE": "bookyflow.settings",
    }
    itself = [sys.executable, "-m", "benchmarks.feeds"]
    try:
        site.wait()
        command = [*itself, "--fill", str(feeds), "--port", str(platforms.port)]
        subprocess.run(command, cwd=ROOT, env=environment, check=True)
        spread(site)
        site.start_jobs()
        seen = watch(site, seconds=60 * minutes)
        site.stop()
        subprocess.run([*itself, "--large"], cwd=ROOT, env=environment, check=True)
    finally:
        platforms.stop()
        if not site.log.closed:
            site.stop()
    return report(feeds, minutes, platforms, seen)


def spread(site: Site) -> None:
    """Have the calendars fall due one after the other from now on, over one interval."""
    with psycopg.connect(site.database, autocommit=True) as connection:
        connection.execute(
            "UPDATE calendars_calendarsource AS source"
            " SET next_poll_at = now() + %s * interval '1 second' * place.number / place.total"
            " FROM (SELECT id, row_number() OVER (ORDER BY id) AS number, count(*) OVER () AS total"
            "       FROM calendars_calendarsource) AS place WHERE place.id = source.id",
            [INTERVAL],
        )


@dataclass(frozen=True)
class Seen:
    """How late a calendar ever was, the worker's memory in MB look by look, its seconds of CPU."""

    worst: float
    memory: list[float]
    cpu: float


def watch(site: Site, *, seconds: float) -> Seen:
    """Look at the worker and at what is due for so long."""
    if site.jobs is None:
        raise ValueError("There is no worker.")
    worker, end, worst = psutil.Process(site.jobs.pid), time.monotonic() + seconds, 0.0
    memory: list[float] = []
    late = (
        "SELECT coalesce(extract(epoch FROM max(now() - next_poll_at)), 0)"
        " FROM calendars_calendarsource WHERE is_enabled AND next_poll_at < now()"
    )
    with closing(psycopg.connect(site.database, autocommit=True)) as connection:
        while time.monotonic() < end:
            time.sleep(EVERY)
            row = connection.execute(late).fetchone()
            worst = max(worst, float(row[0]) if row else 0.0)
            memory.append(worker.memory_info().rss / 1e6)
    used = worker.cpu_times()
    return Seen(worst, memory, used.user + used.system)


def report(feeds: int, minutes: float, platforms: Platforms, seen: Seen) -> int:
    """Print what was seen; 1 when a calendar was late or memory has grown."""
    memory, worst = seen.memory, seen.worst
    quarter = max(memory[: max(1, len(memory) // 4)])
    last = max(memory[-max(1, len(memory) // 4) :])
    print(f"{feeds} calendars, {minutes:g} minutes, one worker")
    for status, count in sorted(platforms.counts.items()):
        print(f"answered {int(status)}: {count}")
    print(f"the latest reading came {worst:.1f} s after it was due")
    each = 1000 * seen.cpu / max(1, sum(platforms.counts.values()))
    print(f"the worker used {seen.cpu:.0f} s of CPU, {each:.0f} ms a reading")
    print(f"load of the machine: {os.getloadavg()[1]:.1f}, on {os.cpu_count()} cores")
    print(f"memory of the worker: {quarter:.0f} MB in the first quarter, {last:.0f} MB in the last")
    faults = [
        *(["a reading was late"] if worst > LATE else []),
        *(["memory has grown"] if last > GROWTH * quarter else []),
        *(["nothing was read"] if not platforms.counts else []),
    ]
    for fault in faults:
        print(f"BROKEN  {fault}")
    return int(bool(faults))


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--fill", type=int)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--large", action="store_true")
    options = parser.parse_args()
    if options.large:
        large()
    else:
        fill(options.fill, options.port)
