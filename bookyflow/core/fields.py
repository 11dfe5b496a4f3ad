from __future__ import annotations

import json
from typing import Any

from django.db import models

from bookyflow.core import crypto


class EncryptedTextField(models.TextField):  # type: ignore[type-arg]  # the stubs cannot express a converted text
    """Text that is encrypted in the database and plain in Python. Cannot be searched."""

    def from_db_value(self, value: str | None, *args: Any) -> str | None:
        """Decrypt what the database holds."""
        return None if value is None else crypto.decrypt(value)

    def get_prep_value(self, value: Any) -> Any:
        """Encrypt what goes to the database."""
        text = super().get_prep_value(value)
        return None if text is None else crypto.encrypt(str(text))


class EncryptedJSONField(EncryptedTextField):
    """Plain values as JSON, encrypted in the database. Cannot be searched; nothing is kept as "".

    What is empty is {} in Python.
    """

    def from_db_value(self, value: str | None, *args: Any) -> Any:
        """Decrypt and read what the database holds."""
        text = super().from_db_value(value, *args)
        return json.loads(text) if text else {}

    def to_python(self, value: Any) -> Any:
        """The values themselves."""
        return value

    def get_prep_value(self, value: Any) -> Any:
        """Encrypt what goes to the database."""
        return super().get_prep_value(json.dumps(value) if value else "")


class Xid8Field(models.Field):  # type: ignore[type-arg]  # no Python type of its own: text on the way out
    """PostgreSQL's 64-bit transaction id."""

    def db_type(self, connection: Any) -> str:
        """The column's type."""
        return "xid8"
