"""503, and when to come again, wherever the database cannot do what is asked now."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, InternalError, OperationalError, connection
from django.test import Client
from psycopg import errors as pg

from benchmarks.hotel import reservation
from bookyflow.accounts.services import key_pair_create
from bookyflow.api.schema import pages
from bookyflow.core.acting import SYSTEM
from bookyflow.core.outages import is_outage

API = "/bookyflow/api"
AWAY = [
    pg.AdminShutdown,
    pg.CannotConnectNow,
    pg.ConnectionFailure,
    pg.CrashShutdown,
    pg.OperationalError,
    pg.SqlclientUnableToEstablishSqlconnection,
    pg.TooManyConnections,
]
NOT_AWAY = [pg.DeadlockDetected, pg.DiskFull, pg.OutOfMemory, pg.QueryCanceled, pg.DataException]


def raised(kind, cause):
    try:
        raise kind("text") from cause("text")
    except DatabaseError as error:
        return error


@pytest.fixture
def read_only(request):
    """A server that only reads, from here on."""

    def begin():
        request.addfinalizer(lambda: _default("off"))
        _default("on")

    return begin


def _default(state):
    with connection.cursor() as cursor:
        cursor.execute(f"SET default_transaction_read_only = {state}")


def test_which_errors_mean_that_the_database_is_away():
    assert [one for one in AWAY if not is_outage(raised(OperationalError, one))] == []
    assert [one for one in NOT_AWAY if is_outage(raised(OperationalError, one))] == []
    assert is_outage(raised(InternalError, pg.ReadOnlySqlTransaction))
    assert not is_outage(raised(InternalError, pg.InternalError_))
    assert is_outage(pg.OperationalError("of the driver itself"))


@pytest.mark.django_db(transaction=True)
def test_a_server_that_only_reads_answers_reads_and_refuses_writes(
    client_for, hotel, channel, manager, anonymous, read_only
):
    client = client_for("properties_get channel_management", channel="ota")
    key, secret = key_pair_create(owner=manager, label="A", scopes=["email_get"], by=SYSTEM)
    body = {"grant_type": "client_credentials", "client_id": key.client_id, "client_secret": secret}
    stay = {
        "property_id": hotel.pk,
        "date_from": "2027-06-10",
        "date_to": "2027-06-11",
        "channel_price": "180.00",
    }
    read_only()
    listed = client.get(f"{API}/cmf/properties/ids")
    document = anonymous.get(f"{API}/schema")
    booked = client.put(f"{API}/cmf/reservations/add", reservation("R-1", stay))
    token = anonymous.post(f"{API}/oauth/token", body, format="multipart")

    assert listed.status_code == document.status_code == 200
    assert (booked.status_code, booked.json()["key"]) == (503, "unavailable")
    assert (token.status_code, token.json()["error"]) == (503, "temporarily_unavailable")
    assert booked["Retry-After"] == token["Retry-After"] == "2"


@pytest.mark.django_db(transaction=True)
def test_a_page_that_cannot_be_made_says_so_to_people(manager, read_only, caplog):
    manager.set_password("correct horse")
    manager.save()
    visitor = Client(raise_request_exception=False)
    read_only()
    page = visitor.post("/bookyflow/sign-in", {"username": "manager", "password": "correct horse"})

    assert page.status_code == 503
    assert page["Retry-After"] == "2"
    assert "<h1>Not available now</h1>" in page.text
    assert "Traceback" not in caplog.text


@pytest.mark.django_db
def test_what_drf_has_no_hand_in_is_refused_in_the_shape_of_the_api(monkeypatch):
    def away():
        raise OperationalError("away") from pg.OperationalError("away")

    monkeypatch.setattr(pages.registry, "enabled", away)
    answer = Client(raise_request_exception=False).get(f"{API}/schema")

    assert (answer.status_code, answer.json()["key"]) == (503, "unavailable")
    assert answer["Retry-After"] == "2"


@pytest.mark.django_db
def test_a_fault_outside_drf_stays_one(monkeypatch):
    monkeypatch.setattr(pages.registry, "enabled", lambda: 1 / 0)
    answer = Client(raise_request_exception=False).get(f"{API}/schema")

    assert (answer.status_code, answer.json()["key"]) == (500, "server_error")
