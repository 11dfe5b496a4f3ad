from __future__ import annotations

from typing import Any

import pytest

from bookyflow.plugins.manifest import Feature, ManifestError, read_manifest, release_of
from tests.plugins.packages import manifest, write_app

SETTING = {"kind": "number", "label": "Opens at", "help": "The hour.", "default": 8}
EVENT = {
    "label": "It was heated.",
    "fields": {"degrees": {"type": "integer", "description": "How hot."}},
}


def read(folder, **facts: Any) -> Feature:
    write_app(folder / "spa", manifest("spa", **facts))
    return read_manifest(folder / "spa", module="acme_spa", bundled=False)


def test_says_who_made_it_what_is_new_and_what_it_goes_with(tmp_path):
    spa = read(
        tmp_path,
        description="Saunas and massages.",
        author="Acme",
        manual="https://acme.example/spa",
        changes={"1.9": "First.", "1.10": "Massages."},
        min_version="0.1",
        requires=["core"],
        excludes=["pool"],
    )

    assert (spa.description, spa.author) == ("Saunas and massages.", "Acme")
    assert spa.manual == "https://acme.example/spa"
    assert spa.changes == (("1.10", "Massages."), ("1.9", "First."))
    assert (spa.min_version, spa.excludes) == ("0.1", ("pool",))


def test_declares_settings_and_events(tmp_path):
    spa = read(tmp_path, settings={"opens_at": SETTING}, events={"spa_heated": EVENT})

    (setting,) = spa.settings
    assert (setting.name, setting.kind, setting.default) == ("opens_at", "number", 8)
    assert setting.accepts(9)
    assert not any(setting.accepts(value) for value in ("9", True, -1, 2**31, None))
    (event,) = spa.events
    assert (event.name, event.label) == ("spa_heated", "It was heated.")
    assert [(one.name, one.type) for one in event.fields] == [("degrees", "integer")]


@pytest.mark.parametrize(
    ("facts", "fault"),
    [
        ({"title": "\ud800"}, "title: has characters that cannot be shown"),
        ({"description": "two\nlines"}, "description: has characters"),
        ({"author": 1}, "author: must be a text"),
        ({"manual": "javascript:alert(1)"}, "manual: 'javascript:alert\\(1\\)' does not match"),
        ({"changes": ["1.0"]}, "changes: must be an object"),
        ({"changes": {"a b": "x"}}, "changes: 'a b' is no version"),
        ({"min_version": "99.1"}, "min_version: needs BookyFlow 99.1, and this is"),
        ({"min_version": "new"}, "min_version: 'new' does not match"),
        ({"excludes": ["spa"]}, "excludes: names the feature itself"),
        ({"requires": ["core"], "excludes": ["core"]}, "excludes: names"),
        ({"settings": {"Bad": SETTING}}, "settings: 'Bad'"),
        ({"settings": {"opens_at": SETTING | {"kind": "date"}}}, "opens_at.kind"),
        ({"settings": {"opens_at": SETTING | {"default": "8"}}}, "must be a number"),
        ({"events": {"heated": EVENT}}, "'heated' must begin with spa_"),
        ({"events": {"spa_heated": {}}}, "events.spa_heated.label: the field is missing"),
        (
            {"events": {"spa_heated": EVENT | {"fields": {"task": {}}}}},
            "'task' cannot be the name of a field",
        ),
    ],
)
def test_refuses_what_makes_no_sense(tmp_path, facts, fault):
    with pytest.raises(ManifestError, match=fault):
        read(tmp_path, **facts)


def test_a_manifest_that_is_nested_without_end_is_a_fault(tmp_path):
    write_app(tmp_path / "spa", "[" * 200_000)

    with pytest.raises(ManifestError, match="recursion"):
        read_manifest(tmp_path / "spa", module="acme_spa", bundled=False)


def test_compares_versions_by_their_numbers():
    assert release_of("0.10.0") > release_of("0.9") > release_of("")
    assert release_of("1.2rc1") == (1, 2)
