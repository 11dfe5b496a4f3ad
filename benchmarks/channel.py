#!/usr/bin/env python3
"""Live a year as a channel manager against a BookyFlow of its own; `--help` says how."""

from __future__ import annotations

import sys
from pathlib import Path

if __name__ == "__main__":
    sys.path[0] = str(
        Path(__file__).resolve().parent.parent
    )  # not where modules lie by short names
    sys.path.insert(1, str(Path(sys.path[0]) / "script"))
    import _setup

    _setup.enter()
    from benchmarks.channel_manager.run import main

    sys.exit(main())
