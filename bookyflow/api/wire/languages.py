"""Which language an answer is in."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache, lru_cache

from babel.core import Locale, UnknownLocaleError, get_global
from django.conf import settings
from django.utils.translation.trans_real import parse_accept_lang_header

from bookyflow.core.languages import DEFAULT, family


def spelled(tag: str) -> str:
    """A tag in its usual spelling: EN-gb is en-GB."""
    language, _, country = tag.partition("-")
    return f"{language.lower()}-{country.upper()}" if country else language.lower()


@cache
def full(tag: str) -> str | None:
    """The tag with its country, "de" being "de-DE"; None when CLDR knows no such language."""
    language, _, country = spelled(tag).partition("-")
    if not (len(language) == 2 and language.isalpha() and len(country) in {0, 2}):  # noqa: PLR2004
        return None
    try:
        Locale.parse(language)
    except (UnknownLocaleError, ValueError):
        return None
    if language == "en" and not country:
        return DEFAULT
    likely = get_global("likely_subtags").get(language, "")
    return f"{language}-{country or likely.rpartition('_')[2] or language.upper()}"


def accepted(header: str) -> Iterable[str]:
    """The tags of an Accept-Language header, the most wanted first."""
    return (tag for tag, weight in parse_accept_lang_header(header) if tag != "*" and weight)


def chosen(*tags: str) -> str:
    """The first of the tags that is a language, in full; else the site's."""
    return next((found for tag in tags if tag and (found := full(tag))), DEFAULT)


@lru_cache(maxsize=256)  # asked with every call
def of_texts(header: str) -> str:
    """The most wanted tag of an Accept-Language header in whose language we have texts."""
    ours = dict(settings.LANGUAGES)
    return next((tag for tag in accepted(header) if family(tag) in ours), DEFAULT)
