"""Rows that are carried out after the call that brought them, part by part."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from functools import cached_property

from django.db import transaction
from django.utils import timezone

from bookyflow.ari.codec import results_json, results_of, rows_json, rows_of
from bookyflow.ari.models import AriJob, AriPart
from bookyflow.ari.rows import AriRow, Mode, Row, RowResult
from bookyflow.ari.services import ari_write
from bookyflow.core.acting import Actor
from bookyflow.core.errors import DomainError
from bookyflow.core.jobs import job_queue
from bookyflow.plugins.broad import expand
from bookyflow.properties.selectors import Reach

MOST_ROWS = 50_000
MOST_NIGHTS = 2_000_000  # counted row by row
PART_ROWS = 1_000  # in one transaction, which locks their properties
PART_NIGHTS = 20_000
KEPT_FOR = timedelta(days=30)
TASK = "bookyflow.ari.tasks.ari_part"


class State(StrEnum):
    """How far a job is. A stopped one's key, owner or user may not act any more."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    STOPPED = "stopped"


@dataclass(frozen=True)
class Progress:
    """A job, and the parts that are done."""

    job: AriJob
    done: Sequence[AriPart]

    @property
    def state(self) -> State:
        """How far it is."""
        if self.job.is_stopped:
            return State.STOPPED
        if self.job.finished_at is not None:
            return State.DONE
        return State.RUNNING if self.done else State.QUEUED

    @property
    def rows_done(self) -> int:
        """How many rows were carried out or refused."""
        return sum(part.rows for part in self.done)

    @cached_property
    def results(self) -> list[RowResult]:
        """What became of these, as far as its mode tells."""
        return [one for part in self.done for one in results_of(part.results or [])]

    @property
    def refused(self) -> int:
        """How many were refused."""
        return sum(one.error is not None for one in self.results)

    @property
    def changed(self) -> int:
        """How many nights are others by them."""
        return sum(one.changed for one in self.results)


@transaction.atomic
def ari_job_add(
    *, rows: Sequence[Row], mode: Mode, channel_id: int, scope: str, by: Actor
) -> Progress:
    """Have rows carried out by the worker, in their order and as `ari_write` does.

    Each part of them is whole, row by row, and for good before the next one begins; `scope` is the
    one that the key needs for it, which it may lose meanwhile. Raises
    DomainError `validation_failed` for more nights than MOST_NIGHTS, ValueError without a key.
    """
    if by.user_id is None or by.key_id is None:
        raise ValueError("A job is done on behalf of a user, by a key.")
    if sum(_length(row) for row in rows) > MOST_NIGHTS:
        problem = f"At most {MOST_NIGHTS} nights in all."
        raise DomainError("validation_failed", problem, fields={"rows": [problem]})
    job = AriJob.objects.create(
        channel_id=channel_id,
        user_id=by.user_id,
        key_id=by.key_id,
        scope=scope,
        proxied_by=by.proxied_by,
        mode=mode,
        rows=len(rows),
    )
    AriPart.objects.bulk_create(
        AriPart(job=job, first=first, rows=len(some), content=rows_json(some))
        for first, some in _parts(rows)
    )
    job_queue(TASK, {"job_id": job.pk})
    return Progress(job, ())


@transaction.atomic
def ari_part_run(*, job_id: int) -> bool:
    """Carry out the next part of a job, and queue the one after it; whether there was one.

    A part is done with its results in one transaction, under the lock of the job: a worker that
    dies has done all of it or nothing, and two of them take turns.
    """
    job = AriJob.objects.select_for_update(of=("self",)).filter(pk=job_id, finished_at=None).first()
    if job is None:
        return False
    part = job.parts.filter(results__isnull=True).first()
    reach = _reach(job)
    if part is None or reach is None:
        job.finished_at, job.is_stopped = timezone.now(), part is not None
        job.save(update_fields=["finished_at", "is_stopped"])
        return False
    written = ari_write(
        rows=rows_of(part.content),
        channel_id=job.channel_id,
        reach=reach,
        by=Actor(
            user_id=job.user_id,
            key_id=job.key_id,
            channel_id=job.channel_id,
            proxied_by=job.proxied_by,
            is_test=reach.is_test,
        ),
        mode=Mode(job.mode),
        most_nights=None,
    )
    part.results, part.content = results_json(written.results, first=part.first), []
    part.save(update_fields=["results", "content"])
    job_queue(TASK, {"job_id": job.pk})
    return True


def ari_job(*, job_id: int, channel_id: int) -> Progress:
    """A job of a channel; two queries. Raises DomainError `job_not_found`."""
    job = AriJob.objects.filter(pk=job_id, channel=channel_id).first()
    if job is None:
        raise DomainError("job_not_found")
    done = job.parts.filter(results__isnull=False).only("job", "rows", "results")
    return Progress(job, list(done))


def ari_jobs_forget() -> int:
    """Delete jobs that were sent too long ago; returns how many."""
    old = AriJob.objects.filter(created_at__lt=timezone.now() - KEPT_FOR)
    _, deleted = old.delete()
    return deleted.get(AriJob._meta.label, 0)


def _parts(rows: Sequence[Row]) -> Iterator[tuple[int, list[Row]]]:
    """Rows in their order, so few at a time that nobody waits long for their properties."""
    some: list[Row] = []
    first = nights = 0
    for place, row in enumerate(rows):
        nights += _length(row)
        if some and (len(some) == PART_ROWS or nights > PART_NIGHTS):
            yield first, some
            some, first, nights = [], place, _length(row)
        some.append(row)
    yield first, some


def _length(row: Row) -> int:
    return max(row.length, 0) if isinstance(row, AriRow) else 0


def _reach(job: AriJob) -> Reach | None:
    """What the job may touch by now; None where its key, or who it acts for, may do nothing."""
    key, user = job.key, job.user
    may_act = key.is_usable(None) and user.is_active and not user.is_suspended
    if not may_act or job.scope not in expand(key.granted_scopes):
        return None
    return Reach(user.pk, user.access_level, key.pk, key.all_properties, key.is_test)
