from __future__ import annotations

import pytest


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    """Files go to a directory of the test's own."""
    settings.MEDIA_ROOT = tmp_path
    return tmp_path
