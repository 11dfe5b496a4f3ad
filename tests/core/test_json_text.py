"""JSON that only we read again."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal

import pytest

from bookyflow.core.json_text import json_text

VALUES = [{"name": "Åse 🌊", "at": [1, 2.5, None, True]}, {"large": 10**30}, {"half": "\ud83c"}, {}]


@pytest.mark.parametrize("value", VALUES)
def test_what_was_written_is_read_again(value):
    assert json.loads(json_text(value)) == value


@pytest.mark.parametrize("value", [Decimal("1.50"), date(2027, 5, 1)])
@pytest.mark.parametrize("beside", [None, 10**30])
def test_what_json_does_not_have_needs_somebody_to_make_it_plain(value, beside):
    assert json.loads(json_text([value, beside], str)) == [str(value), beside]

    with pytest.raises(TypeError):
        json_text([value, beside])
