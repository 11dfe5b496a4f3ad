"""Lists, maps and free JSON of limited size: the size is looked at before anything inside.

DRF's own collections check every item first and count them last, so that a million wrong items cost
seconds. `unbounded` finds those in a body or query; a system check refuses them.
"""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy
from rest_framework import serializers

from bookyflow.api.wire.within import fields_within


class BoundedList(serializers.ListField):
    """A list of at most `max_length` items."""

    def __init__(self, *, max_length: int, **kwargs: Any) -> None:
        self.most = max_length
        super().__init__(max_length=max_length, **kwargs)

    def to_internal_value(self, data: Any) -> list[Any]:
        """The items. Raises ValidationError; before any is looked at where they are too many."""
        if isinstance(data, list) and len(data) > self.most:
            self.fail("max_length", max_length=self.most)
        found: list[Any] = super().to_internal_value(data)
        return found


class BoundedMap(serializers.DictField):
    """A map of at most `max_length` entries."""

    default_error_messages = {
        "max_length": gettext_lazy("Ensure this field has no more than {max_length} entries.")
    }

    def __init__(self, *, max_length: int, **kwargs: Any) -> None:
        self.most = max_length
        super().__init__(**kwargs)

    def to_internal_value(self, data: Any) -> dict[Any, Any]:
        """The entries. Raises ValidationError; before any is looked at where they are too many."""
        if isinstance(data, dict) and len(data) > self.most:
            self.fail("max_length", max_length=self.most)
        found: dict[Any, Any] = super().to_internal_value(data)
        return found


class BoundedJSON(serializers.JSONField):
    """Any JSON value of at most `max_size`: its characters of text, and one for each value."""

    default_error_messages = {
        "max_size": gettext_lazy("At most {max_size} characters and values together.")
    }

    def __init__(self, *, max_size: int, **kwargs: Any) -> None:
        self.max_size = max_size
        super().__init__(**kwargs)

    def to_internal_value(self, data: Any) -> Any:
        """The value as it is. Raises ValidationError."""
        if not fits(data, self.max_size):
            self.fail("max_size", max_size=self.max_size)
        return super().to_internal_value(data)


def fits(value: Any, size: int) -> bool:
    """Whether a JSON value has at most this size; stops counting as soon as it has not."""
    waiting = [value]
    while waiting:
        item = waiting.pop()
        size -= 1
        if isinstance(item, str):
            size -= len(item)
        elif isinstance(item, dict):
            size -= sum(map(len, item))
            waiting += item.values()
        elif isinstance(item, list):
            waiting += item
        if size < len(waiting):
            return False
    return True


def unbounded(serializer: type[serializers.Serializer[Any]]) -> list[str]:
    """The fields of a body or query that take as much as they are sent: "rooms (ListField)".

    A list of objects made by `many=True` is bounded by its `max_length`.
    """
    return [
        f"{name} ({type(field).__name__})"
        for name, field in fields_within(serializer())
        if _is_unbounded(field)
    ]


def _is_unbounded(field: Any) -> bool:
    match field:
        case BoundedList() | BoundedMap() | BoundedJSON():
            return False
        case serializers.ListSerializer():
            return getattr(field, "max_length", None) is None
        case (
            serializers.ListField()
            | serializers.DictField()
            | serializers.JSONField()
            | serializers.MultipleChoiceField()
            | serializers.ManyRelatedField()
        ):
            return True
    return False
