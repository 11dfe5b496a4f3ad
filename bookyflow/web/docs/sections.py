"""The pages of the API's sections: each endpoint with a line for a shell, from the document."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.utils.safestring import mark_safe

from bookyflow.api.contract import JSON
from bookyflow.web.docs.markdown import rendered, slug_of

_BRACES = re.compile(r"\{(\w+)\}")
METHODS = ("get", "put", "post", "patch", "delete")

Operation = dict[str, Any]


@dataclass(frozen=True)
class Call:
    """An endpoint as its section's page shows it. Its path names what to replace: @property_uid."""

    anchor: str
    summary: str
    html: str
    method: str
    path: str
    scope: str
    is_deprecated: bool
    line: str


@dataclass(frozen=True)
class Group:
    """The endpoints of a feature."""

    anchor: str
    title: str
    calls: tuple[Call, ...]


def groups_of(document: dict[str, Any], section: str) -> list[Group]:
    """The features of a section with their endpoints, in the order of the document."""
    titles = {tag["name"]: tag["x-displayName"] for tag in document["tags"]}
    by_name: dict[str, list[str]] = {one["name"]: one["tags"] for one in document["x-tagGroups"]}
    operations = list(_operations(document))
    return [
        Group(
            tag,
            titles[tag],
            tuple(_call(*one) for one in operations if tag in one[2]["tags"]),
        )
        for tag in by_name.get(section, ())
    ]


def _operations(document: dict[str, Any]) -> Iterator[tuple[str, str, Operation]]:
    for path, methods in document["paths"].items():
        for method in METHODS:
            if method in methods:
                yield path, method, methods[method]


def _call(path: str, method: str, operation: Operation) -> Call:
    scopes = [scope for one in operation.get("security", ()) for scope in one.get("oauth2", ())]
    summary = operation["summary"]
    text = operation.get("description", "").removeprefix(summary).strip()
    return Call(
        anchor=slug_of(operation["operationId"].replace(".", "-")),
        summary=summary,
        html=mark_safe(rendered(text, str).html),  # noqa: S308  # of docstrings, HTML escaped
        method=method.upper(),
        path=_at_signs(path),
        scope=", ".join(scopes),
        is_deprecated=bool(operation.get("deprecated")),
        line=line_of(path, method, operation),
    )


def line_of(path: str, method: str, operation: Operation) -> str:
    """A line for a shell that has `$API` and `$TOKEN`; with @names to replace in its path."""
    words = ["curl"] if method == "get" else ["curl", "-X", method.upper()]
    if any("oauth2" in one for one in operation.get("security", ())):
        words.append('-H "Authorization: Bearer $TOKEN"')
    queries = []
    for one in operation.get("parameters", []):
        if one["in"] == "header" and one.get("required"):
            sent = f"{one['name']}: {one.get('example', '')}"
            words.append(f"-H {shlex.quote(sent)}")
        if one["in"] == "query" and one.get("required"):
            queries.append(f"{one['name']}=@{one['name']}")
    words += _body(operation)
    address = _at_signs(path).removeprefix(settings.API_BASE)
    words.append(f'"$API{address}{"?" if queries else ""}{"&".join(queries)}"')
    return " ".join(words)


def _body(operation: Operation) -> list[str]:
    content = operation.get("requestBody", {}).get("content", {})
    if "application/x-www-form-urlencoded" in content:
        is_end = operation["operationId"] == "oauth.revoke"
        form = '"token=$TOKEN"' if is_end else "grant_type=client_credentials"
        return ['-u "$PAIR"', f"-d {form}"]
    media, examples = next(
        ((media, one.get("examples")) for media, one in content.items()), ("", {})
    )
    if not examples:
        return []
    sent = next(iter(examples.values()))["value"]
    if media == JSON:
        return [f"-H 'Content-Type: {JSON}'", f"-d {shlex.quote(json.dumps(sent))}"]
    return [f"-F {shlex.quote(f'{name}={value}')}" for name, value in sent.items()]


def _at_signs(path: str) -> str:
    return _BRACES.sub(r"@\1", path)
