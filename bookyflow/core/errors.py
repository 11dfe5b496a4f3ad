"""Every refusal of the domain and of the API frame, and the one exception that carries them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext, gettext_noop


@dataclass(frozen=True)
class ErrorKind:
    """What is the same in every error of one key: the HTTP status, a short title, and help.

    `help` says what the caller can do; it becomes the entry of the public error catalogue, which is
    English. So is `title`; a caller gets it in the language asked for.
    """

    status: int
    title: str
    help: str

    def told(self) -> str:
        """The title in the language that is active, as far as it is translated."""
        return gettext(self.title)


# Titles of what guests meet while they book are marked for translation; others are English.
ERRORS: dict[str, ErrorKind] = {
    # The frame
    "malformed_request": ErrorKind(
        400, gettext_noop("Malformed request"), "Fix the request's syntax."
    ),
    "validation_failed": ErrorKind(
        400, gettext_noop("Invalid fields"), "`fields` names each field at fault with its problems."
    ),
    "not_authenticated": ErrorKind(
        401, gettext_noop("Authentication required"), "Send `Authorization: Bearer <token>`."
    ),
    "invalid_token": ErrorKind(
        401,
        gettext_noop("Invalid token"),
        "Request a new token; this one may have expired or been revoked.",
    ),
    "scope_missing": ErrorKind(
        403,
        gettext_noop("Missing scope"),
        "The key pair lacks the scope that `detail` names, or its owner may not use it.",
    ),
    "forbidden": ErrorKind(403, gettext_noop("Not allowed"), "The request is not allowed."),
    "not_found": ErrorKind(
        404, gettext_noop("Not found"), "The resource does not exist, or you have no access to it."
    ),
    "feature_disabled": ErrorKind(
        404, gettext_noop("Feature disabled"), "The operator of the site has disabled this feature."
    ),
    "property_not_found": ErrorKind(
        404,
        gettext_noop("Property not found"),
        "It does not exist, or this key has no access to it.",
    ),
    "method_not_allowed": ErrorKind(
        405,
        gettext_noop("Method not allowed"),
        "The `Allow` header lists the methods that are allowed.",
    ),
    "idempotency_in_progress": ErrorKind(
        409,
        gettext_noop("Request still in progress"),
        "Wait until the first request with this Idempotency-Key has finished, then retry.",
    ),
    "conflict": ErrorKind(
        409, gettext_noop("Conflict"), "The current state of the data does not allow this."
    ),
    "precondition_failed": ErrorKind(
        412,
        gettext_noop("Changed in the meantime"),
        "`If-Match` names a version that is no longer current. Read the object again, then retry.",
    ),
    "payload_too_large": ErrorKind(
        413, gettext_noop("Request body too large"), "Send less data per request."
    ),
    "unsupported_media_type": ErrorKind(
        415, gettext_noop("Unsupported media type"), "Send JSON, a form, or multipart form data."
    ),
    "idempotency_key_reused": ErrorKind(
        422,
        gettext_noop("Idempotency-Key reused for another request"),
        "Use a new key for each different request.",
    ),
    "rate_limited": ErrorKind(
        429, gettext_noop("Too many requests"), "Wait as long as `Retry-After` says."
    ),
    "server_error": ErrorKind(
        500,
        gettext_noop("Server error"),
        "The error is on our side; quote `request_id` when you report it.",
    ),
    "unavailable": ErrorKind(
        503,
        gettext_noop("Service unavailable"),
        "Retry as `Retry-After` says. A call that changes something may have taken effect: retry "
        "it with the same Idempotency-Key.",
    ),
    "busy": ErrorKind(
        503,
        gettext_noop("Busy"),
        "Other calls are changing the same property. Retry as `Retry-After` says.",
    ),
    "too_many_waiting": ErrorKind(
        503,
        "Too many calls wait already",
        "Ask without `wait`, or come again as `Retry-After` says. One call of a key pair may wait "
        "at a time, or a few, as the operator has it.",
    ),
    # Calls to what somebody has named
    "address_not_allowed": ErrorKind(
        400,
        "Address not allowed",
        "Name an https or http address of the public internet, without user and password; `detail` "
        "says what is wrong.",
    ),
    "remote_refused": ErrorKind(
        400,
        "Refused by the address",
        "It must answer with status 200 itself; redirects are not followed.",
    ),
    "remote_too_large": ErrorKind(
        400, "Too large at the address", "`detail` says how much is read."
    ),
    "remote_unavailable": ErrorKind(
        503, "No answer from the address", "`detail` says what happened; it may answer later."
    ),
    "no_geocoder": ErrorKind(
        409,
        "No geocoder",
        "The site has none, and will not soon: name country and region yourself.",
    ),
    "geocoder_unavailable": ErrorKind(
        503,
        "No answer from the geocoder",
        "It may answer later; or name country and region yourself.",
    ),
    # Channels
    "channel_header_missing": ErrorKind(
        400,
        "Channel header missing",
        "Announce the channel once, then send its name in X-BOOKYFLOW-channel-name.",
    ),
    "channel_unknown": ErrorKind(
        403, "Unknown channel", "Announce the channel first: POST /cmf/channel/announce/…"
    ),
    "proxy_not_allowed": ErrorKind(
        403,
        "Proxy access not allowed",
        "X-BOOKYFLOW-proxy-id requires the scope cmf_admin and a super manager as the owner of the "
        "key.",
    ),
    "proxy_user_unknown": ErrorKind(
        400, "Unknown proxy user", "X-BOOKYFLOW-proxy-id must be the id of an existing user."
    ),
    "channel_not_found": ErrorKind(
        404, "Channel not found", "GET /cmf/admin/list/channels lists them."
    ),
    "manager_not_found": ErrorKind(
        404,
        "Manager not found",
        "No account of this id is a manager's here: of the property, or for admins of the site.",
    ),
    "api_client_not_found": ErrorKind(
        404, "Key pair not found", "GET /cmf/admin/list/api/clients lists them."
    ),
    "channel_of_another_user": ErrorKind(
        409, "Channel of another user", "`cms_user_id` must be the owner of the channel, or absent."
    ),
    "channel_has_reservations": ErrorKind(
        409,
        "Channel has reservations",
        "A channel that has brought reservations stays; take its properties away from it.",
    ),
    "property_not_owned_by_any_channel": ErrorKind(
        409, "Property on no channel", "Assign it: PUT /cmf/admin/channel/assign/properties"
    ),
    "property_already_on_channel": ErrorKind(
        409, "Property already on this channel", "There is nothing to change."
    ),
    "property_on_several_channels": ErrorKind(
        409,
        "Property on several channels",
        "Assign it to the one channel and take it away from the other.",
    ),
    "property_not_on_channel": ErrorKind(
        409, "Property not on this channel", "GET /cmf/admin/list/channel/properties lists them."
    ),
    "assignments_refused": ErrorKind(
        409, "No property was assigned", "`results` gives the reason for each."
    ),
    "unassignments_refused": ErrorKind(
        409, "No property was taken away", "`results` gives the reason for each."
    ),
    "remote_id_already_exists": ErrorKind(
        409, "Remote id already in use", "This channel has linked another property to that id."
    ),
    "item_type_unrecognised": ErrorKind(
        404, "Unknown item type", "GET /cmf/dictionary/items/types lists them."
    ),
    "property_not_linked": ErrorKind(
        409,
        "Property not linked to the channel",
        "The property is open to any channel; link it with PUT /cmf/property/remote/id first.",
    ),
    "child_not_found": ErrorKind(
        404, "Child site not found", "The channel has noted none of this host and id."
    ),
    "webhook_not_found": ErrorKind(
        404, "Webhook not found", "The manager, or the channel, has registered none of this id."
    ),
    "delivery_not_found": ErrorKind(
        404,
        "Delivery not found",
        "GET /webhooks/endpoints/{webhook_id}/deliveries lists those that are kept.",
    ),
    "too_many_events": ErrorKind(
        409,
        "Too many events",
        "At most 10,000 can be sent again by one call: name a shorter range.",
    ),
    "cursor_expired": ErrorKind(
        410,
        "Cursor expired",
        "Events behind it are no longer kept, or it is of another copy of the site. Read again "
        "what you keep a copy of, then follow from the beginning, without `after`.",
    ),
    "webhook_already_exists": ErrorKind(
        409,
        "Webhook already registered",
        "This address is registered already: switch that webhook, or delete it first.",
    ),
    "calendar_not_found": ErrorKind(
        404, "Calendar not found", "GET /ical/{property_uid}/calendars lists those that are read."
    ),
    "calendar_feed_not_found": ErrorKind(
        404,
        "Calendar feed not found",
        "GET /ical/{property_uid}/feeds lists those that others can read; an address that was "
        "renewed works no more.",
    ),
    "calendar_already_exists": ErrorKind(
        409,
        "Calendar already there",
        "This address is read for the room already, or the room has such a feed already.",
    ),
    "reservation_differs": ErrorKind(
        409,
        "Reservation exists with different content",
        "The remote id was booked before with other data. Send a change to "
        "`PUT /cmf/reservations/modify`.",
    ),
    "reservation_cancelled": ErrorKind(
        409,
        "Reservation already cancelled",
        "`detail` says who has ended it. Cancel it, then add it again to book it anew.",
    ),
    "reservations_refused": ErrorKind(
        409, "No reservation succeeded", "`results` gives the reason for each."
    ),
    "rows_refused": ErrorKind(
        409, "Rows refused", "`results` gives the reason for each row, by its place from 0."
    ),
    "job_not_found": ErrorKind(
        404, "Job not found", "The channel has none of this id; they are kept for 30 days."
    ),
    "block_differs": ErrorKind(
        409,
        "Block exists with different content",
        "This channel has blocked other rooms or nights under the id. Remove that block first.",
    ),
    "booking_linked": ErrorKind(
        409,
        "Booking linked already",
        "This channel brought the booking in as a reservation under another id, which it keeps.",
    ),
    "modifications_refused": ErrorKind(
        409, "No reservation was changed", "`results` gives the reason for each."
    ),
    "cancellations_refused": ErrorKind(
        409, "Nothing was cancelled", "`results` gives the reason for each reservation."
    ),
    # Properties and rooms
    "country_incorrect": ErrorKind(400, "Unknown country", "Send an ISO 3166-1 country code."),
    "region_id_incorrect": ErrorKind(
        400, "Unknown region", "Send a region id of the property's country."
    ),
    "property_type_id_incorrect": ErrorKind(
        400, "Unknown property type", "GET /cmf/list/property/types lists them."
    ),
    "room_type_incorrect": ErrorKind(
        400, "Room type not applicable", "Use a room type that fits the property's type."
    ),
    "too_many_rooms_here": ErrorKind(
        409,
        "Too many rooms",
        "A property cannot have more rooms; split it into several properties.",
    ),
    "single_room_property": ErrorKind(
        409,
        "Single-unit property",
        "A property of this type is let as a whole and has exactly one room.",
    ),
    "no_rooms_in_property": ErrorKind(409, "No rooms", "Add rooms first."),
    "room_not_found": ErrorKind(
        404, gettext_noop("Room not found"), "It does not belong to this property."
    ),
    "room_has_bookings": ErrorKind(
        409, "Room has bookings", "A room with bookings or blocks today or later cannot be deleted."
    ),
    "room_type_not_found": ErrorKind(
        404, "Room type not found", "It does not exist, or it is not this property's own."
    ),
    "room_type_in_use": ErrorKind(
        409, "Room type in use", "Assign another room type to its rooms, prices and extras first."
    ),
    "no_room_selected": ErrorKind(
        409, gettext_noop("No room selected"), "Select at least one room."
    ),
    "too_many_rooms": ErrorKind(
        409, gettext_noop("More rooms than guests"), "Select at most one room per guest."
    ),
    "too_many_adults": ErrorKind(
        409,
        gettext_noop("Too many adults"),
        "The rooms sleep fewer adults; choose more or larger rooms.",
    ),
    "too_many_children": ErrorKind(
        409,
        gettext_noop("Too many children"),
        "The rooms sleep fewer children; choose more or larger rooms.",
    ),
    "too_many_guests": ErrorKind(
        409,
        gettext_noop("Too many guests"),
        "The rooms sleep fewer people in total; choose more or larger rooms.",
    ),
    "changeover_day_invalid": ErrorKind(
        400, "Invalid weekday", "Send a weekday from 0 (Sunday) to 6 (Saturday)."
    ),
    "not_for_sale": ErrorKind(
        409, "Not for sale", "Only a property of a real estate type has an asking price."
    ),
    "property_incomplete": ErrorKind(
        409, "Property incomplete", "`fields` lists what is required for publication and missing."
    ),
    "time_zone_needed": ErrorKind(
        409,
        "Time zone required",
        "The country has several: set the property's location or `time_zone`.",
    ),
    "property_not_approved": ErrorKind(
        409, "Property not approved", "A super manager of the site must approve it first."
    ),
    "manager_suspended": ErrorKind(
        409, "Manager suspended", "All managers of the property are suspended; contact the site."
    ),
    "property_has_bookings": ErrorKind(
        409,
        "Property has upcoming bookings",
        "Cancel its current and future bookings, or wait until they have ended.",
    ),
    "property_last": ErrorKind(409, "Last property", "A manager must keep at least one property."),
    "confirmation_needed": ErrorKind(
        409,
        "Confirmation required",
        "`detail` says what this would do, such as delete data; send it again with `confirmed`.",
    ),
    "custom_field_not_found": ErrorKind(
        404, "Custom field not found", "It does not exist at this property."
    ),
    "image_not_found": ErrorKind(404, "Picture not found", "It does not belong to this property."),
    "image_invalid": ErrorKind(
        400, "Invalid picture", "Send a JPEG, PNG, WebP or GIF of at most 20 million pixels."
    ),
    "too_many_images": ErrorKind(
        409,
        "Too many pictures",
        "Wait until some have been fetched, or delete some; `detail` says how many there may be.",
    ),
    # Prices
    "tariffs_already_exist": ErrorKind(
        409, "Prices already exist", "Use /cmf/property/prices to change them."
    ),
    "no_tariffs_yet": ErrorKind(409, "No prices yet", "Set a base price first."),
    "tariff_type_not_found": ErrorKind(
        404,
        gettext_noop("Tariff not found"),
        "It does not exist at this property; send 0 to create one.",
    ),
    "no_valid_tariffs": ErrorKind(
        409,
        gettext_noop("No price for these nights"),
        "No tariff covers every night for these guests.",
    ),
    "tariff_save_method_not_valid": ErrorKind(
        409,
        "Wrong call for this tariff mode",
        "The property's tariff mode determines which calls may change its prices.",
    ),
    "wrong_endpoint_property_is_srp": ErrorKind(
        409,
        "Single-unit property",
        "A property that is let as a whole has a call of its own for its room and price.",
    ),
    "wrong_endpoint_property_is_mrp": ErrorKind(
        409,
        "Property with several rooms",
        "A property that lets single rooms has a call of its own for its rooms and prices.",
    ),
    "tariff_mode_not_possible": ErrorKind(
        409,
        "Prices do not fit the tariff mode",
        "Prices were left unchanged; `detail` says what to simplify first.",
    ),
    "tax_rate_code_unknown": ErrorKind(
        400, "Unknown tax rate", "GET /cmf/list/tax/rates lists the codes."
    ),
    "extra_not_found": ErrorKind(404, "Extra not found", "It does not exist at this property."),
    "extra_not_available": ErrorKind(
        409,
        gettext_noop("Extra not available"),
        "It is not available for this stay, or not in this quantity.",
    ),
    "coupon_not_found": ErrorKind(404, "Coupon not found", "It does not exist at this property."),
    "coupon_invalid": ErrorKind(
        409, gettext_noop("Invalid coupon"), "`detail` says why it does not apply to this booking."
    ),
    "guest_type_not_found": ErrorKind(
        404, "Guest type not found", "It does not exist at this property."
    ),
    "partner_discount_not_found": ErrorKind(
        404, "Partner discount not found", "It does not exist at this property."
    ),
    # Availability and bookings
    "property_not_available": ErrorKind(
        409, gettext_noop("Fully booked"), "No room is free on at least one night of the range."
    ),
    "no_room_available": ErrorKind(
        409,
        gettext_noop("No room available"),
        "Fewer rooms of this type are free on every night than requested.",
    ),
    "room_taken": ErrorKind(
        409,
        gettext_noop("Room not available"),
        "Another booking or block occupies at least one night of this stay.",
    ),
    "stop_sell": ErrorKind(
        409,
        gettext_noop("Closed for sale"),
        "The property has closed this room type for sale on these nights.",
    ),
    "room_type_id_zero": ErrorKind(
        400, "Room type required", "This property has several rooms: specify the room type."
    ),
    "no_rooms_of_this_type": ErrorKind(
        409, "No room of this type", "The property has no room of this room type."
    ),
    "dates_in_past": ErrorKind(
        409, gettext_noop("Dates in the past"), "The last night is before today at the property."
    ),
    "arrival_too_soon": ErrorKind(
        409,
        gettext_noop("Arrival too soon"),
        "The property requires more notice; `detail` names the first possible arrival.",
    ),
    "arrival_too_late": ErrorKind(
        409,
        gettext_noop("Arrival too far ahead"),
        "The property is not bookable that far ahead; `detail` names the last possible arrival.",
    ),
    "changeover_day": ErrorKind(
        409,
        gettext_noop("Not a changeover day"),
        "Arrival is possible on one weekday only; `detail` names it.",
    ),
    "fixed_period": ErrorKind(
        409,
        gettext_noop("Length of stay not allowed"),
        "The property is let for fixed periods; see `detail`.",
    ),
    "stay_too_long": ErrorKind(
        409, gettext_noop("Stay too long"), "Split the stay into several bookings."
    ),
    "booking_not_found": ErrorKind(
        404, gettext_noop("Booking not found"), "It does not exist at this property."
    ),
    "block_not_found": ErrorKind(404, "Block not found", "It does not exist at this property."),
    "not_bookable_online": ErrorKind(
        409,
        gettext_noop("Not bookable online"),
        "`detail` says why the property takes no online bookings; contact it directly.",
    ),
    "registration_needed": ErrorKind(
        403,
        gettext_noop("Registered users only"),
        "Sign in; the property takes no bookings without an account.",
    ),
    "guest_fields_missing": ErrorKind(
        400,
        gettext_noop("Guest details missing"),
        "`fields` lists the details that the property requires.",
    ),
    "children_not_allowed": ErrorKind(
        409,
        gettext_noop("Children of this age not allowed"),
        "The property accepts adults, or older children, only.",
    ),
    "quote_invalid": ErrorKind(
        400, gettext_noop("Invalid quote"), "Send the text that POST /booking/quote returned."
    ),
    "quote_expired": ErrorKind(
        409, gettext_noop("Quote expired"), "The guaranteed price has expired. Request a new quote."
    ),
    "quote_used": ErrorKind(
        409,
        gettext_noop("Quote already used"),
        "A quote makes one hold or one booking; confirm a hold by its reference. If the answer was "
        "lost, retry with the same Idempotency-Key; otherwise request a new quote.",
    ),
    "too_many_holds": ErrorKind(
        429,
        gettext_noop("Too many nights held or unpaid"),
        "Only so many room nights can be held, or booked without payment, at a time. Release or "
        "pay existing ones, wait as `Retry-After` says, or contact the property; see `detail`.",
    ),
    "hold_expired": ErrorKind(
        409,
        gettext_noop("Hold expired"),
        "The hold has expired or was released. Request a new quote.",
    ),
    "cancellation_too_late": ErrorKind(
        409, gettext_noop("Too late to cancel online"), "Contact the property about this booking."
    ),
    "room_occupied": ErrorKind(
        409,
        "Last guest still checked in",
        "The guest before is still checked in to one of the rooms: check that guest out first, or "
        "override this.",
    ),
    "too_early": ErrorKind(409, "Too early", "Check-in is possible from the day of arrival."),
    "note_not_found": ErrorKind(404, "Note not found", "The booking has no such note."),
    "service_not_found": ErrorKind(404, "Service not found", "The booking has no such service."),
    "booking_state": ErrorKind(
        409, gettext_noop("Not possible in this state"), "The booking's state does not allow this."
    ),
    # Booking sessions
    "session_id_missing": ErrorKind(
        400,
        gettext_noop("Session id missing"),
        "Send a random id of your own in the header X-BOOKYFLOW-booking-session-id.",
    ),
    "session_not_initialised": ErrorKind(
        409,
        gettext_noop("Session not initialised"),
        "Call /booking/initialise first; a session ends an hour after its last call.",
    ),
    "session_token_invalid": ErrorKind(
        403,
        gettext_noop("Invalid session token"),
        "Send the `session_token` that /booking/initialise answered; a new start replaces it.",
    ),
    "session_booked": ErrorKind(
        409,
        gettext_noop("Already booked"),
        "The session's booking has been made. For another one call /booking/initialise without the "
        "token.",
    ),
    "dates_not_set": ErrorKind(
        409, gettext_noop("Dates missing"), "Call /booking/set/dates before."
    ),
    "guests_not_set": ErrorKind(
        409, gettext_noop("Guests missing"), "Call /booking/set/guest/numbers before."
    ),
    "room_tariff_incorrect": ErrorKind(
        400,
        gettext_noop("Room and tariff do not fit"),
        "The tariff is for rooms of another type; /booking/rooms lists the pairs that there are.",
    ),
    "booking_not_ready": ErrorKind(
        409,
        gettext_noop("Booking not complete"),
        "`detail` says what is missing or wrong; /booking/validate/booking says the same.",
    ),
    "payment_needed": ErrorKind(
        409,
        gettext_noop("Payment required"),
        "Send the guest to `confirmation_url`; the booking is made when it is paid.",
    ),
    # Payments and invoices
    "payment_not_found": ErrorKind(404, "Payment not found", "It does not exist at this property."),
    "payment_method_unavailable": ErrorKind(
        409,
        gettext_noop("Not a way to pay here"),
        "`GET /payments/{reference}/methods` lists the ways to pay of a booking.",
    ),
    "nothing_to_pay": ErrorKind(
        409, gettext_noop("Nothing to pay"), "The booking owes nothing, or has ended."
    ),
    "payment_refused": ErrorKind(
        409,
        gettext_noop("Payment refused"),
        "The payment service does not take this payment, and will not soon: choose another way.",
    ),
    "payment_time_over": ErrorKind(
        409,
        gettext_noop("Time to pay is over"),
        "Rooms are not kept any longer for a payment: ask for a new price and begin again.",
    ),
    "payment_provider_unavailable": ErrorKind(
        503,
        gettext_noop("No answer from the payment service"),
        "Nothing was paid. Retry as `Retry-After` says: it is the same payment.",
    ),
    "notice_invalid": ErrorKind(
        400,
        "Notice not accepted",
        "It is not signed with the property's secret, is too old, or was changed on its way.",
    ),
    "payment_exceeds_balance": ErrorKind(
        409,
        "Amount exceeds the balance due",
        "An invoice cannot be marked as paid beyond what its booking owes; `detail` gives the "
        "balance due.",
    ),
    "refund_exceeds_paid": ErrorKind(
        409,
        "Amount exceeds what was paid",
        "At most what was paid for the booking can be refunded or reversed.",
    ),
    "payment_already_reversed": ErrorKind(
        409,
        "Payment already reversed",
        "A payment can be reversed once; record a new payment instead.",
    ),
    "invoice_not_found": ErrorKind(404, "Invoice not found", "It does not exist at this property."),
    "nothing_to_bill": ErrorKind(
        409, "Nothing to bill", "Every line of the booking has been invoiced."
    ),
    "invoice_state": ErrorKind(
        409, "Not possible in this state", "The invoice's state does not allow this."
    ),
    "pdf_unavailable": ErrorKind(
        503,
        "No PDF on this site",
        "The site cannot make PDFs; its operator finds the reason with `manage.py check --deploy`. "
        "The invoice is there as HTML, which browsers print.",
    ),
    "einvoice_unavailable": ErrorKind(
        503,
        "No e-invoices on this site",
        "The site lacks the package factur-x, as `manage.py check --deploy` tells its operator. "
        "The invoice is there as PDF and HTML.",
    ),
    "einvoice_refused": ErrorKind(
        409,
        "No e-invoice of this invoice",
        "`fields` names what it lacks, and where that is set. An issued invoice never changes: "
        "set it, take the invoice back and issue it again.",
    ),
    "invoice_number_taken": ErrorKind(
        409,
        "Invoice number already used",
        "The number pattern gives a number that is already in use: change the property's pattern.",
    ),
    # Guests
    "guest_not_found": ErrorKind(404, "Guest not found", "It does not exist at this property."),
    "guest_has_bookings": ErrorKind(
        409,
        "Guest has bookings",
        "Cancel the guest's upcoming bookings, or check the guest out, first.",
    ),
    # Reviews
    "reviews_off": ErrorKind(403, "Reviews disabled", "The site has disabled reviews."),
    "review_not_allowed": ErrorKind(
        403, "Review not allowed", "`detail` says who may review what."
    ),
    "review_exists": ErrorKind(
        409, "Already reviewed", "Each account and network address can review a property once."
    ),
    "review_not_found": ErrorKind(404, "Review not found", "It does not exist at this property."),
    # Messages
    "user_not_in_group": ErrorKind(
        404,
        "Conversation not found",
        "It does not exist, you take no part in it, or you have left it; writing into one that you "
        "have left brings you back.",
    ),
    "message_not_found": ErrorKind(
        404, "Message not found", "It does not exist, or you take no part in its conversation."
    ),
    "attachment_not_found": ErrorKind(
        404,
        "Attachment not found",
        "It does not exist, is of another conversation, or was sent with a message already.",
    ),
    "attachment_invalid": ErrorKind(
        400, "File not accepted", "Send a JPEG, PNG, WebP or GIF, or a PDF."
    ),
    "too_many_messages": ErrorKind(
        429,
        gettext_noop("Too many messages"),
        "Wait as long as `Retry-After` says; `detail` says how many there may be.",
    ),
    # Features
    "unknown_feature": ErrorKind(404, "Unknown feature", "No installed package provides it."),
    "feature_not_installed": ErrorKind(
        409, "Feature not installed", "Run `manage.py features install`."
    ),
    "feature_requires": ErrorKind(409, "Required features missing", "`detail` names them."),
    "feature_excluded": ErrorKind(
        409, "Features that do not go together", "`detail` names those that are on."
    ),
    # Key pairs
    "scope_not_grantable": ErrorKind(
        400,
        "Scope cannot be granted",
        "The scope does not exist, or the owner's level does not allow it.",
    ),
}


class DomainError(Exception):
    """A refusal with a stable `key` from ERRORS and a `detail` that is safe to show a client.

    `fields` maps names of input fields to lists of problems; `results` carries the refusal of each
    item of a call on many items; `members` are what else a problem says, by name. None of them
    holds personal data. `retry_after` is in seconds, where waiting helps. One that `keeps` undoes
    nothing: what was written in its transaction stays, so that it can be told of.
    """

    def __init__(
        self,
        key: str,
        detail: str = "",
        *,
        fields: Mapping[str, Any] | None = None,
        results: Mapping[str, DomainError] | None = None,
        members: Mapping[str, Any] | None = None,
        retry_after: int | None = None,
        keeps: bool = False,
    ) -> None:
        self.key = key
        self.kind = ERRORS[key]
        self.detail = detail or f"{self.kind.told()}."
        self.fields = dict(fields or {})
        self.results = results
        self.members = dict(members or {})
        self.retry_after = retry_after
        self.keeps = keeps
        super().__init__(f"{key}: {self.detail}")
