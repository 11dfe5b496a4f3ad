"""What a body or query is made of."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from rest_framework import serializers


def fields_within(field: Any, name: str = "") -> Iterator[tuple[str, Any]]:
    """A serializer or field that a caller writes, and all that is inside, each with its place.

    Such as "" for the whole, "stays" for a list in it and for one of the list, and "stays.rooms"
    for what that holds.
    """
    if getattr(field, "read_only", False):
        return
    yield name, field
    for inner, child in getattr(field, "fields", {}).items():
        yield from fields_within(child, f"{name}.{inner}".lstrip("."))
    child = getattr(field, "child", None)
    if isinstance(child, serializers.Field):
        yield from fields_within(child, name)
