"""Running jobs, whatever the database does meanwhile."""

from __future__ import annotations

import asyncio
import itertools
import logging
import signal
from collections.abc import Awaitable, Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import Any, LiteralString, TypeVar

from django.db import DatabaseError, InterfaceError
from procrastinate import JobContext
from procrastinate.app import App
from procrastinate.connector import Notify
from procrastinate.contrib.django import app
from procrastinate.contrib.django.utils import connector_params
from procrastinate.exceptions import ConnectorException
from procrastinate.jobs import DeleteJobCondition
from procrastinate.middleware import AsyncCallNext
from procrastinate.psycopg_connector import PsycopgConnector
from procrastinate.worker import Worker
from psycopg.errors import RaiseException

from bookyflow.core.jobs import job_id
from bookyflow.core.outages import Spell, is_outage

T = TypeVar("T")

CONNECTIONS = 4  # and as many for each lane as listen and work there
LANE_CONNECTIONS = 2
JOBS_AT_ONCE = 1  # of all queues that are no lanes
SPARE_THREADS = 4  # beside those of jobs
TRY = 1.0  # seconds that a connection may take; a slower one is there for the next try
AGAIN = 1.0  # seconds until the next try while the database is away
QUIET = 3.0  # seconds without a failure until an outage is said to be over
AFTER_FAULT = 5.0  # seconds until a worker that ended unasked is begun anew

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Lane:
    """A queue whose jobs wait for others mostly: so many run at once, beside all other jobs.

    Those that succeed are deleted at once: there are many, and what they did is told elsewhere.
    """

    queue: str
    concurrency: int


_lanes: list[Lane] = []


def lane_add(lane: Lane) -> None:
    """Have the worker run a queue beside the others. Called when the app is ready."""
    _lanes.append(lane)


async def job_named(job: AsyncCallNext, context: JobContext, worker: Worker) -> object:
    """Run a job so that what it calls finds its id in `job_id`."""
    job_id.set(context.job.id)  # each runs in a task, with variables, of its own
    return await job()


class PatientConnector(PsycopgConnector):
    """Procrastinate's connector, which tries again for as long as the database is away.

    A worker ends with the first error of its queries otherwise, and cannot say how its last job
    ended. A query that was cut off may have had its effect and is repeated all the same: so a job
    may be queued twice, or be taken and not run. `recovered` asks for a new worker, so that such a
    one is rescued as all of a worker that is gone.
    """

    def __init__(self, stopping: asyncio.Event, *, lanes: int = 0) -> None:
        # The pool's own way of trying again makes longer and longer pauses; here it gives up.
        super().__init__(
            kwargs=connector_params(),
            min_size=0,
            max_size=CONNECTIONS + LANE_CONNECTIONS * lanes,
            timeout=TRY,
            reconnect_timeout=0,
        )
        self.recovered = asyncio.Event()
        self._stopping = stopping
        self._spell = Spell(logger, "Jobs wait for the database", "Jobs are run again")
        self._failures = 0
        self._quiet: asyncio.TimerHandle | None = None

    async def execute_query_async(self, query: LiteralString, **arguments: Any) -> None:
        """As Procrastinate's, when the database is there.

        A job that was ended by a query that was cut off is none to end any more for the next one,
        which the database refuses.
        """
        once = partial(super().execute_query_async, query, **arguments)
        tries = itertools.count()

        async def work() -> None:
            is_again = next(tries) > 0
            try:
                await once()
            except ConnectorException as error:
                if not (is_again and isinstance(error.__cause__, RaiseException)):
                    raise

        await self._patiently(work)

    async def execute_query_one_async(
        self, query: LiteralString, **arguments: Any
    ) -> dict[str, Any]:
        """As Procrastinate's, when the database is there."""
        return await self._patiently(partial(super().execute_query_one_async, query, **arguments))

    async def execute_query_all_async(
        self, query: LiteralString, **arguments: Any
    ) -> list[dict[str, Any]]:
        """As Procrastinate's, when the database is there."""
        return await self._patiently(partial(super().execute_query_all_async, query, **arguments))

    async def listen_notify(self, on_notification: Notify, channels: Iterable[str]) -> None:
        """As Procrastinate's, and again when the database is back."""
        await self._patiently(partial(super().listen_notify, on_notification, channels))

    async def job_middleware(
        self, job: AsyncCallNext, context: JobContext, worker: Worker
    ) -> object:
        """Run a job again that failed for an outage, instead of having it fail or count as tried.

        One that came by the clock would be put off until its next time, which may be tomorrow.
        """
        return await self._patiently(job)

    async def pause(self, seconds: float) -> None:
        """Wait so long, or until the end is asked for."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._stopping.wait()

    async def _patiently(self, work: Callable[[], Awaitable[T]]) -> T:
        has_failed = False
        while True:
            try:
                found = await work()
            except (ConnectorException, DatabaseError, InterfaceError) as error:
                if not is_outage(error):
                    self._answered(again=has_failed)
                    raise
                if self._stopping.is_set():
                    raise asyncio.CancelledError from error  # an error would be logged as a fault
                has_failed = True
                self._failures += 1
                self._spell.begin(error.__cause__ or error)
                await self.pause(AGAIN)
            else:
                self._answered(again=has_failed)
                return found

    def _answered(self, *, again: bool) -> None:
        """The database has said something: when it was asked again, it has been away.

        Listening may be all that has failed, and never returns: so any answer ends an outage.
        """
        if again:
            self.recovered.set()
        if self._spell.is_on and self._quiet is None:
            self._listen_for_quiet()

    def _listen_for_quiet(self) -> None:
        loop = asyncio.get_running_loop()
        self._quiet = loop.call_later(QUIET, self._over, self._failures)

    def _over(self, failures: int) -> None:
        """End the spell, or wait on where more has failed since.

        Some succeed while others that began earlier are still to fail: each would begin it anew.
        """
        self._quiet = None
        if failures == self._failures:
            self._spell.end()
        else:
            self._listen_for_quiet()


def jobs_work() -> None:
    """Run jobs until SIGTERM or SIGINT, then finish what runs.

    An outage of the database is waited for; who is asked to end meanwhile ends at once.
    """

    async def work() -> None:
        stopping = asyncio.Event()
        _stop_on_signals(stopping)
        threads = JOBS_AT_ONCE + SPARE_THREADS + sum(lane.concurrency for lane in _lanes)
        asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(threads))
        await jobs_run(app, stopping, lanes=_lanes)

    asyncio.run(work())


async def jobs_run(of: App, stopping: asyncio.Event, *, lanes: Sequence[Lane] = ()) -> None:
    """Run the jobs of a Procrastinate app until `stopping` is set, with one worker after another.

    A worker ends after an outage, when its jobs have been finished. Each lane has its own.
    """
    connector = PatientConnector(stopping, lanes=len(lanes))
    of.perform_import_paths()  # type: ignore[no-untyped-call]  # no hints there
    with of.replace_connector(connector) as patient:
        async with patient.open_async():
            while not stopping.is_set():
                await _work_for_a_while(patient, connector, stopping, lanes)


def _stop_on_signals(stopping: asyncio.Event) -> None:
    """Set `stopping` at the first signal; the second one has its usual effect."""
    loop = asyncio.get_running_loop()
    signals = (signal.SIGTERM, signal.SIGINT)

    def stop() -> None:
        for number in signals:
            loop.remove_signal_handler(number)
        stopping.set()

    for number in signals:
        loop.add_signal_handler(number, stop)


async def _work_for_a_while(
    patient: App, connector: PatientConnector, stopping: asyncio.Event, lanes: Sequence[Lane]
) -> None:
    """The workers, from their registration to their end: after an outage, for a fault, or at the
    end.

    They are told to end, and not cancelled: Python 3.11's `wait_for`, by which the pool waits for
    connections, loses a cancellation that comes together with what it waits for. One of several
    would go on then, and all others never be begun anew, nor the process end.
    """
    connector.recovered.clear()
    common: dict[str, Any] = {
        **patient.worker_defaults,
        "install_signal_handlers": False,
        "worker_middleware": [job_named, connector.job_middleware],
    }
    workers = [Worker(patient, **common, **options) for options in _workers_of(patient, lanes)]
    runs = [asyncio.create_task(one.run()) for one in workers]  # type: ignore[no-untyped-call]
    ends = [asyncio.create_task(one.wait()) for one in (stopping, connector.recovered)]
    await asyncio.wait([*runs, *ends], return_when=asyncio.FIRST_COMPLETED)
    has_failed = any(run.done() for run in runs)
    for worker in workers:
        worker.stop()  # type: ignore[no-untyped-call]  # it finishes its jobs then
    for end in ends:
        end.cancel()
    for run in runs:
        try:
            await run
        except asyncio.CancelledError:
            pass
        except ConnectorException as error:
            # No traceback: where tables are missing it would come every few seconds.
            logger.error("The worker of jobs ended: %s", error.__cause__ or error)  # noqa: TRY400
    if has_failed:
        await connector.pause(AFTER_FAULT)


def _workers_of(of: App, lanes: Sequence[Lane]) -> Iterator[dict[str, Any]]:
    """What the worker of each lane is told, and that of all other queues."""
    if not lanes:
        yield {"concurrency": JOBS_AT_ONCE}
        return
    own = {lane.queue for lane in lanes}
    others = {task.queue for task in of.tasks.values()} - own
    yield {"concurrency": JOBS_AT_ONCE, "queues": sorted(others)}
    for lane in lanes:
        yield {
            "concurrency": lane.concurrency,
            "queues": [lane.queue],
            "delete_jobs": DeleteJobCondition.SUCCESSFUL,
        }
