"""Languages, as tags such as "de" and "de-CH"."""

from __future__ import annotations

import re
from functools import cache

from babel.core import Locale, UnknownLocaleError

from bookyflow.core.places import countries

DEFAULT = "en-GB"
_TAG = re.compile(r"([a-z]{2})(?:-([A-Z]{2}))?")


@cache
def is_language(tag: str) -> bool:
    """Whether it is a language that CLDR knows, alone or with a country: de, de-CH, en-DE."""
    found = _TAG.fullmatch(tag)
    if found is None or (found[2] and found[2] not in countries()):
        return False
    try:
        Locale.parse(found[1])
    except (UnknownLocaleError, ValueError):
        return False
    return True


def family(tag: str) -> str:
    """The language of a tag, without its country: de of de-CH."""
    return tag.partition("-")[0]
