"""What operations take from their callers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from rest_framework import serializers

from bookyflow.api.checks import feature_routes


def inputs_of(*kinds: type[Any]) -> dict[str, Any]:
    """The fields of some kinds in the bodies and queries of all operations, by where they are."""
    return {
        f"{route.feature}.{route.action}:{name}": field
        for route in feature_routes()
        if route.contract
        for taken in (route.contract.body, route.contract.query)
        if taken
        for name, field in fields_of(taken(), "")
        if isinstance(field, kinds)
    }


def fields_of(field: Any, name: str) -> Iterator[tuple[str, Any]]:
    """What a body or query is made of, that a caller writes, with all that is inside."""
    if field.read_only:
        return
    yield name, field
    for inner, child in getattr(field, "fields", {}).items():
        yield from fields_of(child, f"{name}.{inner}")
    child = getattr(field, "child", None)
    if isinstance(child, serializers.Field):
        yield from fields_of(child, f"{name}[]")
