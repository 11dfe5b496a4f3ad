"""Words of strangers in our mails: names are names, and the rest is marked as somebody else's.

Anybody can book under any name and any address: our mails carry nobody's advertisement.
"""

from __future__ import annotations

import unicodedata
from itertools import pairwise

LONGEST_NAME = 60
# Beside letters and what combines with them: blank, apostrophes, hyphens, the dots of Catalan and
# of Japanese names, and the joiners that Persian and the scripts of India need.
_ALSO = frozenset(" '\N{RIGHT SINGLE QUOTATION MARK}\N{MODIFIER LETTER APOSTROPHE}-\N{HYPHEN}"
    "\N{NON-BREAKING HYPHEN}.\N{MIDDLE DOT}\N{KATAKANA MIDDLE DOT}"
    "\N{ZERO WIDTH NON-JOINER}\N{ZERO WIDTH JOINER}")  # fmt: skip


def name_shown(text: str) -> str:
    """A person's name as a mail may show it, or "" for what is none.

    Letters of any script, up to 60 characters; a dot stands behind a word or between initials, so
    that no mail program makes a link of it.
    """
    name = " ".join(text.split())
    is_name = (
        len(name) <= LONGEST_NAME
        and all(_is_of_names(character) for character in name)
        and any(character.isalpha() for character in name)
        and not any(map(_is_like_a_domain, name.split()))
    )
    return name if is_name else ""


def quoted(text: str) -> str:
    """A text line by line, as the words of somebody else."""
    return "\n".join(f"> {line}".rstrip() for line in text.splitlines())


def _is_of_names(character: str) -> bool:
    return character in _ALSO or unicodedata.category(character)[0] in "LM"


def _is_like_a_domain(word: str) -> bool:
    return any(
        before and after and max(len(before), len(after)) > 1
        for before, after in pairwise(word.split("."))
    )
