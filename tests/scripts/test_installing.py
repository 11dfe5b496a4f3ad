"""The locks are installed as they are, whatever has been released since and whichever pip it is."""

from __future__ import annotations

import hashlib
import os
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "script"))

import _setup  # noqa: E402  # lies beside the scripts

# pip before 23.3 resolved `name[extra]` apart from `name`. The other one is the newest of 2026.
PIPS = {
    "23.2.1": "7ccf472345f20d35bdc9d1841ff5f313260c2c33fe417f48c30ac46cccabf5be",
    "26.3": "f3b60b20ffaadd4415ed7957212a38ac63fa4c5fa375bd0f4a797777940fad13",
}


def wheel(directory, name, version, *needs, extra=""):
    """A wheel with nothing in it but what it needs."""
    info = f"{name}-{version}.dist-info"
    metadata = [f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}"]
    metadata += [f"Provides-Extra: {extra}"] if extra else []
    metadata += [f"Requires-Dist: {need}" for need in needs]
    path = directory / f"{name}-{version}-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(f"{info}/METADATA", "\n".join(metadata) + "\n")
        archive.writestr(
            f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        )
        archive.writestr(f"{info}/RECORD", "")
    return path


def lock_of(path, *wheels):
    lines = [
        f"{file.name.split('-')[0]}=={file.name.split('-')[1]} \\\n"
        f"    --hash=sha256:{hashlib.sha256(file.read_bytes()).hexdigest()}\n"
        for file in wheels
    ]
    path.write_text("".join(lines))
    return path


@pytest.fixture
def shop(tmp_path, monkeypatch):
    """An index with a, a newer a, and b, which needs a[x]; pip sees no other."""
    directory = tmp_path / "shop"
    directory.mkdir()
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(directory))
    monkeypatch.delenv("PIP_CONSTRAINT", raising=False)
    return directory


@pytest.fixture(scope="module", params=PIPS)
def python(request, tmp_path_factory):
    """The Python of an environment with that pip."""
    directory = tmp_path_factory.mktemp(request.param)
    locked = directory / "pip.txt"
    locked.write_text(f"pip=={request.param} --hash=sha256:{PIPS[request.param]}\n")
    environment = directory / "environment"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", environment], check=True)
    (place,) = environment.glob("lib/python*/site-packages")
    fetch = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--require-hashes"]
    subprocess.run([*fetch, "--dest", directory, "--requirement", locked], check=True)
    with zipfile.ZipFile(next(directory.glob("*.whl"))) as archive:
        archive.extractall(place)
    return environment / "bin" / "python"


def installed(python, *names):
    listed = subprocess.run(
        [python, "-m", "pip", "freeze"], check=True, capture_output=True, text=True
    )
    return [line for line in listed.stdout.split() if line.partition("==")[0] in names]


def test_a_lock_is_installed_although_something_newer_is_out(python, shop, tmp_path, capfd):
    first = wheel(shop, "a", "1.0", extra="x")
    wheel(shop, "a", "1.1", extra="x")
    second = wheel(shop, "b", "1.0", "a[x]>=1.0")

    _setup.install(python, lock_of(tmp_path / "lock.txt", first, second))

    assert installed(python, "a", "b") == ["a==1.0", "b==1.0"]
    assert capfd.readouterr().out == ""


def test_a_lock_that_lacks_something_is_refused(python, shop, tmp_path, capfd):
    first = wheel(shop, "c", "1.0", "missing>=2")

    with pytest.raises(SystemExit, match=r"lock.txt is not complete"):
        _setup.install(python, lock_of(tmp_path / "lock.txt", first))

    assert "missing, which is not installed" in capfd.readouterr().out
    subprocess.run([python, "-m", "pip", "uninstall", "--quiet", "--yes", "c"], check=True)


def test_a_package_that_is_not_the_locked_one_is_refused(python, shop, tmp_path):
    lock = lock_of(tmp_path / "lock.txt", wheel(shop, "d", "1.0"))
    wheel(shop, "d", "1.0", "e")

    with pytest.raises(SystemExit, match="could not be installed"):
        _setup.install(python, lock)

    assert installed(python, "d") == []


def test_every_lock_is_installed_in_this_way_only():
    texts = {
        path.name: path.read_text()
        for path in (ROOT / "Dockerfile", *ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md"))
    }
    commands = {
        (name, command)
        for name, text in texts.items()
        for command in re.findall(r"pip install [^\n]*requirements\S*", text)
    }

    assert {name for name, _ in commands} == {"Dockerfile", "operations.md"}
    for name, command in commands:
        assert "--no-deps --require-hashes" in command, (name, command)
        assert "pip check" in texts[name].partition(command)[2]


def test_each_lock_has_what_the_one_before_has():
    locks = [set(pins(name)) for name in ("requirements.txt", *_setup.LOCKS)]

    assert locks[0] < locks[1] < locks[2]


def pins(name):
    return re.findall(r"^[a-z0-9][^ ;]*==[^ ;]+", (ROOT / name).read_text(), re.MULTILINE)


def test_only_what_serves_is_installed_to_serve():
    server, tests = set(pins(_setup.TO_SERVE)), set(pins(_setup.TO_TEST))
    names = {pin.partition("==")[0] for pin in tests - server}

    assert {"pytest", "mypy", "ruff", "playwright", "hypothesis"} <= names


@pytest.fixture
def stamped(tmp_path, monkeypatch):
    """An empty place for an environment, whose installations are noted and not done."""
    done = []
    (tmp_path / "bin").mkdir()
    for program in ("python", "pip"):
        (tmp_path / "bin" / program).write_text(f"#!{tmp_path}/bin/python\n")
    for name in _setup.LOCKS:
        (tmp_path / name).write_text(name)
    monkeypatch.setattr(_setup, "ROOT", tmp_path)
    monkeypatch.setattr(_setup, "VENV", tmp_path)
    monkeypatch.setattr(_setup, "PYTHON", tmp_path / "bin" / "python")
    monkeypatch.setattr(_setup, "STAMP", tmp_path / "stamp")
    monkeypatch.setattr(_setup, "_has_usable_environment", lambda: True)
    monkeypatch.setattr(_setup, "install", lambda python, lock: done.append(lock.name))
    return done


def get_ready(name):
    if not _setup._is_ready(name):
        _setup._make_ready(name)


def test_the_server_installs_no_more_than_it_needs_and_tests_add_theirs(stamped, capsys):
    get_ready(_setup.TO_SERVE)
    get_ready(_setup.TO_SERVE)
    get_ready(_setup.TO_TEST)
    get_ready(_setup.TO_SERVE)
    get_ready(_setup.TO_TEST)

    assert stamped == [_setup.TO_SERVE, _setup.TO_TEST]


def test_new_locks_bring_everything_that_is_there_up_to_date(stamped, capsys):
    get_ready(_setup.TO_TEST)
    for name in _setup.LOCKS:
        (_setup.ROOT / name).write_text(f"{name}, newer")

    get_ready(_setup.TO_SERVE)
    get_ready(_setup.TO_TEST)

    assert stamped == [_setup.TO_TEST, _setup.TO_TEST]


def test_an_interrupted_installation_is_done_again(stamped, monkeypatch, capsys):
    def interrupted(python, lock):
        raise KeyboardInterrupt

    install = _setup.install
    get_ready(_setup.TO_SERVE)
    (_setup.ROOT / _setup.TO_SERVE).write_text("newer")
    monkeypatch.setattr(_setup, "install", interrupted)
    with pytest.raises(KeyboardInterrupt):
        get_ready(_setup.TO_SERVE)
    monkeypatch.setattr(_setup, "install", install)
    get_ready(_setup.TO_SERVE)

    assert stamped == [_setup.TO_SERVE, _setup.TO_SERVE]


def test_the_scripts_do_not_use_the_machines_time_zones():
    assert os.environ["PYTHONTZPATH"] == ""
    assert re.search(r"PYTHONTZPATH= ", (ROOT / "Dockerfile").read_text())
