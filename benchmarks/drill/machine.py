"""What this machine has of what a production site consists of, and what it lacks."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from bookyflow.embedded.account import account_of, open_ways
from bookyflow.embedded.programs import directory_of_programs

DEBIANS = Path("/usr/lib/postgresql")
SBIN = "/usr/sbin:/usr/local/sbin"  # not in the PATH of everybody
ENGINES = ("docker", "podman", "buildah")


@dataclass(frozen=True)
class Machine:
    """Where the programs are; None for what is absent."""

    postgresql: Path  # the directory of its programs
    pgbouncer: str | None
    redis: str | None
    nginx: str | None
    engine: str | None  # of containers, one that answers

    def lines(self) -> list[str]:
        """What is used, and loudly what is not there."""
        found = {
            "PgBouncer": (self.pgbouncer, "pgbouncer", "web and worker reach PostgreSQL directly"),
            "Redis": (self.redis, "redis-server", "each process counts calls for itself"),
            "nginx": (self.nginx, "nginx-light", "clients call one web process directly"),
        }
        told = [f"PostgreSQL  {_version(self.postgresql / 'postgres')}"]
        for name, (program, package, instead) in found.items():
            if program:
                told.append(f"{name:11} {_version(program)}")
            else:
                told.append(f"!!! No {name} HERE: {instead}. On Debian: apt-get install {package}")
        told.append(f"engine      {self.engine or '!!! none that answers'}")
        return told


def look() -> Machine:
    """What there is: of PostgreSQL Debian's newest, else the wheel that development uses."""
    versions = sorted(DEBIANS.glob("*/bin/postgres"), key=lambda path: int(path.parts[-3]))
    return Machine(
        postgresql=versions[-1].parent if versions else directory_of_programs(),
        pgbouncer=_which("pgbouncer"),
        redis=_which("redis-server"),
        nginx=_which("nginx"),
        engine=next(filter(_answers, ENGINES), None),
    )


def account(directory: Path) -> tuple[int, int] | None:
    """User and group for what refuses to run as root; None where this process is not root.

    They can reach the directory afterwards.
    """
    found = account_of(directory)
    open_ways(directory)
    return found


def give(path: Path, to: tuple[int, int] | None) -> None:
    """Have a file or directory belong to an account."""
    if to:
        os.chown(path, *to)


def user_name() -> str:
    """The name of the user that runs this."""
    return pwd.getpwuid(os.geteuid()).pw_name


def _which(name: str) -> str | None:
    return shutil.which(name, path=f"{os.environ.get('PATH', '')}:{SBIN}")


def _answers(engine: str) -> bool:
    if not shutil.which(engine):
        return False
    done = subprocess.run([engine, "info"], capture_output=True, timeout=20, check=False)
    return done.returncode == 0


def _version(program: str | Path) -> str:
    with suppress(OSError):
        word = "-v" if Path(program).name == "nginx" else "--version"
        done = subprocess.run([program, word], capture_output=True, text=True, check=False)
        return (done.stdout + done.stderr).strip().splitlines()[0]
    return str(program)
