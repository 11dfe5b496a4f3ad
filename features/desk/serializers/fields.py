from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from rest_framework import serializers

from bookyflow.api.wire.bounded import BoundedList
from bookyflow.api.wire.shown import PERSONAL
from bookyflow.tariffs.overrides import Overridable

HIDDEN = f"Null without the scope {PERSONAL}."


class OverrideList(BoundedList):
    """The kinds of rules that staff set aside."""

    def __init__(self) -> None:
        super().__init__(
            child=serializers.ChoiceField(choices=[one.value for one in Overridable]),
            max_length=len(Overridable),
            required=False,
            help_text="Rules that do not count for once, which is logged. A room that somebody "
            "has is never free.",
        )

    def to_internal_value(self, data: Any) -> Any:
        """The kinds."""
        return frozenset(map(Overridable, super().to_internal_value(data)))


class OneOf(serializers.CharField):
    """One of some words; others may come to be, so that clients take what they do not know."""

    def __init__(self, words: Iterable[str], **kwargs: Any) -> None:
        super().__init__(help_text=f"One of {', '.join(words)}.", **kwargs)


class Personal:
    """A field that says something of a guest: null unless the caller may read guests."""

    def get_attribute(self: Any, instance: Any) -> Any:
        """The value, or None."""
        is_allowed = PERSONAL in self.context["view"].access.scopes
        return super().get_attribute(instance) if is_allowed else None  # type: ignore[misc]  # a mixin
