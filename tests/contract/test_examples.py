"""Every operation's example is one, and is its own."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from jsonschema_rs import Draft202012Validator
from rest_framework.fields import FileField

from bookyflow.api.checks import feature_routes
from bookyflow.api.schema.document import BundledGenerator, document
from bookyflow.api.schema.parameters import IN_PATHS

ROUTES = [route for route in feature_routes() if route.contract and not route.hidden]
DOCUMENT = document(BundledGenerator.features)
OPERATIONS = {
    operation["operationId"]: operation
    for methods in DOCUMENT["paths"].values()
    for operation in methods.values()
    if "oauth" not in operation["tags"]
}


def media(name: str) -> list[dict[str, Any]]:
    operation = OPERATIONS[name]
    success = next(code for code in operation["responses"] if code < "300")
    found = [*operation["responses"][success]["content"].values()]
    if "requestBody" in operation:
        found += operation["requestBody"]["content"].values()
    return found


@pytest.mark.parametrize("name", sorted(OPERATIONS))
def test_the_example_fits_the_document(name):
    for kind in media(name):
        (example,) = kind["examples"].values()
        schema = {"components": DOCUMENT["components"], **kind["schema"]}

        Draft202012Validator(schema).validate(example["value"])


def with_files(body: Any, request: Any) -> Any:
    """An example with a file where the body takes one, which has the text of the example."""
    files = [name for name, one in body().fields.items() if isinstance(one, FileField)]
    contents = {name: request[name].encode() for name in files if name in request}
    return request | {name: SimpleUploadedFile(name, text) for name, text in contents.items()}


@pytest.mark.parametrize(
    "route",
    [route for route in ROUTES if route.contract.body],
    ids=lambda route: route.contract.name,
)
def test_the_example_body_is_what_the_input_takes(route):
    """The document does not say every rule: dates in order, what fits together."""
    body = route.contract.body
    serializer = body(data=with_files(body, route.contract.example.request))

    assert serializer.is_valid(), serializer.errors


@pytest.mark.parametrize(
    "route",
    [route for route in ROUTES if route.contract.segments],
    ids=lambda route: route.contract.name,
)
def test_the_example_in_the_path_is_what_the_input_takes(route):
    usual = {name: value for name, (_, value) in IN_PATHS.items()}
    given = {**usual, **route.contract.example.parameters}
    serializer = route.contract.segments(data=given)

    assert serializer.is_valid(), serializer.errors


def test_every_file_belongs_to_an_operation():
    shown = {route.contract.example.file for route in ROUTES}
    folders = {file.parent for file in shown}

    assert {file for folder in folders for file in folder.iterdir()} == shown
