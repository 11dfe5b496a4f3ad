"""What the document calls true or false is nothing else."""

from __future__ import annotations

import pytest
from rest_framework import serializers

from tests.contract.inputs import inputs_of

TRUTHS = inputs_of(serializers.BooleanField)


def test_operations_take_truths():
    assert len(TRUTHS) >= 20


@pytest.mark.parametrize("name", sorted(TRUTHS))
@pytest.mark.parametrize("given", [0, 1, "1", "on", "yes"])
def test_an_operation_refuses_what_is_neither_true_nor_false(name, given):
    with pytest.raises(serializers.ValidationError):
        TRUTHS[name].run_validation(given)
