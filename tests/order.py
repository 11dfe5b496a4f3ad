"""Tests that start other programs come first, and those that compute run beside them.

A browser, a server or another Python keeps its test waiting. At the end of a run such tests were
what was left, and the machine had nothing else to do meanwhile.
"""

from __future__ import annotations

import pytest

# By what a module uses to start one.
STARTERS = {"subprocess", "sync_playwright", "granian", "fresh_copy", "new_cluster"}
LONGEST = "tests/web/test_every_page.py"  # minutes: what is begun last is waited for


def in_order(items: list[pytest.Item]) -> None:
    """Put them so, and otherwise as they were."""
    items.sort(key=_place)


def _place(item: pytest.Item) -> int:
    if item.nodeid.startswith(LONGEST):
        return 0
    is_starter = isinstance(item, pytest.Function) and STARTERS & vars(item.module).keys()
    return 1 if is_starter else 2
