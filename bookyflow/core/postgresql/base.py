"""Django's database backend for PostgreSQL, with the pool of `bookyflow.core.postgresql.pool`."""

from __future__ import annotations

from typing import Any

from django.db.backends.base.base import NO_DB_ALIAS
from django.db.backends.postgresql import base

from bookyflow.core.postgresql.pool import Pool


class DatabaseWrapper(base.DatabaseWrapper):
    """A connection of one thread, out of a pool that all threads of the process share."""

    _connection_pools: dict[str, Pool]

    @property
    def pool(self) -> Pool | None:
        """The process's pool; None where settings want none."""
        options: dict[str, Any] | None = self.settings_dict["OPTIONS"].get("pool")
        if self.alias == NO_DB_ALIAS or not options:
            return None
        if self.alias not in self._connection_pools:
            made = Pool(
                kwargs=self.get_connection_params() | {"autocommit": True},
                open=False,
                configure=self._configure_connection,  # type: ignore[attr-defined]  # missing in the stubs
                **options,
            )
            self._connection_pools.setdefault(self.alias, made)  # another thread may be first
        return self._connection_pools[self.alias]
