"""Catalogues of translations: what is marked is translated, with the same places to fill in."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import translation

from bookyflow.core.catalogues import DIRECTORY, catalogues, compile_all, language_of

sys.path.insert(0, str(Path(__file__).parents[2] / "script"))

import _messages  # lies beside the scripts

CATALOGUES = {language_of(path): path for path in catalogues()}
FILLED_IN = re.compile(r"%\(\w+\)[sd]|`[^`]+`|%%|\{\w*\}")

languages = pytest.mark.parametrize("language", CATALOGUES)


@pytest.fixture(scope="module")
def marked():
    return _messages.extracted()


def forms(text):
    return [text] if isinstance(text, str) else list(text)


def filled_in(text):
    return sorted(FILLED_IN.findall(text))


def test_every_language_but_english_has_a_catalogue():
    assert {"en", *CATALOGUES} == dict(settings.LANGUAGES).keys()


@languages
def test_a_catalogue_has_what_is_marked_and_nothing_else(language, marked):
    kept = {(message.id, message.context) for message in _messages.read(CATALOGUES[language])}

    assert kept == {(message.id, message.context) for message in marked}, "call script/messages"


@languages
def test_every_text_is_translated(language):
    catalogue = _messages.read(CATALOGUES[language])

    assert [one.id for one in catalogue if one.id and not _messages.is_translated(one)] == []


@languages
def test_a_translation_has_the_same_places_to_fill_in(language):
    """Babel looks at those of `%`; what is quoted from the interface stays as it is, too."""
    catalogue = _messages.read(CATALOGUES[language])

    assert [str(error) for _, errors in catalogue.check() for error in errors] == []
    for message in filter(lambda one: one.id, catalogue):
        wanted = [filled_in(text) for text in forms(message.id)]
        assert all(filled_in(text) in wanted for text in forms(message.string)), message.id


@languages
def test_a_translation_begins_and_ends_like_its_text(language):
    """Blanks and line feeds at the ends are part of what a text is set into."""
    for message in filter(lambda one: one.id, _messages.read(CATALOGUES[language])):
        text = forms(message.id)[0]
        for translated in forms(message.string):
            assert text[:1].isspace() == translated[:1].isspace(), text
            assert text[-1:].isspace() == translated[-1:].isspace(), text


def test_what_is_marked_is_found_in_code_and_templates(tmp_path, monkeypatch):
    monkeypatch.setattr(_messages, "ROOT", tmp_path)
    (tmp_path / "bookyflow" / "templates").mkdir(parents=True)
    (tmp_path / "bookyflow" / "some.py").write_text(
        'gettext_lazy("one")\n'
        'pgettext("of a room", "two")\n'
        'ngettext("%(n)s night", "%(n)s nights", n)\n'
        "gettext(name)\n"
    )
    (tmp_path / "bookyflow" / "templates" / "some.html").write_text(
        '<p class="(">\n  {% translate "three" %}\n'
        " {% blocktranslate trimmed %}\n   four {{ name }}\n {% endblocktranslate %}\n</p>\n"
    )

    found = {(one.context, one.id) for one in _messages.extracted() if one.id}

    assert found == {
        (None, "one"),
        ("of a room", "two"),
        (None, ("%(n)s night", "%(n)s nights")),
        (None, "three"),
        (None, "four %(name)s"),
    }


def test_catalogues_are_compiled_where_django_reads_them():
    compile_all()

    assert settings.LOCALE_PATHS == [DIRECTORY]
    for path in CATALOGUES.values():
        assert path.with_suffix(".mo").exists()
    with translation.override("de"):
        assert translation.gettext("Arrival") == "Anreise"
