"""Try an installed package in a process of its own, before the site relies on it.

The process loads the site with this package: its app, models and `ready()`, its URL tables, pages
and menu. Whatever it does there (raise, end the process, hang) ends the trial and nothing else.
What was seen is kept until the package, or another one beside it, changes on disk.
"""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path

from bookyflow import __version__
from bookyflow.plugins.manifest import Feature

TRIED = "BOOKYFLOW_TRIAL"  # in the environment of a trial: the modules that it loads
SECONDS = 60
ROOT = Path(__file__).resolve().parents[2]


class Trials:
    """What trials have shown, in a file."""

    def __init__(self, kept: Path) -> None:
        self._file = kept

    def verdict(self, feature: Feature, needed: tuple[str, ...] = ()) -> str:
        """Why a package cannot be used, empty when it can. `needed` are packages it requires."""
        print_ = fingerprint((*needed, feature.module))
        kept = self._read()
        known = kept.get(feature.module, {})
        if known.get("fingerprint") == print_:
            return str(known.get("reason", ""))
        reason = tried((*needed, feature.module))
        self._write(self._read() | {feature.module: {"fingerprint": print_, "reason": reason}})
        return reason

    def _read(self) -> dict[str, dict[str, str]]:
        try:
            kept = json.loads(self._file.read_text())
        except (OSError, ValueError):
            return {}
        return kept if isinstance(kept, dict) else {}

    def _write(self, kept: dict[str, dict[str, str]]) -> None:
        draft = self._file.with_suffix(f".{os.getpid()}")
        with suppress(OSError):  # where nothing can be kept, each start tries anew
            self._file.parent.mkdir(parents=True, exist_ok=True)
            draft.write_text(json.dumps(kept))
            draft.replace(self._file)


def fingerprint(modules: tuple[str, ...]) -> str:
    """What a verdict depends on: the files of the packages, what else pip has put in, us."""
    seen = hashlib.sha256(f"{__version__} {sys.version} {modules}".encode())
    for file in sorted(_files(modules)):
        with suppress(OSError):
            stat = file.stat()
            seen.update(f"{file} {stat.st_mtime_ns} {stat.st_size}".encode(errors="replace"))
    return seen.hexdigest()


def _files(modules: tuple[str, ...]) -> Iterator[Path]:
    for module in modules:
        spec = find_spec(module)
        for folder in (spec.submodule_search_locations or ()) if spec else ():
            yield from (one for one in Path(folder).rglob("*") if "__pycache__" not in one.parts)
    # pip adds and removes folders here: another package may be what was missing.
    yield from (Path(p) for p in sys.path if Path(p).name in {"site-packages", "dist-packages"})


def tried(modules: tuple[str, ...]) -> str:
    """Load the site with these packages in another process; the reason when that fails."""
    environment = os.environ | {
        TRIED: ",".join(modules),
        "PYTHONPATH": os.pathsep.join([str(ROOT), *filter(None, sys.path)]),
        "DJANGO_SETTINGS_MODULE": "bookyflow.settings",
        "DATABASE_URL": "postgresql://trial.invalid/none",  # nothing is asked of a database
    }
    try:
        done = subprocess.run(  # this file, by this interpreter
            [sys.executable, "-m", "bookyflow.plugins.trial"],
            env=environment,
            cwd=ROOT,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return f"It was not loaded within {SECONDS} seconds."
    if done.returncode == 0 and done.stdout.rstrip().endswith(PASSED):
        return ""
    last = (done.stderr.strip().splitlines() or [""])[-1]
    return last[:500] or f"Loading it ended the process ({done.returncode})."


PASSED = "This package can be loaded."


def _load() -> None:
    """In the process of the trial: load all that the site will. Raises whatever that raises."""
    import django  # noqa: PLC0415  # the settings look for packages, and import this module

    django.setup()
    from bookyflow.plugins.loadable import check_package  # noqa: PLC0415  # needs Django set up

    check_package(os.environ[TRIED].split(",")[-1])


if __name__ == "__main__":
    _load()
    sys.stdout.write(f"\n{PASSED}\n")
