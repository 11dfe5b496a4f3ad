"""How drf-spectacular shows the fields of the wire format that are our own."""

from __future__ import annotations

from typing import Any

from drf_spectacular.extensions import OpenApiSerializerFieldExtension
from rest_framework.serializers import ListSerializer


class FlagField(OpenApiSerializerFieldExtension):  # type: ignore[no-untyped-call]  # no hints there
    """1 or 0."""

    target_class = "bookyflow.api.wire.fields.Flag"
    match_subclasses = True

    def map_serializer_field(self, auto_schema: Any, direction: str) -> dict[str, Any]:
        """The schema."""
        return {"type": "integer", "minimum": 0, "maximum": 1}


class AmountField(OpenApiSerializerFieldExtension):  # type: ignore[no-untyped-call]  # no hints there
    """A decimal string; a number is understood as well."""

    target_class = "bookyflow.api.wire.fields.Amount"
    match_subclasses = True

    def map_serializer_field(self, auto_schema: Any, direction: str) -> dict[str, Any]:
        """The schema. A JSON number is understood as well; a union would be a class in clients."""
        if direction == "request":
            return {"type": "string", "pattern": r"^[0-9]{1,9}(\.[0-9]{1,3})?$"}
        return {"type": "string", "pattern": r"^-?[0-9]+(\.[0-9]+)?$"}


class BoundedListField(OpenApiSerializerFieldExtension):  # type: ignore[no-untyped-call]  # no hints there
    """A list, with the fewest and the most items that it takes."""

    target_class = "bookyflow.api.wire.bounded.BoundedList"
    match_subclasses = True

    def map_serializer_field(self, auto_schema: Any, direction: str) -> Any:
        """The schema."""
        mapped = auto_schema._map_serializer_field  # noqa: SLF001  # there is no public way
        schema = mapped(self.target, direction, bypass_extensions=True)
        least = {} if self.target.allow_empty else {"minItems": 1}
        return schema | {"maxItems": self.target.most} | least


class BoundedMapField(OpenApiSerializerFieldExtension):  # type: ignore[no-untyped-call]  # no hints there
    """A map, with the fewest and the most entries that it takes."""

    target_class = "bookyflow.api.wire.bounded.BoundedMap"
    match_subclasses = True

    def map_serializer_field(self, auto_schema: Any, direction: str) -> Any:
        """The schema."""
        mapped = auto_schema._map_serializer_field  # noqa: SLF001  # there is no public way
        schema = mapped(self.target, direction, bypass_extensions=True)
        least = {} if self.target.allow_empty else {"minProperties": 1}
        return schema | {"maxProperties": self.target.most} | least


class BoundedJSONField(OpenApiSerializerFieldExtension):  # type: ignore[no-untyped-call]  # no hints there
    """Any JSON, which is null only where null is allowed.

    A list of the other types would say the same, but generators make a union of it, and
    openapi-python-client leaves out an operation whose arrays are of anything.
    """

    target_class = "bookyflow.api.wire.bounded.BoundedJSON"

    def map_serializer_field(self, auto_schema: Any, direction: str) -> dict[str, Any]:
        """The schema; drf-spectacular adds null to a union where it is allowed."""
        something = {"not": {"type": "null"}}
        return {"anyOf": [something]} if self.target.allow_null else something


class JSONTextField(OpenApiSerializerFieldExtension):  # type: ignore[no-untyped-call]  # no hints there
    """The child's schema: the real value is the documented form."""

    target_class = "bookyflow.api.wire.fields.JSONText"

    def map_serializer_field(self, auto_schema: Any, direction: str) -> Any:
        """The schema."""
        mapped = auto_schema._map_serializer_field  # noqa: SLF001  # there is no public way
        child = self.target.child
        schema = mapped(child, direction)
        if isinstance(child, ListSerializer):
            least = {} if child.allow_empty else {"minItems": 1}
            schema |= {"maxItems": getattr(child, "max_length", None)} | least
        return schema
