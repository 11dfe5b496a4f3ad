"""The version of what is stored as plain values: quotes, requests and the bases of prices."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

VERSION = 1


class UnknownVersion(ValueError):
    """Something was stored in a way that this release does not know."""


def versioned(values: Mapping[str, Any]) -> dict[str, Any]:
    """Plain values, with the version that they are stored in."""
    return {"v": VERSION, **values}


def check_version(kept: Mapping[str, Any]) -> None:
    """Raise UnknownVersion for what another release has stored in another way."""
    version = kept.get("v")
    if version != VERSION:
        raise UnknownVersion(f"Stored in version {version!r}; this release reads {VERSION}.")
