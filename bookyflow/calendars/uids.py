"""The UIDs of what is shown to others: for ever the same, and known again when they come back."""

from __future__ import annotations

import re

from bookyflow.core.crypto import keyed_digest

_DIGITS = 24
_OURS = re.compile(r"(\d{1,18})-([0-9a-f]{24})(?:-\d+)?@bookyflow")


def stay_uid(serial: int) -> str:
    """The UID of a booking or block by its id, which a hold has before it is booked.

    No other site has the same one, and nobody can make one up.
    """
    return f"{serial}-{_sign(serial)}@bookyflow"


def own_serial(uid: str) -> int | None:
    """The id of the booking, block or hold whose UID this site made; None for any other."""
    found = _OURS.fullmatch(uid)
    if found is None or _sign(int(found[1])) != found[2]:
        return None
    return int(found[1])


def is_of_a_site(uid: str) -> bool:
    """Whether this site or another one of its kind made the UID: it is of one stay only."""
    return _OURS.fullmatch(uid) is not None


def _sign(serial: int) -> str:
    return keyed_digest(f"ical {serial}")[:_DIGITS]
