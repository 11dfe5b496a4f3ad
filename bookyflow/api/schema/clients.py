"""What the makers of clients need and serializers do not say."""

from __future__ import annotations

import copy
import re
from typing import Any

from django.conf import settings

from bookyflow.api.checks import feature_routes
from bookyflow.api.schema.parameters import arranged, explained

WIDEST_INT32 = 2**31 - 1
METHODS = ("get", "put", "post", "delete", "patch")


def suit_clients(result: dict[str, Any], **kwargs: Any) -> dict[str, Any]:
    """Arguments in the order of the path, wide ids, one type per value, no defaults to send."""
    examples = {
        route.contract.name: route.contract.example.parameters
        for route in feature_routes()
        if route.contract
    }
    for path, methods in result["paths"].items():
        for operation in methods.values():
            known = examples.get(operation["operationId"], {})
            given = [explained(one, known) for one in operation.get("parameters", [])]
            if given:
                operation["parameters"] = arranged(path, given)
    for name, schema in result["components"]["schemas"].items():
        for part in _parts(schema):
            _widen(part)
            _unite(part)
            if name.endswith("Request"):
                _tell_default(part)
            else:
                part.pop("readOnly", None)
                part.pop("default", None)
    return result


def at_site(found: dict[str, Any], origin: str) -> dict[str, Any]:
    """A document as the site at this origin, such as https://stay.example, serves it."""
    shown = {**found, "servers": [{"url": origin}]}
    shown["components"] = copy.deepcopy(found["components"])
    flow = shown["components"]["securitySchemes"]["oauth2"]["flows"]["clientCredentials"]
    flow["tokenUrl"] = f"{origin}{settings.API_BASE}/oauth/token"
    return shown


def _parts(schema: Any) -> list[dict[str, Any]]:
    """The schema and all schemas in it."""
    found = [schema]
    for part in found:
        inner = [*part.get("properties", {}).values(), *part.get("allOf", [])]
        inner += [part[name] for name in ("items", "additionalProperties") if name in part]
        found += [one for one in inner if isinstance(one, dict)]
    return found


def _widen(schema: dict[str, Any]) -> None:
    """Whole numbers without a narrow bound are 64 bits wide: ids, and what counts them."""
    is_whole = schema.get("type") in ("integer", ["integer", "null"])
    if is_whole and "enum" not in schema and schema.get("maximum", 2**63) > WIDEST_INT32:
        schema["format"] = "int64"


def _unite(schema: dict[str, Any]) -> None:
    """Text of some form, or none: one text, whose form allows for none."""
    match schema.get("oneOf"):
        case [{"type": "string"}, {"type": "string", "maxLength": 0}]:
            (form, _) = schema.pop("oneOf")
            form.pop("minLength", None)
            if "pattern" in form:
                form["pattern"] = re.sub(r"^\^(.*)\$$", r"^(\1)?$", form["pattern"])
            schema |= form


def _tell_default(schema: dict[str, Any]) -> None:
    """A default makes a field one that must be sent, for some makers of clients."""
    if "default" in schema:
        value = schema.pop("default")
        if value not in {"", None}:
            text = schema.get("description", "")
            schema["description"] = f"{text} {value} when left out.".strip()
