"""The nights that a stay takes from others; nothing here asks the database."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from bookyflow.core.dates import ONE_DAY, Stay
from bookyflow.properties.models import PropertySettings


@dataclass(frozen=True)
class OccupiedNights:
    """The nights [first, end) that are taken and paid for, which a `Stay` alone does not tell.

    Made by `nights_taken`, or by `stored` from what was made so before. Whatever takes rooms or
    looks for free ones wants these nights and no stay.
    """

    first: date
    end: date

    @classmethod
    def stored(cls, first: date, end: date) -> OccupiedNights:
        """As a booking, an occupancy or a quote keeps them: the settings of then decide."""
        return cls(first, end)

    @property
    def last(self) -> date:
        """The last night that is taken."""
        return self.end - ONE_DAY

    @property
    def length(self) -> int:
        """Number of nights."""
        return (self.end - self.first).days

    def beyond(self, had: OccupiedNights) -> list[OccupiedNights]:
        """The nights that are not among others: none, those before, after, or both."""
        before = (self.first, min(self.end, had.first))
        after = (max(self.first, had.end), self.end)
        return [OccupiedNights(first, end) for first, end in (before, after) if first < end]

    @property
    def priced(self) -> Stay:
        """The same nights as the stay that prices are for: all that is taken is paid for."""
        return Stay(self.first, self.end)


def nights_taken(settings: PropertySettings, stay: Stay) -> OccupiedNights:
    """The nights that a stay takes away from others at a property (R-AV-4).

    Where whole days are let, without fixed periods, the day of departure is among them, whoever
    stays or closes the rooms, and wherever that was agreed.
    """
    whole_days = settings.whole_day_booking and not settings.fixed_periods_on
    return OccupiedNights(stay.arrival, stay.departure + ONE_DAY * whole_days)
