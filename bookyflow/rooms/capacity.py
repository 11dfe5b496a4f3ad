"""Whether rooms can take a party (reference R-CA): no query, no side effect."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from django.utils.translation import gettext

MOST_PLACES = 32_767  # of one room, for adults and children together; the database adds them


class Places(Protocol):
    """A room as far as it matters how many people it takes."""

    @property
    def max_adults(self) -> int:
        """Places for adults."""

    @property
    def max_children(self) -> int:
        """Places for children."""

    @property
    def max_occupancy(self) -> int:
        """People in all."""


def occupancy_problem(of: Places) -> str:
    """What is wrong with how many people a room takes at once, given its places; "" for nothing."""
    most = of.max_adults + of.max_children
    if most > MOST_PLACES:
        return f"At most {MOST_PLACES} places for adults and children."
    if not 1 <= of.max_occupancy <= most:
        return f"From 1 to {most}, the places for adults and children."
    return ""


@dataclass(frozen=True)
class CapacityRefusal:
    """An error key of the domain, and a sentence that says it of this party."""

    key: str
    sentence: str


def capacity_refusals(
    rooms: Sequence[Places],
    *,
    adults: int,
    children: int,
    children_count: bool,
    item_hire: bool = False,
) -> list[CapacityRefusal]:
    """Every reason why these rooms cannot be let to a party together; none: they can.

    Adults must fit the rooms' places for adults, children those for children, and both together
    the rooms' occupancy; children count only where the property counts them (R-CA-1). There is no
    room without an adult (R-CA-2), and at least one room (R-CA-3). Where items are hired nothing
    is asked (R-CA-4). A property that is let as a whole is no exception.
    """
    if item_hire:
        return []
    if not rooms:
        return [CapacityRefusal("no_room_selected", gettext("No room has been chosen."))]
    found = []
    if len(rooms) > adults:
        told = gettext("%(rooms)s rooms are more than the %(adults)s adults of the party.")
        sentence = told % {"rooms": len(rooms), "adults": adults}
        found.append(CapacityRefusal("too_many_rooms", sentence))
    places = sum(room.max_adults for room in rooms)
    if adults > places:
        sentence = gettext("The rooms sleep at most %(count)s adults.") % {"count": places}
        found.append(CapacityRefusal("too_many_adults", sentence))
    counted = children if children_count else 0
    return found + _of_all(rooms, adults, counted)


def _of_all(rooms: Sequence[Places], adults: int, children: int) -> list[CapacityRefusal]:
    found = []
    places = sum(room.max_children for room in rooms)
    if children > places:
        sentence = gettext("The rooms sleep at most %(count)s children.") % {"count": places}
        found.append(CapacityRefusal("too_many_children", sentence))
    people = sum(room.max_occupancy for room in rooms)
    if adults + children > people:
        sentence = gettext("The rooms sleep at most %(count)s people.") % {"count": people}
        found.append(CapacityRefusal("too_many_guests", sentence))
    return found
