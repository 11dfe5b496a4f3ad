from __future__ import annotations

from functools import partial

from bookyflow.api.endpoint import endpoint

IN_STATE = ("booking_not_found", "booking_state")

# What every step at the desk has in common, and those by which a guest is in a room.
step = partial(endpoint, scope="desk_set", raises=IN_STATE, versioned="booking")
entry = partial(step, raises=(*IN_STATE, "room_occupied"))
