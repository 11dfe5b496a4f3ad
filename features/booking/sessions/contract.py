from __future__ import annotations

from functools import partial

from bookyflow.api.contract import PUBLIC
from bookyflow.api.endpoint import endpoint

SESSION = ("session_id_missing", "session_not_initialised", "property_not_found")
CHANGE = (*SESSION, "session_booked")
# What the engine may have against a stay in certain rooms for certain people.
QUOTED = (
    "not_bookable_online",
    "registration_needed",
    "stay_too_long",
    "arrival_too_soon",
    "arrival_too_late",
    "changeover_day",
    "fixed_period",
    "children_not_allowed",
    "no_room_available",
    "stop_sell",
    "room_taken",
    "too_many_rooms",
    "too_many_adults",
    "too_many_children",
    "too_many_guests",
    "no_valid_tariffs",
    "extra_not_available",
    "too_many_holds",
)
DATES = (
    "not_bookable_online",
    "registration_needed",
    "stay_too_long",
    "arrival_too_soon",
    "arrival_too_late",
    "changeover_day",
    "fixed_period",
    "property_not_available",
    "no_valid_tariffs",
)
PARTY = (
    "dates_not_set",
    "children_not_allowed",
    "too_many_adults",
    "too_many_children",
    "too_many_guests",
    "no_room_available",
)
ROOMS = (
    "dates_not_set",
    "guests_not_set",
    "room_not_found",
    "tariff_type_not_found",
    "room_tariff_incorrect",
    *QUOTED,
)
PRICED = ("dates_not_set", "guests_not_set", "no_room_selected", "hold_expired")

OPENED = (*SESSION, "session_token_invalid")

# What calls have in common: all, those that the client's session id drives, and those that need the
# session's token as well. One with refusals of its own names all that it has.
public = partial(endpoint, scope=PUBLIC, heeds_token=True)
session = partial(public, session="id", raises=SESSION)
opened = partial(public, session="token", secret=True, raises=OPENED)
