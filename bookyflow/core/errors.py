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
    "unavailable": ErrorKind(
        503,
        "Not available now",
        "Try again as `Retry-After` says. A call that changes something may have done so: repeat "
        "it with the same Idempotency-Key.",
    ),
    "busy": ErrorKind(
        503,
        "Busy just now",
        "Others are changing the same property. Try again as `Retry-After` says.",
    ),
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
        403,
        "Acting for others not allowed",
        "X-BOOKYFLOW-proxy-id needs the scope cmf_admin, and a super manager as the key's owner.",
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
        "The remote id was booked before with other data; cancel that, and book under another id.",
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
    "country_incorrect": ErrorKind(400, "Unknown country", "Send a code of ISO 3166-1."),
    "region_id_incorrect": ErrorKind(
        400, "Unknown region", "Send a region id of the property's country."
    ),
    "property_type_id_incorrect": ErrorKind(
        400, "Unknown property type", "GET /cmf/list/property/types lists them."
    ),
    "room_type_incorrect": ErrorKind(
        400, "Room type not usable here", "Use a room type that fits the property's type."
    ),
    "too_many_rooms_here": ErrorKind(
        409, "Too many rooms", "A property cannot have more; make another one of some of them."
    ),
    "single_room_property": ErrorKind(
        409, "One unit only", "A property of this type is let as a whole and has one room."
    ),
    "no_rooms_in_property": ErrorKind(409, "No rooms", "Add rooms first."),
    "room_not_found": ErrorKind(404, "No such room", "It does not belong to this property."),
    "room_has_bookings": ErrorKind(
        409, "Room has bookings", "A room that is occupied today or later cannot be deleted."
    ),
    "room_type_not_found": ErrorKind(
        404, "No such room type", "It does not belong to this property, or is not its own."
    ),
    "room_type_in_use": ErrorKind(
        409, "Room type in use", "Give its rooms, prices and extras another room type first."
    ),
    "no_room_selected": ErrorKind(409, "No room chosen", "Choose at least one room."),
    "too_many_rooms": ErrorKind(409, "More rooms than guests", "Choose at most a room for each."),
    "too_many_adults": ErrorKind(
        409, "Too many adults", "The rooms take fewer adults; choose more or larger ones."
    ),
    "too_many_children": ErrorKind(
        409, "Too many children", "The rooms take fewer children; choose more or larger ones."
    ),
    "too_many_guests": ErrorKind(
        409, "Too many guests", "The rooms take fewer people in all; choose more or larger ones."
    ),
    "changeover_day_invalid": ErrorKind(
        400, "No such weekday", "Send a weekday from 0 Sunday to 6 Saturday."
    ),
    "property_incomplete": ErrorKind(
        409, "Property not complete", "`fields` names what visitors need to see and does not exist."
    ),
    "time_zone_needed": ErrorKind(
        409,
        "Time zone not known",
        "Several are possible in the country: say where the property is, or set `time_zone`.",
    ),
    "property_not_approved": ErrorKind(
        409, "Property not approved", "A super manager of the site approves it first."
    ),
    "manager_suspended": ErrorKind(
        409, "Manager suspended", "No manager of the property may work; ask the site."
    ),
    "property_has_bookings": ErrorKind(
        409, "Bookings to come", "Cancel the bookings from today on, or wait for their end."
    ),
    "property_last": ErrorKind(409, "Last property", "A manager keeps at least one property."),
    "confirmation_needed": ErrorKind(
        409, "Not without confirmation", "Much would be lost, see `detail`; confirm that it may be."
    ),
    "custom_field_not_found": ErrorKind(
        404, "No such custom field", "It does not exist at this property."
    ),
    "image_not_found": ErrorKind(404, "No such picture", "It does not belong to this property."),
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
    "tariff_save_method_not_valid": ErrorKind(
        409,
        "Not the editor of these prices",
        "The property's tariff mode names the calls that may write its prices.",
    ),
    "tariff_mode_not_possible": ErrorKind(
        409,
        "Prices do not fit the mode",
        "The prices stay as they are; `detail` says what to simplify before.",
    ),
    "extra_not_found": ErrorKind(404, "No such extra", "It does not exist at this property."),
    "extra_not_available": ErrorKind(
        409, "Extra not offered", "It is not offered for this stay, or not so many times."
    ),
    "coupon_not_found": ErrorKind(404, "No such coupon", "It does not exist at this property."),
    "coupon_invalid": ErrorKind(
        409, "Coupon not valid", "`detail` says why it cannot be used for this booking."
    ),
    "guest_type_not_found": ErrorKind(
        404, "No such guest type", "It does not exist at this property."
    ),
    "partner_discount_not_found": ErrorKind(
        404, "No such partner discount", "It does not exist at this property."
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
    "arrival_too_soon": ErrorKind(
        409, "Arrival too soon", "The property takes guests from a later day on; `detail` names it."
    ),
    "arrival_too_late": ErrorKind(
        409, "Arrival too far ahead", "The property is not booked so early; `detail` names the day."
    ),
    "changeover_day": ErrorKind(
        409, "Not the changeover day", "Guests arrive on one weekday only; `detail` names it."
    ),
    "fixed_period": ErrorKind(
        409, "Not a length that is let", "The property is let for fixed periods; see `detail`."
    ),
    "stay_too_long": ErrorKind(409, "Stay too long", "Make several bookings of it."),
    "booking_not_found": ErrorKind(404, "No such booking", "It does not exist at this property."),
    "block_not_found": ErrorKind(404, "No such block", "It does not exist at this property."),
    "not_bookable_online": ErrorKind(
        409, "Not bookable here", "The property takes no bookings online; ask it directly."
    ),
    "registration_needed": ErrorKind(
        403, "Only for registered users", "Sign in; the property takes no bookings of visitors."
    ),
    "guest_fields_missing": ErrorKind(
        400, "Details of the guest missing", "`fields` names what the property asks for."
    ),
    "children_not_allowed": ErrorKind(
        409, "No children of this age", "The property takes adults, or older children only."
    ),
    "quote_invalid": ErrorKind(400, "Not a quote", "Send the text that POST /booking/quote gave."),
    "quote_expired": ErrorKind(
        409, "Quote expired", "Its price was guaranteed for a while: ask for a new one."
    ),
    "quote_used": ErrorKind(
        409,
        "Quote used already",
        "A quote makes one hold or one booking; a hold is confirmed by its reference. Where the "
        "answer was lost repeat the call with its Idempotency-Key; else ask for a new quote.",
    ),
    "too_many_holds": ErrorKind(
        429,
        "Too much held or unpaid",
        "Rooms are held, or booked without payment, for so many nights at a time only. Let go or "
        "pay what there is, wait as `Retry-After` says, or ask the property; `detail` says more.",
    ),
    "hold_expired": ErrorKind(
        409, "Rooms not held any more", "The time is over, or the hold was released: begin anew."
    ),
    "cancellation_too_late": ErrorKind(
        409, "Too late to cancel online", "Ask the property directly about this booking."
    ),
    "too_early": ErrorKind(409, "Too early", "The day of arrival has not come yet."),
    "note_not_found": ErrorKind(404, "No such note", "The booking does not have it."),
    "service_not_found": ErrorKind(404, "No such service", "The booking does not have it."),
    "booking_state": ErrorKind(
        409, "Not possible in this state", "The booking's state does not allow the step."
    ),
    # Payments and invoices
    "payment_not_found": ErrorKind(404, "No such payment", "It does not exist at this property."),
    "payment_exceeds_balance": ErrorKind(
        409, "More than is owed", "A booking is paid at most its total; `detail` says what is left."
    ),
    "refund_exceeds_paid": ErrorKind(
        409, "More than was paid", "Give or take back at most what has come in for the booking."
    ),
    "payment_already_reversed": ErrorKind(
        409, "Taken back already", "A payment is taken back once; record a new one instead."
    ),
    "invoice_not_found": ErrorKind(404, "No such invoice", "It does not exist at this property."),
    "nothing_to_bill": ErrorKind(
        409, "Nothing to bill", "Every line of the booking is on an invoice already."
    ),
    "invoice_state": ErrorKind(
        409, "Not possible in this state", "The state of the invoice does not allow the step."
    ),
    "invoice_number_taken": ErrorKind(
        409,
        "Invoice number taken",
        "The pattern gives a number that is used already: change the property's pattern.",
    ),
    # Guests
    "guest_not_found": ErrorKind(404, "No such guest", "It does not exist at this property."),
    "guest_has_bookings": ErrorKind(
        409,
        "Guest has bookings",
        "Cancel the bookings that are still to come, or check the guest out, first.",
    ),
    # Reviews
    "reviews_off": ErrorKind(403, "No reviews here", "The site has switched reviews off."),
    "review_not_allowed": ErrorKind(
        403, "Not yours to review", "`detail` says who may review, and what."
    ),
    "review_exists": ErrorKind(
        409, "Reviewed already", "One review per account and network address at each property."
    ),
    "review_not_found": ErrorKind(404, "No such review", "It does not exist at this property."),
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
    item of a call on many items; neither holds personal data. `retry_after` is in seconds, where
    waiting helps. One that `keeps` undoes nothing: what was written in its transaction stays, so
    that it can be told of.
    """

    def __init__(
        self,
        key: str,
        detail: str = "",
        *,
        fields: Mapping[str, Any] | None = None,
        results: Mapping[str, Any] | None = None,
        retry_after: int | None = None,
        keeps: bool = False,
    ) -> None:
        self.key = key
        self.kind = ERRORS[key]
        self.detail = detail or self.kind.title + "."
        self.fields = dict(fields or {})
        self.results = results
        self.retry_after = retry_after
        self.keeps = keeps
        super().__init__(f"{key}: {self.detail}")
