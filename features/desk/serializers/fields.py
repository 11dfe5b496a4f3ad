from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from rest_framework import serializers

PERSONAL = "Null without the scope guests_get."


class OneOf(serializers.CharField):
    """One of some words; others may come to be, so that clients take what they do not know."""

    def __init__(self, words: Iterable[str], **kwargs: Any) -> None:
        super().__init__(help_text=f"One of {', '.join(words)}.", **kwargs)


class Personal:
    """A field that says something of a guest: null unless the caller may read guests."""

    def get_attribute(self: Any, instance: Any) -> Any:
        """The value, or None."""
        is_allowed = self.context["view"].access.allows("guests_get")
        return super().get_attribute(instance) if is_allowed else None  # type: ignore[misc]  # a mixin


class PersonalText(Personal, serializers.CharField):
    """A text that people have typed."""

    def __init__(self) -> None:
        super().__init__(allow_null=True, help_text=PERSONAL)
