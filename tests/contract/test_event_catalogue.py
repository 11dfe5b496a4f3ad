"""The catalogue of events says what the code does."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from jsonschema_rs import Draft202012Validator

from bookyflow.events.models import EventKind
from bookyflow.webhooks.catalogue import catalogue_files

FOLDER = Path(__file__).parents[2] / "docs" / "webhooks"


@pytest.mark.parametrize("name", ["events.json", "events.md"])
def test_the_committed_catalogue_is_that_of_the_code(name):
    assert (FOLDER / name).read_text(encoding="utf-8") == catalogue_files()[name]


def test_a_message_is_one_of_the_catalogue():
    schemas = json.loads(catalogue_files()["events.json"])
    message = {
        "type": "room_added",
        "timestamp": "2027-06-01T09:12:40Z",
        "data": {
            "property_uid": 3,
            "manager_id": None,
            "task": "room_added",
            "room_uid": 9,
            "object": {"kind": "room", "id": 9, "sequence": 2},
            "is_test": False,
            "link": "/bookyflow/api/webhooks/3/room_added/9",
        },
    }
    validator = Draft202012Validator(schemas)

    assert schemas["$defs"].keys() == set(EventKind.values)
    assert validator.is_valid(message)
    assert not validator.is_valid(message | {"type": "room_deleted"})
    assert not validator.is_valid(message | {"password": "secret"})
