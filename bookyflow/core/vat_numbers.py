"""VAT numbers of Europe: whether they can be, by form and check digits, and one way to write them.

Nothing here asks anybody whether a number has been given to somebody.
"""

from __future__ import annotations

from django.utils.translation import gettext_lazy
from stdnum import vatin
from stdnum.ch import uid
from stdnum.exceptions import InvalidChecksum, InvalidLength, ValidationError
from stdnum.no import orgnr

from bookyflow.core.places import countries

# By their prefixes: the Union with Northern Ireland (XI) and Greece (EL), and three beside it.
_UNION = (
    *("AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "EL", "ES", "FI", "FR", "HR", "HU", "IE"),
    *("IT", "LT", "LU", "LV", "MT", "NL", "PL", "PT", "RO", "SE", "SI", "SK", "XI"),
)
_PREFIXES = frozenset((*_UNION, "CH", "GB", "NO"))
_OWN_PREFIX = {"GR": "EL", "IM": "GB", "MC": "FR"}  # countries that have another's, or no ISO code
_TOO_LONG = gettext_lazy("It is too short or too long for a VAT number of %(country)s.")
_WRONG_DIGIT = gettext_lazy("It is no VAT number of %(country)s: a digit is wrong.")
_OTHER_FORM = gettext_lazy("It is not written as VAT numbers of %(country)s are.")


def vat_number(text: str, country: str) -> str:
    """A VAT number as it is kept: with the prefix of its country, without blanks and hyphens.

    `country`, ISO 3166-1 or "", is that of who has it, for a number without a prefix. What is of no
    country whose numbers are known here stays as it was written. Raises ValueError with a sentence.
    """
    compact = "".join(sign for sign in text.upper() if sign.isalnum())
    begins = _OWN_PREFIX.get(compact[:2], compact[:2])
    home = _OWN_PREFIX.get(country, country)
    tries = [begins + compact[2:]] if begins in _PREFIXES else []
    if home in _PREFIXES and begins != home:
        tries.append(home + compact)
    if not compact or not tries:
        return text.strip()
    problems = []
    for number in tries:
        try:
            return _validated(number)
        except ValidationError as problem:
            problems.append(_told(problem, number[:2]))
    if begins not in _PREFIXES and begins in countries():
        return text.strip()  # the number of a country farther away
    raise ValueError(problems[0])


def _validated(number: str) -> str:
    # People leave out MWST, TVA, IVA or MVA at the end.
    if number.startswith("CH") and uid.is_valid(number):
        return number
    if number.startswith("NO") and orgnr.is_valid(number[2:]):
        return number
    found: str = vatin.validate(number)
    return found


def _told(problem: ValidationError, country: str) -> str:
    sentence = _OTHER_FORM
    if isinstance(problem, InvalidLength):
        sentence = _TOO_LONG
    elif isinstance(problem, InvalidChecksum):
        sentence = _WRONG_DIGIT
    return str(sentence) % {"country": country}
