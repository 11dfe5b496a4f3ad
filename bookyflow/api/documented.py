"""How drf-spectacular shows what is our own: the token, and fields of the wire format."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from drf_spectacular.extensions import OpenApiAuthenticationExtension, OpenApiSerializerFieldExtension

from bookyflow.plugins import registry


class BearerScheme(OpenApiAuthenticationExtension):
    """Tokens by client credentials, with every scope of the features."""

    target_class = "bookyflow.api.authentication.BearerAuthentication"
    name = "oauth2"

    def get_security_definition(self, auto_schema: Any) -> dict[str, Any]:
        """The security scheme."""
        scopes = {name: scope.label for name, scope in registry.scopes_by_name().items()}
        flow = {"tokenUrl": f"{settings.API_BASE}/oauth/token", "scopes": scopes}
        return {"type": "oauth2", "flows": {"clientCredentials": flow}}


class FlagField(OpenApiSerializerFieldExtension):
    """1 or 0."""

    target_class = "bookyflow.api.fields.Flag"

    def map_serializer_field(self, auto_schema: Any, direction: str) -> dict[str, Any]:
        """The schema."""
        return {"type": "integer", "minimum": 0, "maximum": 1}


class AmountField(OpenApiSerializerFieldExtension):
    """A decimal string; a number is understood as well."""

    target_class = "bookyflow.api.fields.Amount"

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


class JSONTextField(OpenApiSerializerFieldExtension):
    """The child's schema: the real value is the documented form."""

    target_class = "bookyflow.api.fields.JSONText"

    def map_serializer_field(self, auto_schema: Any, direction: str) -> Any:
        """The schema."""
        return auto_schema._map_serializer_field(self.target.child, direction)
