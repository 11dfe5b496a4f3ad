"""What the examples of the document say, to compare answers with."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from bookyflow.api.checks import feature_routes
from bookyflow.api.contract import Example


@cache
def _examples() -> dict[str, Example]:
    contracts = [route.contract for route in feature_routes() if route.contract]
    return {contract.name: contract.example for contract in contracts}


def example(name: str) -> Example:
    """The example of an operation, by its id: booking.quote."""
    return _examples()[name]


def as_shown(answer: Any, shown: Any, *own: str) -> Any:
    """An answer with what is another in each, under the names `own`, as the example has it.

    Lists are taken item by item, the last of the example standing for all that come after it.
    """
    if isinstance(answer, Mapping) and isinstance(shown, Mapping):
        return {
            name: shown[name]
            if name in own and type(value) is type(shown.get(name))
            else as_shown(value, shown.get(name), *own)
            for name, value in answer.items()
        }
    if isinstance(answer, list) and isinstance(shown, list) and shown:
        last = len(shown) - 1
        return [
            as_shown(item, shown[min(number, last)], *own) for number, item in enumerate(answer)
        ]
    return answer
