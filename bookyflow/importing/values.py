"""The values of a file's columns. Each function raises BadRow for what it cannot read."""

from __future__ import annotations

import html
import json
import re
from decimal import Decimal, InvalidOperation

from bookyflow.core.texts import as_line, is_blank
from bookyflow.importing.listings import BadRow

LONGEST_ID = 40
LONGEST_STAY = 1125  # nights, what the sites themselves allow
MOST_GUESTS = 1000
MOST_MONEY = Decimal(10) ** 9  # below it

_PRICE = re.compile(r"(-?)\$?(-?)(\d{1,3}(?:,\d{3})+|\d+)(\.\d{1,2})?", re.ASCII)
_CENT = Decimal("0.01")  # one form of an amount, so that "60" and "60.00" are no change
_POSITION_UNIT = Decimal("0.00001")  # a metre
_BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)
_TAG = re.compile(r"</?[a-z][^<>]*(?:>|$)", re.IGNORECASE)


def identity(text: str) -> str:
    """The source's id: digits."""
    text = text.strip()
    if not text:
        raise BadRow("no id")
    if not (text.isascii() and text.isdigit() and len(text) <= LONGEST_ID):
        raise BadRow("the id is not a number")
    return text


def name(text: str) -> str:
    """A name on one line; never blank."""
    found = as_line(text)
    if is_blank(found):
        raise BadRow("no name")
    return found


def description(text: str) -> str:
    """Plain text: breaks become lines, other HTML goes."""
    lines = _TAG.sub("", _BREAK.sub("\n", text)).splitlines()
    return html.unescape("\n".join(line.rstrip() for line in lines)).strip()


def price(text: str) -> Decimal | None:
    """An amount: digits, in groups of three by commas or without any, and at most two decimals
    after a point; a dollar sign may stand before it, whatever the currency. "60.00", "$1,200".

    None when there is none or it is 0, since nobody lets for nothing by intent.
    """
    text = text.strip()
    if not text:
        return None
    found = _PRICE.fullmatch(text)
    if not found:
        raise BadRow("the price is not an amount")
    if found[1] or found[2]:
        raise BadRow("negative price")
    amount = Decimal(found[3].replace(",", "") + (found[4] or ""))
    if amount >= MOST_MONEY:
        raise BadRow("the price is too high")
    return amount.quantize(_CENT) if amount else None


def position(latitude: str, longitude: str) -> tuple[Decimal, Decimal] | tuple[None, None]:
    """Degrees to five decimals; both or neither."""
    if not latitude.strip() and not longitude.strip():
        return None, None
    try:
        north, east = Decimal(latitude.strip()), Decimal(longitude.strip())
    except InvalidOperation:
        raise BadRow("the position is not two numbers") from None
    if not (north.is_finite() and east.is_finite() and abs(north) <= 90 and abs(east) <= 180):  # noqa: PLR2004  # degrees
        raise BadRow("the position is not on the earth")
    return north.quantize(_POSITION_UNIT), east.quantize(_POSITION_UNIT)


def nights(text: str, what: str) -> int:
    """A number of nights from 1 to LONGEST_STAY; `what` names it in the reason."""
    return _integer(text, what, LONGEST_STAY)


def longest_stay(text: str, shortest: int) -> int:
    """The longest stay. Sites write any great number for "no limit", so it ends at LONGEST_STAY."""
    if not text.strip():
        return LONGEST_STAY
    if not (text.strip().isascii() and text.strip().isdigit()):
        raise BadRow("the maximum stay is not a number")
    longest = min(int(text), LONGEST_STAY)
    if longest < shortest:
        raise BadRow("the maximum stay is shorter than the minimum stay")
    return longest


def guests(text: str, default: int) -> int:
    """How many people a place takes."""
    return _integer(text, "the number of guests", MOST_GUESTS) if text.strip() else default


def bedrooms(text: str) -> int:
    """How many bedrooms; 1 where the file does not say. Older files write 2.0."""
    text = text.strip().removesuffix(".0")
    return max(1, int(text)) if text.isascii() and text.isdigit() else 1


def names(text: str) -> list[str]:
    """A JSON list of texts; none for an empty field."""
    try:
        found = json.loads(text) if text.strip() else []
    except ValueError:
        raise BadRow("the amenities are not a JSON list") from None
    if not isinstance(found, list) or not all(isinstance(item, str) for item in found):
        raise BadRow("the amenities are not a list of names")
    return found


def check_text(values: list[str]) -> None:
    """Refuse what the database cannot hold: bytes that were no UTF-8, and NUL."""
    for value in values:
        if "\0" in value:
            raise BadRow("it contains a NUL character")
        try:
            value.encode()
        except UnicodeEncodeError:
            raise BadRow("it is not UTF-8") from None


def _integer(text: str, what: str, most: int) -> int:
    text = text.strip()
    if not re.fullmatch(r"-?\d{1,9}", text, re.ASCII):
        raise BadRow(f"{what} is not a number")
    if not 1 <= int(text) <= most:
        raise BadRow(f"{what} is not from 1 to {most}")
    return int(text)
