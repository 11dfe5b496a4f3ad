#!/usr/bin/env python3
"""Replay a hotel's reservations against a running BookyFlow; `--help` says how."""

from __future__ import annotations

import sys
from pathlib import Path

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "script"))
    import _setup

    _setup.enter()
    from benchmarks.reenact import main

    sys.exit(main())
