"""The log of calls, and when keys were last used: written beside the requests, once a second.

A request only leaves a note in memory. A process that is killed loses the notes of one second;
while the database is away, or only reads, the notes wait. Calls without a key pair, which anybody
can make, are only counted; those that failed are a fault of ours, and are written like the others,
unless the database was away, when nobody has a key pair.
"""

from __future__ import annotations

import json
import logging
import os
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping, Sized
from datetime import datetime
from functools import lru_cache
from http import HTTPMethod
from multiprocessing.util import Finalize
from typing import Any, NamedTuple

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import DatabaseError, InterfaceError, OperationalError, transaction
from django.http import HttpRequest, HttpResponseBase
from django.utils import timezone

from bookyflow.api import sql
from bookyflow.api.contract import REPLAYED, EndpointView
from bookyflow.core import ids
from bookyflow.core.address import client_address
from bookyflow.core.background import repeat
from bookyflow.core.database import broken_connections_drop, connection
from bookyflow.core.outages import Spell, is_outage

MOST = 20_000  # notes kept while the database is out of reach; what comes then is counted only
EVERY = 1.0  # seconds
LONGEST_ADDRESS = 45
FAULTS = 500  # from this status on the fault is ours
UNAVAILABLE = 503
METHODS = frozenset(HTTPMethod)
OTHER = "OTHER"  # a method of somebody's invention, of which there are any number

Counts = dict["Group", tuple[int, int]]  # calls, and milliseconds of all of them

logger = logging.getLogger(__name__)


class Entry(NamedTuple):
    """A row of RequestLog, in the order of sql.LOG_REQUESTS; `body` is JSON."""

    at: datetime
    request_id: str
    key_id: int | None
    user_id: int | None
    proxied_by: int | None
    channel_id: int | None
    method: str
    route: str
    operation: str
    status: int
    duration_ms: int
    address: str
    body: str
    is_replay: bool


class Group(NamedTuple):
    """What calls that are only counted have in common."""

    minute: datetime
    method: str
    route: str
    status: int


class Writer:
    """Collects notes from all threads of a process; a thread of its own writes them."""

    def __init__(self) -> None:
        self._spell = Spell(
            logger, "The request log waits for the database", "The request log is written again"
        )
        self._fault = Spell(logger, "The request log fails", "The request log works again")
        self.reset()

    def reset(self) -> None:
        """Start with nothing: also in a forked child, whose parent writes what it has."""
        self.dropped = 0
        self._entries: deque[Entry] = deque()
        self._counts: Counts = {}
        self._secrets: dict[str, datetime] = {}
        self._lock = threading.Lock()
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None

    def add(self, entry: Entry) -> None:
        """Take a note of a call; of one without a key pair that did not fail, only count it."""
        with self._lock:
            if entry.key_id is None and (entry.status < FAULTS or entry.status == UNAVAILABLE):
                self._count(_group(entry), 1, entry.duration_ms)
            elif len(self._entries) < MOST:
                self._entries.append(entry)
            else:
                self.dropped += 1
        self._start()

    def secret_used(self, digest: str, at: datetime) -> None:
        """Take a note of a secret that opened the door."""
        with self._lock:
            if len(self._secrets) < MOST:
                self._secrets[digest] = at
        self._start()

    def flush(self) -> None:
        """Write what there is. While the database is away or only reads, keep it for next time."""
        with self._lock:
            entries, self._entries = self._entries, deque()
            counts, self._counts = self._counts, {}
            secrets, self._secrets = self._secrets, {}
            dropped, self.dropped = self.dropped, 0
        if dropped:
            logger.warning("request log: %s entries were dropped", dropped)
        if not entries and not counts and not secrets:
            return
        try:
            write(entries, counts, secrets)
        except (DatabaseError, InterfaceError) as error:
            if isinstance(error, OperationalError | InterfaceError) or is_outage(error):
                self._spell.begin(error)
                self._put_back(entries, counts, secrets)
                broken_connections_drop()
            else:  # a fault of ours, which would come again
                logger.exception("request log: %s entries were lost", len(entries))
        else:
            self._spell.end()

    def stop(self) -> None:
        """End the thread and write what is left."""
        self._stopping.set()
        if self._thread is not None:
            self._thread.join(5)
        self.flush()
        self._stopping, self._thread = threading.Event(), None

    def _put_back(
        self, entries: deque[Entry], counts: Counts, secrets: dict[str, datetime]
    ) -> None:
        with self._lock:
            for group, (calls, took) in counts.items():
                self._count(group, calls, took)
            self._secrets = secrets | self._secrets
            while entries and len(self._entries) < MOST:
                self._entries.appendleft(entries.pop())
            self.dropped += len(entries)

    def _count(self, group: Group, calls: int, took: int) -> None:
        if group not in self._counts and len(self._counts) >= MOST:
            self.dropped += calls
            return
        before = self._counts.get(group, (0, 0))
        self._counts[group] = before[0] + calls, before[1] + took

    def _start(self) -> None:
        if self._thread is not None and self._thread.is_alive():
            return
        with self._lock:
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(
                    target=repeat,
                    args=(self.flush,),
                    kwargs={"every": EVERY, "stopping": self._stopping, "spell": self._fault},
                    name="request-log",
                    daemon=True,
                )
                self._thread.start()
                # Not atexit, which the web server's forked workers leave out.
                Finalize(None, self.stop, exitpriority=1)


writer = Writer()
os.register_at_fork(after_in_child=writer.reset)


def write(entries: deque[Entry], counts: Counts, secrets: Mapping[str, datetime]) -> None:
    """Store notes: the log, the counts, and the latest use of each key and secret.

    Four statements at most.
    """
    keys = {entry.key_id: entry.at for entry in entries if entry.key_id is not None}
    with transaction.atomic(), connection.cursor() as cursor:
        if entries:
            # Errors in here are the driver's own; as Django's they also tell it to roll back.
            with connection.wrap_database_errors, cursor.copy(sql.LOG_REQUESTS) as copy:
                for entry in entries:
                    copy.write_row(entry)
        if counts:
            cursor.execute(sql.COUNT_REQUESTS, _columns(counts))
        if keys:
            cursor.execute(sql.KEYS_USED, {"ids": [*keys], "moments": [*keys.values()]})
        if secrets:
            cursor.execute(
                sql.SECRETS_USED, {"digests": [*secrets], "moments": [*secrets.values()]}
            )


def _columns(counts: Counts) -> dict[str, list[Any]]:
    minutes, methods, routes, statuses = map(list, zip(*counts, strict=True))
    calls, durations = map(list, zip(*counts.values(), strict=True))
    return {
        "minutes": minutes,
        "methods": methods,
        "routes": routes,
        "statuses": statuses,
        "calls": calls,
        "durations": durations,
    }


def _group(entry: Entry) -> Group:
    minute = entry.at.replace(second=0, microsecond=0)
    return Group(minute, method_counted(entry.method), entry.route, entry.status)


def method_counted(method: str) -> str:
    """A method as it is counted: all that somebody has invented together."""
    return method if method in METHODS else OTHER


class RequestLogMiddleware:
    """Take a note of each call of the API when it has been answered."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: Any) -> HttpResponseBase:
        if not settings.REQUEST_LOG:
            return self.get_response(request)
        at, began = timezone.now(), time.perf_counter()
        response = self.get_response(request)
        if getattr(request, "is_api", False):
            took = round((time.perf_counter() - began) * 1000)
            writer.add(entry_of(request, response, at=at, took=took))
        return response


def secret_used(secret: str) -> None:
    """Take a note that a secret has been used just now."""
    if settings.REQUEST_LOG:
        writer.secret_used(ids.digest(secret), timezone.now())


def entry_of(request: Any, response: HttpResponseBase, *, at: datetime, took: int) -> Entry:
    """What the log says about a call that took `took` milliseconds."""
    view: EndpointView | None = getattr(request, "view", None)
    contract = view.endpoint_if_any if view else None
    access = view.entered if view else None
    match = request.resolver_match
    return Entry(
        at=at,
        request_id=request.request_id,
        key_id=access.key_id if access else None,
        user_id=access.user_id if access else None,
        proxied_by=access.proxied_by if access else None,
        channel_id=access.channel_id if access else None,
        method=request.method[:10],
        route=match.route[:255] if match else "",
        operation=contract.name if contract else "",
        status=response.status_code,
        duration_ms=took,
        address=_address(request),
        body=json.dumps(_sizes(contract.input, view.sent)) if view and contract else "{}",
        is_replay=REPLAYED in response.headers,
    )


def _address(request: HttpRequest) -> str:
    address = client_address(request.META, settings.TRUSTED_PROXIES)
    return address.replace("\0", "")[:LONGEST_ADDRESS]


def _sizes(serializer: Any, sent: Mapping[str, Any]) -> dict[str, int]:
    # Other names than the declared ones could be anything, also somebody's.
    names = _names(serializer) if serializer and sent else ()
    return {name: _size(sent[name]) for name in names if name in sent}


@lru_cache(maxsize=1024)
def _names(serializer: Any) -> tuple[str, ...]:
    return tuple(serializer().fields)


def _size(value: Any) -> int:
    """Characters of a text or number, items of a list or map, bytes of a file."""
    if isinstance(value, UploadedFile):
        return value.size or 0
    return len(value) if isinstance(value, Sized) else len(str(value))
