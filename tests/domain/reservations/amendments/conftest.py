"""Changing bookings as staff."""

from __future__ import annotations

import pytest

from bookyflow.reservations.amendments.apply import booking_amend
from bookyflow.reservations.amendments.changes import Changes


@pytest.fixture
def amend(by):
    def do(booking, *, reprice=True, **changes):
        return booking_amend(
            booking_id=booking.pk,
            property_id=booking.property_id,
            changes=Changes(**changes),
            reprice=reprice,
            by=by,
        )

    return do
