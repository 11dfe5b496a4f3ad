"""A database that other migrations have made is refused, and no migration waits for long."""

from __future__ import annotations

import threading
import time

import pytest
from django.core.checks import run_checks
from django.core.management import call_command
from django.core.management.base import SystemCheckError
from django.db import OperationalError, connection

from bookyflow.core.history import unknown_migrations
from bookyflow.core.management.commands import migrate
from bookyflow.mailing.models import MailCount


def applied(app, name):
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO django_migrations (app, name, applied) VALUES (%s, %s, now())", [app, name]
        )


def not_applied(app, name):
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE (app, name) = (%s, %s)", [app, name])


@pytest.mark.django_db
def test_our_own_database_is_taken():
    assert list(unknown_migrations(connection)) == []
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
    not_applied("rooms", "0002_seed")

    assert list(unknown_migrations(connection)) == []


@pytest.mark.django_db
def test_what_other_packages_have_made_is_not_looked_at():
    applied("auth", "0002_other")
    not_applied("auth", "0002_alter_permission_name_max_length")

    assert list(unknown_migrations(connection)) == []


@pytest.mark.django_db(transaction=True)
def test_a_migration_gives_up_where_a_lock_is_not_to_be_had(monkeypatch):
    monkeypatch.setattr(migrate, "LOCK_TIMEOUT", "200ms")
    reading, done = threading.Event(), threading.Event()

    def read():
        try:
            with connection.cursor() as cursor:
                cursor.execute("BEGIN; SELECT count(*) FROM mailing_mailcount")
                reading.set()
                done.wait(20)
                cursor.execute("COMMIT")
        finally:
            connection.close()

    reader = threading.Thread(target=read)
    reader.start()
    reading.wait(20)
    began = time.monotonic()
    try:
        with pytest.raises(OperationalError, match="lock timeout"):
            call_command("migrate", "mailing", "zero", interactive=False, verbosity=0)
        assert time.monotonic() - began < 10
    finally:
        done.set()
        reader.join()

    assert MailCount.objects.count() == 0  # the table is there
    with connection.cursor() as cursor:
        cursor.execute("SHOW lock_timeout")
        assert cursor.fetchone() == ("0",)
