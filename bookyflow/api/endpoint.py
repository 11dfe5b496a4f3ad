from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from drf_spectacular.utils import extend_schema_serializer
from rest_framework.serializers import Field, Serializer

from bookyflow.api.effects import perform
from bookyflow.api.envelope import MetaSerializer
from bookyflow.core.errors import ERRORS

Action = TypeVar("Action", bound=Callable[..., Any])

PUBLIC = "public"  # the scope of an endpoint that anybody may call
SAFE = frozenset({"GET", "HEAD"})


@dataclass(frozen=True)
class Endpoint:
    """The contract of one action. `payload` is what lies under "data": one field, named `key`."""

    name: str  # operation id: <feature>.<action>
    scope: str
    key: str
    payload: type[Serializer[Any]]
    envelope: type[Serializer[Any]]
    body: type[Serializer[Any]] | None
    query: type[Serializer[Any]] | None
    raises: tuple[str, ...]
    channel: bool
    proxy: bool
    prop: str | None
    status: int
    secret: bool
    deprecated: bool
    example: Any = field(hash=False)
    request_example: Any = field(hash=False)


def endpoint(
    *,
    scope: str,
    key: str,
    returns: Field[Any, Any, Any, Any],
    body: type[Serializer[Any]] | None = None,
    query: type[Serializer[Any]] | None = None,
    raises: tuple[str, ...] = (),
    channel: bool = False,
    proxy: bool = False,
    prop: str | None = "auto",
    status: int = 200,
    secret: bool = False,
    deprecated: bool = False,
    example: Any = None,
    request_example: Any = None,
) -> Callable[[Action], Action]:
    """Declare an action's contract once: for the permission, the answer and the document.

    `scope` is the fine scope that is needed, or PUBLIC. `returns` is a field or serializer
    instance, such as GuestOut(many=True), for the value under `key`. `raises` names the error keys
    that the document must list besides those of the frame. `channel` demands the header
    X-BOOKYFLOW-channel-name; `proxy` heeds X-BOOKYFLOW-proxy-id, as `channel` does. `prop` says
    where property_uid is: "path" (found by itself), "body", or None for no property check.
    `secret` answers are never kept for idempotency. An unsafe action runs inside one transaction.
    """
    unknown = sorted(set(raises) - ERRORS.keys())
    if unknown:
        raise ImproperlyConfigured(f"raises: {', '.join(unknown)} not in ERRORS")
    if not scope:
        raise ImproperlyConfigured("an endpoint needs a scope; PUBLIC for anybody")

    def declare(action: Action) -> Action:
        parameters = inspect.signature(action).parameters
        takes_language = "language" in parameters

        @functools.wraps(action)
        def run(view: Any, request: Any, *args: Any, **kwargs: Any) -> Any:
            if not takes_language:
                kwargs.pop("language", None)  # the hidden form of the path has it
            if request.method in SAFE:
                return action(view, request, *args, **kwargs)
            return perform(view, functools.partial(action, view, request, *args, **kwargs))

        feature = feature_of(action.__module__)
        payload, envelope = _answer(f"{feature}_{action.__name__}", key, returns)
        run.endpoint = Endpoint(  # type: ignore[attr-defined]  # where the kit looks for it
            name=f"{feature}.{action.__name__}",
            scope=scope,
            key=key,
            payload=payload,
            envelope=envelope,
            body=body,
            query=query,
            raises=raises,
            channel=channel,
            proxy=proxy,
            prop=("path" if "property_uid" in parameters else None) if prop == "auto" else prop,
            status=status,
            secret=secret,
            deprecated=deprecated,
            example=example,
            request_example=request_example,
        )
        return run  # type: ignore[return-value]  # the same call, wrapped

    return declare


def feature_of(module: str) -> str:
    """The name of the feature that a module belongs to."""
    for feature in settings.FEATURES:
        if module == feature.module or module.startswith(feature.module + "."):
            return str(feature.name)
    return module.split(".")[-2]


def _answer(
    name: str, key: str, returns: Field[Any, Any, Any, Any]
) -> tuple[type[Serializer[Any]], type[Serializer[Any]]]:
    title = "".join(part.capitalize() for part in name.split("_"))
    payload = type(f"{title}Data", (Serializer,), {key: returns})
    envelope = type(
        f"{title}Envelope", (Serializer,), {"data": payload(), "meta": MetaSerializer()}
    )
    extend_schema_serializer(many=False)(envelope)  # an action called `list` is no array
    return payload, envelope
