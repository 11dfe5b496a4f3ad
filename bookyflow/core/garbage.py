"""When Python looks for garbage that refers to itself."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def garbage_later() -> Iterator[None]:
    """Have nobody look for garbage meanwhile, in any thread.

    For work that makes ten thousands of objects which it needs to its end: they would be gone
    through some sixty times. Of two threads in here the first one to leave ends it for both.
    """
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
