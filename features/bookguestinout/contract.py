from __future__ import annotations

from functools import partial

from bookyflow.api.endpoint import endpoint

# What every step at the desk has in common.
step = partial(
    endpoint,
    scope="desk_set",
    raises=("booking_not_found", "booking_state"),
    versioned="booking",
)
