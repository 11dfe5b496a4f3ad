"""Numbers in addresses and hidden fields, which anybody can write as they like."""

from __future__ import annotations

LONGEST = 18  # digits; all of them are a bigint


def whole_number(text: str) -> int | None:
    """A number that can be an id; None for anything else, also for one of too many digits."""
    is_number = text.isascii() and text.isdecimal() and len(text) <= LONGEST
    return int(text) if is_number else None
