"""What the house changes of its terms while bookings of other terms go on."""

from __future__ import annotations

from hypothesis import strategies as st
from hypothesis.stateful import rule

from bookyflow.property_settings.services import settings_save
from tests.domain.billing.year.house import TAXES
from tests.domain.billing.year.life import Life

OFF_OR_ON = (False, True)
TERMS = {
    "accommodation_tax_rate": TAXES,
    "prices_inclusive": OFF_OR_ON,
    "currency": ("EUR", "JPY", "KWD", "USD"),
    "deposit_kind": ("none", "percentage", "one_night", "full"),
    "city_tax": (0, 1, 3),
    "per_person_per_night": OFF_OR_ON,
    "cleaning_fee": (0, 30),
    "minimum_interval": (1, 2),
    "whole_day_booking": OFF_OR_ON,
    "cancellation_fee": (10, 90),
    "requires_approval": OFF_OR_ON,
}


class Policy(Life):
    """What the manager decides."""

    @rule(name=st.sampled_from(list(TERMS)), number=st.integers(0, 11))
    def terms_change(self, name, number):
        value = TERMS[name][number % len(TERMS[name])]
        self.attempt(
            f"set {name}",
            lambda: settings_save(prop=self.prop, values={name: value}, by=self.house.staff),
        )
