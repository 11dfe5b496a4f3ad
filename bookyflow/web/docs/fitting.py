"""The OpenAPI document as the API browser shows it: compact, with examples that succeed.

The document itself stays as it is served to clients; what changes here is what is shown.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from bookyflow.api.errors import CATALOGUE, PROBLEM_TYPE
from bookyflow.web.docs.samples import Values

ONLY_SUPER = "X-BOOKYFLOW-proxy-id"
LEFT_OUT = frozenset({"extras", "already_paid"})  # optional, and ids of nobody's
_KEYS = re.compile(r"\[`(\w+)`\]")

Document = dict[str, Any]


def fitted(
    document: Document, values: Values, *, scopes: Collection[str], is_super: bool
) -> Document:
    """A document to try out: with these values in its examples, offering these scopes only."""
    names = {tag["name"]: tag.get("x-displayName", tag["name"]) for tag in document["tags"]}
    sections = {tag: group["name"] for group in document["x-tagGroups"] for tag in group["tags"]}
    shown = {
        tag: name if name == sections[tag] else f"{sections[tag]} · {name}"
        for tag, name in names.items()
    }
    answers = {
        name: _compact(answer) for name, answer in document["components"]["responses"].items()
    }
    fit = _Fit(values, shown, is_super=is_super)
    return {
        **{name: part for name, part in document.items() if name != "webhooks"},
        "info": {name: one for name, one in document["info"].items() if name != "description"},
        "tags": [{"name": shown[tag["name"]]} for tag in document["tags"]],
        "paths": {
            path: {method: fit.operation(one) for method, one in methods.items()}
            for path, methods in document["paths"].items()
        },
        "components": {
            **document["components"],
            "responses": answers,
            "securitySchemes": {"oauth2": _scheme(document, scopes)},
        },
    }


def _scheme(document: Document, scopes: Collection[str]) -> dict[str, Any]:
    scheme = document["components"]["securitySchemes"]["oauth2"]
    flow = scheme["flows"]["clientCredentials"]
    offered = {name: label for name, label in flow["scopes"].items() if name in scopes}
    return {**scheme, "flows": {"clientCredentials": {**flow, "scopes": offered}}}


def _compact(answer: dict[str, Any]) -> dict[str, Any]:
    """A refusal as one line: the keys that it can have, each with its entry of the catalogue."""
    if PROBLEM_TYPE not in answer.get("content", {}):
        return answer
    keys = _KEYS.findall(answer["description"])
    return {"description": ", ".join(f"[`{key}`]({CATALOGUE}#{key})" for key in keys)}


class _Fit:
    """Puts values into examples."""

    def __init__(self, values: Values, tags: Mapping[str, str], *, is_super: bool) -> None:
        self._values = values
        self._tags = tags
        self._is_super = is_super

    def operation(self, operation: dict[str, Any]) -> dict[str, Any]:
        """An operation with its parameters and its body's examples filled in."""
        found = {**operation, "tags": [self._tags[tag] for tag in operation["tags"]]}
        found["responses"] = {
            status: _compact(answer) for status, answer in operation["responses"].items()
        }
        if parameters := operation.get("parameters"):
            found["parameters"] = list(self._parameters(parameters))
        if body := operation.get("requestBody"):
            content = {media: self._media(one) for media, one in body["content"].items()}
            found["requestBody"] = {**body, "content": content}
        text = operation.get("description", "").removeprefix(operation.get("summary", "")).strip()
        return {**found, "description": text}  # the summary stands above it already

    def _parameters(self, parameters: Iterable[dict[str, Any]]) -> Iterable[dict[str, Any]]:
        for one in parameters:
            name = one["name"]
            if name == ONLY_SUPER and not self._is_super:
                continue
            if one.get("required"):
                yield {**one, "example": self._values[name]} if name in self._values else one
            else:  # what has an example would be sent, and few want all that there is
                yield {key: value for key, value in one.items() if key != "example"}

    def _media(self, media: dict[str, Any]) -> dict[str, Any]:
        if "examples" not in media:
            return media
        examples = {
            name: {**one, "value": self._filled(one["value"])}
            for name, one in media["examples"].items()
        }
        return {**media, "examples": examples}

    def _filled(self, value: Any) -> Any:
        if isinstance(value, list):
            return [self._filled(one) for one in value]
        if not isinstance(value, dict):
            return value
        return {
            name: self._values[name]
            if _is_plain(one) and name in self._values
            else self._filled(one)
            for name, one in value.items()
            if name not in LEFT_OUT
        }


def _is_plain(value: Any) -> bool:
    return isinstance(value, str | int)
