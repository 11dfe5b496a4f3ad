from __future__ import annotations

from tests.domain.properties.conftest import boss, complete  # noqa: F401  # the same hotel and staff
