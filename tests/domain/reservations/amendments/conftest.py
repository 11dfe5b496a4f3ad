"""Changing bookings as staff."""

from __future__ import annotations

import pytest

from bookyflow.reservations.amendments.apply import booking_amend
from bookyflow.reservations.amendments.changes import Changes, PriceMode
from bookyflow.tariffs.overrides import NONE


@pytest.fixture
def amend(by):
    def do(booking, *, price=PriceMode.REPRICED, override=NONE, **changes):
        return booking_amend(
            booking_id=booking.pk,
            property_id=booking.property_id,
            changes=Changes(**changes),
            price=price,
            by=by,
            override=override,
        )

    return do
