"""What the document calls true or false is nothing else."""

from __future__ import annotations

import pytest
from rest_framework import serializers

from bookyflow.api.checks import feature_routes
from tests.contract.test_date_bounds import fields_of

TRUTHS = {
    f"{route.feature}.{route.action}:{name}": field
    for route in feature_routes()
    if route.contract
    for taken in (route.contract.body, route.contract.query)
    if taken
    for name, field in fields_of(taken(), "")
    if isinstance(field, serializers.BooleanField)
}


def test_operations_take_truths():
    assert len(TRUTHS) >= 20


@pytest.mark.parametrize("name", sorted(TRUTHS))
@pytest.mark.parametrize("given", [0, 1, "1", "on", "yes"])
def test_an_operation_refuses_what_is_neither_true_nor_false(name, given):
    with pytest.raises(serializers.ValidationError):
        TRUTHS[name].run_validation(given)
