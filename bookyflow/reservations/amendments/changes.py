"""What is to be another way about a booking."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any

from bookyflow.core.errors import DomainError
from bookyflow.reservations.stay_request import RoomRequest
from bookyflow.tariffs.overrides import NONE, Overrides

PRICED = ("extras", "coupon", "agreed", "drops_agreed")


class PriceMode(StrEnum):
    """What becomes of the price: it is kept, made anew as of today, or only the new is priced.

    With the last one nights, discounts and extras that were granted keep their terms, and nobody
    asks again whether they may still be had.
    """

    KEPT = "kept"
    REPRICED = "repriced"
    GRANTED = "granted"


MOST_PEOPLE = 1000


@dataclass(frozen=True)
class Changes:
    """What is to be another way; None leaves it as it is. `coupon` "" takes a coupon away.

    `agreed` is another price for the rooms; `drops_agreed` puts the property's prices in the place
    of one that was agreed.
    """

    arrival: date | None = None
    departure: date | None = None
    rooms: tuple[RoomRequest, ...] | None = None
    adults: int | None = None
    child_ages: tuple[int, ...] | None = None
    extras: Mapping[int, int] | None = None
    coupon: str | None = None
    agreed: Decimal | None = None
    drops_agreed: bool = False

    def check(self, *, price: PriceMode) -> None:
        """Refuse what cannot be, and without a new price what only that could show.

        Raises DomainError `validation_failed`.
        """
        wrong = self._impossible()
        if price == PriceMode.KEPT:
            problem = "This changes the price, which is to be kept."
            given = [name for name in PRICED if getattr(self, name) is not None]
            if not self.drops_agreed:
                given.remove("drops_agreed")
            wrong |= dict.fromkeys(given, problem)
        if wrong:
            raise DomainError(
                "validation_failed",
                next(iter(wrong.values())),
                fields={name: [problem] for name, problem in wrong.items()},
            )

    def _impossible(self) -> dict[str, str]:
        """What is wrong with the changes whatever the booking is, by field."""
        rooms = self.rooms or ()
        split = [room.adults for room in rooms if room.adults is not None]
        wrong = {}
        if self.drops_agreed and self.agreed is not None:
            wrong["agreed"] = "Either agree on a price or drop the one agreed."
        if self.rooms == ():
            wrong["rooms"] = "At least one room is required."
        elif split and len(split) < len(rooms):
            wrong["rooms"] = "Give the number of adults for every room, or for none."
        elif split and self.adults not in {None, sum(split)}:
            wrong["rooms"] = f"The rooms add up to {sum(split)} adults, not {self.adults}."
        adults = [*split, *([] if self.adults is None else [self.adults])]
        if any(not 1 <= one <= MOST_PEOPLE for one in adults):
            wrong["adults"] = f"From 1 to {MOST_PEOPLE}."
        ages = self.child_ages or ()
        if len(ages) > MOST_PEOPLE or any(age < 0 for age in ages):
            wrong["child_ages"] = f"Ages from 0 up, of at most {MOST_PEOPLE} children."
        return wrong

    @property
    def moves_people(self) -> bool:
        """Whether other people come, or they get other rooms."""
        return any(one is not None for one in (self.rooms, self.adults, self.child_ages))

    def given(self) -> dict[str, object]:
        """The fields of a request that change."""
        found = {name: value for name, value in vars(self).items() if value is not None}
        if found.pop("drops_agreed"):
            found["agreed"] = None
        return found


@dataclass(frozen=True)
class Amendment:
    """What staff change about a booking, what becomes of its price, which rules are set aside."""

    changes: Changes
    price: PriceMode
    override: Overrides = NONE

    @classmethod
    def of(
        cls,
        *,
        price: str,
        override: Overrides = NONE,
        rooms: Iterable[RoomRequest] | None = None,
        child_ages: Iterable[int] | None = None,
        **changes: Any,
    ) -> Amendment:
        """From the parts. Raises as `Changes.check`."""
        mode = PriceMode(price)
        found = Changes(
            rooms=None if rooms is None else tuple(rooms),
            child_ages=None if child_ages is None else tuple(child_ages),
            **changes,
        )
        found.check(price=mode)
        return cls(found, mode, override)
