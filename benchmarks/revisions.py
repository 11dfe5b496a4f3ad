"""Other revisions of this repository: a work tree and an environment of their own."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
INSTALL = ["--quiet", "--no-input", "--no-compile", "--no-deps", "--require-hashes"]


@contextmanager
def work_tree(code: Path, revision: str) -> Iterator[Path]:
    """A work tree of a revision at `code`, which must be new or an earlier one; gone afterwards."""
    git("worktree", "prune")
    if code.exists():
        git("worktree", "remove", "--force", str(code))
    git("worktree", "add", "--quiet", "--detach", str(code), revision)
    try:
        yield code
    finally:
        git("worktree", "remove", "--force", str(code))


def environment_of(directory: Path, code: Path) -> Path:
    """A Python with what the revision's requirements.txt lists, kept for the next time."""
    lock = code / "requirements.txt"
    digest = hashlib.sha256(lock.read_bytes()).hexdigest()[:12]
    place = directory / f"environment-{digest}"
    python = place / "bin" / "python"
    if not (place / "complete").exists():
        subprocess.run([sys.executable, "-m", "venv", "--clear", str(place)], check=True)
        pip = [str(python), "-m", "pip"]
        subprocess.run([*pip, "install", *INSTALL, "--requirement", str(lock)], check=True)
        subprocess.run([*pip, "check"], check=True, stdout=subprocess.DEVNULL)
        (place / "complete").touch()
    return python


def git(*words: str) -> str:
    """What git prints. Raises CalledProcessError, after git has said why."""
    return subprocess.run(
        ["git", *words], cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True
    ).stdout.strip()
