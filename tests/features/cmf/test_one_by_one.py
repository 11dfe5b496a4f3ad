"""Reservations are brought in one by one: nobody waits for all of them, and a kill loses none."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time

import pytest
from django.db import connection

from bookyflow.channels.models import ChannelProperty
from bookyflow.reservations.models import Booking, BookingState
from tests.conftest import make_hotel
from tests.domain.conftest import lock_of
from tests.features.cmf.conftest import BASE, reservation, sent, stay_info, value

pytestmark = pytest.mark.django_db(transaction=True)

ADD = BASE + "reservations/add"
CANCEL = BASE + "reservations/cancel"
MANY = 40
CALLER = """
import json, os, sys
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bookyflow.settings")
import django
from django.conf import settings
told = json.load(sys.stdin)
settings.DATABASES["default"]["NAME"] = told["database"]
settings.ALLOWED_HOSTS = ["testserver"]
django.setup()
from rest_framework.test import APIClient
client = APIClient(**told["headers"])
print(client.put(told["path"], told["body"], format="json").content.decode(), flush=True)
"""


def until(what, seconds=60):
    """Wait until something is so."""
    end = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < end, "it never happened"
        time.sleep(0.01)


@pytest.fixture
def beside():
    """Call something in a thread of its own; returns a list that will have its result."""
    threads = []

    def start(call):
        found = []

        def run():
            try:
                found.append(call())
            finally:
                connection.close()

        threads.append(threading.Thread(target=run))
        threads[-1].start()
        return found

    yield start
    for thread in threads:
        thread.join(60)


def many(prop):
    return [reservation(f"R{n}", stay_info(prop, 3 + n, 3 + n)) for n in range(MANY)]


def test_a_guest_does_not_wait_for_all_reservations_of_a_call(ota, hotel, hold, beside):
    answers = beside(lambda: ota.put(ADD, sent(*many(hotel))))
    until(Booking.objects.exists)

    status, done = hold(), Booking.objects.count()
    until(lambda: answers)

    assert (status, done < MANY) == (201, True)
    assert len(value(answers[0])["successful_bookings"]) == MANY


def test_a_guest_does_not_wait_for_all_cancellations_of_a_call(ota, hotel, hold, beside):
    value(ota.put(ADD, sent(*many(hotel))))
    cancelled = Booking.objects.filter(state=BookingState.CANCELLED)
    answers = beside(lambda: ota.put(CANCEL, {"reservation_ids": [f"R{n}" for n in range(MANY)]}))
    until(cancelled.exists)

    status, done = hold(), cancelled.count()
    until(lambda: answers)

    assert (status, done < MANY) == (201, True)
    assert len(value(answers[0])["cancellations"]) == MANY


def test_a_call_that_is_killed_in_the_middle_is_finished_by_a_retry(ota, manager, linked, hotel):
    other = make_hotel(manager, name="Other")
    ChannelProperty.objects.create(channel=linked, property=other)
    body = sent(
        reservation("R1", stay_info(hotel)),
        reservation("R2", stay_info(other)),
        reservation("R3", stay_info(hotel)),
    )
    headers = {
        "HTTP_AUTHORIZATION": f"Bearer {ota.token}",
        "HTTP_X_BOOKYFLOW_CHANNEL_NAME": "ota",
        "HTTP_IDEMPOTENCY_KEY": "once",
    }
    database = connection.settings_dict["NAME"]
    told = {"database": database, "headers": headers, "path": ADD, "body": body}
    with (
        lock_of(other),
        subprocess.Popen(
            [sys.executable, "-c", CALLER],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
        ) as process,
    ):
        process.stdin.write(json.dumps(told))
        process.stdin.close()
        until(Booking.objects.exists)  # the first; the second waits for its property
        process.kill()
        killed = process.wait()
        written = process.stdout.read()
    first = Booking.objects.get()

    def retry():
        answer = ota.put(ADD, body, HTTP_IDEMPOTENCY_KEY="once")
        running = answer.status_code == 409  # the database has not noticed yet
        if running:
            assert answer.json()["key"] == "idempotency_in_progress"
        else:
            answers.append(answer)
        return not running

    answers = []
    until(retry)
    again = ota.put(ADD, body, HTTP_IDEMPOTENCY_KEY="once")

    assert (killed, written) == (-9, "")
    found = value(answers[0])["successful_bookings"]
    assert list(found) == ["R1", "R2", "R3"]
    assert found["R1"]["link"]["link_id"] == first.pk
    assert Booking.objects.count() == 3
    assert again["Idempotency-Replayed"] == "true"
    assert value(again) == value(answers[0])
