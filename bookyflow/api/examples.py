"""Examples are data: a file for each endpoint, that the document shows and tests compare with.

It is `examples/<action>.json` beside the feature's `scopes.json`, with `request`, `answer` and
`parameters`. A system check demands it, a test that it fits the document.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from bookyflow.api.contract import Example

FOLDER = "examples"


def example_of(package: str, action: str) -> Example:
    """The example of an action of the feature that is this package; an empty one without a file.

    Raises ValueError for a file that is no JSON, TypeError for one with something else in it.
    """
    file = Path(str(sys.modules[package].__file__)).parent / FOLDER / f"{action}.json"
    given = json.loads(file.read_text(encoding="utf-8")) if file.is_file() else {}
    return Example(file=file, **given)
