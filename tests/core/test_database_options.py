"""What settings make of DATABASE_URL, and what the server makes of that."""

from __future__ import annotations

import time

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import InternalError, connection, transaction
from procrastinate.contrib.django import app

from bookyflow.core.prepared import first_row
from bookyflow.settings import ON_THE_WIRE, TOLD, database
from tests.clusters import connected_to, own_database

URL = "postgresql://me:secret@db.example:5433/book"
PREPARED = "SELECT count(*) FROM pg_prepared_statements"


def options(query=""):
    found = dict(database(URL + query)["OPTIONS"])
    found.pop("pool")
    return found


def shown(name):
    with connection.cursor() as cursor:
        cursor.execute(f"SHOW {name}")
        (value,) = cursor.fetchone()
    return value


def prepared_after_five():
    for _ in range(5):
        first_row("SELECT %(n)s + 1", {"n": 1})
    (count,) = first_row(PREPARED, {}) or (None,)
    return count


def test_options_without_any_in_the_url():
    assert options() == ON_THE_WIRE | {
        "application_name": "bookyflow-web",
        "options": TOLD,
        "prepare_threshold": 2,
    }


def test_options_of_the_url_are_kept_beside_ours():
    found = options("?sslmode=require&options=-c%20statement_timeout%3D9s&prepare_threshold=none")

    assert found == ON_THE_WIRE | {
        "application_name": "bookyflow-web",
        "options": f"{TOLD} -c statement_timeout=9s",
        "prepare_threshold": None,
        "sslmode": "require",
    }


def test_the_time_that_connecting_may_take_can_be_set():
    assert options("?connect_timeout=9")["connect_timeout"] == "9"


def test_statements_may_be_prepared_later():
    assert options("?prepare_threshold=7")["prepare_threshold"] == 7


@pytest.mark.parametrize("text", ["0", "-1", "None", "off", "1.5", "२"])
def test_a_threshold_that_is_none_or_unclear_stops_the_start(text):
    with pytest.raises(ImproperlyConfigured, match="is neither none"):
        options(f"?prepare_threshold={text}")


def test_behind_a_pooler_that_shares_connections_they_are_told_nothing():
    found = database(URL, is_shared=True)["OPTIONS"]
    told = database(f"{URL}?options=-c%20work_mem%3D9MB", is_shared=True)["OPTIONS"]

    assert found["prepare_threshold"] is None
    assert "options" not in found
    assert told["options"] == "-c work_mem=9MB"
    later = database(f"{URL}?prepare_threshold=5", is_shared=True)["OPTIONS"]
    assert later["prepare_threshold"] == 5  # one of 1.21 or newer keeps them apart


@pytest.mark.django_db
def test_statements_that_every_request_pays_for_are_prepared():
    with connected_to(own_database()):
        assert prepared_after_five() == 1


@pytest.mark.django_db
def test_behind_a_pooler_no_statement_is_prepared():
    with connected_to(own_database() + "&prepare_threshold=none"):
        assert prepared_after_five() == 0


@pytest.mark.django_db
def test_jobs_are_worked_on_with_the_same_options():
    with connected_to(own_database() + "&prepare_threshold=none"):
        worker = app.connector.get_worker_connector()

    assert worker._pool_args["kwargs"]["options"] == TOLD
    assert worker._pool_args["kwargs"]["prepare_threshold"] is None


@pytest.mark.django_db
def test_an_idle_transaction_is_ended_by_the_server():
    assert shown("idle_in_transaction_session_timeout") == "1min"


@pytest.mark.django_db
def test_no_statement_is_compiled():
    assert shown("jit") == "off"


@pytest.mark.django_db
def test_rows_are_found_by_indexes_also_where_tables_are_small():
    assert shown("random_page_cost") == "1.1"


def pause_in_a_transaction():
    with transaction.atomic():
        shown("application_name")
        time.sleep(0.6)
        shown("application_name")


@pytest.mark.django_db
def test_the_operators_own_time_for_an_idle_transaction_holds():
    url = own_database() + "&options=-c%20idle_in_transaction_session_timeout%3D200ms"
    with connected_to(url):
        with pytest.raises(InternalError, match="idle-in-transaction"):
            pause_in_a_transaction()
        connection.close()
        assert shown("idle_in_transaction_session_timeout") == "200ms"
