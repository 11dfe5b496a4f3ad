"""The rules that staff may set aside for one booking, once they have said so."""

from __future__ import annotations

from enum import StrEnum


class Overridable(StrEnum):
    """A kind of rule about when and how long rooms are sold; never that a room is free.

    The length of stay includes fixed periods; changeover is about the days of arrival and
    departure; a stop-sell is a closed night, a room type that is not sold, or an allotment.
    """

    LENGTH_OF_STAY = "length_of_stay"
    CHANGEOVER = "changeover"
    ADVANCE_LIMIT = "advance_limit"
    STOP_SELL = "stop_sell"


Overrides = frozenset[Overridable]
NONE: Overrides = frozenset()
