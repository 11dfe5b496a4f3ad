from __future__ import annotations

from collections.abc import Mapping

from bookyflow.core.errors import DomainError
from bookyflow.core.languages import is_language
from bookyflow.properties.models import PropertyText

_Field = PropertyText.Field
HTML_FIELDS = frozenset(
    {
        _Field.DESCRIPTION,
        _Field.CHECKIN_TIMES,
        _Field.AREA_ACTIVITIES,
        _Field.DRIVING_DIRECTIONS,
        _Field.AIRPORTS,
        _Field.OTHER_TRANSPORT,
        _Field.POLICIES,
    }
)
LONGEST_NAME = 255
LONGEST_TEXT = 100_000


def text_clean(field: str, text: str) -> str:
    """A text as it is stored: the long ones are HTML, without scripts, handlers or other dangers.

    The short ones (name, meta data) are plain text and stay as they are.
    """
    if field not in HTML_FIELDS:
        return text
    import nh3  # noqa: PLC0415  # megabytes, for who writes such texts

    return nh3.clean(text)


def texts_check(*, language: str, texts: Mapping[str, str]) -> None:
    """Raise DomainError `validation_failed` for a language or field that is none, or too much."""
    problems = {field: found for field, text in texts.items() if (found := _problems(field, text))}
    if not is_language(language):
        problems["language"] = ["Not a language such as en-GB."]
    if problems:
        raise DomainError("validation_failed", fields=problems)


def _problems(field: str, text: str) -> list[str]:
    if field not in _Field.values:
        return ["There is no such text."]
    longest = LONGEST_NAME if field == _Field.NAME else LONGEST_TEXT
    if len(text) > longest:
        return [f"At most {longest} characters."]
    if field not in HTML_FIELDS and "\0" in text:
        return ["NUL is not allowed."]
    return []
