"""Libraries that are loaded when they are used."""

from __future__ import annotations

import importlib
import sys

import pytest

from bookyflow.core.seldom import load_when_used


@pytest.fixture
def library(tmp_path, monkeypatch):
    """A package that nobody has imported, and how often it has been run."""
    package = tmp_path / "a_library"
    package.mkdir()
    (package / "__init__.py").write_text("import sys\nsys.a_library_runs += 1\nmet = 'Ada'\n")
    (package / "inner.py").write_text("met = 'Grace'\n")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(sys, "a_library_runs", 0, raising=False)
    load_when_used("a_library")
    yield lambda: sys.a_library_runs
    for name in ("a_library", "a_library.inner"):
        sys.modules.pop(name, None)


def test_to_import_it_does_not_load_it(library):
    first, second = (importlib.import_module("a_library") for _ in range(2))

    assert first is second
    assert library() == 0


def test_the_first_look_does(library):
    early = importlib.import_module("a_library")

    assert early.met == "Ada"
    assert early.met == importlib.import_module("a_library").met
    assert library() == 1


def test_so_does_what_is_in_it(library):
    assert importlib.import_module("a_library.inner").met == "Grace"
    assert importlib.import_module("a_library").met == "Ada"
    assert library() == 1


def test_what_it_lacks_it_lacks(library):
    assert not hasattr(importlib.import_module("a_library"), "nothing")


def test_what_is_not_installed_stays_so():
    load_when_used("no_such_library")

    with pytest.raises(ModuleNotFoundError):
        importlib.import_module("no_such_library")
