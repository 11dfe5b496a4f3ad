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
# What an environment may hold. Each lock has all of those before it in the same versions, so that
# an environment only ever grows.
TO_SERVE = "requirements-local.txt"
TO_TEST = "requirements-dev.txt"
LOCKS = (TO_SERVE, TO_TEST)
NEEDED = (3, 11)
NEWER_PYTHONS = ("python3.14", "python3.13", "python3.12", "python3.11")


def enter(lock_name: str = TO_TEST) -> None:
    """Go on in the virtual environment's Python, with the packages of a lock, at the top level.

    Returns in that Python; started by another one, it begins the calling script again. Quick when
    nothing is missing. Several may run at once: one installs and the others wait for it.
    """
    _check_version()
    os.chdir(str(ROOT))
    os.environ["PIP_DISABLE_PIP_VERSION_CHECK"] = "1"
    # Bytecode is kept: without, each of the many processes that tests start compiles all libraries.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    os.environ["PYTHONTZPATH"] = ""  # time zones are those of the locked tzdata, not the machine's
    if not _is_ready(lock_name):
        (ROOT / "var").mkdir(exist_ok=True)
        with (ROOT / "var" / "setup.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not _is_ready(lock_name):
                _make_ready(lock_name)
    if not _inside():
        sys.stdout.flush()
        arguments = [str(PYTHON), os.path.abspath(sys.argv[0]), *sys.argv[1:]]  # noqa: PTH100  # not through links
        os.execv(str(PYTHON), arguments)  # noqa: S606  # the same script, another Python
    if str(ROOT) not in sys.path:
        sys.path.insert(0, str(ROOT))
    if not _has_catalogues():
        from bookyflow.core.catalogues import compile_all  # noqa: PLC0415  # needs the packages

        compile_all()


def _has_catalogues() -> bool:
    """Whether each catalogue of translations is compiled as it is now."""
    return all(
        compiled.exists() and compiled.stat().st_mtime >= catalogue.stat().st_mtime
        for catalogue in ROOT.glob("locale/*/LC_MESSAGES/*.po")
        for compiled in [catalogue.with_suffix(".mo")]
    )


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


def _stamp(lock_name: str) -> str:
    """What the stamp says of an environment with the packages of a lock."""
    version = ".".join(str(part) for part in sys.version_info[:2])
    digest = hashlib.sha256((ROOT / lock_name).read_bytes()).hexdigest()
    return f"{version} {VENV.resolve()} {digest} {lock_name}"


def _held() -> tuple[str, ...]:
    """The locks whose packages the environment has, in these or earlier versions."""
    name = STAMP.read_text().rpartition(" ")[2] if STAMP.exists() else ""
    return LOCKS[: LOCKS.index(name) + 1] if name in LOCKS else ()


def _is_ready(lock_name: str) -> bool:
    held = _held()
    return PYTHON.exists() and lock_name in held and STAMP.read_text() == _stamp(held[-1])


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


def _make_ready(lock_name: str) -> None:
    held = _held()
    if not _has_usable_environment():
        held = ()
        if VENV.is_symlink():
            VENV.unlink()  # or the environment that it leads to would be emptied
        say(f"Making the virtual environment {VENV} …")
        _run(
            [sys.executable, "-m", "venv", "--clear", str(VENV)],
            "Python's module venv does not work here (on Debian: apt install python3-venv).",
        )
    # Packages that only tests need are brought up to date with the others, or they would not fit.
    largest = max((lock_name, *held), key=LOCKS.index)
    say(f"Installing the packages of {largest} (a minute or so the first time) …")
    if STAMP.exists():
        STAMP.unlink()
    install(PYTHON, ROOT / largest)
    STAMP.write_text(_stamp(largest))


def install(python: Path, lock: Path) -> None:
    """Install exactly what a lock lists, into the environment of `python`.

    A lock is complete, so nothing is left to resolve; a resolver would also look at what is not in
    it (before pip 23.3 one takes the newest release for `name[extra]`, whatever `name` is pinned
    to, and refuses it). `pip check` says whether it was complete. Modules are compiled when they
    are first used: most never are. Ends the program where something fails.
    """
    pip = [str(python), "-m", "pip"]
    switches = ["--quiet", "--no-input", "--no-compile", "--no-deps", "--require-hashes"]
    _run(
        [*pip, "install", *switches, "--requirement", str(lock)],
        "Some package could not be installed; pip's message is above.",
    )
    _run([*pip, "check"], f"{lock.name} is not complete; pip's message is above.", is_quiet=True)


def _run(command: list[str], on_failure: str, *, is_quiet: bool = False) -> None:
    # A user's PIP_USER or PYTHONHOME would lead pip out of the virtual environment.
    environment = {k: v for k, v in os.environ.items() if k not in {"PYTHONHOME", "PYTHONPATH"}}
    environment["PIP_USER"] = "0"
    result = subprocess.run(  # noqa: PLW1510  # looked at here
        command, env=environment, stdout=subprocess.PIPE if is_quiet else None
    )
    if result.returncode != 0:
        say((result.stdout or b"").decode(errors="replace").rstrip())
        sys.exit(on_failure)
