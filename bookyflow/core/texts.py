"""What a text may consist of, in every script.

Names are written with more than letters and spaces: no-break spaces, the joiners of Persian and
Indian scripts and of emoji, variation selectors, marks of direction. None of them is a fault.
"""

from __future__ import annotations

import re
import unicodedata

# C0, DEL and C1 but for tab and line feed; a surrogate alone is no character at all.
_CONTROLS = r"\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff"
_CONTROL = re.compile(f"[{_CONTROLS}]")
# Embeddings, overrides and isolates of direction change the order of what stands around them when
# their end is missing: a list, a mail or an invoice would read otherwise than it is. The letters of
# a script say its direction themselves, and the marks that help them (U+200E, U+200F, U+061C) end
# by themselves.
_DIRECTIONS = r"\u202a-\u202e\u2066-\u2069"
_NOT_ON_A_LINE = re.compile(rf"[{_CONTROLS}\t\n\u2028\u2029{_DIRECTIONS}]")
_GAP = re.compile(r"[\t-\r\x1c-\x1f \x85\u2028\u2029]+")
_DIRECTION = re.compile(f"[{_DIRECTIONS}]")
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp", "Zs"})


def is_text(text: str) -> bool:
    """Whether it has no control characters but tabs and line feeds, and no lone surrogate."""
    return _CONTROL.search(text) is None


def is_line(text: str) -> bool:
    """Whether it can stand on one line among other texts, in any script; also when it is empty.

    No control characters, no separators of lines or paragraphs, no lone surrogates, and nothing
    that turns the direction of other text.
    """
    return _NOT_ON_A_LINE.search(text) is None


def is_blank(text: str) -> bool:
    """Whether there is nothing to be seen: spaces of any kind and joiners with nothing to join."""
    return all(unicodedata.category(character) in _UNSEEN for character in text)


def as_line(text: str) -> str:
    """A text from elsewhere on one line: breaks become spaces, what turns directions goes.

    No-break spaces and joiners stay.
    """
    if not text.isascii():
        text = _DIRECTION.sub("", text)
    return _GAP.sub(" ", text).strip(" ")


def by_letters(text: str) -> str:
    """What to sort a text by: neither capitals nor accents count."""
    apart = unicodedata.normalize("NFKD", text.casefold())
    return "".join(character for character in apart if not unicodedata.combining(character))


def has_words(text: str, words: str) -> bool:
    """Whether a text has all of some words, or their beginnings; no capitals or accents count."""
    there = by_letters(text).split()
    return all(any(one.startswith(word) for one in there) for word in by_letters(words).split())
