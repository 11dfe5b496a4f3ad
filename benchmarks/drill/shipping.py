"""What is shipped: the image, built and started, and packages without known vulnerabilities."""

from __future__ import annotations

import secrets
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import httpx

from benchmarks.drill import parts
from benchmarks.serving import HOST, ROOT, free_port
from bookyflow.core.crypto import KIND

NAME = "bookyflow-drill"  # of image and container
BUILD, AUDIT = 1800.0, 300.0  # seconds
AUDITOR = "pip-audit==2.10.1"
INDEX = "https://pypi.org/pypi/pip/json"
NOT_ASKED = "could not be audited"  # what it says of a package that it could not ask about


def image(engine: str | None) -> list[str]:
    """Build the image and start it, without a database; what does not hold.

    It has to answer to /healthz, as its own probe asks.
    """
    if engine is None:
        print("!!! No engine of containers answers: THE IMAGE IS NEITHER BUILT NOR STARTED.")
        return []
    began = time.monotonic()
    _run([engine, "build", "--tag", NAME, str(ROOT)], BUILD)
    print(f"the image is built in {time.monotonic() - began:.0f} s by {engine}", flush=True)
    if engine == "buildah":
        print("!!! buildah starts nothing that listens on this machine: THE IMAGE IS NOT STARTED.")
        return []
    port = free_port()
    with _container(engine, port):
        deadline = time.monotonic() + parts.START
        while not parts.answers(f"http://{HOST}:{port}/healthz"):
            if time.monotonic() > deadline:
                return ["the image was started and does not answer"]
            time.sleep(0.5)
    print("the image is started and answers")
    return []


def packages(directory: Path) -> list[str]:
    """Ask whether packages of requirements.txt have known vulnerabilities; those that have."""
    try:
        httpx.get(INDEX, timeout=20).raise_for_status()
    except httpx.HTTPError:
        print("!!! pypi.org is out of reach: KNOWN VULNERABILITIES OF PACKAGES ARE NOT LOOKED FOR.")
        return []
    python = _auditor(directory)
    words = ["--disable-pip", "--require-hashes", "--requirement", str(ROOT / "requirements.txt")]
    done = subprocess.run(
        [str(python), "-m", "pip_audit", *words],
        capture_output=True,
        text=True,
        timeout=AUDIT,
        check=False,
    )
    told = done.stdout + done.stderr
    if done.returncode:
        return [f"packages with known vulnerabilities, or none could be asked about:\n{told}"]
    # It says that there are none, too, where it could not ask: of a mirror, for instance.
    if skipped := told.count(NOT_ASKED):
        print(f"!!! NOT LOOKED UP for known vulnerabilities: {skipped} packages.")
    else:
        print("no package is known to be vulnerable")
    return []


@contextmanager
def _container(engine: str, port: int) -> Iterator[None]:
    """The image as a container that listens on a port of this machine, with keys of its own."""
    given = {
        "ALLOWED_HOSTS": HOST,
        "TRUSTED_PROXIES": "0.0.0.0/0",  # whatever address the engine gives this machine
        "SECRET_KEY": secrets.token_hex(32),
        "HASH_KEY": secrets.token_hex(32),
        "ENCRYPTION_KEYS": f"{KIND}{secrets.token_hex(32)}",
        "DATABASE_URL": f"postgresql://nobody@{HOST}:1/none",
    }
    words = ["--detach", "--name", NAME, "--read-only", "--cap-drop", "ALL", "--tmpfs", "/tmp"]  # noqa: S108  # in the container
    for name, value in given.items():
        words += ["--env", f"{name}={value}"]
    with suppress(RuntimeError):
        _run([engine, "rm", "--force", NAME])  # of a drill that was killed
    _run([engine, "run", *words, "--publish", f"{HOST}:{port}:8000", NAME])
    try:
        yield
    finally:
        _run([engine, "rm", "--force", NAME])


def _auditor(directory: Path) -> Path:
    """A Python with pip-audit."""
    place = directory / "audit"
    python = place / "bin" / "python"
    if not (place / "complete").exists():
        _run([sys.executable, "-m", "venv", "--clear", str(place)])
        _run([str(python), "-m", "pip", "install", "--quiet", "--no-input", AUDITOR], AUDIT)
        (place / "complete").touch()
    return python


def _run(words: list[str], seconds: float = 60.0) -> None:
    """Run a program, which must end well."""
    done = subprocess.run(words, capture_output=True, text=True, timeout=seconds, check=False)
    if done.returncode:
        raise RuntimeError(f"{' '.join(words)}:\n{done.stdout[-3000:]}{done.stderr[-3000:]}")
