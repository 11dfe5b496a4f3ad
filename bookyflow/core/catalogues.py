"""Catalogues of translations: compiled by Babel, since few machines have msgfmt.

`python -m bookyflow.core.catalogues` compiles them: the set-up of the scripts and the image do. It
needs neither settings nor database.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

DIRECTORY = Path(__file__).resolve().parents[2] / "locale"


def catalogues() -> Iterator[Path]:
    """The committed catalogues, one for each language but English."""
    return iter(sorted(DIRECTORY.glob("*/LC_MESSAGES/django.po")))


def language_of(catalogue: Path) -> str:
    """The language of a catalogue: "de"."""
    return catalogue.parent.parent.name


def compile_all() -> None:
    """Write the compiled form of every catalogue beside it, as Django reads it.

    Each replaces the one before at once, so that who reads meanwhile reads one of both.
    """
    for path in catalogues():
        with path.open("rb") as file:
            catalogue = read_po(file, locale=language_of(path), abort_invalid=True)
        unfinished = path.with_suffix(f".mo.{os.getpid()}")
        with unfinished.open("wb") as file:
            write_mo(file, catalogue)
        unfinished.replace(path.with_suffix(".mo"))


if __name__ == "__main__":
    compile_all()
