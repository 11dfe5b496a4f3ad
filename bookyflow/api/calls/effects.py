"""How an unsafe action runs: once, whole or not at all; or item by item, each of them so."""

from __future__ import annotations

from collections.abc import Callable

from rest_framework.response import Response

from bookyflow.api.calls import idempotency
from bookyflow.api.calls.dry_run import DrySteps, is_dry_run, undone
from bookyflow.api.calls.preconditions import check_version
from bookyflow.api.calls.reading import wrote
from bookyflow.api.calls.steps import Steps
from bookyflow.api.calls.transactions import unbound, whole
from bookyflow.api.contract import EndpointView
from bookyflow.core.errors import DomainError


def perform(view: EndpointView, action: Callable[[], Response]) -> Response:
    """Run the action in a transaction of its own, with its idempotency record inside.

    A refusal that keeps what it tells of is raised when the transaction has ended. One that commits
    item by item opens its transactions itself, by way of `view.steps`; one without effect has none
    around it, unless a version is compared. A dry run is undone.
    """
    try:
        return _perform(view, action)
    finally:  # a refusal, too, may have had an effect
        if view.endpoint.has_effect:
            wrote(view)


def _perform(view: EndpointView, action: Callable[[], Response]) -> Response:
    call = idempotency.call_of(view)
    if is_dry_run(view.request):
        view.steps = DrySteps()
        return _told(undone(lambda: _at_once(view, call, action, keep=False), again=view.forget))
    if not view.endpoint.has_effect and view.endpoint.versioned is None:
        return unbound(action, again=view.forget)
    if view.endpoint.commits_each:
        return _item_by_item(view, call, action)
    return _told(whole(lambda: _at_once(view, call, action), again=view.forget))


def _told(outcome: Response | DomainError) -> Response:
    if isinstance(outcome, DomainError):
        raise outcome
    return outcome


def _at_once(
    view: EndpointView,
    call: idempotency.Call | None,
    action: Callable[[], Response],
    *,
    keep: bool = True,
) -> Response | DomainError:
    kept = call.begin() if call else None
    if kept is not None:
        return kept
    check_version(view)
    try:
        response = action()
    except DomainError as refusal:
        if not refusal.keeps:
            raise
        return refusal
    if call and keep:
        call.keep(response)
    return response


def _item_by_item(
    view: EndpointView, call: idempotency.Call | None, action: Callable[[], Response]
) -> Response:
    steps = view.steps = Steps(call)
    kept = steps.begin()
    if kept is not None:
        return kept
    with steps:
        response = action()
        steps.end(response)
    return response
