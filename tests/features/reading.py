"""Reading lists of a property, and counting what that costs."""

from __future__ import annotations

from typing import Any

from django.db import connection
from django.test.utils import CaptureQueriesContext

BASE = "/bookyflow/api/"


def read(client: Any, path: str, **kwargs: Any) -> Any:
    """What a success answers, under whichever key."""
    response = client.get(BASE + path, **kwargs)
    assert response.status_code == 200, response.content
    (value,) = response.json()["data"].values()
    return value


def refusal(client: Any, path: str) -> tuple[int, str, list[str]]:
    """Status, key and the fields at fault of a call that is refused."""
    response = client.get(BASE + path)
    body = response.json()
    return response.status_code, body["key"], sorted(body["fields"])


def statements(client: Any, path: str) -> tuple[int, int]:
    """How many statements a read costs, and how many entries its answer has.

    Once the process keeps the property.
    """
    read(client, path)
    with CaptureQueriesContext(connection) as captured:
        found = read(client, path)
    return len(captured), len(found)
