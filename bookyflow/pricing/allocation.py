"""Who sleeps where: guests spread over rooms (reference R-PR-3)."""

from __future__ import annotations

from collections.abc import Sequence


def allocate(guest_count: int, capacities: Sequence[int]) -> list[int]:
    """Guests per room: one in each in order, then round and round while there is place.

    Raises ValueError when the rooms cannot take the guest_count, or there is a room too many.
    """
    if guest_count > sum(capacities):
        raise ValueError("more guests than places")
    if guest_count < len(capacities):
        raise ValueError("more rooms than guests")
    guests = [0] * len(capacities)
    left = guest_count
    while left:
        for number, capacity in enumerate(capacities):
            if left and guests[number] < capacity:
                guests[number] += 1
                left -= 1
    return guests
