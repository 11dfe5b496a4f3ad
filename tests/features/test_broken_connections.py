"""The connection to the database breaks at any statement of a write; a retry makes it good."""

from __future__ import annotations

import os
import socket
import time

import pytest
from django.db import connection
from django.test import Client

from bookyflow.accounts.services import key_pair_create
from bookyflow.availability.models import Occupancy
from bookyflow.core.acting import SYSTEM
from bookyflow.reservations.models import Booking
from tests.features.booking.conftest import GUEST, asked, double, inn  # noqa: F401  # fixtures
from tests.features.cmf.conftest import linked, ota, reservation, sent, stay_info  # noqa: F401

API = "/bookyflow/api"
LIVES = "SELECT 1 FROM pg_stat_activity WHERE pid = %s"
pytestmark = pytest.mark.django_db(transaction=True)


class Cut:
    """Breaks the connection right before statement `at`, counted from 1."""

    def __init__(self, at):
        self.at, self.seen, self.pid = at, 0, 0

    def __call__(self, execute, sql, params, many, context):
        self.seen += 1
        if self.seen == self.at:
            driver = context["connection"].connection
            self.pid = driver.info.backend_pid
            with socket.socket(fileno=os.dup(driver.fileno())) as wire:
                wire.shutdown(socket.SHUT_RDWR)
        return execute(sql, params, many, context)

    def wait(self):
        """Until the server has noticed, too: it keeps the locks of the call for so long."""
        with connection.cursor() as cursor:
            while cursor.execute(LIVES, [self.pid]).fetchone():
                time.sleep(0.01)


def suffer(call, prepare=lambda at: at):
    """Send a call that is cut at its first statement, one that is cut at its second and so on.

    `call` takes what `prepare` makes of the number of the statement. Each is sent again after the
    cut. Returns what the broken calls and their repetitions were answered.
    """
    broken, again, at = [], [], 0
    while True:
        given, cut = prepare(at := at + 1), Cut(at)
        with connection.execute_wrapper(cut):
            answer = call(given)
        if cut.seen < at:
            return broken, again
        connection.close()  # as at the end of a request
        cut.wait()
        broken.append((answer.status_code, answer.headers.get("Retry-After")))
        again.append(call(given).status_code)


@pytest.fixture
def web():
    return Client(raise_request_exception=False)


def refusals(number):
    """What an honest server says each time."""
    return [(503, "2")] * number


def test_a_visitor_confirms_a_hold(web, asked):  # noqa: F811
    def post(path, body, **headers):
        return web.post(f"{API}/booking{path}", body, "application/json", **headers)

    def hold(at):
        Occupancy.objects.all().delete()  # make room
        quote = post("/quote", asked).json()["data"]["quote"]["quote"]
        return at, post("/hold", {"quote": quote}).json()["data"]["hold"]

    def confirm(given):
        at, held = given
        return post(
            "/confirm",
            {
                "reference": held["reference"],
                "guest": GUEST | {"email": f"{at}@guest.example"},
            },
            HTTP_X_BOOKYFLOW_BOOKING_TOKEN=held["token"],
            HTTP_IDEMPOTENCY_KEY=f"confirmation-number-{at}",
        )

    broken, again = suffer(confirm, hold)

    assert len(broken) > 10
    assert broken == refusals(len(broken))
    assert again == [201] * len(broken)
    assert Booking.objects.count() == len(broken) + 1


def test_a_channel_books_and_cancels(web, ota, hotel):  # noqa: F811
    headers = {
        "HTTP_AUTHORIZATION": f"Bearer {ota.token}",
        "HTTP_X_BOOKYFLOW_CHANNEL_NAME": "ota",
        "content_type": "application/json",
    }

    def put(what, body, at):
        once = {"HTTP_IDEMPOTENCY_KEY": f"{what}-with-the-number-{at}"}
        return web.put(f"{API}/cmf/reservations/{what}", body, **headers, **once)

    def add(at):
        stay = stay_info(hotel, first=at, last=at)
        return put("add", sent(reservation(f"R-{at}", stay)), at)

    def cancel(at):
        return put("cancel", {"reservation_ids": [f"R-{at}"]}, at)

    def booked_another(at):
        assert add(100 + at).status_code == 200
        return 100 + at

    booked, cancelled = suffer(add), suffer(cancel, booked_another)
    for broken, again in (booked, cancelled):
        assert len(broken) > 10
        assert broken == refusals(len(broken))
        assert again == [200] * len(broken)
    assert Booking.objects.exclude(state="cancelled").count() == len(booked[0]) + 1
    assert Booking.objects.filter(state="cancelled").count() == len(cancelled[0]) + 1


def test_a_key_gets_its_token(web, manager):
    key, secret = key_pair_create(owner=manager, label="A", scopes=["email_get"], by=SYSTEM)
    body = {"grant_type": "client_credentials", "client_id": key.client_id, "client_secret": secret}

    broken, again = suffer(lambda _: web.post(f"{API}/oauth/token", body))

    assert broken == refusals(2)  # one for each statement
    assert again == [200] * 2
