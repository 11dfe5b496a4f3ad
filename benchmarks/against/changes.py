"""What has changed counts with the next call, whichever process answers it, while others call."""

from __future__ import annotations

import json
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager

import psycopg

from benchmarks.against.load import drive
from benchmarks.against.measuring import NOT_FOUND, OK, Served
from benchmarks.against.rows import ROWS
from benchmarks.serving import Client, Reply

CHANGES = {True: 20, False: 100}  # of the setting, quick or not
READERS = 16  # connections that ask after each change: every worker has some of them
BY_VISITORS = ("quote", "search_region")  # what others call meanwhile, without the key
READ = "/properties/{uid}/details/settings"
UNAUTHORIZED, FORBIDDEN = 401, 403
_SETTING = """
UPDATE properties_propertysettings SET min_days_before_arrival = %s WHERE property_id = %s
"""
_FEATURE = "UPDATE plugins_featurestate SET enabled = %s WHERE name = 'properties'"
_SCOPES = "UPDATE accounts_keypair SET granted_scopes = %s WHERE client_id = %s"
_SCOPES_NOW = "SELECT granted_scopes FROM accounts_keypair WHERE client_id = %s"
_REVOKED = "UPDATE accounts_keypair SET revoked_at = now() WHERE client_id = %s"


def look(served: Served, *, quick: bool) -> list[tuple[str, int, int]]:
    """Change things in the database, and ask on each connection at once when that is committed.

    What was changed, how many answers came after that, and how many of them knew nothing of it. The
    key is revoked at the end.
    """
    hotel = served.world.hotels.read[0].uid
    key = served.world.hotels.key["client_id"]
    request = served.world.caller.call("GET", READ.format(uid=hotel))
    found: list[tuple[str, int, int]] = []
    with ExitStack() as around:
        around.enter_context(_busy(served))
        database = around.enter_context(psycopg.connect(served.build.database, autocommit=True))
        readers = [
            around.enter_context(closing(Client(served.server.port))) for _ in range(READERS)
        ]

        def asked() -> list[Reply]:
            return [reader.exchange(request) for reader in readers]

        def note(what: str, replies: list[Reply], fits: Counter[bool]) -> None:
            found.append((what, len(replies), fits[False]))

        seen: Counter[bool] = Counter()
        replies: list[Reply] = []
        for number in range(1, CHANGES[quick] + 1):
            database.execute(_SETTING, [number, hotel])
            replies += (latest := asked())
            seen.update(_days(reply) == number for reply in latest)
        note("a setting", replies, seen)
        for what, status, change, back in (
            ("a feature switched off", NOT_FOUND, (_FEATURE, [False]), (_FEATURE, [True])),
            (
                "a scope taken from the key",
                FORBIDDEN,
                (_SCOPES, [[], key]),
                (_SCOPES, [_scopes(database, key), key]),
            ),
        ):
            database.execute(*change)
            replies = asked()
            note(what, replies, Counter(reply.status == status for reply in replies))
            database.execute(*back)
            replies = asked()
            note(f"{what}, and back", replies, Counter(reply.status == OK for reply in replies))
        database.execute(_REVOKED, [key])
        replies = asked()
        note("the key revoked", replies, Counter(r.status == UNAUTHORIZED for r in replies))
    return found


def _days(reply: Reply) -> int:
    if reply.status != OK:
        return -1
    return int(json.loads(reply.body)["data"]["settings"]["mindaysbeforearrival"])


def _scopes(database: psycopg.Connection[tuple[list[str]]], key: str) -> list[str]:
    row = database.execute(_SCOPES_NOW, [key]).fetchone()
    return row[0] if row else []


@contextmanager
def _busy(served: Served) -> Iterator[None]:
    """Have visitors call all the while."""
    over = threading.Event()
    rows = [row for row in ROWS if row.name in BY_VISITORS]

    def call(number: int) -> None:
        requests = rows[number].requests(served.world)
        while not over.is_set():
            drive(served.server.port, requests, connections=4, seconds=1)

    threads = [threading.Thread(target=call, args=(number,)) for number in range(len(rows))]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        over.set()
        for thread in threads:
            thread.join()
