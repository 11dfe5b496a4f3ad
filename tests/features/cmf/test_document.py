from __future__ import annotations

import pytest
from jsonschema import Draft202012Validator

from bookyflow.api.schema.document import document

OPERATIONS = [
    "channel_announce_check",
    "channel_announce",
    "versions",
    "list_property_types",
    "list_room_types",
    "list_countries",
    "list_regions",
    "properties_ids",
    "property_create",
    "property_get",
    "put_property_rooms",
    "property_rooms",
    "put_property_prices",
    "put_property_base_price",
    "property_base_price",
    "property_available_rooms",
    "property_calendar",
    "property_price",
    "put_property_blackbooking",
    "delete_property_blackbooking",
    "property_list_blackbookings",
    "put_reservations_add",
    "put_reservations_cancel",
    "property_list_bookings",
    "property_booking",
]


@pytest.mark.parametrize("name", OPERATIONS)
def test_each_operation_has_examples_that_keep_to_its_schema(name):
    found = document(frozenset({"cmf"}))
    (operation,) = (
        operation
        for methods in found["paths"].values()
        for operation in methods.values()
        if operation["operationId"] == f"cmf.{name}"
    )
    media = [operation["responses"]["200"]["content"]["application/json"]]
    if "requestBody" in operation:
        media.append(operation["requestBody"]["content"]["application/json"])

    for kind in media:
        schema = {"components": found["components"], **kind["schema"]}
        examples = [one["value"] for one in kind["examples"].values()]
        assert examples
        for example in examples:
            Draft202012Validator(schema).validate(example)
