"""Whether the database's migrations are those of this code."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any

from django.apps import apps
from django.apps.config import AppConfig
from django.core.checks import CheckMessage, Error, Tags, register
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.loader import MigrationLoader

_COLUMNS = """
SELECT table_name, column_name,
    is_nullable = 'NO' AND column_default IS NULL AND is_identity = 'NO'
FROM information_schema.columns
WHERE table_schema = current_schema()
"""


@register(Tags.database)
def history_is_ours(
    app_configs: Sequence[AppConfig] | None, databases: Sequence[str] | None = None, **options: Any
) -> list[CheckMessage]:
    """An error where the tables were made by another line of versions. Runs with `migrate`."""
    return [
        Error(
            "The database's tables were made by other migrations than those of this version: "
            f"{', '.join(others)}.",
            hint="There is no way from there to here. Make a new database, or run the version "
            "that made these tables. Databases of versions before 0.2.0 cannot be upgraded.",
            id="core.E009",
        )
        for alias in databases or ()
        if (others := signs_of_others(connections[alias]))
    ]


def signs_of_others(database: BaseDatabaseWrapper) -> list[str]:
    """Migrations and tables that show that another line of versions made the tables; or nothing."""
    return sorted(unknown_migrations(database)) or sorted(other_tables(database))


def unknown_migrations(database: BaseDatabaseWrapper) -> Iterator[str]:
    """Migrations that were applied, are not ours, and stand where other ones of ours should.

    A database that is merely newer than the code has all of ours as well, and gives none.
    """
    loader = MigrationLoader(database)
    applied = set(loader.applied_migrations)
    ours = set(loader.disk_migrations)
    ours |= {old for new in loader.replacements.values() for old in new.replaces}
    for label in _own_labels():
        if any(app == label for app, _ in set(loader.graph.nodes) - applied):
            yield from (f"{app}.{name}" for app, name in applied - ours if app == label)


def other_tables(database: BaseDatabaseWrapper) -> Iterator[str]:
    """Tables that lack a column which the applied migrations make, or demand one that they do not.

    So it is where a migration was made anew under the name that it had. Types, constraints and
    functions are not compared, nor what somebody has added that may be empty. Apps of which a newer
    version has been at work are left out.
    """
    loader = MigrationLoader(database)
    applied = set(loader.applied_migrations)
    newer = {app for app, _ in applied - set(loader.disk_migrations)}
    own = _own_labels() - newer
    nodes = sorted(key for key in applied & set(loader.graph.nodes) if key[0] in own)
    if not nodes:
        return
    columns, demanded = _columns(database)
    for model in loader.project_state(nodes).apps.get_models(include_auto_created=True):
        table = model._meta.db_table
        made = {field.column for field in model._meta.local_concrete_fields}
        if model._meta.app_label in own and (made - columns[table] or demanded[table] - made):
            yield table


def _columns(database: BaseDatabaseWrapper) -> tuple[dict[str, set[str]], dict[str, set[str]]]:
    """The columns of all tables, and those of them that every new row must fill; by table."""
    found: dict[str, set[str]] = defaultdict(set)
    demanded: dict[str, set[str]] = defaultdict(set)
    with database.cursor() as cursor:
        cursor.execute(_COLUMNS)
        for table, column, is_demanded in cursor.fetchall():
            found[table].add(column)
            if is_demanded:
                demanded[table].add(column)
    return found, demanded


def _own_labels() -> set[str]:
    ours = (one for one in apps.get_app_configs() if one.name.startswith("bookyflow."))
    return {config.label for config in ours}
