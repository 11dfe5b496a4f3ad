from __future__ import annotations

import pytest

from bookyflow.core import places


def test_a_region_is_known_by_code_and_by_number():
    berlin = places.region("DE-BE")

    assert berlin.name == "Berlin"
    assert places.regions()[places.region_number("DE-BE")] == berlin


@pytest.mark.parametrize("code", ["", "de-be", "Berlin", "DE-", "XX-YY", "DE-BE-1", "ÄÖ-Ü"])
def test_anything_else_is_no_region(code):
    assert places.region(code) is None


def test_no_two_regions_share_a_number():
    assert len(places.regions()) == len({one.code for one in places.regions().values()})
