"""Finishing touches to the OpenAPI document: shared refusals, the token endpoints, tags."""

from __future__ import annotations

import re
from typing import Any

from django.conf import settings

from bookyflow.api.errors import CATALOGUE, PROBLEM_TYPE
from bookyflow.core.errors import ERRORS
from bookyflow.plugins import registry

_KEYS = re.compile(r"\[`(\w+)`\]")


def share_problems(result: dict[str, Any], **kwargs: Any) -> dict[str, Any]:
    """Name each kind of refusal once, and refer to it from the operations."""
    shared: dict[str, Any] = {}
    for methods in result["paths"].values():
        for operation in methods.values():
            for status, answer in operation["responses"].items():
                if PROBLEM_TYPE in answer.get("content", {}):
                    name = f"{status}.{'.'.join(_KEYS.findall(answer['description']))}"
                    shared[name] = answer | {"content": {PROBLEM_TYPE: _with_example(name, answer)}}
                    operation["responses"][status] = {"$ref": f"#/components/responses/{name}"}
    result.setdefault("components", {})["responses"] = dict(sorted(shared.items()))
    return result


def _with_example(name: str, answer: dict[str, Any]) -> dict[str, Any]:
    status, key = name.split(".")[:2]
    detail = f"{ERRORS[key].title}."
    example = {
        "type": f"{CATALOGUE}#{key}",
        "title": ERRORS[key].title,
        "status": int(status),
        "detail": detail,
        "instance": f"{settings.API_BASE}/…",
        "key": key,
        "request_id": "5f0c7a52-0d0e-4b1c-9d57-3c2f2f0c9a11",
        "fields": {},
        "error_message": detail,
        "meta": {"code": int(status)},
    }
    media: dict[str, Any] = answer["content"][PROBLEM_TYPE]
    return media | {"example": example}


def add_tokens(result: dict[str, Any], **kwargs: Any) -> dict[str, Any]:
    """How to get a token and what it opens; the two operations are no endpoints of a feature."""
    base = settings.API_BASE
    result["paths"] = {
        f"{base}/oauth/token": {"post": _TOKEN},
        f"{base}/oauth/revoke": {"post": _REVOKE},
        **result["paths"],
    }
    titles = {feature.name: feature.title for feature in registry.features().values()}
    used = {
        tag for methods in result["paths"].values() for o in methods.values() for tag in o["tags"]
    }
    result["tags"] = [
        {"name": name, "description": titles.get(name, "Tokens for key pairs")}
        for name in sorted(used)
    ]
    scopes = {name: scope.label for name, scope in registry.scopes_by_name().items()}
    flow = {"tokenUrl": f"{base}/oauth/token", "scopes": scopes}
    result["components"]["securitySchemes"] = {
        "oauth2": {"type": "oauth2", "flows": {"clientCredentials": flow}},
        "key_pair": {
            "type": "http",
            "scheme": "basic",
            "description": "Client id and secret; they may be form fields instead.",
        },
    }
    return result


def _error(description: str, *errors: str) -> dict[str, Any]:
    schema = {
        "type": "object",
        "properties": {
            "error": {"type": "string", "enum": list(errors)},
            "error_description": {"type": "string"},
        },
        "required": ["error"],
    }
    return {"description": description, "content": {"application/json": {"schema": schema}}}


def _form(**fields: str) -> dict[str, Any]:
    properties = {
        name: {"type": "string", "minLength": 1, "description": text}
        for name, text in fields.items()
    }
    schema = {"type": "object", "properties": properties, "required": [next(iter(fields))]}
    return {"required": True, "content": {"application/x-www-form-urlencoded": {"schema": schema}}}


_CREDENTIALS = {
    "client_id": "The key pair, unless sent as HTTP Basic.",
    "client_secret": "One of its secrets, unless sent as HTTP Basic.",
}
_REFUSALS = {
    "401": _error("Unknown key pair or wrong secret.", "invalid_client"),
    "429": _error("Too many attempts or calls; wait as `Retry-After` says.", "rate_limited"),
}
_TOKEN: dict[str, Any] = {
    "operationId": "oauth.token",
    "summary": "Get a token for a key pair.",
    "description": f"RFC 6749, client credentials. `POST {settings.API_BASE}` does the same.",
    "tags": ["oauth"],
    "security": [{"key_pair": []}, {}],
    "requestBody": _form(
        grant_type="`client_credentials`.",
        **_CREDENTIALS,
        scope="Scopes, separated by blanks or commas; all of the key pair's when left out.",
    ),
    "responses": {
        "200": {
            "description": "A token.",
            "content": {
                "application/json": {
                    "schema": {
                        "type": "object",
                        "properties": {
                            "access_token": {"type": "string"},
                            "expires_in": {"type": "integer", "description": "Seconds."},
                            "token_type": {"type": "string", "enum": ["Bearer"]},
                            "scope": {"type": "string", "description": "Separated by blanks."},
                        },
                        "required": ["access_token", "expires_in", "token_type", "scope"],
                    }
                }
            },
        },
        "400": _error(
            "The request is not acceptable.",
            "invalid_request",
            "invalid_scope",
            "unsupported_grant_type",
        ),
        **_REFUSALS,
    },
}
_REVOKE: dict[str, Any] = {
    "operationId": "oauth.revoke",
    "summary": "End a token.",
    "description": "RFC 7009. A token that is unknown or another key pair's is answered alike.",
    "tags": ["oauth"],
    "security": [{"key_pair": []}, {}],
    "requestBody": _form(token="The token.", **_CREDENTIALS),  # noqa: S106  # a description
    "responses": {
        "200": {"description": "The token does not work (any more)."},
        "400": _error("The request is not acceptable.", "invalid_request"),
        **_REFUSALS,
    },
}
