from __future__ import annotations

import http.client
import json
from collections.abc import Iterable
from typing import Any

from benchmarks.serving import HOST


def ask(
    port: int, method: str, path: str, body: str | Iterable[bytes] | None = None, **headers: str
) -> tuple[int, Any]:
    """Status and JSON of one call over a connection of its own."""
    connection = http.client.HTTPConnection(HOST, port, timeout=10)
    try:
        connection.request(method, path, body, headers)
        answer = connection.getresponse()
        return answer.status, json.loads(answer.read())
    finally:
        connection.close()
