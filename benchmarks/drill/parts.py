"""The parts of a site: programs that are started, killed, and started again as systemd would."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import psutil
import psycopg

from benchmarks.drill.machine import Machine, account, give, user_name
from benchmarks.serving import HOST, free_port

START = 240.0  # seconds that a part may take to answer, on a busy machine
LAST_WORDS = 30.0  # seconds to end
RESTART = 2.0  # seconds until a part that was killed is started again: RestartSec= of docs/systemd
WORKERS, THREADS = 1, 8  # of each of the web processes
# Connections of PgBouncer by its mode: as many as web and worker have, or few that they share.
POOLED = {"session": 60, "transaction": 8}
ROLE, DATABASE, OWNER = "bookyflow", "bookyflow", "postgres"
HTTPS = {"X-Forwarded-Proto": "https"}  # as a proxy says that speaks HTTPS; clients here play it
SHIPPED = Path(__file__).resolve().parents[2] / "docs" / "nginx.conf"

POOLER = """
[databases]
* = host={host} port={port}
[pgbouncer]
listen_addr = {host}
listen_port = {listen}
unix_socket_dir =
auth_type = scram-sha-256
auth_file = {directory}/users.txt
pool_mode = {mode}
default_pool_size = {size}
max_client_conn = 400
query_wait_timeout = 3
server_login_retry = 1
ignore_startup_parameters = options,extra_float_digits
"""
CACHE = """
bind {host}
port {port}
requirepass {password}
save ""
appendonly no
dir {directory}
"""
# What a machine's own nginx.conf has around ours, with everything in one directory.
AROUND = """
daemon off;
{user}
worker_processes 1;
pid {directory}/nginx.pid;
error_log {directory}/error.log;
worker_rlimit_nofile 8192;
events {{ worker_connections 4096; }}
http {{
    access_log {directory}/access.log;
    client_body_temp_path {directory}/body;
    proxy_temp_path {directory}/proxy;
    fastcgi_temp_path {directory}/fastcgi;
    uwsgi_temp_path {directory}/uwsgi;
    scgi_temp_path {directory}/scgi;
    include {directory}/bookyflow.conf;
}}
"""


@dataclass
class Part:
    """A program with its output in a file of its own; `is_up` asks whether it does its work."""

    name: str
    command: Sequence[str | Path]
    log: Path
    is_up: Callable[[], bool]
    code: Path | None = None  # the directory that it runs in
    environment: Mapping[str, str] | None = None
    account: tuple[int, int] | None = None
    process: subprocess.Popen[bytes] | None = field(default=None, init=False)

    def start(self) -> None:
        """Start it, and wait until it is up; again where it ends at once. Raises TimeoutError."""
        deadline = time.monotonic() + START
        while time.monotonic() < deadline:
            if self.process is None or self.process.poll() is not None:
                self._run()
            if self.is_up():
                return
            time.sleep(0.1)
        raise TimeoutError(f"{self.name} does not answer; {self.log} says why.")

    def kill(self) -> None:
        """SIGKILL to it and to what it has started."""
        if self.process is not None:
            with suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()

    def stop(self) -> None:
        """End it as systemd would."""
        if self.process is None or self.process.poll() is not None:
            return
        self.process.terminate()
        try:
            self.process.wait(LAST_WORDS)
        except subprocess.TimeoutExpired:
            self.kill()

    def child(self) -> psutil.Process:
        """One of the processes that it has started."""
        assert self.process is not None  # noqa: S101  # for the type checker
        return psutil.Process(self.process.pid).children()[-1]

    def _run(self) -> None:
        run_as = self.account
        with self.log.open("ab") as output:
            self.process = subprocess.Popen(
                [str(word) for word in self.command],
                cwd=self.code or "/",
                env=dict(self.environment) if self.environment is not None else None,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                user=run_as[0] if run_as else None,
                group=run_as[1] if run_as else None,
                extra_groups=[] if run_as else None,
            )


@dataclass
class Postgres:
    """A cluster of its own, whose database belongs to a role that is no superuser."""

    machine: Machine
    directory: Path
    password: str
    port: int = field(default_factory=free_port)
    part: Part = field(init=False)

    def __post_init__(self) -> None:
        self.part = Part(
            name=f"PostgreSQL in {self.directory.name}",
            command=[self.machine.postgresql / "postgres", "-D", self.directory],
            log=self.directory.with_suffix(".log"),
            is_up=self._takes_connections,
            account=account(self.directory),
        )

    def url(self, database: str = DATABASE, user: str = ROLE) -> str:
        """What leads to a database of it."""
        return f"postgresql://{user}:{self.password}@{HOST}:{self.port}/{database}"

    def make(self, *settings: str) -> None:
        """Begin with nothing: data directory, role and empty database."""
        self.directory.mkdir(mode=0o700)
        give(self.directory, self.part.account)
        secret = self.directory.with_suffix(".password")
        secret.write_text(self.password)
        give(secret, self.part.account)
        options = ["--auth=scram-sha-256", "--encoding=UTF8", "--no-locale", f"--pwfile={secret}"]
        self.run("initdb", "-D", self.directory, f"--username={OWNER}", *options)
        self.configure(*settings)
        self.part.start()
        with psycopg.connect(self.url("postgres", OWNER), autocommit=True) as admin:
            admin.execute(f"CREATE ROLE {ROLE} LOGIN PASSWORD '{self.password}'".encode())
            idle = "idle_in_transaction_session_timeout"
            admin.execute(f"ALTER ROLE {ROLE} SET {idle} = '60s'".encode())
            admin.execute(f"CREATE DATABASE {DATABASE} OWNER {ROLE}".encode())

    def follow(self, primary: Postgres) -> None:
        """Begin with a copy of another cluster's files, and go on with what it streams."""
        primary.copy_to(self.directory, "--write-recovery-conf")
        self.configure("archive_mode = off", "wal_retrieve_retry_interval = '1s'")
        self.part.start()

    def copy_to(self, target: Path, *more: str) -> None:
        """Copy the running cluster's files."""
        target.mkdir(mode=0o700)
        give(target, self.part.account)
        place = [f"--pgdata={target}", f"--dbname={self.url('postgres', OWNER)}", *more]
        self.run("pg_basebackup", *place, "--checkpoint=fast", "--no-sync")

    def configure(self, *settings: str) -> None:
        """Add lines to its configuration, after where it listens."""
        own = [f"listen_addresses = '{HOST}'", f"port = {self.port}", "max_connections = 200"]
        with (self.directory / "postgresql.conf").open("a", encoding="utf-8") as file:
            file.write("\n".join([*own, "unix_socket_directories = ''", *settings, ""]))

    def run(self, program: str, *words: str | Path) -> str:
        """What one of PostgreSQL's programs prints, run by the cluster's user; it must end well."""
        run_as = self.part.account
        done = subprocess.run(
            [str(self.machine.postgresql / program), *map(str, words)],
            cwd="/",
            env=os.environ | {"PGPASSWORD": self.password},
            capture_output=True,
            text=True,
            check=False,
            user=run_as[0] if run_as else None,
            group=run_as[1] if run_as else None,
            extra_groups=[] if run_as else None,
        )
        if done.returncode:
            raise RuntimeError(f"{program} ended with {done.returncode}:\n{done.stderr}")
        return done.stdout

    def kill(self) -> None:
        """SIGKILL to the server; its processes end by themselves."""
        self.part.kill()

    def pause(self) -> None:
        """Have all of its processes stand still: who calls is connected, and not answered."""
        self._signal(signal.SIGSTOP)

    def resume(self) -> None:
        """Have them go on."""
        self._signal(signal.SIGCONT)

    def kill_backend(self) -> None:
        """SIGKILL to a connection's process, after which the server recovers as from a crash."""
        query = "SELECT pid FROM pg_stat_activity WHERE usename = %s ORDER BY backend_start LIMIT 1"
        with psycopg.connect(self.url("postgres", OWNER)) as admin:
            row = admin.execute(query, [ROLE]).fetchone()
        if row:
            os.kill(row[0], signal.SIGKILL)

    def _signal(self, number: signal.Signals) -> None:
        assert self.part.process is not None  # noqa: S101  # for the type checker
        head = psutil.Process(self.part.process.pid)
        for process in [head, *head.children(recursive=True)]:
            with suppress(psutil.NoSuchProcess):
                process.send_signal(number)

    def _takes_connections(self) -> bool:
        with suppress(psycopg.OperationalError):
            psycopg.connect(self.url("postgres", OWNER), connect_timeout=2).close()
            return True
        return False


def pooler(program: str, directory: Path, postgres: Postgres, mode: str) -> tuple[Part, str]:
    """PgBouncer before a cluster, and what leads to the database through it."""
    directory.mkdir()
    run_as, listen = account(directory), free_port()
    (directory / "users.txt").write_text(f'"{ROLE}" "{postgres.password}"\n')
    text = POOLER.format(
        host=HOST,
        port=postgres.port,
        listen=listen,
        directory=directory,
        size=POOLED[mode],
        mode=mode,
    )
    (directory / "pgbouncer.ini").write_text(text)
    for path in (directory, *directory.iterdir()):
        give(path, run_as)
    part = Part(
        name="PgBouncer",
        command=[program, directory / "pgbouncer.ini"],
        log=directory.with_suffix(".log"),
        is_up=lambda: _listens(listen),
        account=run_as,
    )
    return part, urlsplit(postgres.url())._replace(netloc=_netloc(postgres, listen)).geturl()


def cache(program: str, directory: Path, password: str) -> tuple[Part, str]:
    """Redis with a password, and its CACHE_URL."""
    directory.mkdir()
    port = free_port()
    text = CACHE.format(host=HOST, port=port, password=password, directory=directory)
    (directory / "redis.conf").write_text(text)
    part = Part(
        name="Redis",
        command=[program, directory / "redis.conf"],
        log=directory.with_suffix(".log"),
        is_up=lambda: _listens(port),
    )
    return part, f"redis://:{password}@{HOST}:{port}/0"


@dataclass
class Proxy:
    """nginx with the shipped configuration before several web processes."""

    program: str
    directory: Path
    upstreams: list[int]  # ports
    port: int = field(default_factory=free_port)
    part: Part = field(init=False)

    def __post_init__(self) -> None:
        self.directory.mkdir()
        user = f"user {user_name()};" if os.geteuid() == 0 else ""
        text = AROUND.format(directory=self.directory, user=user)
        (self.directory / "nginx.conf").write_text(text)
        self._write(self.upstreams)
        place: list[str | Path] = ["-p", self.directory, "-c", self.directory / "nginx.conf"]
        self.part = Part(
            name="nginx",
            command=[self.program, *place, "-e", self.directory / "error.log"],
            log=self.directory.with_suffix(".log"),
            is_up=lambda: _listens(self.port),
        )

    def pass_to(self, upstreams: list[int]) -> None:
        """Pass new calls on to these only; running ones end where they are."""
        self._write(upstreams)
        if self.part.process is not None:
            self.part.process.send_signal(signal.SIGHUP)

    def _write(self, upstreams: list[int]) -> None:
        text = configuration(self.port, upstreams)
        (self.directory / "bookyflow.conf").write_text(text)


def configuration(listen: int, upstreams: Sequence[int]) -> str:
    """The shipped configuration with other addresses and not a word else."""
    text = SHIPPED.read_text(encoding="utf-8")
    servers = "\n    ".join(f"server {HOST}:{port};" for port in upstreams)
    for shipped, here in (
        ("server web:8000;", servers),
        ("listen 8000;", f"listen {HOST}:{listen};"),
    ):
        if text.count(shipped) != 1:
            raise RuntimeError(f"{SHIPPED} has not once {shipped}")
        text = text.replace(shipped, here)
    return text


def web(name: str, code: Path, python: Path, environment: Mapping[str, str], port: int) -> Part:
    """A web process with the options of docs/systemd."""
    options = ["--interface", "wsgi", "--no-ws", "--host", HOST, "--port", str(port)]
    options += ["--workers", str(WORKERS), "--blocking-threads", str(THREADS)]
    options += ["--respawn-failed-workers", "--workers-kill-timeout", "30"]
    return Part(
        name=name,
        command=[python, "-m", "granian", *options, "bookyflow.wsgi:application"],
        log=Path(environment["BOOKYFLOW_VAR"]) / f"{name.replace(' ', '-')}.log",
        is_up=lambda: answers(f"http://{HOST}:{port}/readyz"),
        code=code,
        environment=environment,
    )


def worker(code: Path, python: Path, environment: Mapping[str, str]) -> Part:
    """The worker of jobs."""
    part = Part(
        name="worker",
        command=[python, "manage.py", "worker"],
        log=Path(environment["BOOKYFLOW_VAR"]) / "worker.log",
        is_up=lambda: part.process is not None and part.process.poll() is None,
        code=code,
        environment=environment,
    )
    return part


def answers(url: str) -> bool:
    """Whether it answers 200, as if HTTPS had come before."""
    with suppress(httpx.TransportError):
        return httpx.get(url, headers=HTTPS, timeout=10).status_code == httpx.codes.OK
    return False


def _listens(port: int) -> bool:
    with suppress(OSError):
        socket.create_connection((HOST, port), timeout=2).close()
        return True
    return False


def _netloc(postgres: Postgres, port: int) -> str:
    return f"{ROLE}:{postgres.password}@{HOST}:{port}"
