"""Django's database backend for PostgreSQL, with the pool of `bookyflow.core.postgresql.pool`."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from functools import partial
from typing import Any

import psycopg
from django.db import DEFAULT_DB_ALIAS
from django.db.backends.base.base import NO_DB_ALIAS
from django.db.backends.postgresql import base
from django.db.backends.utils import CursorDebugWrapper, debug_transaction
from psycopg.types.numeric import Int8Dumper

from bookyflow.core.postgresql.patience import Impatient
from bookyflow.core.postgresql.pool import Pool, Stay, stay_ends
from bookyflow.core.postgresql.statements import Outcome, Statements

_run = threading.local()
_stays = threading.local()  # by the alias of the server


def statements_run() -> int:
    """How many statements this thread has run since it began, on whatever connection."""
    return getattr(_run, "statements", 0)


def _count() -> None:
    _run.statements = getattr(_run, "statements", 0) + 1


def _counted(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:  # noqa: FBT001  # called by Django so
    _count()
    return execute(sql, params, many, context)


class DatabaseWrapper(base.DatabaseWrapper):
    """A connection of one thread, out of a pool that all threads of the process share."""

    _connection_pools: dict[str, Pool]

    def __init__(self, *settings: Any, **more: Any) -> None:
        super().__init__(*settings, **more)
        self.execute_wrappers.append(_counted)  # before all others

    def _configure_connection(self, connection: psycopg.Connection[Any]) -> bool:
        """As Django does once with each, and have whole numbers sent as bigint.

        psycopg sends each as the smallest type that holds it. A GiST index of a bigint and a range
        is of no use where the bigint is compared with a smallint: it finds the range in all rows.
        """
        connection.adapters.register_dumper(int, Int8Dumper)
        connection.statements = Statements(connection)  # type: ignore[attr-defined]  # read below
        return bool(super()._configure_connection(connection))  # type: ignore[misc]  # missing in the stubs

    def close_if_unusable_or_obsolete(self) -> None:
        """Before and after each request: give the connection back, or keep it for the next one.

        To give it back and get one again takes a tenth of the time of a small read.
        """
        held: Any = self.connection
        is_fine = held and not self.errors_occurred and self.autocommit and not self.in_atomic_block
        if not is_fine or not self.pool or not self.pool.lets_stay(held):
            super().close_if_unusable_or_obsolete()
        elif not hasattr(held, "stay"):
            setattr(_stays, self.alias, Stay(held))

    def _close(self) -> None:
        if self.connection is not None:
            stay_ends(self.connection)
        super()._close()  # type: ignore[misc]  # missing in the stubs

    def run(self, statement: str, parameters: Mapping[str, Any]) -> Outcome:
        """Run a statement that the server keeps prepared, as `Statements` do.

        Wrappers of Django's cursors see it, as does its log. Raises what Django raises.
        """
        self.ensure_connection()
        run: Any = self._run
        for wrapper in reversed(self.execute_wrappers[1:]):  # the first one only counts
            run = partial(wrapper, run)
        context = {"connection": self, "cursor": None}
        if not self.queries_logged:
            found: Outcome = run(statement, parameters, False, context)  # noqa: FBT003  # as Django calls it
            return found
        log = CursorDebugWrapper(None, self)
        with log.debug_sql(statement, parameters):
            return run(statement, parameters, False, context)  # type: ignore[no-any-return]  # noqa: FBT003

    def _run(self, statement: str, parameters: Mapping[str, Any], *_: Any) -> Outcome:
        _count()
        self.validate_no_broken_transaction()
        with self.wrap_database_errors:
            found: Outcome = self.connection.statements.run(statement, parameters)
            return found

    def _commit(self) -> None:
        if self.connection is not None:
            with debug_transaction(self, "COMMIT"), self.wrap_database_errors:
                self.connection.statements.commit()

    @property
    def pool(self) -> Pool | None:
        """The process's pool; None where settings want none."""
        options: dict[str, Any] | None = self.settings_dict["OPTIONS"].get("pool")
        if self.alias == NO_DB_ALIAS or not options:
            return None
        if self.alias not in self._connection_pools:
            is_primary = self.alias == DEFAULT_DB_ALIAS
            made = Pool(
                called="database" if is_primary else self.alias,
                connection_class=psycopg.Connection if is_primary else Impatient,
                kwargs=self.get_connection_params() | {"autocommit": True},
                open=False,
                configure=self._configure_connection,
                **options,
            )
            self._connection_pools.setdefault(self.alias, made)  # another thread may be first
        return self._connection_pools[self.alias]
