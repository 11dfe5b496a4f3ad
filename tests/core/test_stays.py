"""Connections that threads keep between requests, as far as the pool can do without."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from bookyflow.core.postgresql.base import DatabaseWrapper

MOST = 4


@pytest.fixture
def another(db, monkeypatch):
    """Makes what a thread has for a connection, all with one pool of at most MOST."""
    monkeypatch.setattr(DatabaseWrapper, "_connection_pools", {})
    settings = connection.settings_dict
    own = settings | {"OPTIONS": settings["OPTIONS"] | {"pool": {"min_size": 0, "max_size": MOST}}}

    every = []

    def made():
        wrapper = connection.copy()
        wrapper.settings_dict = own
        wrapper.inc_thread_sharing()
        every.append(wrapper)
        return wrapper

    yield made
    for wrapper in every:
        if wrapper.connection and wrapper.connection._pool:  # else back with its thread's end
            wrapper.close()
    made().close_pool()


def backend(wrapper):
    """The process of the server that answers."""
    (pid,) = wrapper.run("SELECT pg_backend_pid()", {}).rows[0]
    return pid


def request(wrapper):
    """What a request does, by a thread that has this wrapper."""
    wrapper.close_if_unusable_or_obsolete()
    pid = backend(wrapper)
    wrapper.close_if_unusable_or_obsolete()
    return pid


def in_a_thread(work, *arguments):
    with ThreadPoolExecutor(1) as threads:
        return threads.submit(work, *arguments).result()


def test_a_thread_keeps_its_connection_between_two_requests(another):
    mine = another()

    first = request(mine)

    assert mine.connection is not None
    assert request(mine) == first
    assert mine.pool.get_stats()["requests_num"] == 1


def test_it_comes_back_when_the_thread_ends(another):
    left = []

    def work():
        left.append(another())
        return request(left[0])

    pid = in_a_thread(work)

    assert left[0].pool.get_stats()["pool_available"] == 1
    assert request(another()) == pid


def test_no_more_than_half_of_all_are_kept(another):
    gate = threading.Barrier(MOST)

    def work():
        mine = another()
        backend(mine)
        gate.wait(10)  # all are in use
        mine.close_if_unusable_or_obsolete()
        gate.wait(10)
        kept = mine.connection is not None
        gate.wait(10)
        return kept

    with ThreadPoolExecutor(MOST) as threads:
        kept = [future.result() for future in [threads.submit(work) for _ in range(MOST)]]

    assert sum(kept) == MOST // 2


def test_who_waits_for_one_gets_it(another):
    holders = [another() for _ in range(MOST)]
    for holder in holders:
        backend(holder)

    with ThreadPoolExecutor(1) as threads:
        waits = threads.submit(lambda: request(another()))
        while not holders[0].pool.get_stats()["requests_waiting"]:
            pass
        holders[0].close_if_unusable_or_obsolete()

        assert waits.result(10) > 0
    assert holders[0].connection is None


def test_a_renewed_pool_takes_it_back_before_the_next_request(another):
    mine = another()
    before = request(mine)

    mine.pool.renew()

    assert request(mine) != before


def test_after_an_error_it_is_looked_at(another):
    mine = another()
    before = request(mine)
    mine.errors_occurred = True

    mine.close_if_unusable_or_obsolete()

    assert mine.connection is None
    assert request(mine) == before  # it was all right, and the pool has it


def test_what_was_given_back_is_not_given_back_again(another):
    mine = another()

    with ThreadPoolExecutor(1) as threads:
        threads.submit(request, mine).result()
        mine.close()
        taken = another()
        backend(taken)  # the same one, while the first thread is still there
    stats = taken.pool.get_stats()

    assert stats["pool_size"] - stats["pool_available"] == 1
    assert backend(taken) > 0
