from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, timedelta
from decimal import Decimal
from functools import wraps
from typing import Any, ParamSpec, Protocol, TypeVar, cast

from django.db import DEFAULT_DB_ALIAS, connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.utils.connection import ConnectionProxy

from bookyflow.core.postgresql.patience import give_up
from bookyflow.core.postgresql.pool import Pool

T = TypeVar("T")
P = ParamSpec("P")

REPLICA = "replica"  # the alias of a server that follows the primary, where settings have one
_ALIAS: ContextVar[str] = ContextVar("alias", default=DEFAULT_DB_ALIAS)
_LONGEST_WAIT: ContextVar[timedelta | None] = ContextVar("longest_wait", default=None)
_IS_WHOLE: ContextVar[bool] = ContextVar("is_whole", default=False)


class _Current(ConnectionProxy):  # type: ignore[type-arg]  # generic in the stubs only
    """This thread's connection to the server that is read from now."""

    @property
    def _alias(self) -> str:
        return _ALIAS.get()


# For SQL of our own, wherever it is: the primary, but for what runs within `reading_from`.
connection = cast("BaseDatabaseWrapper", _Current(connections, DEFAULT_DB_ALIAS))


# This thread's, by alias. Django's way to them looks for an event loop each time.
_of_this_thread: Any = connections._connections._storage  # type: ignore[attr-defined]  # noqa: SLF001


def _open(alias: str) -> BaseDatabaseWrapper:
    try:
        found: BaseDatabaseWrapper = getattr(_of_this_thread, alias)
    except AttributeError:  # the first time, and wherever there is a loop
        return connections[alias]
    return found


def current() -> BaseDatabaseWrapper:
    """What `connection` stands for now, for who asks it much."""
    return _open(_ALIAS.get())


def current_alias() -> str:
    """The alias of the server that is read from now."""
    return _ALIAS.get()


def primary() -> BaseDatabaseWrapper:
    """This thread's connection to the primary, for who asks it much: `connection` looks each time.

    Whose rows are written there, whatever is read elsewhere.
    """
    return _open(DEFAULT_DB_ALIAS)


class Router:
    """Has the ORM read from where `connection` does, and write to the primary."""

    def db_for_read(self, model: object, **hints: object) -> str:
        """Where to read."""
        return _ALIAS.get()

    def db_for_write(self, model: object, **hints: object) -> str:
        """Where to write."""
        return DEFAULT_DB_ALIAS

    def allow_relation(self, one: object, other: object, **hints: object) -> bool:
        """Always: both servers have the same rows."""
        return True

    def allow_migrate(self, db: str, app_label: str, **hints: object) -> bool:
        """A replica gets its tables from the primary."""
        return db == DEFAULT_DB_ALIAS


@contextmanager
def reading_from(alias: str) -> Iterator[None]:
    """Have what runs in here read from the server of this alias. It must not write."""
    token = _ALIAS.set(alias)
    try:
        yield
    finally:
        _ALIAS.reset(token)


class Each(Protocol):
    """Runs the work on one of several items so that it is done whole or not at all.

    Raises what the work raises, and DomainError where others kept it from being done.
    """

    def __call__(self, work: Callable[[], T]) -> T:
        """The result of the work."""


def each_in_turn(work: Callable[[], T]) -> T:
    """Do the work on an item in a transaction, or in a part of the one that runs."""
    with transaction.atomic():
        return work()


@contextmanager
def waiting_at_most(longest: timedelta) -> Iterator[None]:
    """Have transactions that lock a property in here wait so long for a lock, and then fail.

    With an OperationalError of the SQL state 55P03. Others wait as long as it takes.
    """
    token = _LONGEST_WAIT.set(longest)
    try:
        yield
    finally:
        _LONGEST_WAIT.reset(token)


@contextmanager
def undone_whole() -> Iterator[None]:
    """A transaction that whatever leaves it undoes, and what `with_the_call` runs in it belongs to.

    Nothing that such work raises may be kept from leaving it.
    """
    token = _IS_WHOLE.set(True)
    try:
        with transaction.atomic(durable=True):
            yield
    finally:
        _IS_WHOLE.reset(token)


def with_the_call(work: Callable[P, T]) -> Callable[P, T]:
    """A service whose refusal undoes the whole call, if it is called so; else `transaction.atomic`.

    It saves a savepoint, and two round trips under the property's lock. Not for one that raises a
    refusal which `keeps`.
    """

    @wraps(work)
    def done(*args: P.args, **kwargs: P.kwargs) -> T:
        with transaction.atomic(savepoint=not _IS_WHOLE.get()):
            return work(*args, **kwargs)

    return done


def longest_wait() -> str | None:
    """How long locks are waited for here, as PostgreSQL reads it; None for no limit of ours."""
    longest = _LONGEST_WAIT.get()
    return None if longest is None else f"{longest // timedelta(milliseconds=1)}ms"


def array_text(values: Iterable[date | Decimal | int]) -> str:
    """A parameter that PostgreSQL reads as an array; for long ones, where it has a cast.

    Five times as fast as the driver's way with a list (measured), which looks at every value.
    """
    return f"{{{','.join(map(str, values))}}}"


@contextmanager
def forgetting() -> Iterator[None]:
    """Open the door that triggers keep shut: what may name a person is emptied in kept rows.

    At most for the running transaction.
    """
    _forgetting("on")
    try:
        yield
    finally:
        _forgetting("off")


def _forgetting(switch: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('bookyflow.forgetting', %s, true)", [switch])


def broken_connections_drop() -> None:
    """Replace the connections of this process's pool, since one has turned out to be broken.

    After a restart of the database all of them are, and each would cost one more request. Testing
    every connection before every request would cost all requests a round trip.
    """
    if pool := pool_of(DEFAULT_DB_ALIAS):
        pool.renew()


def connections_give_up(alias: str, error: Exception) -> None:
    """Have all threads of this process fail at once that wait for a server which is left out.

    They get an OperationalError; the connections are closed.
    """
    give_up()
    if pool := pool_of(alias):
        pool.give_up(error)


def pool_of(alias: str) -> Pool | None:
    """The connections of this process to a server; None where each thread has one of its own."""
    wrapper: Any = connections[alias]
    found: Pool | None = wrapper.pool
    return found
