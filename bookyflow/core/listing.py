"""Long lists whose pages are read by statements that are prepared."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Generic, TypeVar

from django.db.models import Model

from bookyflow.core.prepared import Row, all_rows, first_row

Item = TypeVar("Item")


@dataclass(frozen=True)
class ListSQL:
    """The parts of a statement that reads a list: its `columns`, and its `source`, FROM … WHERE ….

    `keys` are the columns that it is in order of, the last one the id, all of them one way. Where
    it is kept how many items there are, `kept` says so.
    """

    columns: str
    source: str
    keys: tuple[str, ...]
    is_downward: bool = False
    kept: str = ""

    @cached_property
    def count(self) -> str:
        """How many items there are."""
        return self.kept or f"SELECT count(*) {self.source}"

    @cached_property
    def whole(self) -> str:
        """The first `size` items; before each, in place of how many there are, null."""
        return self._page("NULL::bigint", "")

    @cached_property
    def first(self) -> str:
        """The same with how many there are."""
        return self._page(f"({self.count})", "")

    @cached_property
    def behind(self) -> str:
        """The same of the items behind the one whose keys are `after_0` and on."""
        order, after = ", ".join(self.keys), range(len(self.keys))
        # As one comparison PostgreSQL finds its place in an index by it.
        places = ", ".join(f"%(after_{number})s" for number in after)
        later = "<" if self.is_downward else ">"
        return self._page(f"({self.count})", f"AND ({order}) {later} ({places})")

    def _page(self, total: str, place: str) -> str:
        way = " DESC" if self.is_downward else ""
        order = ", ".join(key + way for key in self.keys)
        return (
            f"SELECT {total}, {self.columns} {self.source} {place} ORDER BY {order} LIMIT %(size)s"
        )


def _itself(item: Any) -> Any:
    return item


@dataclass(frozen=True)
class Listing(Generic[Item]):
    """A list by its statements; `parameters` are those of its source.

    `order` names the fields of `model` that are the keys; the items have them as attributes, or
    what `keyed` makes of one. `made` makes items of rows, all at once.
    """

    model: type[Model]
    order: tuple[str, ...]
    sql: ListSQL
    made: Callable[[Sequence[Row]], list[Item]]
    parameters: Mapping[str, Any] = field(default_factory=dict)
    keyed: Callable[[Item], Any] = _itself

    def read(
        self, size: int, *, after: Sequence[Any] = (), counted: bool = True
    ) -> tuple[list[Item], int | None]:
        """At most `size` items, behind the one with these values of its order where they are given.

        And how many there are in all: None where that is not `counted`, or there is no item.
        """
        parameters = {**self.parameters, "size": size}
        parameters |= {f"after_{number}": value for number, value in enumerate(after)}
        first = self.sql.first if counted else self.sql.whole
        rows = all_rows(self.sql.behind if after else first, parameters)
        return self.made([row[1:] for row in rows]), rows[0][0] if rows else None

    def count(self) -> int:
        """How many items there are in all."""
        row = first_row(self.sql.count, dict(self.parameters))
        return int(row[0]) if row else 0
