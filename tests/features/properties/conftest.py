from __future__ import annotations

from typing import Any

import pytest

BASE = "/bookyflow/api/properties/"


@pytest.fixture
def reader(client_for):
    """A client that may read everything of this feature, and nothing personal."""
    return client_for("content_get tariffs_get bookings_get")


def read(client: Any, prop: Any, path: str, **kwargs: Any) -> Any:
    """What a success answers, under whichever key."""
    response = client.get(f"{BASE}{prop.pk}/{path}", **kwargs)
    assert response.status_code == 200, response.content
    (value,) = response.json()["data"].values()
    return value
