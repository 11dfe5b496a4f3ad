from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import connection
from django.db.models import F, Max
from procrastinate.contrib.django.models import ProcrastinateJob

from benchmarks.receiver import HOST, Receiver, Reply
from bookyflow.core.acting import Actor
from bookyflow.events.models import Event, EventKind, LastPosition
from bookyflow.events.services import record
from bookyflow.webhooks.planning import deliveries_plan, senders_queue
from bookyflow.webhooks.sending import deliveries_send
from bookyflow.webhooks.services import WebhookDetails, webhook_add

URL = "https://hooks.example.com/bookyflow"


def numbered():
    """Give positions, which needs a transaction of its own otherwise, to all that has none."""
    Event.objects.filter(position=None).update(position=F("id"))
    highest = Event.objects.aggregate(found=Max("position"))["found"]
    if highest:
        LastPosition.objects.update_or_create(pk=1, defaults={"position": highest})


@pytest.fixture
def happens(hotel, manager):
    """Have something happen at the hotel, or at another property; the id of the event."""

    def happen(kind=EventKind.ROOM_UPDATED, *, room=1, property_id=None, **data):
        by = Actor(user_id=manager.pk)
        where = property_id or hotel.pk
        found = record(kind, by=by, property_id=where, subject=("room", room), **data)
        numbered()
        return found

    return happen


@pytest.fixture
def allowed(settings):
    """Receivers on this machine, and quick tries."""
    settings.WEBHOOK_ALLOWED_HOSTS = [HOST]
    settings.WEBHOOK_RETRIES = [60, 60, 60]
    settings.WEBHOOK_TIMEOUT = 1


@pytest.fixture
def receiver(allowed):
    """A receiver that accepts all, unless its `reply` is another."""
    started = Receiver()
    yield started
    started.stop()


@pytest.fixture
def hook(receiver, manager, by, reach):
    """Register the receiver, switched on, as the manager's webhook."""

    def make(**changes) -> object:
        details = WebhookDetails(**({"url": receiver.url} | changes))
        made = webhook_add(details=details, by=by, reach=reach, is_enabled=True)
        receiver.secrets.append(made.secret)
        return made.webhook

    return make


def answering(*statuses: int | Reply) -> Callable[..., Reply]:
    """Answer with these, one after the other, then accept."""
    left = list(statuses)

    def reply(_):
        if not left:
            return Reply()
        one = left.pop(0)
        return one if isinstance(one, Reply) else Reply(one)

    return reply


def deliver() -> int:
    """Do what the worker does: plan, queue and send until nothing is due; how many tries."""
    tries = 0
    while deliveries_plan():
        pass
    while senders_queue():
        jobs = ProcrastinateJob.objects.filter(task_name__contains="webhook_send").order_by("pk")
        turns = list(jobs.values_list("args", flat=True))
        jobs_done(jobs)
        tries += sum(deliveries_send(**turn) for turn in turns)
    return tries


def jobs_done(jobs) -> None:
    """Delete jobs, whose rows the library does not let anybody delete otherwise."""
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM procrastinate_jobs WHERE id = ANY (%s)",
            [list(jobs.values_list("pk", flat=True))],
        )
