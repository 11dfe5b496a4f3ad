from __future__ import annotations

from functools import partial

from bookyflow.api.endpoint import endpoint
from features.desk.serializers.bookings import DeskBookingOut

FOUND = ("booking_not_found",)
IN_STATE = (*FOUND, "booking_state")

# What is read, and what changes a booking and answers with it: by whom it may be done, mostly.
read = partial(endpoint, scope="bookings_get", raises=FOUND)
booking = partial(endpoint, key="booking", returns=DeskBookingOut(), raises=IN_STATE)
change = partial(booking, scope="bookings_set", versioned="booking")
work = partial(booking, scope="desk_set", versioned="booking")
