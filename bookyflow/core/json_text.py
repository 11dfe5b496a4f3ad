"""JSON that only we read again, in a tenth of the time that Python's own takes."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import orjson


def json_text(value: Any, default: Callable[[Any], Any] | None = None) -> str:
    """JSON in as few characters as it needs; `default` makes plain what JSON does not have.

    What orjson does not write, such as a number of more than 64 bits, Python's own does. Raises
    TypeError for what neither does.
    """
    try:
        return orjson.dumps(value, default, _NOTHING_MORE).decode()
    except orjson.JSONEncodeError:
        return json.dumps(value, default=default)


# Dates and the like are for `default`, as Python has it.
_NOTHING_MORE = orjson.OPT_PASSTHROUGH_DATETIME | orjson.OPT_PASSTHROUGH_DATACLASS
