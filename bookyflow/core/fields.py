from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from types import MappingProxyType
from typing import Any

from django.db import models

from bookyflow.core import crypto
from bookyflow.core.json_text import json_text

_read_json = json.JSONDecoder().raw_decode  # of what `Sealed` has made: no spaces around it


class EncryptedTextField(models.TextField):  # type: ignore[type-arg]  # the stubs cannot express a converted text
    """Text that is encrypted in the database and plain in Python. Cannot be searched."""

    def from_db_value(self, value: str | None, *args: Any) -> str | None:
        """Decrypt what the database holds."""
        return None if value is None else crypto.decrypt(value)

    def get_prep_value(self, value: Any) -> Any:
        """Encrypt what goes to the database."""
        text = super().get_prep_value(value)
        return None if text is None else crypto.encrypt(str(text))


class Sealed:
    """Values by name as one ciphertext, which is opened when one of them is asked for.

    Values are what JSON can hold; one that is empty is not kept. Opening raises ValueError when no
    key in ENCRYPTION_KEYS fits.
    """

    def __init__(self, token: str = "", **values: Any) -> None:
        self._token = token
        self._values: dict[str, Any] | None = None if token else _kept(values)

    def __eq__(self, other: object) -> bool:
        return self.values() == other.values() if isinstance(other, Sealed) else NotImplemented

    __hash__ = None  # type: ignore[assignment]  # as of all that can be changed

    def get(self, name: str, default: Any) -> Any:
        """A value, or what stands for an empty one."""
        return self._open().get(name, default)

    def values(self) -> dict[str, Any]:
        """All values that are not empty."""
        return dict(self._open())

    def set(self, **values: Any) -> None:
        """Put values in the place of those that had their names."""
        self._values = _kept(self._open() | values)
        self._token = ""

    def __str__(self) -> str:
        """The ciphertext; "" where there is nothing in it."""
        if not self._token and self._values:
            self._token = crypto.encrypt(json_text(self._values))
        return self._token

    def _open(self) -> dict[str, Any]:
        if self._values is None:
            (self._values,) = opened([self._token])
        return self._values


def _kept(values: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value}


def opened(tokens: Sequence[str]) -> list[dict[str, Any]]:
    """What many ciphertexts of `Sealed` hold: less work than one after the other.

    Raises ValueError when no key in ENCRYPTION_KEYS fits one.
    """
    return [_read_json(text)[0] if text else {} for text in crypto.decrypt_all(tokens)]


class SealedField(EncryptedTextField):
    """The personal values of a row as one `Sealed`. A model that has it names it `personal`.

    Queries know this field only, and cannot look into it. Each value is an attribute of the model,
    made by `SealedText` or `SealedMap`; the migrations know nothing of those.
    """

    def __init__(self, **options: Any) -> None:
        given: dict[str, Any] = {"default": Sealed, "editable": False, "blank": True} | options
        super().__init__(**given)

    def from_db_value(self, value: str | None, *args: Any) -> Any:
        """What the database holds, still closed."""
        return Sealed(value or "")

    def to_python(self, value: Any) -> Any:
        """A ciphertext, closed."""
        return value if isinstance(value, Sealed) else Sealed(value)

    def get_prep_value(self, value: Any) -> Any:
        """The ciphertext."""
        return str(value)


class SealedText(property):
    """A text in the `personal` of a model; "" when it is empty."""

    empty: Callable[[], Any] = str

    def __init__(self) -> None:
        super().__init__(self._read, self._write)

    def __set_name__(self, owner: type, name: str) -> None:
        self.key = name

    def _read(self, row: Any) -> Any:
        return row.personal.get(self.key, self.empty())

    def _write(self, row: Any, value: Any) -> None:
        row.personal.set(**{self.key: value})


class SealedMap(SealedText):
    """A map in the `personal` of a model, to read only; {} when it is empty.

    Assigning another map changes it: what is put into one that was read would not be kept.
    """

    empty = dict

    def _read(self, row: Any) -> Any:
        return MappingProxyType(super()._read(row))

    def _write(self, row: Any, value: Any) -> None:
        super()._write(row, dict(value))


def columns_of(model: type[models.Model], names: Iterable[str]) -> list[str]:
    """Fields and sealed attributes of a model as `update_fields` takes them."""
    inside = {name for name in names if isinstance(getattr(model, name, None), SealedText)}
    return [*({*names} - inside), *(["personal"] if inside else [])]


class Xid8Field(models.Field):  # type: ignore[type-arg]  # no Python type of its own: text on the way out
    """PostgreSQL's 64-bit transaction id."""

    def db_type(self, connection: Any) -> str:
        """The column's type."""
        return "xid8"
