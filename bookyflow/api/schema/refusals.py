"""Refusals in the document: which keys an operation has, and the answers that tell of them."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import Any

from django.conf import settings
from drf_spectacular.utils import OpenApiResponse

from bookyflow.api.contract import Endpoint
from bookyflow.api.errors import CATALOGUE, PROBLEM_TYPE
from bookyflow.api.wire.envelope import ProblemSerializer
from bookyflow.core.errors import ERRORS

FRAME = ("malformed_request", "validation_failed", "not_found", "feature_disabled", "rate_limited")
WITH_TOKEN = ("not_authenticated", "invalid_token", "scope_missing", "forbidden")
OPTIONAL_TOKEN = ("invalid_token", "forbidden")
UNSAFE = ("payload_too_large", "unsupported_media_type")
REPEATABLE = ("idempotency_in_progress", "idempotency_key_reused")
CHANNEL = ("channel_header_missing", "channel_unknown")
PROXY = ("proxy_not_allowed", "proxy_user_unknown")
PROPERTY = ("property_not_found",)
VERSIONED = ("precondition_failed",)
ANY_FRAME = (
    *FRAME,
    *WITH_TOKEN,
    *UNSAFE,
    *REPEATABLE,
    *CHANNEL,
    *PROXY,
    *PROPERTY,
    *VERSIONED,
)

_KEYS = re.compile(r"\[`(\w+)`\]")


def error_keys(contract: Endpoint, *, unsafe: bool) -> list[str]:
    """The keys of all refusals of an operation, those of the frame first."""
    keys = [
        *FRAME,
        *(() if contract.is_public else WITH_TOKEN),
        *(OPTIONAL_TOKEN if contract.heeds_token else ()),
        *(UNSAFE if unsafe else ()),
        *(REPEATABLE if unsafe and contract.has_effect else ()),
        *(CHANNEL if contract.channel else ()),
        *(PROXY if contract.channel or contract.proxy else ()),
        *(PROPERTY if contract.prop else ()),
        *(VERSIONED if contract.versioned else ()),
        *contract.raises,
    ]
    return list(dict.fromkeys(keys))


def answers(keys: list[str]) -> dict[Any, OpenApiResponse]:
    """One answer per status, which lists the keys that it can have."""
    by_status: dict[int, list[str]] = defaultdict(list)
    for key in keys:
        by_status[ERRORS[key].status].append(key)
    return {
        (str(status), PROBLEM_TYPE): OpenApiResponse(
            ProblemSerializer, description=_explained(given)
        )
        for status, given in sorted(by_status.items())
    }


def share(result: dict[str, Any], **kwargs: Any) -> dict[str, Any]:
    """Name the refusals: those of the frame once, `Problem409`, others by their operation.

    A name says nothing of the keys, so that a new one renames no type of a generated client.
    """
    shared: dict[str, Any] = {}
    for methods in result["paths"].values():
        for operation in methods.values():
            for status, answer in operation["responses"].items():
                if PROBLEM_TYPE in answer.get("content", {}):
                    keys = _KEYS.findall(answer["description"])
                    name = f"{_owner(operation, keys)}{status}"
                    shared[name] = shared.get(name) or _named(answer, status, keys)
                    operation["responses"][status] = {"$ref": f"#/components/responses/{name}"}
    result.setdefault("components", {})["responses"] = dict(sorted(shared.items()))
    return result


def _owner(operation: dict[str, Any], keys: list[str]) -> str:
    if set(keys) <= set(ANY_FRAME):
        return "Problem"
    words = re.split(r"[._]", operation["operationId"])
    return "".join(word.capitalize() for word in words)


def _named(answer: dict[str, Any], status: str, keys: list[str]) -> dict[str, Any]:
    if set(keys) <= set(ANY_FRAME):  # the same for all operations, whatever of the frame they have
        keys = [key for key in ANY_FRAME if ERRORS[key].status == int(status)]
    media = answer["content"][PROBLEM_TYPE] | {"example": _example(keys[-1], int(status))}
    return {"description": _explained(keys), "content": {PROBLEM_TYPE: media}}


def _example(key: str, status: int) -> dict[str, Any]:
    detail = f"{ERRORS[key].title}."
    return {
        "type": f"{CATALOGUE}#{key}",
        "title": ERRORS[key].title,
        "status": status,
        "detail": detail,
        "instance": f"{settings.API_BASE}/…",
        "key": key,
        "request_id": "5f0c7a52-0d0e-4b1c-9d57-3c2f2f0c9a11",
        "fields": {},
        "error_message": detail,
        "meta": {"code": status},
    }


def _explained(keys: list[str]) -> str:
    return "\n".join(f"- [`{key}`]({CATALOGUE}#{key}): {ERRORS[key].title}." for key in keys)
