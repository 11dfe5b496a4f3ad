"""How often a password or secret may be tried."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.db.models import F

from bookyflow.accounts import attempts
from bookyflow.accounts.attempts import Door, TooManyAttempts
from bookyflow.accounts.models import Attempt
from bookyflow.accounts.tasks import attempts_clear

HERE, THERE = "192.0.2.1", "192.0.2.2"


def tries(*names, door=Door.SIGN_IN, address=HERE):
    """Which of the tries, one for each name, are compared."""
    compared = []
    for name in names:
        try:
            attempts.begin(door, name, address)
        except TooManyAttempts:
            compared.append(False)
        else:
            compared.append(True)
    return compared


def minutes_pass(minutes):
    Attempt.objects.update(ends_at=F("ends_at") - timedelta(minutes=minutes))


def test_a_name_has_ten_from_one_address(db):
    assert tries(*["mona"] * 12) == [True] * 10 + [False] * 2
    assert tries("mona", address=THERE) == [True]
    assert tries("otto") == [True]


def test_an_address_has_fifty_whatever_the_names(db):
    assert tries(*map(str, range(52))) == [True] * 50 + [False] * 2
    assert tries("51", address=THERE) == [True]


def test_the_doors_are_counted_apart(db):
    assert tries(*["mona"] * 11)[-1] is False
    assert tries("mona", door=Door.TOKEN) == [True]


def test_what_is_refused_uses_up_nothing_of_its_neighbours(db):
    """A client that goes on with a secret that has ended locks out nobody else at its address."""
    tries(*["client"] * 200)

    assert tries("neighbour") == [True]


def test_a_try_that_its_address_refuses_is_none_of_the_name(db):
    tries(*map(str, range(50)))
    tries(*["mona"] * 12)
    by_name = attempts.digests(Door.SIGN_IN, "mona", HERE)["name"]

    assert not Attempt.objects.filter(digest=by_name, tries__gt=0).exists()


def test_a_try_is_one_statement(db, django_assert_num_queries):
    with django_assert_num_queries(1):
        attempts.begin(Door.SIGN_IN, "mona", HERE)
    with django_assert_num_queries(1):
        attempts.succeeded(Door.SIGN_IN, "mona", HERE)


def test_the_quarter_of_an_hour_begins_with_the_first_and_is_told(db):
    tries(*["mona"] * 9)
    minutes_pass(10)
    tries("mona")
    with pytest.raises(TooManyAttempts) as caught:
        attempts.begin(Door.SIGN_IN, "mona", HERE)
    minutes_pass(5)

    assert 4 * 60 < caught.value.retry_after <= 5 * 60
    assert tries(*["mona"] * 11) == [True] * 10 + [False]


def test_success_gives_an_address_no_more_than_it_took(db):
    tries(*(f"name{n}" for n in range(49)))
    for _ in range(3):
        assert tries("mona") == [True]
        attempts.succeeded(Door.SIGN_IN, "mona", HERE)

    assert tries("a", "b") == [True, False]


def test_success_starts_the_name_anew(db):
    tries(*["mona"] * 9)
    attempts.begin(Door.SIGN_IN, "mona", HERE)
    attempts.succeeded(Door.SIGN_IN, "mona", HERE)

    assert tries(*["mona"] * 11) == [True] * 10 + [False]


def test_no_name_or_address_is_kept_in_plain(db):
    tries("mona", "\0", "\ud800", "x" * 100_000)

    assert {len(digest) for digest in Attempt.objects.values_list("digest", flat=True)} == {64}


@pytest.mark.django_db(transaction=True)
def test_a_try_within_a_transaction_that_could_undo_the_count_is_refused():
    with transaction.atomic(), pytest.raises(RuntimeError, match="durable"):
        attempts.begin(Door.SIGN_IN, "mona", HERE)


@pytest.mark.django_db(transaction=True)
def test_a_try_stays_counted_whatever_fails_after_it():
    for _ in range(10):
        attempts.begin(Door.SIGN_IN, "mona", HERE)
        with pytest.raises(ZeroDivisionError), transaction.atomic():
            1 / 0  # noqa: B018  # a fault of what follows

    assert tries("mona") == [False]


@pytest.mark.django_db(transaction=True)
def test_threads_count_together_and_none_waits_for_ever():
    together = threading.Barrier(8)

    def work(number):
        together.wait()
        try:
            mixed = [f"name{(number + n) % 4}" for n in range(20)]
            compared = []
            for name in mixed:
                compared += tries(name)
                attempts_clear(0)
            return compared
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        compared = [one for answers in pool.map(work, range(8)) for one in answers]

    assert (sum(compared), len(compared)) == (40, 160)


def test_counts_whose_time_is_over_are_cleared(db):
    tries("mona")
    minutes_pass(16)
    tries("otto", address=THERE)

    assert attempts_clear(0) == 2
    assert Attempt.objects.count() == 2
