"""The token endpoints in the document, the schemes of security, and the tags."""

from __future__ import annotations

from typing import Any

from django.conf import settings

from bookyflow.api.schema.sections import AUTHENTICATION, by_section, title_of
from bookyflow.plugins import registry
from bookyflow.plugins.broad import INCLUDES


def add_tokens(result: dict[str, Any], **kwargs: Any) -> dict[str, Any]:
    """How to get a token and what it opens; the two operations are no endpoints of a feature."""
    base = settings.API_BASE
    result["paths"] = {
        f"{base}/oauth/token": {"post": _TOKEN},
        f"{base}/oauth/revoke": {"post": _REVOKE},
        **result["paths"],
    }
    schemas = result["components"]["schemas"] | _SCHEMAS
    result["components"]["schemas"] = dict(sorted(schemas.items()))
    operations = [o for methods in result["paths"].values() for o in methods.values()]
    result |= _grouped({tag for operation in operations for tag in operation["tags"]})
    scopes = _scopes(operations)
    (server,) = result["servers"]
    flow = {"tokenUrl": f"{server['url']}{base}/oauth/token", "scopes": scopes}
    result["components"]["securitySchemes"] = {
        "oauth2": {"type": "oauth2", "flows": {"clientCredentials": flow}},
        "key_pair": {
            "type": "http",
            "scheme": "basic",
            "description": "Client id and secret; they may be form fields instead.",
        },
    }
    return result


def _grouped(used: set[str]) -> dict[str, Any]:
    """The tags, one for each feature, and how the sections group them."""
    tags = [{"name": "oauth", "description": "Tokens for key pairs.", "x-displayName": "Tokens"}]
    groups = [{"name": AUTHENTICATION, "tags": ["oauth"]}]
    for section, features in by_section(registry.features().values()).items():
        shown = [feature for feature in features if feature.name in used]
        tags += [
            {"name": one.name, "description": one.title, "x-displayName": title_of(one)}
            for one in shown
        ]
        if shown:
            groups.append({"name": section, "tags": [one.name for one in shown]})
    return {"tags": tags, "x-tagGroups": groups}


def _scopes(operations: list[dict[str, Any]]) -> dict[str, str]:
    """The scopes that open any of the operations, and the broad ones that include any, labelled."""
    used = {
        scope
        for operation in operations
        for scheme in operation.get("security", ())
        for scope in scheme.get("oauth2", ())
    }
    used |= {name for name, included in INCLUDES.items() if used & included}
    return {name: one.label for name, one in registry.scopes_by_name().items() if name in used}


def _error(description: str, *errors: str) -> dict[str, Any]:
    example = {"error": errors[0], "error_description": description}
    schema = {"$ref": "#/components/schemas/OAuthError"}
    content = {"application/json": {"schema": schema, "example": example}}
    listed = ", ".join(f"`{error}`" for error in errors)
    return {"description": f"{description} {listed}.", "content": content}


def _form(**fields: str) -> dict[str, Any]:
    properties = {
        name: {"type": "string", "minLength": 1, "description": text}
        for name, text in fields.items()
    }
    schema = {"type": "object", "properties": properties, "required": [next(iter(fields))]}
    return {"required": True, "content": {"application/x-www-form-urlencoded": {"schema": schema}}}


_TEXT = {"type": "string"}
_SCHEMAS: dict[str, Any] = {
    "OAuthError": {
        "type": "object",
        "description": "A refusal of the token endpoints, in the form of RFC 6749.",
        "properties": {
            "error": _TEXT | {"description": "Stable identifier to branch on."},
            "error_description": _TEXT | {"description": "What went wrong this time."},
        },
        "required": ["error"],
    },
    "Token": {
        "type": "object",
        "description": "What opens the API for a while.",
        "properties": {
            "access_token": _TEXT | {"description": "Goes into `Authorization: Bearer`."},
            "expires_in": {"type": "integer", "description": "Seconds."},
            "token_type": _TEXT | {"description": "`Bearer`."},
            "scope": _TEXT | {"description": "What it allows, separated by blanks."},
        },
        "required": ["access_token", "expires_in", "token_type", "scope"],
    },
}
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
    "description": "Get a token for a key pair.\n\nRFC 6749, client credentials, as a form. "
    f"`POST {settings.API_BASE}` does the same.",
    "tags": ["oauth"],
    "security": [{}, {"key_pair": []}],
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
                    "schema": {"$ref": "#/components/schemas/Token"},
                    "example": {
                        "access_token": "sT7Qk2…",
                        "expires_in": 3600,
                        "token_type": "Bearer",
                        "scope": "content_get bookings_get",
                    },
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
    "description": "End a token.\n\nRFC 7009, as a form. A token that is unknown or another "
    "key pair's is answered alike.",
    "tags": ["oauth"],
    "security": [{}, {"key_pair": []}],
    "requestBody": _form(token="The token.", **_CREDENTIALS),  # noqa: S106  # a description
    "responses": {
        "200": {"description": "The token does not work (any more)."},
        "400": _error("The request is not acceptable.", "invalid_request"),
        **_REFUSALS,
    },
}
