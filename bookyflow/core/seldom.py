"""Libraries that others import and that hardly any process ever uses."""

from __future__ import annotations

import sys
from importlib import import_module
from importlib.util import find_spec
from types import ModuleType
from typing import Any


class _Later(ModuleType):
    """Stands for a library until somebody looks into it; for who has it by then, ever after."""

    def __getattr__(self, name: str) -> Any:
        if sys.modules.get(self.__name__) is self:
            del sys.modules[self.__name__]
        return getattr(import_module(self.__name__), name)


def load_when_used(name: str) -> None:
    """Have a library be loaded by the first look into it, and not by who imports it.

    To be called before that; `from … import` is such a look. importlib's own LazyLoader
    takes a second `import` for one, too (Python 3.11).
    """
    spec = find_spec(name)
    if spec is not None and name not in sys.modules:
        later = sys.modules[name] = _Later(name)
        later.__spec__ = spec
