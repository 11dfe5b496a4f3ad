"""A mail that is sent again can be told from a new one by its Message-ID."""

from __future__ import annotations

import asyncio
from contextlib import contextmanager

import pytest
from django.core import mail
from procrastinate import RetryStrategy
from procrastinate.contrib.django import DjangoApp, app

from bookyflow.core.jobs import job_id
from bookyflow.core.worker import jobs_run
from bookyflow.mailing.sending import mail_send

GUEST = "ada@guest.example"


@contextmanager
def job(number):
    token = job_id.set(number)
    try:
        yield
    finally:
        job_id.reset(token)


def sent(to=GUEST, **more):
    mail_send("account/notice", to=[to], context={"what": "x"}, **more)
    return mail.outbox[-1].message()["Message-ID"]


def test_a_job_that_runs_again_sends_its_mail_by_the_same_id(settings, db):
    settings.DEFAULT_FROM_EMAIL = "Hotel <bookings@hôtel.example>"
    with job(7):
        first, again = sent(), sent()
    with job(8):
        later = sent()

    assert first == again != later
    assert first.startswith("<7.")
    assert first.endswith("@xn--htel-vqa.example>")


def test_mails_of_one_job_are_told_apart(db):
    with job(7):
        ids = {sent(), sent("bob@guest.example"), sent(about=2), sent(about=3)}

    assert len(ids) == 4


def test_mails_of_no_job_are_always_new(db):
    assert sent() != sent()


@pytest.mark.django_db(transaction=True)
def test_a_worker_says_which_job_it_runs(mailoutbox):
    own = DjangoApp(connector=app.connector)
    found = []

    async def scenario():
        stopping = asyncio.Event()

        @own.task(name="mailing", retry=RetryStrategy(max_attempts=2, wait=0))
        def mailing():
            found.append((job_id.get(), sent()))
            if len(found) == 1:
                raise ValueError("killed after it was sent")

        working = asyncio.create_task(jobs_run(own, stopping))
        configured = app.configure_task("mailing", allow_unknown=True)
        number = await asyncio.to_thread(configured.defer)
        while len(found) < 2 and not working.done():
            await asyncio.sleep(0.05)
        stopping.set()
        await asyncio.wait_for(working, 20)
        return number

    number = asyncio.run(scenario())

    assert found[0] == found[1]
    assert found[0][0] == number
