"""Collect the texts that are marked for translation, and bring the catalogues up to date.

New texts come without a translation, those that are gone go. docs: CONTRIBUTING.md, "Languages".
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from io import BytesIO
from pathlib import Path
from typing import Any

from _setup import ROOT, say
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_python
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

from bookyflow.core.catalogues import catalogues, compile_all, language_of

PLACES = ("bookyflow", "features", "templates")
COMMENT = "Translators:"  # what follows it above a text is for who translates it
LAZY_OR_NOT = {
    "gettext": None,
    "ngettext": (1, 2),
    "pgettext": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}
IN_CODE = {f"{name}{end}": what for name, what in LAZY_OR_NOT.items() for end in ("", "_lazy")} | {
    "gettext_noop": None,
    "_": None,
}
IN_TEMPLATES = LAZY_OR_NOT | {"_": None}
Marked = tuple[Any, list[str], str | None]  # a text, or one for each number; comments; context


def main() -> int:
    """Update the catalogues; 0."""
    argparse.ArgumentParser(
        prog="script/messages",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    ).parse_args()
    marked = extracted()
    for path in catalogues():
        text = updated(path, marked)
        path.write_bytes(text)
        missing = sum(1 for message in read(path) if message.id and not is_translated(message))
        say(f"{language_of(path)}: {len(marked)} texts, {missing} without a translation")
    compile_all()
    return 0


def extracted() -> Catalog:
    """The texts that code and templates mark for translation, each with the files that do."""
    found = Catalog()
    for path in sorted(file for place in PLACES for file in (ROOT / place).rglob("*.*")):
        for message, comments, context in _marked_in(path):
            found.add(
                message,
                locations=[(str(path.relative_to(ROOT)), 0)],
                auto_comments=comments,
                context=context,
            )
    return found


def updated(path: Path, marked: Catalog) -> bytes:
    """What a catalogue should be: a translation for each text that is marked, and no other."""
    catalogue = read(path)
    catalogue.update(marked, no_fuzzy_matching=True, update_creation_date=False)
    made = BytesIO()
    write_po(
        made, catalogue, width=100, sort_output=True, ignore_obsolete=True, include_lineno=False
    )
    return made.getvalue()


def read(path: Path) -> Catalog:
    """A catalogue as it is."""
    with path.open("rb") as file:
        return read_po(file, locale=language_of(path), abort_invalid=True)


def is_translated(message: Message) -> bool:
    """Whether every form of a text has a translation that somebody has looked at."""
    forms = message.string if isinstance(message.string, (list, tuple)) else [message.string]
    return all(forms) and not message.fuzzy


def _marked_in(path: Path) -> Iterator[Marked]:
    if path.suffix == ".py":
        code, keywords = path.read_text(encoding="utf-8"), IN_CODE
    elif path.suffix in {".html", ".txt"} and "templates" in path.parts:
        # In brackets: what a template becomes is indented as no code is.
        code = f"({templatize(path.read_text(encoding='utf-8'), origin=str(path))})"
        keywords = IN_TEMPLATES
    else:
        return
    found = extract_python(BytesIO(code.encode()), list(keywords), [COMMENT], {})
    for _, name, arguments, comments in found:
        texts = arguments if isinstance(arguments, tuple) else (arguments,)
        yield from _message(texts, keywords[name], comments)


def _message(
    texts: Sequence[Any], places: Sequence[Any] | None, comments: list[str]
) -> Iterator[Marked]:
    context, wanted = None, []
    for place in places or (1,):
        if isinstance(place, tuple):
            context = texts[place[0] - 1]
        else:
            wanted.append(texts[place - 1])
    if all(wanted):
        yield (wanted[0] if len(wanted) == 1 else tuple(wanted)), comments, context
