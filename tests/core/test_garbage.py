from __future__ import annotations

import gc

import pytest

from bookyflow.core.garbage import garbage_later


@garbage_later()
def work():
    assert not gc.isenabled()
    raise LookupError


def test_garbage_is_looked_for_again_whatever_happens():
    with pytest.raises(LookupError):
        work()

    assert gc.isenabled()
