"""Jobs in an outage of the database: none is lost, and the worker goes on by itself."""

from __future__ import annotations

import asyncio
import itertools
import os
import signal
import subprocess
import sys
import time
from contextlib import contextmanager, suppress

import psycopg
import pytest
from django.db import OperationalError, connection
from procrastinate.contrib.django import DjangoApp, app
from procrastinate.contrib.django.models import ProcrastinateJob, ProcrastinateWorker
from procrastinate.exceptions import ConnectorException
from procrastinate.jobs import Status
from procrastinate.psycopg_connector import PsycopgConnector
from procrastinate.sql import queries

from bookyflow.core import worker as working
from bookyflow.core.worker import Lane, jobs_run
from tests.clusters import ROOT
from tests.gateway import HOST, Gateway

pytestmark = pytest.mark.django_db(transaction=True)
HARMLESS = "bookyflow.core.tasks.jobs_clear"


@pytest.fixture
def gateway(transactional_db):
    """The way to the database of whoever is to lose it."""
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE procrastinate_jobs, procrastinate_workers CASCADE")
    with Gateway() as opened:
        yield opened


@pytest.fixture
def log(tmp_path):
    """What the worker says, in a file that can be read while it runs."""
    return tmp_path / "log"


@contextmanager
def process(gateway, log):
    """A worker as operators start it."""
    with log.open("w") as said:
        started = subprocess.Popen(
            [sys.executable, "manage.py", "worker"],
            cwd=ROOT,
            env={**os.environ, "DATABASE_URL": gateway.url, "LOG_LEVEL": "WARNING"},
            stderr=said,
        )
    try:
        yield started
    finally:
        started.kill()
        started.wait()


def eventually(claim, seconds=60):
    until = time.monotonic() + seconds
    while not claim():
        assert time.monotonic() < until
        time.sleep(0.05)


def queue():
    return app.configure_task(HARMLESS).defer(timestamp=0)


def is_done(job):
    return ProcrastinateJob.objects.get(pk=job).status == "succeeded"


def test_a_worker_goes_on_after_an_outage_and_says_so_once(gateway, log):
    with process(gateway, log) as worker:
        first = queue()
        eventually(lambda: is_done(first))
        gateway.away()
        second = queue()
        time.sleep(3)
        gateway.back()
        began = time.monotonic()
        eventually(lambda: is_done(second))
        took = time.monotonic() - began
        eventually(lambda: "Jobs are run again." in log.read_text())
        worker.send_signal(signal.SIGTERM)
        worker.wait(timeout=30)

    said = log.read_text()
    assert worker.returncode == 0
    assert took < 10
    assert said.count("Jobs wait for the database: ") == said.count("Jobs are run again.") == 1
    assert "Traceback" not in said


def test_a_worker_ends_at_once_while_the_database_is_away(gateway, log):
    with process(gateway, log) as worker:
        done = queue()
        eventually(lambda: is_done(done))
        gateway.away()
        time.sleep(2)
        worker.send_signal(signal.SIGTERM)
        began = time.monotonic()
        worker.wait(timeout=60)

    assert worker.returncode == 0
    assert time.monotonic() - began < 10
    assert "Traceback" not in log.read_text()


def test_a_worker_that_is_started_while_the_database_is_away_waits_for_it(gateway, log):
    gateway.away()
    with process(gateway, log) as worker:
        time.sleep(5)
        gateway.back()
        job = queue()
        eventually(lambda: is_done(job) or worker.poll() is not None)

        assert is_done(job)


def by_way_of(gateway, monkeypatch):
    parameters = working.connector_params() | {"host": HOST, "port": gateway.port}
    monkeypatch.setattr(working, "connector_params", lambda: parameters)


def test_a_job_that_runs_in_an_outage_is_run_once_and_recorded_after_it(gateway, monkeypatch):
    """And the next worker is another one, which lets go of what the first may have been given."""
    by_way_of(gateway, monkeypatch)
    own = DjangoApp(connector=app.connector)
    runs = []

    async def scenario():
        began, go_on, stopping = asyncio.Event(), asyncio.Event(), asyncio.Event()

        @own.task(name="slow")
        async def slow():
            runs.append(1)
            began.set()
            await go_on.wait()

        working_on = asyncio.create_task(jobs_run(own, stopping))
        job = await beside(app.configure_task("slow", allow_unknown=True).defer)
        await began.wait()
        (before,) = await workers()
        gateway.away()
        go_on.set()
        await asyncio.sleep(2)
        assert not working_on.done()
        gateway.back()
        await beside(lambda: eventually(lambda: is_done(job)))
        for _ in range(200):
            after = await workers()
            if after and before not in after:
                break
            await asyncio.sleep(0.1)
        stopping.set()
        await asyncio.wait_for(working_on, 20)
        return before, after

    before, after = asyncio.run(scenario())

    assert runs == [1]
    assert len(after) == 1
    assert before not in after


def test_a_job_that_fails_for_an_outage_is_run_again_and_has_not_failed(gateway, monkeypatch):
    """Although nothing else would try it again: it has no strategy for that."""
    by_way_of(gateway, monkeypatch)
    own = DjangoApp(connector=app.connector)
    runs = []

    async def scenario():
        stopping = asyncio.Event()

        @own.task(name="unlucky")
        def unlucky():
            runs.append(1)
            if len(runs) == 1:
                raise OperationalError("gone") from psycopg.OperationalError("gone")

        working_on = asyncio.create_task(jobs_run(own, stopping))
        job = await beside(app.configure_task("unlucky", allow_unknown=True).defer)
        await beside(lambda: eventually(lambda: is_done(job)))
        stopping.set()
        await asyncio.wait_for(working_on, 20)
        return job

    job = asyncio.run(scenario())

    assert runs == [1, 1]
    assert ProcrastinateJob.objects.get(pk=job).attempts == 1


def delay(monkeypatch, seconds):
    """Have a query wait for its connection for `seconds(query)`, and miss a cancellation then.

    So the pool does on Python 3.11 at the moment in which it hands over a connection.
    """

    def late(name):
        real = getattr(PsycopgConnector, name)

        async def query(self, query, **arguments):
            if found := seconds(query):
                waiting = asyncio.create_task(asyncio.sleep(found))
                while not waiting.done():
                    with suppress(asyncio.CancelledError):
                        await asyncio.shield(waiting)
            return await real(self, query, **arguments)

        monkeypatch.setattr(PsycopgConnector, name, query)

    for kind in ("query", "query_one", "query_all"):
        late(f"execute_{kind}_async")


def test_all_workers_go_on_after_an_outage_although_one_is_not_to_be_interrupted(monkeypatch):
    """The first of two finds the database back while the other one is still on its way."""
    monkeypatch.setattr(working, "AGAIN", 0.01)
    own = DjangoApp(connector=app.connector)
    tries, runs = itertools.count(), set()

    def seconds(query):
        if query != queries["prune_stalled_workers"]:
            return 0
        nth = next(tries)
        if nth < 2:
            raise ConnectorException from psycopg.OperationalError("gone")
        return 0.2 if nth == 3 else 0

    async def scenario():
        stopping, both = asyncio.Event(), asyncio.Event()

        @own.task(name="run", pass_context=True)
        async def run(context):
            runs.add(context.job.queue)
            if len(runs) == 2:
                both.set()

        for lane in ("default", "lane"):
            await beside(app.configure_task("run", queue=lane, allow_unknown=True).defer)
        delay(monkeypatch, seconds)
        working_on = asyncio.create_task(jobs_run(own, stopping, lanes=[Lane("lane", 1)]))
        with suppress(TimeoutError):
            await asyncio.wait_for(both.wait(), 10)
        stopping.set()
        return await asyncio.wait([working_on], timeout=10)

    ended, goes_on = asyncio.run(scenario())

    assert runs == {"default", "lane"}
    assert (len(ended), len(goes_on)) == (1, 0)


@pytest.mark.parametrize("asked", ["prune_stalled_workers", "register_worker", "fetch_job"])
def test_a_worker_ends_that_is_told_to_during_a_query(monkeypatch, asked):
    """And a job that it is given then is run."""
    own = DjangoApp(connector=app.connector)

    async def scenario():
        stopping = asyncio.Event()

        @own.task(name="brief")
        async def brief():
            """Nothing."""

        def seconds(query):
            if query != queries[asked]:
                return 0
            stopping.set()
            return 0.2

        job = await beside(app.configure_task("brief", allow_unknown=True).defer)
        delay(monkeypatch, seconds)
        working_on = asyncio.create_task(jobs_run(own, stopping))
        return job, await asyncio.wait([working_on], timeout=10)

    job, (ended, goes_on) = asyncio.run(scenario())

    assert (len(ended), len(goes_on)) == (1, 0)
    given = asked == "fetch_job"
    assert ProcrastinateJob.objects.get(pk=job).status == ("succeeded" if given else "todo")
    assert not ProcrastinateWorker.objects.exists()


def test_an_outage_is_over_although_what_failed_last_never_returns(monkeypatch, caplog):
    """As listening, which begins to fail after the first query has worked again."""
    monkeypatch.setattr(working, "AGAIN", 0.01)
    monkeypatch.setattr(working, "QUIET", 0.1)
    calls = []

    async def fail_once(name, before=0.0, after=0.0):
        calls.append(name)
        if calls.count(name) == 1:
            await asyncio.sleep(before)
            raise OperationalError("gone") from psycopg.OperationalError("gone")
        await asyncio.sleep(after)

    async def scenario():
        connector = working.PatientConnector(asyncio.Event())

        def patiently(*arguments):
            return connector.job_middleware(lambda: fail_once(*arguments), None, None)

        listening = asyncio.create_task(patiently("listen", 0.05, 60))
        await patiently("query")
        await asyncio.sleep(0.5)
        listening.cancel()

    asyncio.run(scenario())

    assert caplog.messages == ["Jobs wait for the database: gone", "Jobs are run again."]


def test_a_job_has_ended_although_the_query_that_ended_it_was_cut_off(monkeypatch, caplog):
    """It had its effect, and is refused when it is repeated."""
    monkeypatch.setattr(working, "AGAIN", 0.01)
    monkeypatch.setattr(working, "QUIET", 0.1)
    job = queue()
    ProcrastinateJob.objects.filter(pk=job).update(status="doing")
    real, calls = PsycopgConnector.execute_query_async, []

    async def cut_off(self, query, **arguments):
        calls.append(query)
        await real(self, query, **arguments)
        if len(calls) == 1:
            raise ConnectorException from psycopg.OperationalError("gone")

    monkeypatch.setattr(PsycopgConnector, "execute_query_async", cut_off)

    async def scenario():
        connector = working.PatientConnector(asyncio.Event())
        with app.replace_connector(connector) as patient:
            async with patient.open_async():
                end = patient.job_manager.finish_job_by_id_async
                await end(job_id=job, status=Status.SUCCEEDED, delete_job=False)
                await asyncio.sleep(0.5)
                with pytest.raises(ConnectorException):
                    await end(job_id=job, status=Status.SUCCEEDED, delete_job=False)

    asyncio.run(scenario())

    assert (len(calls), is_done(job)) == (3, True)
    assert caplog.messages == ["Jobs wait for the database: gone", "Jobs are run again."]


def test_an_outage_is_over_where_listening_alone_has_failed(monkeypatch, caplog):
    monkeypatch.setattr(working, "AGAIN", 0.01)
    monkeypatch.setattr(working, "QUIET", 0.1)
    failing = [True]

    async def listen():
        if failing:
            failing.clear()
            raise ConnectorException from psycopg.OperationalError("gone")
        await asyncio.sleep(60)

    async def query():
        """One of those that come every few seconds."""

    async def scenario():
        connector = working.PatientConnector(asyncio.Event())
        listening = asyncio.create_task(connector.job_middleware(listen, None, None))
        await asyncio.sleep(0.1)
        await connector.job_middleware(query, None, None)
        await asyncio.sleep(0.5)
        listening.cancel()

    asyncio.run(scenario())

    assert caplog.messages == ["Jobs wait for the database: gone", "Jobs are run again."]


def test_an_outage_is_over_when_the_database_refuses_something(monkeypatch, caplog):
    monkeypatch.setattr(working, "AGAIN", 0.01)
    monkeypatch.setattr(working, "QUIET", 0.1)
    errors = [psycopg.OperationalError("gone"), psycopg.errors.UniqueViolation("twice")]

    async def fail():
        raise ConnectorException from errors.pop(0)

    async def scenario():
        connector = working.PatientConnector(asyncio.Event())
        with pytest.raises(ConnectorException):
            await connector.job_middleware(fail, None, None)
        await asyncio.sleep(0.5)

    asyncio.run(scenario())

    assert caplog.messages == ["Jobs wait for the database: gone", "Jobs are run again."]


async def workers():
    return await beside(lambda: list(ProcrastinateWorker.objects.values_list("pk", flat=True)))


async def beside(work):
    """Do it in a thread of its own, which leaves no connection to the database behind."""

    def done():
        try:
            return work()
        finally:
            connection.close()

    return await asyncio.to_thread(done)
