"""Deliveries to a receiver that fails, hangs and restarts, by workers that are killed.

Then every event must have arrived, signed, in the order of its object; and a replay of all must
bring all of it again. Bookings are timed with and without a receiver that never answers.
"""

from __future__ import annotations

import os
import random
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from benchmarks.client import Client
from benchmarks.hotel import build_hotel
from benchmarks.receiver import HOST, Received, Receiver, Reply, out_of_order
from benchmarks.site import ROOT, Site

CHANNEL = "hooks"
ROOMS, DAYS = {1: 40}, 200  # enough for all
CLIENTS, WORKERS = 4, 2
TIMED, ROUNDS = 30, 4  # bookings of each measurement, and how often, in turns
NOTES = 6  # on each booking: events of one object
TIMEOUT = 1  # seconds that a receiver may take
KILL_EVERY, RESTART_EVERY, AWAY = (15.0, 25.0), (15.0, 25.0), 2.0  # seconds
PATIENCE = 900.0  # seconds until all must have arrived
ENVIRONMENT = {
    "WEBHOOK_ALLOWED_HOSTS": HOST,
    "WEBHOOK_TIMEOUT": str(TIMEOUT),
    "WEBHOOK_RETRIES": ",".join(["1"] * 5 + ["2"] * 400),
}
# What the receiver does, and how often of a hundred times.
MISDEEDS = {
    Reply(204): 74,
    Reply(500): 8,
    Reply(302, (("Location", "/elsewhere"),)): 2,
    Reply(503, (("Retry-After", "1"),)): 2,
    Reply(None): 8,
    Reply(None, after=3 * TIMEOUT): 2,
    Reply(204, after=TIMEOUT / 4): 4,
}


@dataclass
class Workers:
    """Workers of jobs of a site, which are killed and started again."""

    site: Site
    rng: random.Random
    running: list[subprocess.Popen[bytes]] = field(default_factory=list)
    kills: int = 0

    def start(self) -> None:
        """Start those that do not run."""
        self.running = [one for one in self.running if one.poll() is None]
        while len(self.running) < WORKERS:
            command = [sys.executable, "manage.py", "worker"]
            log = self.site.log
            self.running.append(
                subprocess.Popen(command, cwd=ROOT, stdout=log, stderr=subprocess.STDOUT)
            )

    def kill(self) -> None:
        """SIGKILL to one of them; another one begins."""
        victim = self.rng.choice(self.running)
        victim.kill()
        victim.wait()
        self.kills += 1
        self.start()

    def stop(self) -> None:
        """End all."""
        for one in self.running:
            one.terminate()
        for one in self.running:
            try:
                one.wait(30)
            except subprocess.TimeoutExpired:
                one.kill()
                one.wait()


@dataclass
class Hotel:
    """A hotel whose bookings and notes are events."""

    make_client: Callable[[], Client]
    uid: int
    booked: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def book(self, client: Client) -> tuple[int, float]:
        """Book one room; its booking's id, and how many seconds the call took."""
        with self.lock:
            number = self.booked
            self.booked += 1
        first = datetime.now(UTC).date() + timedelta(days=1 + number % DAYS)
        body = {
            "arrival": first.isoformat(),
            "departure": (first + timedelta(days=1)).isoformat(),
            "rooms": [{"room_type_uid": next(iter(ROOMS))}],
            "adults": 1,
            "guest": {
                "firstname": "Vera",
                "surname": "Visitor",
                "email": f"hooks-{number}@visitor.example",
            },
        }
        started = time.perf_counter()
        answer = client.call("POST", f"/desk/{self.uid}/bookings", body)
        took = time.perf_counter() - started
        answer.raise_for_status()
        return int(answer.json()["data"]["booking"]["contract_uid"]), took

    def note(self, client: Client, booking: int) -> None:
        """Add a note to a booking."""
        body = {"text": "Asks for a quiet room."}
        client.call("POST", f"/desk/{self.uid}/bookings/{booking}/notes", body).raise_for_status()

    def times(self) -> list[float]:
        """Milliseconds that bookings take, one after the other."""
        with self.make_client() as client:
            return [1000 * self.book(client)[1] for _ in range(TIMED)]


def run(*, deliveries: int, seed: int, keep: Path | None) -> int:
    """Have so many events delivered, and print what became of them; 0 when all held."""
    os.environ.update(ENVIRONMENT)
    rng = random.Random(f"{seed}-hooks")  # noqa: S311  # repeatable, not secret
    if keep is not None:
        keep.unlink(missing_ok=True)
    print(f"seed {seed}, {deliveries} deliveries", flush=True)
    site = Site("webhooks")
    workers = Workers(site, rng)
    hanging = Receiver(reply=lambda _: Reply(None, after=3600))
    erring = Receiver(reply=misdeeds(rng), keep=keep)
    try:
        workers.start()
        site.wait()
        facts = site.facts()
        pair = str(facts["client_id"]), str(facts["client_secret"])

        def make_client() -> Client:
            return Client(site.url, *pair, CHANNEL)

        with make_client() as owner:
            hotel = Hotel(
                make_client,
                build_hotel(owner, name=f"hooks-{seed}", channel=CHANNEL, rooms=ROOMS, guests=2),
            )
            register(owner, hanging, hotel.uid, is_enabled=False)
            hotel.times()  # warm
            timed(owner, hotel, hanging)
            webhook = register(owner, erring, hotel.uid)
            faults = ordeal(owner, hotel, erring, webhook, workers, deliveries=deliveries)
    finally:
        for receiver in (hanging, erring):
            receiver.stop()
        workers.stop()
        site.stop()
    for fault in faults:
        print(f"BROKEN  {fault}")
    return int(bool(faults))


def misdeeds(rng: random.Random) -> Callable[[Received], Reply]:
    """A receiver that mostly accepts, and at random does not."""
    replies, weights = list(MISDEEDS), list(MISDEEDS.values())
    return lambda _: rng.choices(replies, weights)[0]


def register(
    client: Client, receiver: Receiver, uid: int, *, is_enabled: bool = True
) -> dict[str, Any]:
    """Have the receiver told of the hotel's events; the webhook."""
    body = {"url": receiver.url, "properties": [uid], "enabled": is_enabled}
    answer = client.call("POST", "/webhooks/endpoints", body)
    answer.raise_for_status()
    made: dict[str, Any] = answer.json()["data"]["created"]
    receiver.secrets.append(made["secret"])
    return dict(made["endpoint"])


def timed(client: Client, hotel: Hotel, hanging: Receiver) -> None:
    """Print how long bookings take without anybody who is told, and with one who hangs."""
    (webhook,) = (
        one
        for one in client.call("GET", "/webhooks/endpoints").json()["data"]["endpoints"]
        if one["url"] == hanging.url
    )
    path = f"/webhooks/endpoints/{webhook['id']}"
    rounds: dict[str, list[float]] = {"nobody": [], "a hanging receiver": []}
    for _ in range(ROUNDS):  # so that what grows meanwhile counts for both
        rounds["nobody"] += hotel.times()
        client.call("PUT", f"{path}/resume", {}).raise_for_status()
        rounds["a hanging receiver"] += hotel.times()
        client.call("PUT", f"{path}/pause", {}).raise_for_status()
    for who, times in rounds.items():
        median, slow = statistics.median(times), statistics.quantiles(times, n=20)[-1]
        print(f"bookings with {who:20} median {median:6.1f} ms, 95 % within {slow:6.1f} ms")
    print(f"it was called {hanging.calls} times and answered none", flush=True)
    client.call("DELETE", path).raise_for_status()


def ordeal(
    client: Client,
    hotel: Hotel,
    receiver: Receiver,
    webhook: dict[str, Any],
    workers: Workers,
    *,
    deliveries: int,
) -> list[str]:
    """Make events while all goes wrong, wait, and say what does not hold."""
    began, started = datetime.now(UTC), time.monotonic()
    after = end_of_feed(client)
    over = threading.Event()
    torments = [
        threading.Thread(target=torment, args=(workers.kill, workers.rng, KILL_EVERY, over)),
        threading.Thread(
            target=torment, args=(lambda: restart(receiver), workers.rng, RESTART_EVERY, over)
        ),
    ]
    for one in torments:
        one.start()
    try:
        make_events(hotel, deliveries)
        events = {one["id"] for one in feed(client, after)}
        print(f"events: {len(events)}, made in {time.monotonic() - started:.0f} s", flush=True)
        all_there = wait_for(events, receiver, since=0)
    finally:
        over.set()
        for one in torments:
            one.join()
    print(
        f"all arrived after {time.monotonic() - started:.0f} s" if all_there else "not all arrived"
    )
    first = len(receiver.received)
    faults = [f"{len(events - arrived(receiver, 0))} events are missing"] if not all_there else []
    if wrong := out_of_order(receiver.accepted):
        faults.append(
            f"{len(wrong)} events came before an earlier one of their object: {wrong[:5]}"
        )
    answer = client.call(
        "POST", f"/webhooks/endpoints/{webhook['id']}/replay", {"since": began.isoformat()}
    )
    answer.raise_for_status()
    print(f"replayed: {answer.json()['data']['replay']['deliveries']}", flush=True)
    if not wait_for(events, receiver, since=first):
        faults.append(f"{len(events - arrived(receiver, first))} are missing of the replay")
    if unsigned := sum(not one.is_signed for one in receiver.received):
        faults.append(f"{unsigned} messages were not signed")
    if len({one.body for one in receiver.received}) > len({one.id for one in receiver.received}):
        faults.append("a message was sent with different bodies")
    refused = sum(not one.is_accepted for one in receiver.received)
    twice = len(receiver.accepted) - len({one.id for one in receiver.accepted}) - len(events)
    print(
        f"requests: {len(receiver.received)}, of which {refused} were not accepted and {twice} "
        f"accepted once more than asked for; workers killed: {workers.kills}"
    )
    return faults


def make_events(hotel: Hotel, count: int) -> None:
    """Book, and write notes on what is booked, by several clients at once."""
    bookings = -(-count // (NOTES + 1))

    def work(number: int) -> None:
        with hotel.make_client() as client:
            for _ in range(number, bookings, CLIENTS):
                booking, _ = hotel.book(client)
                for _ in range(NOTES):
                    hotel.note(client, booking)

    with ThreadPoolExecutor(CLIENTS) as pool:
        list(pool.map(work, range(CLIENTS)))


def torment(
    act: Callable[[], None],
    rng: random.Random,
    every: tuple[float, float],
    over: threading.Event,
) -> None:
    """Do something at random moments until it is over."""
    while not over.wait(rng.uniform(*every)):
        act()


def restart(receiver: Receiver) -> None:
    """Have the receiver go away for a while."""
    receiver.stop()
    time.sleep(AWAY)
    receiver.start()


def arrived(receiver: Receiver, since: int) -> set[str]:
    """The ids of what was accepted, of the requests from a certain one on."""
    return {one.id for one in receiver.received[since:] if one.is_accepted}


def wait_for(events: set[str], receiver: Receiver, *, since: int) -> bool:
    """Wait until all events have arrived; whether they have."""
    deadline = time.monotonic() + PATIENCE
    while not events <= arrived(receiver, since):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.5)
    return True


def end_of_feed(client: Client) -> str:
    """The cursor behind all events so far."""
    cursor = ""
    while True:
        page = read_feed(client, cursor)
        cursor = page["next"]
        if not page["has_more"]:
            return str(cursor)


def feed(client: Client, after: str) -> Iterator[dict[str, Any]]:
    """The events behind a cursor."""
    while True:
        page = read_feed(client, after)
        yield from page["events"]
        after = page["next"]
        if not page["has_more"]:
            return


def read_feed(client: Client, after: str) -> dict[str, Any]:
    """A page of the feed."""
    answer = client.call("GET", f"/webhooks/events?limit=1000&after={after}")
    answer.raise_for_status()
    return dict(answer.json()["data"]["feed"])
