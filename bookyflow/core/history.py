"""Whether the database's migrations are those of this code."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from django.apps import apps
from django.apps.config import AppConfig
from django.core.checks import CheckMessage, Error, Tags, register
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.loader import MigrationLoader


@register(Tags.database)
def history_is_ours(
    app_configs: Sequence[AppConfig] | None, databases: Sequence[str] | None = None, **options: Any
) -> list[CheckMessage]:
    """An error where the tables were made by another line of versions. Runs with `migrate`."""
    return [
        Error(
            "The database's tables were made by other migrations than those of this version: "
            f"{', '.join(unknown)}.",
            hint="There is no way from there to here. Make a new database, or run the version "
            "that made these tables. Databases of versions before 0.2.0 cannot be upgraded.",
            id="core.E009",
        )
        for alias in databases or ()
        if (unknown := sorted(unknown_migrations(connections[alias])))
    ]


def unknown_migrations(database: BaseDatabaseWrapper) -> Iterator[str]:
    """Migrations that were applied, are not ours, and stand where other ones of ours should.

    A database that is merely newer than the code has all of ours as well, and gives none.
    """
    loader = MigrationLoader(database)
    applied = set(loader.applied_migrations)
    ours = set(loader.disk_migrations)
    ours |= {old for new in loader.replacements.values() for old in new.replaces}
    for label in {config.label for config in apps.get_app_configs() if _is_own(config)}:
        if any(app == label for app, _ in set(loader.graph.nodes) - applied):
            yield from (f"{app}.{name}" for app, name in applied - ours if app == label)


def _is_own(config: AppConfig) -> bool:
    return config.name.startswith("bookyflow.")
