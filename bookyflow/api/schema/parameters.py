"""Parameters of operations: the headers of the frame, and what paths name."""

from __future__ import annotations

import re
from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter

from bookyflow.api.auth.access import LONGEST_ID
from bookyflow.api.calls import dry_run
from bookyflow.api.calls.waiting import WaitQuery
from bookyflow.api.contract import Endpoint
from bookyflow.api.wire.paging import PageQuery

PLACES = ("path", "query", "header")
_IN_BRACES = re.compile(r"\{(\w+)\}")

# What a path parameter means, and one as the examples have it; a feature's example file may have
# others under `parameters`.
IN_PATHS: dict[str, tuple[str, Any]] = {
    "amount": ("The discount: an amount in the property's currency, or per cent.", "10"),
    "attachment_id": ("Id of the file, as its message has it.", 5),
    "arrival_date": ("The first night.", "2027-06-01"),
    "booking_valid_from": ("The first night that is discounted.", "2027-04-01"),
    "booking_valid_to": ("The last night that is discounted.", "2027-06-30"),
    "channel_id": ("Id of the channel.", 3),
    "channel_name": ("The channel's own name for itself.", "alpine_sync"),
    "contract_id": ("Id of the booking or block.", 931),
    "contract_uid": ("Id of the booking, or of the block.", 912),
    "countries": ("Country codes, separated by commas.", "GB,IE"),
    "country": ("Two letters of ISO 3166-1.", "GB"),
    "coupon_code": ("The new code, in any case of letters.", "SPRING27"),
    "coupon_id": ("Id of the coupon.", 4),
    "country_code": ("Two letters of ISO 3166-1.", "GB"),
    "date1": ("The first night.", "2027-06-01"),
    "date2": ("The day after the last night.", "2027-06-03"),
    "date": ("A night, or the first one.", "2027-06-01"),
    "delivery_id": ("Id of the delivery.", 90512),
    "departure_date": ("The day of departure.", "2027-06-06"),
    "discount": ("Per cent off the rooms: 0 to 99.99.", "5.5"),
    "email": ("An e-mail address.", "ada@example.com"),
    "end": ("The last day.", "2027-06-30"),
    "end_date": ("The last night.", "2027-06-05"),
    "extra_id": ("Id of the extra.", 9),
    "extra_uid": ("Id of the extra.", 9),
    "features_ids": ("Ids of features, separated by commas.", "58,77"),
    "file_name": ("The name of the picture, as GET /cmf/property/images has it.", "view.jpg"),
    "firstname": ("The first name.", "Ada"),
    "friendly_name": ("The channel's name, for people.", "Alpine Sync"),
    "guest_type_uid": ("Id of the guest type.", 22),
    "guest_uid": ("Id of the guest.", 15),
    "group_id": ("Id of the conversation.", 4),
    "guests_uid": ("Id of the guest.", 15),
    "guesttype_id": ("Id of the guest type.", 22),
    "guesttype_uid": ("Id of the guest type.", 22),
    "high": ("The highest price of a night; 0: any.", 200),
    "hostname": ("The host of the child site's address.", "partner.example"),
    "house": ("Number or name of the house.", "16"),
    "id": ("Id of the property; below /beds24 the one that it has there.", 31),
    "invoice_id": ("Id of the invoice or credit note.", 48),
    "is_child": ("1: counts as a child.", "0"),
    "is_percentage": ("1: the amount is per cent.", "1"),
    "item_type": ("A dictionary of ours: ptype, pfeature, rmfeature or rmtype.", "ptype"),
    "job_uid": ("Id of the job.", 4711),
    "landline": ("A phone number.", "01803 000000"),
    "language": ("The language of texts.", "en-GB"),
    "lat": ("Degrees north, from -90 to 90.", "46.62416"),
    "local_room_type_id": ("Id of the room type.", 3),
    "line_uid": ("Id of the line of the booking.", 3026),
    "local_type": ("A dictionary of ours: ptype, pfeature, rmfeature or rmtype.", "rmtype"),
    "long": ("Degrees east, from -180 to 180.", "8.04140"),
    "low": ("The lowest price of a night.", 50),
    "manager_id": ("Id of the account.", 48),
    "maximum": ("Most guests of the type that can be chosen.", "5"),
    "minutes": ("How far to look back.", 15),
    "mobile": ("The number of a mobile phone.", "07700 900001"),
    "invoice_uid": ("Id of the invoice or credit note.", 61),
    "note_uid": ("Id of the note.", 77),
    "notes": ("A remark.", "Over 65"),
    "number_of_people": ("Guests.", 2),
    "order": ("The position, from 0; smaller ones come first.", 10),
    "payment_uid": ("Id of the payment.", 501),
    "posneg": ("1: added to the price of a night; 0: taken off.", "0"),
    "postcode": ("The postcode.", "TQ1 1AA"),
    "price": ("An amount.", "83.33"),
    "property_uid": ("Id of the property.", 31),
    "published": ("Counts for nothing: publishing has a call of its own.", "1"),
    "reference": ("The booking's number.", "5174092837"),
    "region": ("Id, ISO 3166-2 code or name of the region.", "GB-TOB"),
    "regions": ("Names, numbers or codes of regions, separated by commas.", "Cornwall"),
    "remote_type": ("The channel's own name for its dictionary.", "room_kinds"),
    "remote_property_id": ("Id of the property at the child site.", 4410),
    "remote_property_uid": ("The channel's own id of the property.", "9001"),
    "resource_id": ("Id of the room, room type or extra; 0 for property and slideshow.", "0"),
    "resource_type": ("property, slideshow, rooms, room_types or extras.", "slideshow"),
    "remote_booking_number": ("Your own id of the booking or reservation.", "70012345"),
    "review_id": ("Id of the review.", 88),
    "review_uid": ("Id of the review.", 88),
    "room_uid": ("Id of the room.", 12),
    "stars": ("Numbers of stars, separated by commas.", "4,5"),
    "start": ("The first day.", "2027-06-01"),
    "start_date": ("The first night.", "2027-06-01"),
    "state": ("1: on; 0: off.", "1"),
    "street": ("The street.", "Elm Road"),
    "surname": ("The surname.", "Byrne"),
    "tarifftype_id": ("Id of the tariff.", 521),
    "town": ("The town.", "Torquay"),
    "towns": ("Names of towns, separated by commas.", "Falmouth,Penryn"),
    "type": ("The name of the guest type.", "Senior"),
    "valid_from": ("The first day on which the code may be used.", "2027-03-01"),
    "valid_to": ("The last day on which the code may be used.", "2027-03-31"),
    "variance": ("By how much the price changes: an amount, or per cent.", "10"),
    "unread": ("1: only what is not read; 0: all.", 0),
    "user_id": ("Id of the account.", 48),
    "vat_number": (
        "The VAT number; those of Europe are checked, and kept with their prefix.",
        "GB980780684",
    ),
    "calendar_uid": ("Id of the calendar that is read.", 7),
    "feed_uid": ("Id of the calendar that others read.", 4),
    "token": ("What opens the calendar.", "Zb3mR0a8nXq5T1vYw7LkJd2sHf6GpC4e"),
    "webhook_id": ("Id of the webhook.", 14),
}
IN_QUERIES = {"after": "NTAx", "cursor": "NTAx", "limit": 50, "wait": 20}


def header(
    name: str, text: str, example: Any, *, needed: bool = False, schema: Any = None
) -> OpenApiParameter:
    """A header that is sent."""
    kind = {**(schema or {"type": "string"}), "example": example}
    return OpenApiParameter(name, kind, OpenApiParameter.HEADER, required=needed, description=text)


def told(
    name: str, text: str, *, schema: Any = OpenApiTypes.STR, status: int = 200
) -> OpenApiParameter:
    """A header of the answer."""
    return OpenApiParameter(
        name, schema, OpenApiParameter.HEADER, response=[str(status)], description=text
    )


def parameters_of(contract: Endpoint, *, unsafe: bool) -> list[Any]:
    """The query and the headers that matter."""
    found: list[Any] = [contract.query] if contract.query else []
    if contract.paged:
        found += [PageQuery, *_PAGE]
    if contract.linked:
        found.append(_PAGE[0])
    if contract.waits:
        found.append(WaitQuery)
    if contract.channel:
        found.append(_CHANNEL)
    if contract.channel or contract.proxy:
        found.append(_PROXY)
    if contract.booking_token:
        text = "The token that came with the booking's reference."
        example = "3f0a9c52e1b74d68"
        found.append(header(_TOKEN, text, example, needed=not contract.uses_quote))
    found += _SESSIONS[contract.session]
    found += _of_a_write(contract) if unsafe else _OF_A_READ
    if contract.versioned:
        text = f'`"v<version>"` of the {contract.versioned}: act only while it has it.'
        found.append(header("If-Match", text, '"v3"', schema=_VERSION))
    return found + (_DEPRECATED if contract.deprecated else [])


def _of_a_write(contract: Endpoint) -> list[Any]:
    repeatable = [_IDEMPOTENCY] if contract.has_effect else []
    text = "`true`: nothing has changed."
    return [*repeatable, _DRY_RUN, told(dry_run.TOLD, text, status=contract.status)]


def arranged(path: str, parameters: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Parameters of the path in its order, then of the query, then headers.

    Generated clients keep the order of the document for their arguments.
    """
    order = _IN_BRACES.findall(path)

    def place(one: dict[str, Any]) -> tuple[int, int]:
        position = order.index(one["name"]) if one["in"] == "path" else 0
        return PLACES.index(one["in"]), position

    return sorted(parameters, key=place)


def explained(parameter: dict[str, Any], examples: Any) -> dict[str, Any]:
    """The parameter with its description and example."""
    name, schema = parameter["name"], dict(parameter["schema"])
    text, example = IN_PATHS.get(name, ("", None)) if parameter["in"] == "path" else ("", None)
    example = examples.get(name, schema.pop("example", IN_QUERIES.get(name, example)))
    found = {**parameter, "schema": schema}
    if text:
        found.setdefault("description", text)
    return found if example is None else {**found, "example": example}


_TOKEN = "X-BOOKYFLOW-booking-token"  # noqa: S105  # the name of a header
_SESSION_TOKEN = "X-BOOKYFLOW-booking-session-token"  # noqa: S105  # likewise
_SESSION = header(
    "X-BOOKYFLOW-booking-session-id",
    "Your own name for the booking session: random, of at most 255 visible ASCII characters.",
    "Qd83kfLw02mXyZt71bNc",
    needed=True,
    schema={"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[!-~]+$"},
)
_SESSION_TOLD = (_SESSION_TOKEN, "The `session_token` that initialise answered.", "hY2kQ0m7s9Xw")
_SESSIONS: dict[str, list[OpenApiParameter]] = {
    "": [],
    "id": [_SESSION],
    "begins": [_SESSION, header(*_SESSION_TOLD)],
    "token": [_SESSION, header(*_SESSION_TOLD, needed=True)],
}
_CHANNEL = header("X-BOOKYFLOW-channel-name", "An announced channel.", "demo", needed=True)
_PROXY = header(
    "X-BOOKYFLOW-proxy-id",
    "Act for the user with this id; needs the scope cmf_admin of a super manager.",
    48,
    schema={"type": "integer", "format": "int64", "minimum": 1, "maximum": 10**LONGEST_ID - 1},
)
_IDEMPOTENCY = header(
    "Idempotency-Key",
    "Makes the call safe to repeat for 24 hours: one of your own for each write, such as a UUID.",
    "0d3b7a5e-5c0f-4f0e-9a52-1f4f7f3b9c11",
    schema={"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[!-~]+$"},
)
_DRY_RUN = header(
    dry_run.HEADER,
    "1: do everything, answer as if it were for good, and undo it. No event, mail or payment comes "
    "of it; new ids in the answer belong to nothing.",
    "1",
    schema={"type": "string", "pattern": "^[01]$"},
)
_OF_A_READ = [
    header("If-None-Match", "The `ETag` of the answer that you have.", '"9b1d0c3e"'),
    told("ETag", "Changes with every byte of the body."),
]
_VERSION = {"type": "string", "pattern": r'^(\*|"v[0-9]{1,9}")$'}
_PAGE = (
    told("Link", 'Path and query of the next page, with `rel="next"`; missing on the last one.'),
    told("X-Total-Count", "Items of the whole list.", schema=OpenApiTypes.INT64),
)
_DEPRECATED = [
    told("Deprecation", "Since when there is a better form: `@` and a unix time."),
    told("Link", 'The better form, with `rel="successor-version"`.'),
]
