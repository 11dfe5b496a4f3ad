"""What the tests of features ask of answers."""

from __future__ import annotations

from typing import Any

from django.db import connection
from django.test.utils import CaptureQueriesContext


def problem(response: Any) -> tuple[int, str, list[str]]:
    """Status, key and the fields at fault."""
    body = response.json()
    return response.status_code, body["key"], sorted(body["fields"])


def queries(client: Any, path: str) -> int:
    """How many statements a read that succeeds takes, once the process keeps the property."""
    client.get(path)
    with CaptureQueriesContext(connection) as context:
        answer = client.get(path)
    assert answer.status_code == 200, answer.content
    return len(context)
