"""Languages, as tags such as "de" and "de-CH"."""

from __future__ import annotations

import re
from functools import cache, lru_cache

from babel.core import Locale, UnknownLocaleError
from django.conf import settings
from django.utils import translation

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


def nearest(tag: str) -> str:
    """The language that a tag of any kind names, as far as we tell languages apart; "" for none.

    en_gb is en-GB, zh-Hant-TW zh-TW, zh-Hant zh.
    """
    language, *rest = tag.strip().replace("_", "-").split("-")
    countries_named = [part.upper() for part in rest if len(part) == 2]  # noqa: PLR2004  # ISO 3166
    for found in [f"{language.lower()}-{code}" for code in countries_named] + [language.lower()]:
        if is_language(found):
            return found
    return ""


def family(tag: str) -> str:
    """The language of a tag, without its country: de of de-CH."""
    return tag.partition("-")[0]


@lru_cache(maxsize=256)  # asked with every call
def readable(tag: str) -> str:
    """The tag itself where we have texts in its language, de-CH; else en-GB.

    Dates and amounts beside our texts are written in that.
    """
    return tag if family(tag) in dict(settings.LANGUAGES) else DEFAULT


def texts_in(tag: str) -> translation.override:
    """A context in which our texts are in the language of a tag, or in English."""
    return translation.override(family(readable(tag)))
