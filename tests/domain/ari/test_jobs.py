"""Rows that are carried out by the worker."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection, transaction
from django.utils import timezone
from procrastinate.contrib.django import app

from bookyflow.accounts.models import KeyPair, User
from bookyflow.accounts.services import key_pair_create
from bookyflow.ari.codec import rows_json, rows_of
from bookyflow.ari.jobs import (
    MOST_NIGHTS,
    PART_ROWS,
    State,
    ari_job,
    ari_job_add,
    ari_jobs_forget,
    ari_part_run,
)
from bookyflow.ari.models import AriJob, AriPart
from bookyflow.ari.rows import InvalidRow, Mode, Part
from bookyflow.core.acting import SYSTEM, Actor
from bookyflow.core.errors import DomainError
from bookyflow.events.models import Event
from bookyflow.tariffs.models import DailyRate
from tests.contract.test_jobs import states, work
from tests.domain.conftest import at_once

FEW = 3
SCOPE = "channel_management"


@pytest.fixture
def add(linked, manager):
    """Have rows carried out later; the id of the job."""
    key, _ = key_pair_create(
        owner=manager, label="ota", scopes=[SCOPE], by=Actor(user_id=manager.pk)
    )
    by = Actor(user_id=manager.pk, key_id=key.pk, channel_id=linked.pk)

    def do(*rows, mode=Mode.OVERLAY):
        return ari_job_add(rows=rows, mode=mode, channel_id=linked.pk, scope=SCOPE, by=by).job.pk

    return do


@pytest.fixture
def progress(linked):
    return lambda job_id: ari_job(job_id=job_id, channel_id=linked.pk)


@pytest.fixture
def many(row):
    """Rows for more than two parts: each a price on one of a hundred nights."""
    return [row(n % 100, price=Decimal(100 + n)) for n in range(2 * PART_ROWS + FEW)]


def finish(job_id):
    while ari_part_run(job_id=job_id):
        pass


@pytest.mark.django_db
def test_rows_are_carried_out_part_by_part(add, progress, many, nights):
    job_id = add(*many)
    assert progress(job_id).state is State.QUEUED

    assert ari_part_run(job_id=job_id)
    begun = progress(job_id)
    assert (begun.state, begun.rows_done, len(begun.results)) == (State.RUNNING, 1000, 1000)
    finish(job_id)

    done = progress(job_id)
    assert (done.state, done.rows_done, done.changed) == (State.DONE, len(many), len(many))
    assert [one.place for one in done.results] == list(range(len(many)))
    assert nights("price")[2] == (100 + 2002,)
    assert Event.objects.filter(kind="tariffs_updated").count() == 3
    assert all(part.content == [] for part in AriPart.objects.all())
    assert not ari_part_run(job_id=job_id)


@pytest.mark.django_db
def test_refused_rows_are_told_and_long_ranges_are_split(add, progress, row):
    rows = [
        row(0, 3600, price=Decimal(90)),
        InvalidRow({"price": ["No."]}),
        *[row(0, 3600, price=Decimal(n)) for n in range(1, 8)],
        row(0, min_stay=0),
    ]

    job_id = add(*rows, mode=Mode.DELTA)

    assert list(AriPart.objects.values_list("first", "rows")) == [(0, 6), (6, 4)]
    finish(job_id)
    done = progress(job_id)
    assert [(one.place, one.key) for one in done.results if one.key] == [
        (1, "validation_failed"),
        (9, "validation_failed"),
    ]
    assert done.results[-1].error.detail == "min_stay: From 1 to 32767 nights."
    assert list(done.results[-1].error.fields) == ["min_stay"]
    assert done.refused == 2


@pytest.mark.django_db
def test_a_part_that_broke_off_is_done_once_after_all(add, progress, many):
    job_id = add(*many)
    with transaction.atomic():
        ari_part_run(job_id=job_id)
        transaction.set_rollback(True)  # the worker is gone
    assert not DailyRate.objects.exists()
    assert not Event.objects.exists()

    finish(job_id)

    assert progress(job_id).changed == len(many)
    assert Event.objects.filter(kind="tariffs_updated").count() == 3


@pytest.mark.django_db
@pytest.mark.parametrize(
    "end",
    [
        lambda: KeyPair.objects.update(revoked_at=timezone.now()),
        lambda: User.objects.update(is_suspended=True),
        lambda: KeyPair.objects.update(granted_scopes=["properties_get"]),
    ],
)
def test_who_may_not_act_any_more_does_not(add, progress, many, end):
    job_id = add(*many)
    ari_part_run(job_id=job_id)
    end()

    assert not ari_part_run(job_id=job_id)

    stopped = progress(job_id)
    assert (stopped.state, stopped.rows_done) == (State.STOPPED, PART_ROWS)
    assert Event.objects.filter(kind="tariffs_updated").count() == 1


@pytest.mark.django_db
def test_a_property_that_left_the_channel_is_not_found(add, progress, row, linked):
    job_id = add(row(0, price=Decimal(90)))
    linked.links.all().delete()

    finish(job_id)

    assert [one.key for one in progress(job_id).results] == ["property_not_found"]


@pytest.mark.django_db
def test_jobs_are_those_of_the_channel_and_not_too_large(add, row, linked, channel):
    job_id = add(row(0, price=Decimal(90)))
    with pytest.raises(DomainError, match="job_not_found"):
        ari_job(job_id=job_id, channel_id=linked.pk + 1)
    with pytest.raises(DomainError) as refused:
        add(*[row(0, 3650, price=Decimal(90))] * (MOST_NIGHTS // 3650 + 1))
    assert list(refused.value.fields) == ["rows"]
    with pytest.raises(ValueError, match="by a key"):
        ari_job_add(rows=[], mode=Mode.DELTA, channel_id=channel.pk, scope=SCOPE, by=SYSTEM)


@pytest.mark.django_db
def test_jobs_of_long_ago_are_deleted(add, row):
    old, new = add(row(0, price=Decimal(90))), add(row(0, price=Decimal(90)))
    AriJob.objects.filter(pk=old).update(created_at=timezone.now() - timedelta(days=31))

    assert ari_jobs_forget() == 1
    assert list(AriJob.objects.values_list("pk", flat=True)) == [new]


@pytest.mark.django_db
def test_rows_are_kept_as_they_came(row, double):
    rows = [
        row(0, 3, price=Decimal("90.50"), min_stay=2, max_stay=0, stop_sell=False),
        row(1, plan=None, kind=double, weekdays=frozenset({0, 6}), rooms_left=0, inventory=2),
        row(2, parts=frozenset({Part.PRICE, Part.INVENTORY}), closed_to_arrival=True),
        InvalidRow({"": ["No."], "price": ["Not so."]}),
    ]

    assert rows_of(rows_json(rows)) == rows


@pytest.mark.django_db(transaction=True)
def test_the_worker_does_all_parts_and_rivals_do_none_twice(add, progress, many):
    first = add(*many)
    work()
    assert progress(first).state is State.DONE
    assert set(states("bookyflow.ari.tasks.ari_part")) == {"succeeded"}
    second = add(*[one._replace(min_stay=2) for one in many])
    before = Event.objects.filter(kind="tariffs_updated").count()

    at_once(6, lambda _: finish(second))

    done = progress(second)
    assert (done.state, done.rows_done) == (State.DONE, len(many))
    assert Event.objects.filter(kind="tariffs_updated").count() == before + 3


@pytest.mark.django_db(transaction=True)
def test_what_a_killed_worker_left_is_gone_on_with(add, progress, many):
    job_id = add(*many)
    ari_part_run(job_id=job_id)
    with connection.cursor() as cursor:  # as the worker had it; its heartbeat is gone with it
        cursor.execute("UPDATE procrastinate_jobs SET status = 'doing'")
    app.configure_task("bookyflow.core.tasks.jobs_rescue").defer(timestamp=0)

    work()

    done = progress(job_id)
    assert (done.state, done.changed) == (State.DONE, len(many))
    assert Event.objects.filter(kind="tariffs_updated").count() == 3
