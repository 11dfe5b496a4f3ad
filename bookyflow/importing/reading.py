"""Reading a file of listings, row by row; never more than one row in memory."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from io import TextIOWrapper
from pathlib import Path
from types import TracebackType
from typing import Self

from bookyflow.importing import values
from bookyflow.importing.columns import COLUMN_SETS, ColumnSet, recognise
from bookyflow.importing.listings import BadRow, Listing

_OTHER_SEPARATORS = {";": "semicolons", "\t": "tabs"}


class UnknownFile(Exception):
    """A file that is no list of listings, with the reason for people."""


@dataclass(frozen=True)
class Refused:
    """A row that was left out: the line it begins on, and why."""

    line: int
    reason: str


class ListingFile:
    """A CSV file of listings, to be used in a `with` block.

    UTF-8 with or without a byte order mark; fields in quotes may hold line breaks. Raises
    UnknownFile when it is opened, and OSError.
    """

    def __init__(self, path: Path) -> None:
        self._size = max(1, path.stat().st_size)
        self._raw = path.open("rb")
        try:
            # Bytes that are no UTF-8 go through as lone surrogates, for `values.check_text` to
            # refuse row by row.
            text = TextIOWrapper(
                self._raw, encoding="utf-8-sig", errors="surrogateescape", newline=""
            )
            self._reader = csv.reader(text, strict=True)
            self._header = self._read_header()
            self.column_set = self._recognise()
        except BaseException:
            self._raw.close()
            raise

    def __enter__(self) -> Self:
        """The file itself."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Close it."""
        self._raw.close()

    @property
    def part_read(self) -> float:
        """How much of the file has been read, from 0 to 1."""
        return min(1.0, self._raw.tell() / self._size)

    def rows(self) -> Iterator[Listing | Refused]:
        """Every row in order; blank lines are passed over."""
        seen: set[str] = set()
        while True:
            line = self._reader.line_num + 1
            try:
                cells = next(self._reader, None)
                if cells is None:
                    return
                if cells:
                    yield self._listing(cells, line, seen)
            except csv.Error as error:
                yield Refused(line, f"the line is no CSV: {error}")
            except BadRow as refusal:
                yield Refused(line, str(refusal))

    def _listing(self, cells: list[str], line: int, seen: set[str]) -> Listing:
        if len(cells) != len(self._header):
            raise BadRow(f"it has {len(cells)} columns instead of {len(self._header)}")
        values.check_text(cells)
        listing = self.column_set.read(dict(zip(self._header, cells, strict=True)), line)
        if listing.source_id in seen:
            raise BadRow("its id stands in the file before")
        seen.add(listing.source_id)
        return listing

    def _read_header(self) -> list[str]:
        try:
            return [cell.strip() for cell in next(self._reader, [])]
        except csv.Error as error:
            raise UnknownFile(f"the first line is no CSV: {error}") from error

    def _recognise(self) -> ColumnSet:
        found = recognise(self._header)
        if found is None:
            self._refuse_other_separators()
            wanted = "; ".join(
                f"{known.name}: {', '.join(sorted(known.columns - set(self._header)))}"
                for known in COLUMN_SETS
            )
            raise UnknownFile(f"unknown columns. Missing for a known set of columns: {wanted}")
        return found

    def _refuse_other_separators(self) -> None:
        """Say so where the file separates its columns by something else, as spreadsheets may."""
        if len(self._header) > 1:
            return
        for separator, name in _OTHER_SEPARATORS.items():
            if separator in "".join(self._header):
                raise UnknownFile(f"its columns are separated by {name}: save it with commas")
