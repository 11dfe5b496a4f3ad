"""Rows and their results as JSON, for the time until a job is done."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any

from bookyflow.ari.rows import AriRow, InvalidRow, Part, Row, RowResult
from bookyflow.core.errors import DomainError


def rows_json(rows: Iterable[Row]) -> list[dict[str, Any]]:
    """Rows by the names of their fields, without what they do not say."""
    return [_row_json(row) for row in rows]


def rows_of(content: Iterable[dict[str, Any]]) -> list[Row]:
    """The rows of `rows_json`."""
    return [_row_of(one) for one in content]


def results_json(results: Iterable[RowResult], *, first: int) -> list[list[Any]]:
    """Results, counted from the place of the first row in the job."""
    return [
        [
            first + one.place,
            one.changed,
            *((one.error.key, one.error.detail, list(one.error.fields)) if one.error else ()),
        ]
        for one in results
    ]


def results_of(content: Iterable[list[Any]]) -> list[RowResult]:
    """The results of `results_json`; of a refusal its key, words and fields."""
    return [
        RowResult(
            place,
            changed,
            DomainError(refusal[0], refusal[1], fields={name: [] for name in refusal[2]})
            if refusal
            else None,
        )
        for place, changed, *refusal in content
    ]


def _row_json(row: Row) -> dict[str, Any]:
    if isinstance(row, InvalidRow):
        return {"problems": {name: list(told) for name, told in row.problems.items()}}
    said = {name: value for name, value in row._asdict().items() if value is not None}
    said["first"], said["last"] = row.first.isoformat(), row.last.isoformat()
    said["weekdays"] = sorted(row.weekdays)
    if row.price is not None:
        said["price"] = str(row.price)
    if row.parts is not None:
        said["parts"] = sorted(row.parts)
    return said


def _row_of(said: dict[str, Any]) -> Row:
    if "problems" in said:
        return InvalidRow(said["problems"])
    given = dict(said)
    given["first"], given["last"] = (
        date.fromisoformat(given["first"]),
        date.fromisoformat(given["last"]),
    )
    given["weekdays"] = frozenset(given["weekdays"])
    if "price" in given:
        given["price"] = Decimal(given["price"])
    if "parts" in given:
        given["parts"] = frozenset(map(Part, given["parts"]))
    return AriRow(**given)
