from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from dataclasses import replace
from typing import Any, TypeVar

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from drf_spectacular.utils import extend_schema_serializer
from rest_framework.serializers import Field, Serializer

from bookyflow.api.calls.deprecation import parameters_of
from bookyflow.api.calls.effects import perform
from bookyflow.api.calls.preconditions import VERSIONED
from bookyflow.api.calls.reading import answered
from bookyflow.api.contract import JSON, PUBLIC, SAFE, Endpoint
from bookyflow.api.examples import example_of
from bookyflow.api.wire.bodies import PUBLIC_LIMIT
from bookyflow.api.wire.compiled import Compiled, Payload
from bookyflow.api.wire.envelope import MetaSerializer
from bookyflow.core.errors import ERRORS

Action = TypeVar("Action", bound=Callable[..., Any])
WAITING = ("too_many_waiting",)
_POSITIONAL = (
    "Use {successor} with a body instead: here all values are segments of the path, which servers "
    "and proxies write into their logs, and none may be empty or have a slash."
)


def endpoint(
    *,
    scope: str,
    key: str,
    returns: Field[Any, Any, Any, Any],
    body: type[Serializer[Any]] | None = None,
    segments: type[Serializer[Any]] | None = None,
    query: type[Serializer[Any]] | None = None,
    body_limit: int | None = None,
    raises: tuple[str, ...] = (),
    channel: bool = False,
    proxy: bool = False,
    booking_token: bool = False,
    session: str = "",
    uses_quote: bool = False,
    has_effect: bool = True,
    heeds_token: bool = False,
    prop: str | None = "auto",
    status: int = 200,
    secret: bool = False,
    deprecated: bool = False,
    successor: str = "",
    paged: bool = False,
    linked: bool = False,
    waits: bool = False,
    replica: bool = False,
    versioned: str | None = None,
    commits_each: bool = False,
    name: str = "",
    media: str = JSON,
) -> Callable[[Action], Action]:
    """Declare an action's contract once: for the permission, the answer and the document.

    `scope` is the fine scope that is needed, or PUBLIC. `returns` is a field or serializer
    instance, such as GuestOut(many=True), for the value under `key`. `raises` names the error keys
    that the document must list besides those of the frame. `channel` demands the header
    X-BOOKYFLOW-channel-name; `proxy` heeds X-BOOKYFLOW-proxy-id, as `channel` does.
    `booking_token` says that X-BOOKYFLOW-booking-token is read, `uses_quote` that the `quote` of
    the body is used up: an answer is given again only to who sends the same ones. `session` says
    which headers of a booking session are read: "id" the client's own id alone, "begins" its token
    as well where it has one, "token" both. An unsafe action without `has_effect` only answers:
    there is nothing to repeat safely, and nothing is kept. `heeds_token` is for PUBLIC ones that
    look at a bearer token where one is sent: it must work then, and the call is counted by its key
    pair.

    `prop` says where property_uid is: "path" (found by itself), "body", or None for no property
    check. `body_limit` is the most bytes of a body: PUBLIC_LIMIT for everybody, else what Django
    takes, unless given. Without `body` none is read; `segments` checks values of the path instead.
    `secret` answers are never kept for idempotency. An unsafe action runs inside one transaction,
    unless it has no effect.

    A `deprecated` one says so in each answer, with its `successor`: the better path, below the
    API's base, with parameters of this one in braces. A `paged` list takes `limit` and `cursor`;
    the action gives its queryset to `self.page`. A `linked` one finds its pages itself, without
    counting what there is, and answers with the Link of the next. One that `waits` takes `wait`,
    and the action gets its result by `self.wait_for`. `versioned` names the kind of
    object, of preconditions.VERSIONED, whose version If-Match is compared with. A read for which
    `replica` will do may be a moment old, writes nothing, and what it refuses is asked again.

    With `commits_each` the action gives `self.steps` to a service, which runs the work on each item
    in a transaction of its own. A retry with the same Idempotency-Key goes on where the first call
    ended, so items must be found again by ids of their own.

    A read with another `media` than JSON answers with `self.reply_file`.

    The operation is called as the action is, unless `name` says otherwise. The example is the file
    `examples/<name>.json` of the feature.
    """
    _check(scope, raises, versioned)
    if commits_each and (secret or versioned):
        raise ImproperlyConfigured("what commits item by item has neither secrets nor a version")
    if replica and (body or segments or session or booking_token or waits):
        raise ImproperlyConfigured("a replica answers reads outside of bookings, without waiting")

    def declare(action: Action) -> Action:
        called = name or action.__name__
        parameters = inspect.signature(action).parameters
        takes_language = "language" in parameters
        if unknown := sorted(parameters_of(successor) - parameters.keys()):
            raise ImproperlyConfigured(f"successor: {', '.join(unknown)} not in the path")

        @functools.wraps(action)
        def run(view: Any, request: Any, *args: Any, **kwargs: Any) -> Any:
            if not takes_language:
                kwargs.pop("language", None)  # the hidden form of the path has it
            work = functools.partial(action, view, request, *args, **kwargs)
            return answered(view, work) if request.method in SAFE else perform(view, work)

        feature, package = feature_of(action.__module__)
        payload, envelope = _answer(f"{feature}_{called}", key, returns)
        run.endpoint = Endpoint(  # type: ignore[attr-defined]  # where the kit looks for it
            name=f"{feature}.{called}",
            scope=scope,
            key=key,
            output=Compiled(payload),
            envelope=envelope,
            body=body,
            segments=segments,
            query=query,
            body_limit=body_limit or _body_limit(scope),
            raises=(*raises, *(WAITING if waits else ())),
            channel=channel,
            proxy=proxy,
            booking_token=booking_token,
            session=session,
            uses_quote=uses_quote,
            has_effect=has_effect,
            heeds_token=heeds_token,
            prop=("path" if "property_uid" in parameters else None) if prop == "auto" else prop,
            status=status,
            secret=secret,
            deprecated=deprecated,
            successor=successor,
            paged=paged,
            linked=linked,
            waits=waits,
            replica=replica,
            versioned=versioned,
            commits_each=commits_each,
            media=media,
            example=example_of(package, called),
        )
        return run  # type: ignore[return-value]  # the same call, wrapped

    return declare


def positional(action: Action, name: str, *, successor: str) -> Action:
    """The old form of an action, called `name`, whose path has all that the body has otherwise.

    The segments are named as the fields of the body, and checked as these are; others count for
    nothing. It is deprecated in favour of `successor`, as `endpoint` explains, and has an example
    of its own, without a request.
    """
    contract: Endpoint = action.endpoint  # type: ignore[attr-defined]  # put there by `endpoint`
    feature, package = feature_of(action.__module__)
    taken = inspect.signature(action).parameters.keys()

    @functools.wraps(action)
    def run(view: Any, request: Any, **kwargs: Any) -> Any:
        return action(view, request, **{key: kwargs[key] for key in kwargs if key in taken})

    run.__name__ = name
    summary = inspect.cleandoc(action.__doc__ or "").partition("\n")[0]
    run.__doc__ = f"{summary}\n\n{_POSITIONAL.format(successor=successor)}"
    run.endpoint = replace(  # type: ignore[attr-defined]  # where the kit looks for it
        contract,
        name=f"{feature}.{name}",
        body=None,
        segments=contract.body,
        deprecated=True,
        successor=successor,
        example=example_of(package, name),
    )
    return run  # type: ignore[return-value]  # the same call, with more segments


def _check(scope: str, raises: tuple[str, ...], versioned: str | None) -> None:
    unknown = sorted(set(raises) - ERRORS.keys())
    if unknown:
        raise ImproperlyConfigured(f"raises: {', '.join(unknown)} not in ERRORS")
    if versioned is not None and versioned not in VERSIONED:
        raise ImproperlyConfigured(f"versioned: {versioned} is none of {', '.join(VERSIONED)}")
    if not scope:
        raise ImproperlyConfigured("an endpoint needs a scope; PUBLIC for anybody")


def _body_limit(scope: str) -> int:
    return PUBLIC_LIMIT if scope == PUBLIC else int(settings.DATA_UPLOAD_MAX_MEMORY_SIZE)


def feature_of(module: str) -> tuple[str, str]:
    """The feature that a module belongs to: its name and its package."""
    for feature in settings.FEATURES:
        if module == feature.module or module.startswith(feature.module + "."):
            return str(feature.name), str(feature.module)
    package = module.rpartition(".")[0]
    return package.rpartition(".")[2], package


def _answer(
    name: str, key: str, returns: Field[Any, Any, Any, Any]
) -> tuple[type[Payload], type[Serializer[Any]]]:
    title = "".join(part.capitalize() for part in name.split("_"))
    payload = type(f"{title}Answer", (Payload,), {key: returns})
    envelope = type(
        f"{title}Envelope", (Serializer,), {"data": payload(), "meta": MetaSerializer()}
    )
    extend_schema_serializer(many=False)(envelope)  # an action called `list` is no array
    return payload, envelope
