"""How drf-spectacular shows the fields of the wire format that are our own."""

from __future__ import annotations

from typing import Any

from drf_spectacular.extensions import OpenApiSerializerFieldExtension


class FlagField(OpenApiSerializerFieldExtension):  # type: ignore[no-untyped-call]  # no hints there
    """1 or 0."""

    target_class = "bookyflow.api.wire.fields.Flag"

    def map_serializer_field(self, auto_schema: Any, direction: str) -> dict[str, Any]:
        """The schema."""
        return {"type": "integer", "minimum": 0, "maximum": 1}


class AmountField(OpenApiSerializerFieldExtension):  # type: ignore[no-untyped-call]  # no hints there
    """A decimal string; a number is understood as well."""

    target_class = "bookyflow.api.wire.fields.Amount"
    match_subclasses = True

    def map_serializer_field(self, auto_schema: Any, direction: str) -> dict[str, Any]:
        """The schema."""
        if direction == "request":
            return {
                "oneOf": [
                    {"type": "string", "pattern": r"^[0-9]{1,9}(\.[0-9]{1,3})?$"},
                    {"type": "number", "minimum": 0},
                ]
            }
        return {"type": "string", "pattern": r"^-?[0-9]+(\.[0-9]+)?$"}


class BoundedListField(OpenApiSerializerFieldExtension):  # type: ignore[no-untyped-call]  # no hints there
    """A list, and the most items that it takes."""

    target_class = "bookyflow.api.wire.bounded.BoundedList"
    match_subclasses = True

    def map_serializer_field(self, auto_schema: Any, direction: str) -> Any:
        """The schema."""
        mapped = auto_schema._map_serializer_field  # noqa: SLF001  # there is no public way
        schema = mapped(self.target, direction, bypass_extensions=True)
        return schema | {"maxItems": self.target.most}


class BoundedMapField(OpenApiSerializerFieldExtension):  # type: ignore[no-untyped-call]  # no hints there
    """A map, and the most entries that it takes."""

    target_class = "bookyflow.api.wire.bounded.BoundedMap"
    match_subclasses = True

    def map_serializer_field(self, auto_schema: Any, direction: str) -> Any:
        """The schema."""
        mapped = auto_schema._map_serializer_field  # noqa: SLF001  # there is no public way
        schema = mapped(self.target, direction, bypass_extensions=True)
        return schema | {"maxProperties": self.target.most}


class BoundedJSONField(OpenApiSerializerFieldExtension):  # type: ignore[no-untyped-call]  # no hints there
    """Any JSON. Its types are named, since an empty schema beside null would take null twice."""

    target_class = "bookyflow.api.wire.bounded.BoundedJSON"

    def map_serializer_field(self, auto_schema: Any, direction: str) -> dict[str, Any]:
        """The schema."""
        return {"type": ["array", "boolean", "number", "object", "string"]}


class JSONTextField(OpenApiSerializerFieldExtension):  # type: ignore[no-untyped-call]  # no hints there
    """The child's schema: the real value is the documented form."""

    target_class = "bookyflow.api.wire.fields.JSONText"

    def map_serializer_field(self, auto_schema: Any, direction: str) -> Any:
        """The schema."""
        mapped = auto_schema._map_serializer_field  # noqa: SLF001  # there is no public way
        return mapped(self.target.child, direction)
