"""What operations take from their callers."""

from __future__ import annotations

from typing import Any

from bookyflow.api.checks import feature_routes
from bookyflow.api.wire.within import fields_within


def inputs_of(*kinds: type[Any]) -> dict[str, Any]:
    """The fields of some kinds in the bodies and queries of all operations, by where they are."""
    return {
        f"{route.feature}.{route.action}:{name}": field
        for route in feature_routes()
        if route.contract
        for taken in (route.contract.body, route.contract.query)
        if taken
        for name, field in fields_within(taken())
        if isinstance(field, kinds)
    }
