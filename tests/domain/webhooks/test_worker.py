"""Deliveries by a real worker, which is killed."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from contextlib import contextmanager
from threading import Event as Signal
from threading import Thread

import pytest
from django.db import connection, transaction
from django.utils import timezone
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from benchmarks.receiver import HOST, Receiver, Reply
from benchmarks.serving import ROOT
from bookyflow.core.acting import Actor
from bookyflow.events.models import EventKind
from bookyflow.events.services import record
from bookyflow.webhooks.models import Webhook, WebhookDelivery
from bookyflow.webhooks.planning import senders_queue
from tests.domain.conftest import at_once
from tests.gateway import Gateway

pytestmark = pytest.mark.django_db(transaction=True)
HARMLESS = "bookyflow.core.tasks.jobs_clear"


@contextmanager
def worker(database):
    """As operators start it, with short times; killed in the end."""
    started = subprocess.Popen(
        [sys.executable, "manage.py", "worker"],
        cwd=ROOT,
        env={
            **os.environ,
            "DATABASE_URL": database,
            "WEBHOOK_ALLOWED_HOSTS": HOST,
            "WEBHOOK_TIMEOUT": "1",
            "WEBHOOK_RETRIES": ",".join(["1"] * 60),
            "LOG_LEVEL": "ERROR",
        },
    )
    try:
        yield started
    finally:
        started.kill()
        started.wait()


def eventually(claim, seconds=40):
    until = time.monotonic() + seconds
    while not claim():
        assert time.monotonic() < until
        time.sleep(0.05)


def happen(hotel, manager, room):
    with transaction.atomic():
        return record(
            EventKind.ROOM_UPDATED,
            by=Actor(user_id=manager.pk),
            property_id=hotel.pk,
            subject=("room", room),
        )


def commits_late(hotel, manager, go_on, began):
    """An event whose transaction ends only when it is told to."""
    try:
        with transaction.atomic():
            happen(hotel, manager, 3)
            began.set()
            go_on.wait(30)
    finally:
        connection.close()


def test_two_that_choose_at_once_choose_each_webhook_once(manager):
    Webhook.objects.bulk_create(
        Webhook(owner=manager, url=f"https://h{n}.example.com/", is_enabled=True) for n in range(12)
    )
    now = timezone.now()
    WebhookDelivery.objects.bulk_create(
        WebhookDelivery(webhook=webhook, kind="webhook_ping", due_at=now)
        for webhook in Webhook.objects.all()
    )

    chosen = at_once(4, lambda _: senders_queue())

    assert sum(chosen) == 12
    assert set(Webhook.objects.values_list("turn", flat=True)) == {1}


def test_nothing_is_lost_or_held_up(allowed, hook, receiver, hotel, manager):
    with Gateway() as gateway:
        _run(hook, receiver, hotel, manager, gateway.url)


def _run(hook, receiver, hotel, manager, database_url):
    hanging = Receiver(reply=lambda _: Reply(after=60))
    hook()
    hook(url=hanging.url)
    go_on, began = Signal(), Signal()
    late = Thread(target=commits_late, args=(hotel, manager, go_on, began))
    late.start()
    began.wait(10)
    events = [happen(hotel, manager, room) for room in (1, 2)]
    with worker(database_url):
        time.sleep(4)
        assert receiver.received == []  # what is younger than an open transaction has no position
        go_on.set()
        late.join()
        eventually(lambda: len(receiver.accepted) == 3)
        job = app.configure_task(HARMLESS).defer(timestamp=0)
        eventually(lambda: ProcrastinateJob.objects.get(pk=job).status == "succeeded", 4)
        eventually(lambda: len(hanging.received) or WebhookDelivery.objects.filter(tries__gt=0))
    hanging.stop()
    hanging.reply = lambda _: Reply()
    hanging.start()
    with worker(database_url):
        events += [happen(hotel, manager, 1)]
        eventually(lambda: len({one.id for one in hanging.accepted}) == 4)
        eventually(lambda: len({one.id for one in receiver.accepted}) == 4)
    hanging.stop()

    assert {f"event_{one}" for one in events} <= {one.id for one in receiver.accepted}
    assert all(one.is_signed for one in receiver.received)
    assert not ProcrastinateJob.objects.filter(
        task_name="bookyflow.webhooks.tasks.webhook_send", status="succeeded"
    ).exists()
