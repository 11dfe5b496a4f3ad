"""What whoever runs the site sees: lines of the log, the numbers of `/metrics`."""

from __future__ import annotations

import gzip
import json
import logging
import os
import re
import subprocess
import sys
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import ClassVar

import brotli
import pytest
import yaml
from django.conf import settings as project_settings
from django.core.exceptions import ImproperlyConfigured
from django.core.mail import EmailMessage
from django.test import Client
from django.utils import timezone
from prometheus_client.parser import text_string_to_metric_families

from bookyflow.api.schema import pages
from bookyflow.core import logs
from bookyflow.core.acting import SYSTEM
from bookyflow.core.jobs import job_queue
from bookyflow.core.telemetry import telemetry_start
from bookyflow.events.models import EventKind
from bookyflow.events.services import record
from bookyflow.mailing.sending import MailNotSent, mail_send
from bookyflow.reservations.models import Hold
from tests.clusters import own_database

pytestmark = pytest.mark.django_db
TOKEN = "a-token-of-prometheus"
API = "/bookyflow/api/probe"


class Lines(logging.Handler):
    """The lines as they leave the process, in one of the formats."""

    def __init__(self, formatter):
        super().__init__()
        self.found = []
        self.setFormatter(formatter)
        self.addFilter(logs.OfRequest())

    def emit(self, record):
        self.found.append(self.format(record))


@pytest.fixture
def lines():
    """All lines of the log, as JSON."""
    handler = Lines(logs.JsonLines())
    root = logging.getLogger()
    root.addHandler(handler)
    yield handler
    root.removeHandler(handler)


def test_a_line_tells_who_what_and_how_it_ended(client, lines, settings, hotel):
    settings.LOG_FORMAT = "json"
    logging.getLogger("bookyflow.calls").setLevel(logging.INFO)

    client.get(f"{API}/property/{hotel.pk}?secret=1", HTTP_X_REQUEST_ID="request-1")

    (line,) = [json.loads(one) for one in lines.found if "bookyflow.calls" in one]
    assert 0 < line.pop("ms") < 60_000
    assert line.pop("at")
    assert line.pop("statements") >= 1
    assert line == {
        "level": "INFO",
        "logger": "bookyflow.calls",
        "message": f"GET {line['route']} 200",
        "request_id": "request-1",
        "method": "GET",
        "route": "bookyflow/api/probe/property/<uid:property_uid>",
        "status": 200,
        "key_id": client.key.pk,
    }
    assert "secret" not in str(lines.found)


def test_a_reported_id_leads_to_its_traceback(client, lines, monkeypatch, hotel):
    def fail():
        raise RuntimeError("no such beam")

    monkeypatch.setattr(pages, "feed_lag", fail)
    client.raise_request_exception = False

    told = client.get("/readyz", HTTP_X_REQUEST_ID="reported-7")

    assert told.status_code == 500
    assert told["X-Request-ID"] == "reported-7"
    (line,) = [json.loads(one) for one in lines.found if "no such beam" in one]
    assert line["request_id"] == "reported-7"
    assert "Traceback" in line["exc_info"]


def test_lines_for_people_have_the_id_too():
    handler = Lines(logs.PlainFormatter(project_settings.PLAIN_LINES))
    made = logging.makeLogRecord({"msg": "Something", "name": "here", "levelname": "INFO"})
    token = logs.request_id.set("abc")
    try:
        handler.handle(made)
    finally:
        logs.request_id.reset(token)
    handler.handle(logging.makeLogRecord({"msg": "Other", "name": "here", "levelname": "INFO"}))

    assert handler.found[0].endswith("INFO here [abc] Something")
    assert handler.found[1].endswith("INFO here Other")


def numbers(response):
    """Values by name and labels."""
    assert response.status_code == 200, response.content
    return {
        (sample.name, *sorted(sample.labels.values())): sample.value
        for family in text_string_to_metric_families(response.content.decode())
        for sample in family.samples
    }


@pytest.fixture
def visitor():
    return Client()


@pytest.fixture
def metrics(settings, visitor):
    settings.METRICS_TOKEN = TOKEN

    def ask():
        return numbers(visitor.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"}))

    return ask


def test_numbers_are_for_whoever_has_the_token(visitor, settings):
    assert visitor.get("/metrics").status_code == 404
    settings.METRICS_TOKEN = TOKEN

    assert visitor.get("/metrics").status_code == 401
    wrong = visitor.get("/metrics", headers={"Authorization": "Bearer other"})
    assert wrong.status_code == 401
    assert wrong["WWW-Authenticate"].startswith("Bearer")


def test_calls_refusals_and_statements_are_counted(client, metrics, hotel):
    route = "bookyflow/api/probe/property/<uid:property_uid>"
    before = metrics()
    client.get(f"{API}/property/{hotel.pk}")
    client.get(f"{API}/property/{hotel.pk + 1}")
    now = metrics()

    def grown(*name):
        return now.get(name, 0) - before.get(name, 0)

    assert grown("bookyflow_call_seconds_count", *sorted(("GET", route, "200"))) == 1
    assert grown("bookyflow_call_seconds_count", *sorted(("GET", route, "404"))) == 1
    assert grown("bookyflow_refusals_total", "property_not_found") == 1
    assert grown("bookyflow_statements_total", *sorted(("GET", route))) >= 2


def test_what_happened_counts_when_it_is_done(metrics, hotel, django_capture_on_commit_callbacks):
    before = metrics()
    with django_capture_on_commit_callbacks(execute=True):
        record(EventKind.PROPERTY_UPDATED, by=SYSTEM, property_id=hotel.pk, subject=("property", 1))
    record(EventKind.PROPERTY_UPDATED, by=SYSTEM, property_id=hotel.pk, subject=("property", 1))
    now = metrics()

    name = ("bookyflow_events_total", "property_updated")
    assert now[name] - before.get(name, 0) == 1


def test_the_queue_the_holds_and_the_feed(metrics, hotel):
    before = metrics()
    job_queue("bookyflow.core.tasks.jobs_rescue", {"timestamp": 0})
    Hold.objects.create(
        property=hotel,
        serial=7,
        number="7",
        arrival="2027-01-01",
        departure="2027-01-02",
        quote={},
        expires_at=timezone.now() + timedelta(minutes=5),
    )
    now = metrics()

    assert now["bookyflow_jobs_waiting",] - before["bookyflow_jobs_waiting",] == 1
    assert now["bookyflow_holds",] - before["bookyflow_holds",] == 1
    assert now["bookyflow_feed_lag_seconds",] >= 0
    assert now["bookyflow_webhook_deliveries_waiting",] == 0


def test_mails_that_wait_were_sent_and_failed(metrics, monkeypatch):
    def grown(outcome):
        name = ("bookyflow_mails_total", outcome)
        return now.get(name, 0) - before.get(name, 0)

    before = metrics()
    job_queue("bookyflow.reviews.tasks.review_mail", {"review_id": 0})
    job_queue("bookyflow.team.tasks.account_notice", {"user_id": 0, "what": "", "email": ""})
    job_queue("bookyflow.mailing.tasks.mail_counts", {"timestamp": 0})
    mail_send("account/notice", to=["vera@visitor.example"], context={"what": "password"})
    monkeypatch.setattr(EmailMessage, "send", unsendable)
    with pytest.raises(MailNotSent):
        mail_send("account/notice", to=["vera@visitor.example"], context={"what": "password"})
    now = metrics()

    assert (grown("sent"), grown("failed")) == (1, 1)
    assert now["bookyflow_mails_waiting",] - before["bookyflow_mails_waiting",] == 2


def unsendable(message):
    raise OSError("no route")


PROCESS = """
import django; django.setup()
from bookyflow.core import metrics
metrics.refusals.labels("room_taken").inc()
metrics.connections_used.set(4)
"""


def test_processes_of_a_machine_are_added_up(tmp_path):
    environment = os.environ | {
        "PROMETHEUS_MULTIPROC_DIR": str(tmp_path),
        "DJANGO_SETTINGS_MODULE": "bookyflow.settings",
    }
    for _ in range(2):
        subprocess.run([sys.executable, "-c", PROCESS], env=environment, check=True)
    read = """
import django; django.setup()
from bookyflow.core import metrics
metrics._readings.clear()
print(metrics.exposition().decode())
"""
    told = subprocess.run(
        [sys.executable, "-c", read], env=environment, check=True, capture_output=True, text=True
    ).stdout

    assert 'bookyflow_refusals_total{key="room_taken"} 2.0' in told
    assert "bookyflow_pool_connections_used 0.0" in told  # the two have ended


WATCHED = """
import os
import re
os.environ["DJANGO_SETTINGS_MODULE"] = "bookyflow.settings"
from bookyflow.wsgi import application
from bookyflow.api.schema import pages

def fail():
    surname = "Hopper"
    raise RuntimeError("no such beam")

pages.feed_lag = fail
from django.core.exceptions import ImproperlyConfigured
from django.test import Client
client = Client(raise_request_exception=False)
answer = client.get("/readyz?token=of-a-guest", HTTP_X_REQUEST_ID="reported-7")
assert answer.status_code == 500, answer.status_code
import sentry_sdk
sentry_sdk.flush()
from opentelemetry import trace
trace.get_tracer_provider().force_flush()
"""


UNPACK = {"": bytes, "gzip": gzip.decompress, "br": brotli.decompress}


class Hearing(BaseHTTPRequestHandler):
    """Says yes to everything; what was sent is kept, unpacked."""

    heard: ClassVar[dict[str, bytes]] = {}

    def do_POST(self):
        sent = self.rfile.read(int(self.headers["Content-Length"]))
        unpack = UNPACK[self.headers.get("Content-Encoding", "")]
        self.heard[self.path] = self.heard.get(self.path, b"") + unpack(sent)
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *parts):
        """Nothing."""


def test_faults_and_traces_go_where_the_environment_says(tmp_path):
    with ThreadingHTTPServer(("127.0.0.1", 0), Hearing) as there:
        Thread(target=there.serve_forever, daemon=True).start()
        environment = os.environ | {
            "BOOKYFLOW_VAR": str(tmp_path),
            "SENTRY_DSN": f"http://key@127.0.0.1:{there.server_port}/1",
            "OTEL_EXPORTER_OTLP_ENDPOINT": f"http://127.0.0.1:{there.server_port}",
            "DATABASE_URL": own_database(),
        }
        subprocess.run([sys.executable, "-c", WATCHED], env=environment, check=True)
        there.shutdown()

    fault, trace = Hearing.heard["/api/1/envelope/"], Hearing.heard["/v1/traces"]
    for told in (fault, trace):
        assert b"reported-7" in told
        assert b"Hopper" not in told
        assert b"of-a-guest" not in told
    assert b"no such beam" in fault
    assert b"readyz" in trace


def test_a_missing_package_is_named(settings, monkeypatch):
    settings.SENTRY_DSN = "http://key@127.0.0.1:9/1"
    monkeypatch.setitem(sys.modules, "sentry_sdk", None)

    with pytest.raises(ImproperlyConfigured, match=r"SENTRY_DSN .* requirements-telemetry\.txt"):
        telemetry_start()


@pytest.mark.parametrize("name", ["alerts.yml", "grafana.json"])
def test_alerts_and_dashboard_ask_for_what_there_is(metrics, client, name, hotel):
    client.get(f"{API}/property/{hotel.pk + 1}")
    shown = {sample[0] for sample in metrics()}
    shown |= {f"bookyflow_{name}_total" for name in ("events", "mails", "calendar_polls")}
    text = (project_settings.BASE_DIR / "docs" / name).read_text()
    read = yaml.safe_load(text)

    assert read
    assert set(re.findall(r"bookyflow_[a-z_]+", text)) <= shown
