"""What every script does first: the virtual environment with the locked packages.

Standard library only, and no syntax newer than Python 3.7, so that an older Python gets as far as
the message that says which one is needed.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
STAMP = VENV / "bookyflow.stamp"
LOCK_FILE = ROOT / "requirements-dev.txt"
NEEDED = (3, 11)
NEWER_PYTHONS = ("python3.14", "python3.13", "python3.12", "python3.11")


def enter() -> None:
    """Go on in the virtual environment's Python, with every locked package, at the top level.

    Returns in that Python; started by another one, it begins the calling script again. Quick when
    nothing is missing. Several may run at once: one installs and the others wait for it.
    """
    _check_version()
    os.chdir(str(ROOT))
    os.environ["PIP_DISABLE_PIP_VERSION_CHECK"] = "1"
    if not _is_ready():
        (ROOT / "var").mkdir(exist_ok=True)
        with (ROOT / "var" / "setup.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not _is_ready():
                _install()
    if not _inside():
        sys.stdout.flush()
        arguments = [str(PYTHON), os.path.abspath(sys.argv[0]), *sys.argv[1:]]  # noqa: PTH100  # not through links
        os.execv(str(PYTHON), arguments)  # noqa: S606  # the same script, another Python
    if str(ROOT) not in sys.path:
        sys.path.insert(0, str(ROOT))


def say(message: str) -> None:
    """Print a line at once, also into a pipe."""
    print(message, flush=True)


def _check_version() -> None:
    if sys.version_info >= NEEDED:
        return
    for name in NEWER_PYTHONS:
        newer = shutil.which(name)
        if newer:
            os.execv(newer, [newer, *sys.argv])  # noqa: S606  # the same script, another Python
    found = ".".join(str(part) for part in sys.version_info[:3])
    sys.exit(
        f"BookyFlow needs Python {NEEDED[0]}.{NEEDED[1]} or newer; this is {found} "
        f"({sys.executable}). Install a newer one, or call: PYTHON3.x {sys.argv[0]}"
    )


def _inside() -> bool:
    return Path(sys.prefix).resolve() == VENV.resolve()


def _wanted() -> str:
    """What the stamp says when the environment is complete."""
    version = ".".join(str(part) for part in sys.version_info[:2])
    return f"{version} {VENV.resolve()} {hashlib.sha256(LOCK_FILE.read_bytes()).hexdigest()}"


def _is_ready() -> bool:
    return PYTHON.exists() and STAMP.exists() and STAMP.read_text() == _wanted()


def _has_usable_environment() -> bool:
    """Whether .venv was made by this version of Python, at this place, and still runs."""
    if _inside():
        return True
    if not PYTHON.exists() or not (VENV / "bin" / "pip").exists():
        return False
    first_line = (VENV / "bin" / "pip").read_text(errors="replace").partition("\n")[0]
    question = "import sys, pip; print(sys.version_info[:2])"
    answer = subprocess.run(  # noqa: PLW1510  # a failure is an answer
        [str(PYTHON), "-c", question], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    )
    version = answer.stdout.decode().strip()
    return str(VENV.resolve()) in first_line and version == str(sys.version_info[:2])


def _install() -> None:
    if not _has_usable_environment():
        if VENV.is_symlink():
            VENV.unlink()  # or the environment that it leads to would be emptied
        say(f"Making the virtual environment {VENV} …")
        _run(
            [sys.executable, "-m", "venv", "--clear", str(VENV)],
            "Python's module venv does not work here (on Debian: apt install python3-venv).",
        )
    say(f"Installing the packages of {LOCK_FILE.name} (a minute or two the first time) …")
    if STAMP.exists():
        STAMP.unlink()
    pip = [str(PYTHON), "-m", "pip", "install", "--quiet", "--no-input", "--require-hashes"]
    _run(
        [*pip, "--requirement", str(LOCK_FILE)],
        "Some package could not be installed; pip's message is above.",
    )
    STAMP.write_text(_wanted())


def _run(command: list[str], on_failure: str) -> None:
    # A user's PIP_USER or PYTHONHOME would lead pip out of the virtual environment.
    environment = {k: v for k, v in os.environ.items() if k not in {"PYTHONHOME", "PYTHONPATH"}}
    environment["PIP_USER"] = "0"
    if subprocess.run(command, env=environment).returncode != 0:  # noqa: PLW1510  # looked at here
        sys.exit(on_failure)
