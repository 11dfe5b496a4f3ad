"""Statements with parameters, which the server keeps prepared.

Psycopg's cursors do the same and take three times as long for it: each looks anew for what reads
and writes values, and whatever is undone has the connection forget all that it has prepared, since
somebody may have made the same table again. Nobody here does.
"""

from __future__ import annotations

import re
from collections import Counter, OrderedDict
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, NamedTuple

import psycopg
from psycopg import generators, pq
from psycopg.adapt import PyFormat, Transformer

MOST = 100  # prepared ones of a connection: the server holds a plan for each
MOST_COUNTED = 1000  # others that it has run
# What libpq calls that waits for what `send_…` only sends.
_WAITING = {
    "query_params": "exec_params",
    "query_prepared": "exec_prepared",
    "prepare": "prepare",
    "query": "exec_",
}
_MARK = re.compile(r"%(?:%|\((\w+)\)s)")

Row = tuple[Any, ...]
_Key = tuple[str, tuple[int, ...]]  # the text, and the types of its parameters


class Outcome(NamedTuple):
    """What a statement has come to: the rows that it returned, and how many it touched."""

    rows: list[Row]
    touched: int


class Statements:
    """The prepared statements of a connection.

    The connection's `prepare_threshold` says how often one is run before it is kept; None for
    never, where another session may be behind the connection next time.
    """

    def __init__(self, connection: psycopg.Connection[Any]) -> None:
        self._connection = connection
        self._threshold = connection.prepare_threshold
        self._values = Transformer(connection)
        # A connection with a `wait` of its own may have enough of waiting.
        self._is_patient = type(connection).wait is psycopg.Connection.wait
        self._runs: Counter[_Key] = Counter()
        self._names: OrderedDict[_Key, bytes] = OrderedDict()  # the longest unused one first
        self._number = 0

    def run(self, text: str, parameters: Mapping[str, Any]) -> Outcome:
        """Run a statement whose parameters are written %(name)s; a per cent sign is doubled.

        Its text is one of a limited number. Raises what psycopg raises: in a transaction also
        FeatureNotSupported where a column has become of another type. What is tried again then
        is prepared anew.
        """
        with self._connection.lock:
            try:
                result = self._sent(text, parameters)
            except psycopg.errors.FeatureNotSupported:
                # The server has them until the connection ends, in an hour at most.
                self._names.clear()
                self._runs.clear()
                if self._connection.pgconn.transaction_status != pq.TransactionStatus.IDLE:
                    raise
                result = self._sent(text, parameters)
        if result.status != pq.ExecStatus.TUPLES_OK:
            return Outcome([], result.command_tuples or 0)
        self._values.set_pgresult(result)
        return Outcome(self._values.load_rows(0, result.ntuples, tuple), result.ntuples)

    def commit(self) -> None:
        """Commit the transaction that there is, if any. Raises what psycopg raises."""
        with self._connection.lock:
            if self._connection.pgconn.transaction_status != pq.TransactionStatus.IDLE:
                self._ask("query", b"COMMIT")

    def _sent(self, text: str, parameters: Mapping[str, Any]) -> pq.abc.PGresult:
        statement, names = _as_the_server_reads(text)
        wanted = [PyFormat.AUTO] * len(names)
        values = self._values.dump_sequence([parameters[name] for name in names], wanted)
        types, formats = self._values.types or (), self._values.formats
        is_idle = self._connection.pgconn.transaction_status == pq.TransactionStatus.IDLE
        if is_idle and not self._connection.autocommit:
            self._ask("query", self._connection._get_tx_start_command())  # noqa: SLF001  # BEGIN
        if name := self._name(text, statement, types):
            return self._ask("query_prepared", name, values, formats)
        return self._ask("query_params", statement, values, types, formats)

    def _ask(self, what: str, *arguments: Any) -> pq.abc.PGresult:
        """What libpq's call comes to. Raises what psycopg raises.

        Calls that wait for the answer themselves: other threads run meanwhile, and have to make way
        for this one once. Psycopg's generators take several steps with the same result, and only
        they let a connection with a `wait` of its own have enough of it.
        """
        server: Any = self._connection.pgconn
        if self._is_patient:
            result = getattr(server, _WAITING[what])(*arguments)
        else:
            getattr(server, f"send_{what}")(*arguments)
            (result,) = self._connection.wait(generators.execute(server))
        if result.status == pq.ExecStatus.FATAL_ERROR:
            error = psycopg.errors.error_from_result(result, encoding="utf-8")
            if error.sqlstate is None:  # it is libpq that speaks: the server does no longer
                raise psycopg.OperationalError(str(error))
            raise error
        return result  # type: ignore[no-any-return]

    def _name(self, text: str, statement: bytes, types: tuple[int, ...]) -> bytes | None:
        """What the statement is prepared as; None where it is not kept yet."""
        key = text, types
        if name := self._names.get(key):
            self._names.move_to_end(key)
            return name
        if self._threshold is None:
            return None
        if len(self._runs) > MOST_COUNTED:
            self._runs.clear()
        self._runs[key] += 1
        if self._runs[key] <= self._threshold:
            return None
        if len(self._names) == MOST:
            self._forget_one()
        self._number += 1
        name = b"kept_%d" % self._number
        self._ask("prepare", name, statement, types)
        self._names[key] = name
        return name

    def _forget_one(self) -> None:
        key, name = next(iter(self._names.items()))
        self._ask("query_params", b"DEALLOCATE " + name, None)
        del self._names[key]
        self._runs.pop(key, None)


@lru_cache(maxsize=1024)
def _as_the_server_reads(text: str) -> tuple[bytes, tuple[str, ...]]:
    """A statement with its parameters by number, and what they are called, in their order."""
    names: dict[str, int] = {}

    def numbered(mark: re.Match[str]) -> str:
        name = mark[1]
        return "%" if name is None else f"${names.setdefault(name, len(names) + 1)}"

    return _MARK.sub(numbered, text).encode(), tuple(names)
