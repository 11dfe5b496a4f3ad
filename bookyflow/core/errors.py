"""Every refusal of the domain and of the API frame, and the one exception that carries them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class ErrorKind:
    """What is the same in every error of one key: the HTTP status, a short title, and help.

    `help` says what the caller can do; it becomes the entry of the public error catalogue.
    """

    status: int
    title: str
    help: str


ERRORS: dict[str, ErrorKind] = {
    # The frame
    "malformed_request": ErrorKind(400, "Malformed request", "Mend the syntax of the request."),
    "validation_failed": ErrorKind(
        400, "Invalid fields", "`fields` names each field at fault with its problems."
    ),
    "not_authenticated": ErrorKind(
        401, "Authentication needed", "Send `Authorization: Bearer <token>`."
    ),
    "invalid_token": ErrorKind(
        401, "Token not valid", "Ask for a new token; it may have expired or been revoked."
    ),
    "scope_missing": ErrorKind(
        403,
        "Scope missing",
        "The key pair lacks the scope that `detail` names, or its owner may not use it.",
    ),
    "forbidden": ErrorKind(403, "Not allowed", "The request is not allowed."),
    "not_found": ErrorKind(404, "Not found", "Nothing is there, or it is not yours."),
    "feature_disabled": ErrorKind(
        404, "Feature switched off", "The operator of the site has switched this feature off."
    ),
    "property_not_found": ErrorKind(
        404, "No such property", "It does not exist, or this key may not reach it."
    ),
    "method_not_allowed": ErrorKind(405, "Method not allowed", "`Allow` names those that are."),
    "idempotency_in_progress": ErrorKind(
        409,
        "The same call is still running",
        "Wait for the first call with this Idempotency-Key to end, then repeat.",
    ),
    "conflict": ErrorKind(409, "Conflict", "The state of the data does not allow this."),
    "precondition_failed": ErrorKind(
        412,
        "Changed meanwhile",
        "`If-Match` names another version than the object has. Read it again, then repeat.",
    ),
    "payload_too_large": ErrorKind(413, "Body too large", "Send less in one request."),
    "unsupported_media_type": ErrorKind(
        415, "Unsupported media type", "Send JSON, a form, or multipart form data."
    ),
    "idempotency_key_reused": ErrorKind(
        422,
        "Idempotency-Key used for another request",
        "Make a new key for each different request.",
    ),
    "rate_limited": ErrorKind(429, "Too many requests", "Wait as `Retry-After` says."),
    "server_error": ErrorKind(
        500, "Server error", "The fault is ours; quote `request_id` when you report it."
    ),
    "unavailable": ErrorKind(503, "Not available now", "Try again shortly; nothing was changed."),
    # Channels
    "channel_header_missing": ErrorKind(
        400,
        "Channel not named",
        "Announce the channel once, then send its name in X-BOOKYFLOW-channel-name.",
    ),
    "channel_unknown": ErrorKind(
        403, "Channel unknown", "Announce the channel first: POST /cmf/channel/announce/…"
    ),
    "proxy_not_allowed": ErrorKind(
        403, "Acting for others not allowed", "X-BOOKYFLOW-proxy-id needs the scope cmf_admin."
    ),
    "proxy_user_unknown": ErrorKind(
        400, "No such user", "X-BOOKYFLOW-proxy-id must be the id of an existing user."
    ),
    "remote_id_already_exists": ErrorKind(
        409, "Remote id already used", "This channel has linked another property to that id."
    ),
    "reservation_differs": ErrorKind(
        409,
        "Reservation known with other content",
        "The remote id was booked before with other data; change the reservation instead.",
    ),
    "reservation_cancelled": ErrorKind(
        409, "Reservation was cancelled", "Use a new remote id for a new reservation."
    ),
    "reservations_refused": ErrorKind(
        409, "No reservation succeeded", "`results` gives the reason for each."
    ),
    "cancellations_refused": ErrorKind(
        409, "Nothing was cancelled", "`results` gives the reason for each reservation."
    ),
    # Properties and rooms
    "country_incorrect": ErrorKind(400, "Unknown country", "Send an ISO 3166-1 alpha-2 code."),
    "region_id_incorrect": ErrorKind(
        400, "Unknown region", "Send a region id of the property's country."
    ),
    "property_type_id_incorrect": ErrorKind(
        400, "Unknown property type", "GET /cmf/list/property/types lists them."
    ),
    "room_type_incorrect": ErrorKind(
        400, "Room type not usable here", "Use a room type that fits the property's type."
    ),
    "single_room_property": ErrorKind(
        409, "One unit only", "A property of this type is let as a whole and has one room."
    ),
    "no_rooms_in_property": ErrorKind(409, "No rooms", "Add rooms first."),
    "room_not_found": ErrorKind(404, "No such room", "It does not belong to this property."),
    "image_invalid": ErrorKind(
        400, "No usable picture", "Send a JPEG, PNG, WebP or GIF of at most 50 million pixels."
    ),
    # Prices
    "tariffs_already_exist": ErrorKind(
        409, "Prices exist already", "Use /cmf/property/prices to change them."
    ),
    "no_tariffs_yet": ErrorKind(409, "No prices yet", "Set a base price first."),
    "tariff_type_not_found": ErrorKind(
        404, "No such tariff", "It does not exist at this property; send 0 for a new one."
    ),
    "no_valid_tariffs": ErrorKind(
        409, "No price for these nights", "No tariff covers every night for this party."
    ),
    # Availability and bookings
    "property_not_available": ErrorKind(
        409, "Fully booked", "At least one night of the range has no free room."
    ),
    "no_room_available": ErrorKind(
        409, "No room free", "Fewer rooms of this kind are free on every night than asked for."
    ),
    "room_taken": ErrorKind(
        409, "Room already taken", "Another booking or block holds a night of this stay."
    ),
    "stop_sell": ErrorKind(
        409, "Not for sale", "The property has stopped selling this room type on these nights."
    ),
    "room_type_id_zero": ErrorKind(
        400, "Room type needed", "This property has several rooms: name the room type."
    ),
    "no_rooms_of_this_type": ErrorKind(
        409, "No room of this type", "The property has no room of the room type named."
    ),
    "bookings_in_range": ErrorKind(
        409,
        "Guests have booked these nights",
        "A range cannot be closed while a guest's booking of the room type lies in it.",
    ),
    "dates_in_past": ErrorKind(
        409, "Dates in the past", "The last night is before the property's today."
    ),
    "booking_not_found": ErrorKind(404, "No such booking", "It does not exist at this property."),
    "block_not_found": ErrorKind(404, "No such block", "It does not exist at this property."),
    "booking_state": ErrorKind(
        409, "Not possible in this state", "The booking's state does not allow the step."
    ),
    # Features
    "unknown_feature": ErrorKind(404, "Unknown feature", "No installed package has it."),
    "feature_not_installed": ErrorKind(
        409, "Feature not installed", "Run `manage.py features install`."
    ),
    "feature_requires": ErrorKind(
        409, "Other features are needed", "`detail` names the features that are missing."
    ),
    # Key pairs
    "scope_not_grantable": ErrorKind(
        400, "Scope cannot be granted", "The owner's level is too low, or it does not exist."
    ),
}


class DomainError(Exception):
    """A refusal with a stable `key` from ERRORS and a `detail` that is safe to show a client.

    `fields` maps names of input fields to lists of problems; `results` carries the outcome per
    item of a call on many items; neither holds personal data.
    """

    def __init__(
        self,
        key: str,
        detail: str = "",
        *,
        fields: Mapping[str, Any] | None = None,
        results: Mapping[str, Any] | None = None,
    ) -> None:
        self.key = key
        self.kind = ERRORS[key]
        self.detail = detail or self.kind.title + "."
        self.fields = dict(fields or {})
        self.results = results
        super().__init__(f"{key}: {self.detail}")
