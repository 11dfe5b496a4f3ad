"""What callers get of the pool while the server is away, and afterwards."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest
from psycopg_pool import PoolTimeout

from bookyflow.core.postgresql import pool as pools
from bookyflow.core.postgresql.pool import Pool
from tests.gateway import Gateway

CALLERS = 8
PATIENCE = 3.0


@pytest.fixture
def gateway(db):
    """The only way to the server that the pool has."""
    with Gateway() as opened:
        yield opened


@pytest.fixture
def pool(gateway):
    """A pool of four connections."""
    with Pool(
        conninfo=gateway.url,
        kwargs={"autocommit": True, "connect_timeout": 30},
        open=False,
        min_size=0,
        max_size=4,
        timeout=PATIENCE,
    ) as opened:
        yield opened


def ask(pool):
    """One caller: whether it had an answer, and the seconds that this took."""
    began = time.monotonic()
    try:
        with pool.connection() as connection:
            connection.execute("SELECT 1")
    except psycopg.OperationalError:
        pool.renew()
        return False, time.monotonic() - began
    return True, time.monotonic() - began


def crowd(pool, callers=CALLERS):
    """Many callers at once: how many had an answer, and the longest time."""
    with ThreadPoolExecutor(callers) as threads:
        answers = list(threads.map(ask, [pool] * callers))
    return sum(had for had, _ in answers), max(took for _, took in answers)


def back_after(pool, seconds):
    """The seconds until a caller has an answer, who asks now and then; fails after so many."""
    began = time.monotonic()
    while not ask(pool)[0]:
        assert time.monotonic() - began < seconds
        time.sleep(0.05)
    return time.monotonic() - began


def test_nobody_waits_for_a_server_that_refuses(pool, gateway):
    assert crowd(pool)[0] == CALLERS
    gateway.away()

    crowd(pool)  # some meet their broken connection
    answered, longest = crowd(pool, 40)

    assert answered == 0
    assert longest < 1


def test_whoever_waits_when_the_server_goes_is_told_at_once(pool, gateway):
    with ThreadPoolExecutor(1) as other:
        taken = [pool.getconn() for _ in range(4)]
        waiting = other.submit(ask, pool)
        time.sleep(0.3)
        gateway.away()
        for connection in taken:
            with pytest.raises(psycopg.OperationalError):
                connection.execute("SELECT 1")
            pool.putconn(connection)
        had, took = waiting.result()

    assert not had
    assert took < 1.5


def test_the_first_caller_after_a_long_outage_is_answered(pool, gateway):
    """Psycopg's own pool makes pauses of up to half a minute by then."""
    assert crowd(pool)[0] == CALLERS
    gateway.away()
    until = time.monotonic() + 8
    while time.monotonic() < until:
        crowd(pool, 4)
        time.sleep(0.2)
    gateway.back()

    assert back_after(pool, 10) < 1.5
    assert crowd(pool)[0] == CALLERS


def test_after_a_restart_one_caller_at_most_meets_a_broken_connection(pool, gateway):
    held = [pool.getconn() for _ in range(4)]
    for connection in held:
        pool.putconn(connection)
    gateway.away()
    gateway.back()

    assert not ask(pool)[0]
    assert crowd(pool)[0] == CALLERS


def test_a_server_that_hangs_is_waited_for_by_one_caller_at_a_time(pool, gateway):
    gateway.hang()
    answered, longest = crowd(pool)  # nobody knows yet
    assert answered == 0
    assert longest < PATIENCE + 1

    for _ in range(3):
        answered, longest = crowd(pool, 40)
        assert answered == 0
        assert longest < 1
    gateway.flow()

    assert back_after(pool, 10) < 1.5


def test_the_server_is_asked_a_few_times_a_second_however_many_call(pool, gateway, monkeypatch):
    tries = []
    connect = Pool._connect
    monkeypatch.setattr(Pool, "_connect", lambda *a, **k: tries.append(1) or connect(*a, **k))
    gateway.away()
    ask(pool)
    tries.clear()
    until = time.monotonic() + 2
    calls = 0
    while time.monotonic() < until:
        ask(pool)
        calls += 1

    assert calls > 100
    assert len(tries) <= 2 * (2 / pools.TRY_EVERY + 1)


def test_connections_that_are_there_are_given_while_no_new_one_is_to_be_had(pool, gateway):
    """As where the server has no connection free for us."""
    with pool.connection():
        pass
    door = gateway._door
    door.shutdown(2)
    door.close()
    with pool.connection(), pytest.raises(psycopg.OperationalError), pool.connection():
        pass

    assert [ask(pool)[0] for _ in range(5)] == [True] * 5


def test_a_pool_that_is_used_up_is_no_outage(pool, caplog):
    taken = [pool.getconn() for _ in range(4)]
    with pytest.raises(PoolTimeout):
        pool.getconn(timeout=0.2)
    back = threading.Timer(0.3, pool.putconn, [taken.pop()])
    back.start()

    assert ask(pool)[0]
    back.join()
    for connection in taken:
        pool.putconn(connection)
    assert "out of reach" not in caplog.text


def test_the_log_says_once_that_it_goes_and_once_that_it_is_back(pool, gateway, caplog):
    gateway.away()
    crowd(pool)
    crowd(pool)
    gateway.back()
    time.sleep(0.5)
    crowd(pool)

    said = [one.getMessage() for one in caplog.records if one.name == pools.logger.name]
    assert len(said) == 2
    assert said[0].startswith("The database is out of reach: connection failed: ")
    assert said[1] == "The database is back."
