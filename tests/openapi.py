"""An API client that checks every answer against the generated OpenAPI document."""

from __future__ import annotations

from functools import cache
from typing import Any

from django.conf import settings
from django.urls import Resolver404, resolve
from jsonschema_rs import Draft202012Validator, Registry
from rest_framework.test import APIClient

from bookyflow.accounts.models import KeyPair
from bookyflow.api.contract import JSON, SAFE, Endpoint
from bookyflow.api.schema.document import document
from bookyflow.api.schema.refusals import error_keys
from bookyflow.api.wire.envelope import BARE
from tests import seen

PROBLEM = "application/problem+json"
DOCUMENT = "urn:bookyflow:openapi"
ANYWHERE = {405, 500, 503}  # of the frame: not listed with each operation


@cache
def operations(feature: str) -> tuple[dict[str, Any], dict[str, Any], Registry]:
    """(operation by its id, components, where references lead) of one feature."""
    found = document(frozenset({feature}))
    by_id = {
        operation["operationId"]: operation
        for methods in found["paths"].values()
        for operation in methods.values()
    }
    return by_id, found["components"], Registry([(DOCUMENT, found)])


@cache
def validator(feature: str, reference: str) -> Draft202012Validator:
    """The check of a schema of a feature's document; made once, since that reads all of it."""
    *_, registry = operations(feature)
    return Draft202012Validator({"$ref": DOCUMENT + reference}, registry=registry)


def check(method: str, path: str, response: Any) -> None:
    """Fail when the document does not promise this answer to a call of a feature's endpoint."""
    if is_problem(response):
        check_problem(response)
    try:
        match = resolve(path.rstrip("/"))
    except Resolver404:
        assert is_problem(response), response.content
        return
    view = getattr(match.func, "cls", None)
    actions = getattr(match.func, "actions", {})
    action = actions.get("get" if method == "HEAD" else method.lower())
    if match.namespaces[:1] != ["api"] or view is None:
        return
    if action is None:
        assert response.status_code in {405, 429}, response.content
        return
    feature = match.namespaces[1]
    by_id, components, _ = operations(feature)
    contract = getattr(view, action).endpoint
    answer = by_id[contract.name]["responses"].get(str(response.status_code))
    if method == "HEAD" or (response.status_code in ANYWHERE and answer is None):
        return
    assert answer, f"{contract.name}: {response.status_code} is not documented: {response.content}"
    if "$ref" in answer:
        answer = components["responses"][answer["$ref"].rpartition("/")[2]]
    check_body(feature, contract.name, answer, response)
    note(contract, method, response)


def check_body(feature: str, name: str, answer: dict[str, Any], response: Any) -> None:
    """Fail when the body differs from what the document says of this answer."""
    if response.status_code == 304:
        assert response.content == b""
        return
    kind = response["Content-Type"].partition(";")[0]
    media = answer["content"].get(kind)
    assert media, f"{name}: {kind} is not documented"
    if kind not in {JSON, PROBLEM}:
        assert (media["schema"]["type"], bool(response.content)) == ("string", True)
    elif is_problem(response) or response.wsgi_request.META.get(BARE) != "1":
        validator(feature, media["schema"]["$ref"]).validate(response.json())


def note(contract: Endpoint, method: str, response: Any) -> None:
    """Remember what was seen; fail for the key of a refusal that is not the operation's."""
    if is_problem(response):
        key = response.json()["key"]
        known = error_keys(contract, unsafe=method not in SAFE)
        assert key in known, f"{contract.name}: {key} is not documented"
        seen.refusal(contract.name, response.status_code, key)
    elif is_envelope(contract, response):
        seen.answer(contract.name, response.json())


def is_envelope(contract: Endpoint, response: Any) -> bool:
    """Whether the answer is a success with its data in the envelope."""
    is_bare = response.wsgi_request.META.get(BARE) == "1"
    return contract.media == JSON and response.status_code < 300 and not is_bare


def is_problem(response: Any) -> bool:
    """Whether the answer says that it is a problem."""
    return bool(response.get("Content-Type") == PROBLEM)


def check_problem(response: Any) -> None:
    """Every refusal has one shape."""
    body = response.json()
    expected = {
        "type": f"/bookyflow/docs/errors#{body['key']}",
        "status": response.status_code,
        "request_id": response["X-Request-ID"],
        "error_message": body["detail"],
        "meta": {"code": response.status_code},
    }
    assert body == body | expected, body
    shape = {"title": str, "detail": str, "instance": str, "key": str, "fields": dict}
    for name, kind in shape.items():
        assert isinstance(body[name], kind), body


class CheckedClient(APIClient):
    """DRF's client; JSON by default, no exception for a 500, and every answer checked."""

    key: KeyPair
    token: str

    def __init__(self, **defaults: Any) -> None:
        super().__init__(raise_request_exception=False, **defaults)
        self.default_format = "json"

    def request(self, **kwargs: Any) -> Any:
        """Send, check, answer."""
        response = super().request(**kwargs)
        path = kwargs["PATH_INFO"]
        if path.startswith(settings.API_BASE + "/") and "\0" not in path:
            check(kwargs["REQUEST_METHOD"], path, response)
        return response
