"""script/listen, between a served site and a receiver on this machine."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from queue import Queue

import pytest
from django.db import transaction
from standardwebhooks.webhooks import Webhook

from benchmarks.serving import HOST, ROOT
from bookyflow.accounts.services import key_pair_create
from bookyflow.core.acting import Actor
from bookyflow.events.models import EventKind
from bookyflow.events.services import record
from tests.feeds import settled

pytestmark = pytest.mark.django_db(transaction=True)

SECRET = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD"
LONGEST = 40


class Receiver:
    """Verifies what comes; answers `answers` in turn, then 204, and does `before` before that."""

    def __init__(self, *answers, before=lambda: None):
        self.taken, self.answers, self.ids = [], list(answers), []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                outer.ids.append(self.headers["webhook-id"])
                status = outer.answers.pop(0) if outer.answers else 204
                if status == 204:
                    outer.taken.append(Webhook(SECRET).verify(body, dict(self.headers)))
                before()
                self.send_response(status)
                self.send_header("Location", "/elsewhere")
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_):
                """Nothing."""

        self.server = ThreadingHTTPServer((HOST, 0), Handler)
        self.url = f"http://{HOST}:{self.server.server_port}/hooks"

    def __enter__(self):
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()

    @property
    def kinds(self):
        return [one["type"] for one in self.taken]

    def wait_for(self, number, process):
        end = time.monotonic() + LONGEST
        while len(self.taken) < number:
            assert process.poll() is None, process.communicate()
            assert time.monotonic() < end, self.ids
            time.sleep(0.05)


@pytest.fixture
def keys(manager):
    """The environment of a key pair."""
    by = Actor(user_id=manager.pk)
    key, secret = key_pair_create(owner=manager, label="listener", scopes=["webhooks_get"], by=by)
    return {"BOOKYFLOW_CLIENT_ID": key.client_id, "BOOKYFLOW_CLIENT_SECRET": secret}


@pytest.fixture
def listening(server, keys, tmp_path):
    """Run script/listen with options; its process, which is stopped at the end."""

    @contextmanager
    def run(receiver, *options, **environment):
        command = [sys.executable, "script/listen", "--to", receiver.url]
        command += ["--site", f"http://{HOST}:{server.port}"]
        command += ["--cursor-file", str(tmp_path / "state"), *options]
        facts = {**os.environ, **keys, "BOOKYFLOW_WEBHOOK_SECRET": SECRET, **environment}
        process = subprocess.Popen(
            command,
            cwd=ROOT,
            env=facts,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        try:
            yield process
        finally:
            process.terminate()
            process.communicate(timeout=10)

    return run


@pytest.fixture
def happens(hotel):
    """Have something happen to a room."""

    def happen(room_id, kind=EventKind.ROOM_UPDATED):
        with transaction.atomic():
            by = Actor(user_id=hotel.staff.get().user_id)
            record(kind, by=by, property_id=hotel.pk, subject=("room", room_id))
        settled()

    return happen


def test_brings_all_events_in_order_and_goes_on_where_it_was(listening, happens, tmp_path):
    for room_id in (1, 2, 3):
        happens(room_id)

    with Receiver(500, 302) as receiver:
        with listening(receiver, "--from-start") as process:
            receiver.wait_for(3, process)
            happens(4, EventKind.ROOM_DELETED)  # while it waits for news
            receiver.wait_for(4, process)
        happens(5)  # while it does not run
        with listening(receiver) as process:
            receiver.wait_for(5, process)

    rooms = [one["data"]["room_uid"] for one in receiver.taken]
    assert rooms == [1, 2, 3, 4, 5]
    assert receiver.kinds == ["room_updated"] * 3 + ["room_deleted", "room_updated"]
    assert receiver.ids[:3] == [receiver.ids[0]] * 3  # tried again, under the same id
    assert len(receiver.ids) == 7
    state = tmp_path / "state"
    assert state.stat().st_mode & 0o077 == 0
    assert set(json.loads(state.read_text())) == {"site", "cursor", "secret"}


def test_an_event_that_is_taken_is_noted_although_the_end_is_asked_for(listening, happens):
    started, signals = Queue(), [signal.SIGTERM, signal.SIGINT]

    def before():
        if signals:
            started.get(timeout=LONGEST).send_signal(signals.pop(0))
            time.sleep(0.5)

    for room_id in (1, 2, 3):
        happens(room_id)
    with Receiver(before=before) as receiver:
        for options in (["--from-start"], []):
            with listening(receiver, *options) as process:
                started.put(process)
                said = process.communicate(timeout=LONGEST)[0]
            assert (process.returncode, said.splitlines()[-1]) == (0, "Stopped.")
        with listening(receiver) as process:
            receiver.wait_for(3, process)

    assert [one["data"]["room_uid"] for one in receiver.taken] == [1, 2, 3]


def test_an_answer_is_not_waited_for_long_when_the_end_is_asked_for(listening, happens):
    """And not at all when it is asked for again."""
    started, took = Queue(), []

    def before():
        if len(receiver.ids) > 2:
            return
        process, began = started.get(timeout=LONGEST), time.monotonic()
        process.terminate()
        while len(receiver.ids) == 2 and process.poll() is None:
            time.sleep(0.001)  # up to its very last moment
            process.terminate()
        process.wait(LONGEST)
        took.append(time.monotonic() - began)

    happens(1)
    with Receiver(before=before) as receiver:
        for _ in range(2):
            with listening(receiver, "--from-start") as process:
                started.put(process)
                assert "Stopped" in process.communicate(timeout=LONGEST)[0]
            assert process.returncode == 0
        with listening(receiver) as process:
            receiver.wait_for(3, process)

    assert len(set(receiver.ids)) == 1
    slow, quick = took
    assert 4 < slow < 10
    assert quick < 4


def test_begins_with_what_happens_from_then_on_and_says_what_is_wrong(listening, happens, tmp_path):
    happens(1)
    lines = []
    with Receiver() as receiver:
        for _ in range(2):  # it makes a secret, and keeps it
            with listening(receiver, BOOKYFLOW_WEBHOOK_SECRET="") as process:
                lines.append(process.stdout.readline())
        with listening(receiver) as process:
            assert process.stdout.readline().startswith("Following")
            happens(2)
            receiver.wait_for(1, process)
    assert lines[0] == lines[1]
    assert lines[0].startswith("Events are signed with whsec_")
    assert [one["data"]["room_uid"] for one in receiver.taken] == [2]

    (tmp_path / "other").write_text("{}")
    with Receiver(410) as receiver:
        with listening(receiver, BOOKYFLOW_CLIENT_SECRET="wrong") as process:
            assert "no token: 401" in process.communicate(timeout=LONGEST)[0]
        with listening(receiver, "--cursor-file", str(tmp_path / "other")) as process:
            assert "is no file of this program's" in process.communicate(timeout=LONGEST)[0]
        with listening(receiver, "--from-start") as process:
            assert "wants no more events" in process.communicate(timeout=LONGEST)[0]
            assert process.returncode == 1


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (["--webhook-secret", "whsec_abc"], "24 bytes or more"),
        (["--to", "localhost:3000"], "does not begin with http"),
        (["--client-id", ""], "Set BOOKYFLOW_CLIENT_ID"),
    ],
)
def test_refuses_options_that_make_no_sense(options, told):
    command = [sys.executable, "script/listen", "--to", "http://localhost:3000"]
    given = ["--client-id", "a", "--client-secret", "b", *options]

    result = subprocess.run(
        [*command, *given], cwd=ROOT, capture_output=True, text=True, check=False
    )

    assert result.returncode == 2
    assert told in result.stderr
