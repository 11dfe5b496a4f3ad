"""A language that nobody speaks: what stays readable in it was never marked for translation."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable
from pathlib import Path

from babel.dates import get_month_names
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from django.utils.dates import MONTHS, WEEKDAYS
from django.utils.translation import override

sys.path.insert(0, str(Path(__file__).parents[1] / "script"))

import _messages  # lies beside the scripts

LANGUAGE = "de"  # stands in for it, so that everything takes it for one that we have
KEPT = re.compile(r"(%\(\w+\)[sd]|%%|`[^`]+`)")
DATES = "date"  # the context of formats of dates


def foreign(text: str) -> str:
    """The text with all letters replaced, but for what is filled in."""
    return "".join(
        part if KEPT.fullmatch(part) else re.sub("[A-Za-z]", "ж", part) for part in KEPT.split(text)
    )


def catalogue_write(directory: Path) -> None:
    """A compiled catalogue that has every text that is marked, for LOCALE_PATHS."""
    catalogue = Catalog(locale=LANGUAGE)
    for message in filter(lambda one: one.id, _messages.extracted()):
        forms = [message.id] if isinstance(message.id, str) else list(message.id)
        told = forms if message.context == DATES else [foreign(form) for form in forms]
        whole = told[0] if isinstance(message.id, str) else told
        catalogue.add(message.id, whole, context=message.context)
    path = directory / LANGUAGE / "LC_MESSAGES" / "django.mo"
    path.parent.mkdir(parents=True)
    with path.open("wb") as file:
        write_mo(file, catalogue)


def readable(text: str, *, given: Iterable[str]) -> list[str]:
    """The words of a text that can be read, but for what was given, and names of days."""
    with override(LANGUAGE):
        names = [str(name) for name in [*WEEKDAYS.values(), *MONTHS.values()]]
    names += get_month_names("abbreviated", locale=LANGUAGE).values()
    for known in sorted([*names, *given], key=len, reverse=True):
        text = text.replace(known, "")
    return re.findall(r"[^\W\d_]*[A-Za-z]{2,}[^\W\d_]*", KEPT.sub("", text))
