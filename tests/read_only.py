"""No read that a replica may answer writes, in any test that calls one."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from django.db import connection

from bookyflow.api import endpoint

WRITES = re.compile(
    r"\b(INSERT\s+INTO|UPDATE\s+\S+\s+SET|DELETE\s+FROM|FOR\s+(NO\s+KEY\s+)?UPDATE|FOR\s+SHARE"
    r"|nextval|pg_(try_)?advisory\w+)\b",
    re.IGNORECASE,
)


def watch() -> None:
    """Look at each of them from now on."""
    answered = endpoint.answered

    def watched(view: Any, action: Callable[[], Any]) -> Any:
        if not view.endpoint.replica:
            return answered(view, action)
        with connection.execute_wrapper(no_write):
            return answered(view, action)

    endpoint.answered = watched


def no_write(execute: Any, sql: Any, params: Any, many: bool, context: Any) -> Any:
    """Run a statement that only reads; fail for another."""
    assert not WRITES.search(str(sql)), f"the endpoint says replica=True, and runs: {sql}"
    return execute(sql, params, many, context)
