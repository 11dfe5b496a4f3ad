from __future__ import annotations

from functools import partial

from bookyflow.api.endpoint import endpoint
from features.listbooking.serializers.rows import BookingRowOut

# What says who a guest is needs another scope than what does not.
rows = partial(endpoint, scope="guests_get", returns=BookingRowOut(many=True), paged=True)
personal = partial(endpoint, scope="guests_get", raises=("booking_not_found",))
detail = partial(endpoint, scope="bookings_get", raises=("booking_not_found",))
