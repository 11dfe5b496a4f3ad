"""A database that other migrations have made is refused, and no migration waits for long."""

from __future__ import annotations

import threading
import time
from contextlib import contextmanager

import pytest
from django.core.checks import run_checks
from django.core.management import call_command
from django.core.management.base import CommandError, SystemCheckError
from django.core.management.commands import migrate
from django.db import OperationalError, ProgrammingError, connection, transaction

from bookyflow.core.history import signs_of_others
from bookyflow.mailing.models import MailCount


def execute(statement, parameters=None):
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)


def applied(app, name):
    added = "INSERT INTO django_migrations (app, name, applied) VALUES (%s, %s, now())"
    execute(added, [app, name])


def not_applied(app, name):
    execute("DELETE FROM django_migrations WHERE (app, name) = (%s, %s)", [app, name])


@pytest.mark.django_db
def test_our_own_database_is_taken():
    assert signs_of_others(connection) == []
    assert run_checks(tags=["database"], databases=["default"]) == []


@pytest.mark.django_db
def test_a_database_of_another_line_of_versions_is_refused():
    applied("accounts", "0002_site_settings")
    not_applied("accounts", "0002_seed")

    with pytest.raises(SystemCheckError) as refusal:
        call_command("migrate", interactive=False, verbosity=0, skip_checks=False)

    assert "than those of this version: accounts.0002_site_settings." in str(refusal.value)
    assert "versions before 0.2.0 cannot be upgraded" in str(refusal.value)


@pytest.mark.django_db
def test_a_database_that_is_newer_or_older_than_the_code_is_taken():
    applied("accounts", "0999_later")
    execute("ALTER TABLE accounts_keypair DROP COLUMN allowed_networks")  # as a later one might
    not_applied("rooms", "0002_seed")

    assert signs_of_others(connection) == []


@pytest.mark.django_db
@pytest.mark.parametrize(
    "difference",
    ["DROP COLUMN token_version", "RENAME TO guests", "ADD COLUMN salutation text NOT NULL"],
)
def test_a_migration_made_anew_under_its_name_is_noticed(difference):
    execute(f"ALTER TABLE guests_guest {difference}")

    with pytest.raises(SystemCheckError, match=r"of this version: guests_guest\."):
        call_command("migrate", interactive=False, verbosity=0, skip_checks=False)


@pytest.mark.django_db
@pytest.mark.parametrize("column", ["hint text", "hint text NOT NULL DEFAULT ''"])
def test_a_column_that_somebody_has_added_does_no_harm(column):
    execute(f"ALTER TABLE guests_guest ADD COLUMN {column}")

    assert signs_of_others(connection) == []


@pytest.mark.django_db
def test_an_app_that_has_no_tables_yet_is_not_looked_at():
    execute("DROP TABLE favourites_favourite CASCADE")
    not_applied("favourites", "0001_initial")

    assert signs_of_others(connection) == []


@pytest.mark.django_db
def test_what_other_packages_have_made_is_not_looked_at():
    applied("auth", "0002_other")
    not_applied("auth", "0002_alter_permission_name_max_length")

    assert signs_of_others(connection) == []


@contextmanager
def read_by_somebody():
    """A transaction that reads a table and stays open, as that of a back-up does."""
    reading, done = threading.Event(), threading.Event()

    def read():
        try:
            with connection.cursor() as cursor:
                cursor.execute(
                    "BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT count(*) FROM mailing_mailcount"
                )
                reading.set()
                done.wait(20)
                cursor.execute("COMMIT")
        finally:
            connection.close()

    reader = threading.Thread(target=read)
    reader.start()
    reading.wait(20)
    try:
        yield
    finally:
        done.set()
        reader.join()


@pytest.mark.django_db(transaction=True)
def test_a_migration_gives_up_where_a_lock_is_not_to_be_had():
    began = time.monotonic()
    with read_by_somebody(), pytest.raises(CommandError, match="not during a back-up"):
        call_command("migrate", "mailing", "zero", interactive=False, verbosity=0)

    assert 3 < time.monotonic() - began < 10
    assert MailCount.objects.count() == 0  # the table is there
    with connection.cursor() as cursor:
        cursor.execute("SHOW lock_timeout")
        assert cursor.fetchone() == ("0",)


@contextmanager
def read_the_other_way_round(first, second, went_on):
    """A call that reads the second table, and the first one once somebody waits for the second."""
    reading = threading.Event()

    def read():
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute("SET LOCAL deadlock_timeout = '10s'")  # the other one is ended
                cursor.execute(f"SELECT count(*) FROM {second}")
                reading.set()
                waited = (
                    "SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted"
                    " AND relation = %s::regclass)"
                )
                until = time.monotonic() + 20
                while time.monotonic() < until:
                    cursor.execute(waited, [second])
                    if cursor.fetchone() == (True,):
                        break
                    time.sleep(0.02)
                cursor.execute(f"SELECT count(*) FROM {first}")
                went_on.append(cursor.fetchone())
        finally:
            connection.close()

    reader = threading.Thread(target=read)
    reader.start()
    reading.wait(20)
    try:
        yield
    finally:
        reader.join()


@pytest.mark.django_db(transaction=True)
def test_one_that_waits_for_a_call_that_waits_for_it_is_tried_again(monkeypatch, capsys):
    """As one that changes two tables, of which a call reads the second one first."""
    first, second, went_on, tried = "mailing_mailcount", "events_lastposition", [], []

    def change(command, **options):
        tried.append(1)
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"LOCK TABLE {first} IN ACCESS EXCLUSIVE MODE")
            cursor.execute(f"LOCK TABLE {second} IN ACCESS EXCLUSIVE MODE")

    monkeypatch.setattr(migrate.Command, "handle", change)
    with read_the_other_way_round(first, second, went_on):
        call_command("migrate", interactive=False, verbosity=0)

    assert len(tried) == 2
    assert went_on == [(0,)]
    assert "it is tried again" in capsys.readouterr().err


@pytest.mark.django_db(transaction=True)
def test_an_index_whose_making_was_cut_off_is_not_in_the_way():
    making = "CREATE INDEX CONCURRENTLY made_later ON mailing_mailcount (day)"
    execute("SET lock_timeout = '200ms'")
    with read_by_somebody(), pytest.raises(OperationalError, match="lock timeout"):
        execute(making)
    execute("RESET lock_timeout")
    with pytest.raises(ProgrammingError, match="already exists"):
        execute(making)

    call_command("migrate", interactive=False, verbosity=0)

    execute(making)
    execute("DROP INDEX made_later")
