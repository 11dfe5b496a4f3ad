"""A channel's and a guest's booking with the client that openapi-python-client makes.

script/clients makes the client and runs this against a site of its own.
"""

from __future__ import annotations

import os
import sys
from datetime import date, timedelta
from typing import TypeVar, cast
from urllib.parse import parse_qs, urlsplit

from bookyflow_client import AuthenticatedClient, Client
from bookyflow_client.api.booking import booking_confirm, booking_hold, booking_quote, booking_read
from bookyflow_client.api.cmf import (
    cmf_property_booking,
    cmf_property_price,
    cmf_put_reservations_add,
    cmf_put_reservations_cancel,
)
from bookyflow_client.api.oauth import oauth_token
from bookyflow_client.api.properties import properties_list_ids
from bookyflow_client.models.booking_confirm_envelope import BookingConfirmEnvelope
from bookyflow_client.models.booking_hold_envelope import BookingHoldEnvelope
from bookyflow_client.models.booking_quote_envelope import BookingQuoteEnvelope
from bookyflow_client.models.booking_read_envelope import BookingReadEnvelope
from bookyflow_client.models.cancel_in_request import CancelInRequest
from bookyflow_client.models.cmf_property_booking_envelope import CmfPropertyBookingEnvelope
from bookyflow_client.models.cmf_property_price_envelope import CmfPropertyPriceEnvelope
from bookyflow_client.models.cmf_put_reservations_add_envelope import CmfPutReservationsAddEnvelope
from bookyflow_client.models.cmf_put_reservations_cancel_envelope import (
    CmfPutReservationsCancelEnvelope,
)
from bookyflow_client.models.confirm_in_request import ConfirmInRequest
from bookyflow_client.models.guest_in_request import GuestInRequest
from bookyflow_client.models.guest_info_in_request import GuestInfoInRequest
from bookyflow_client.models.hold_in_request import HoldInRequest
from bookyflow_client.models.oauth_token_body import OauthTokenBody
from bookyflow_client.models.problem import Problem
from bookyflow_client.models.properties_list_ids_envelope import PropertiesListIdsEnvelope
from bookyflow_client.models.quote_in_request import QuoteInRequest
from bookyflow_client.models.reservation_in_request import ReservationInRequest
from bookyflow_client.models.reservation_list_in_request import ReservationListInRequest
from bookyflow_client.models.reservations_in_request import ReservationsInRequest
from bookyflow_client.models.room_wish_in_request import RoomWishInRequest
from bookyflow_client.models.stay_info_in_request import StayInfoInRequest
from bookyflow_client.models.token import Token
from bookyflow_client.types import UNSET, Unset

URL = os.environ["BOOKYFLOW_URL"]
CLIENT_ID = os.environ["BOOKYFLOW_CLIENT_ID"]
CLIENT_SECRET = os.environ["BOOKYFLOW_CLIENT_SECRET"]
CHANNEL = os.environ["BOOKYFLOW_CHANNEL"]
PROPERTY = int(os.environ["BOOKYFLOW_PROPERTY"])
ARRIVAL = date.fromisoformat(os.environ["BOOKYFLOW_ARRIVAL"])

# The types ask for a client with a token also where none is needed.
VISITOR = cast("AuthenticatedClient", Client(base_url=URL))

T = TypeVar("T")


def expect(kind: type[T], answer: object) -> T:
    """The answer, which has to be of a kind."""
    if not isinstance(answer, kind):
        sys.exit(f"expected {kind.__name__}, seen {answer!r}")
    return answer


def check(*, holds: bool, claim: str) -> None:
    """Print what was seen, or end."""
    if not holds:
        sys.exit(f"not so: {claim}")
    print(f"  {claim}")


def main() -> None:
    """Book as a channel and as a guest, and be refused."""
    api = token()
    be_channel(api)
    be_guest()
    be_refused(api)


def token() -> AuthenticatedClient:
    """A client that sends the token of the key pair."""
    asked = OauthTokenBody(
        grant_type="client_credentials", client_id=CLIENT_ID, client_secret=CLIENT_SECRET
    )
    given = expect(Token, oauth_token.sync(client=VISITOR, body=asked))
    api = AuthenticatedClient(base_url=URL, token=given.access_token)
    check(holds=given.expires_in > 0, claim=f"a token for {given.scope}")
    return api


def all_properties(api: AuthenticatedClient) -> list[int]:
    """The ids of all pages."""
    found: list[int] = []
    cursor: str | Unset = UNSET
    while True:
        page = properties_list_ids.sync_detailed(client=api, limit=2, cursor=cursor)
        found += expect(PropertiesListIdsEnvelope, page.parsed).data.ids
        if "Link" not in page.headers:
            return found
        following = page.headers["Link"].partition(">")[0].lstrip("<")
        cursor = parse_qs(urlsplit(following).query)["cursor"][0]


def be_channel(api: AuthenticatedClient) -> None:
    """List, price, book twice, read back, cancel."""
    listed = all_properties(api)
    check(holds=PROPERTY in listed, claim=f"properties {listed}, in pages of two")

    last_night = ARRIVAL + timedelta(days=1)
    priced = expect(
        CmfPropertyPriceEnvelope,
        cmf_property_price.sync(
            PROPERTY, ARRIVAL, last_night, 2, client=api, x_bookyflow_channel_name=CHANNEL
        ),
    )
    price = priced.data.response["2"].total
    check(holds=float(price) > 0, claim=f"two nights for two cost {price}")

    remote_id = f"python-{ARRIVAL}"
    reservation = ReservationInRequest(
        remote_reservation_id=remote_id,
        referrer="openapi-python-client",
        guest_info=GuestInfoInRequest(
            name="Mary",
            surname="Somerville",
            email="mary@guest.example",
            phone="+44 1834 000000",
            address="1 High Street",
            post_code="SA70 7BX",
            country_code="GB",
        ),
        stay_infos=[
            StayInfoInRequest(
                property_id=PROPERTY,
                date_from=ARRIVAL,
                date_to=last_night,
                channel_price=price,
                guest_number=2,
            )
        ],
    )
    body = ReservationsInRequest(ReservationListInRequest([reservation]))
    numbers = set()
    for replayed in (None, "true"):
        answer = cmf_put_reservations_add.sync_detailed(
            client=api, body=body, x_bookyflow_channel_name=CHANNEL, idempotency_key=remote_id
        )
        added = expect(CmfPutReservationsAddEnvelope, answer.parsed).data.response
        numbers.add(added.successful_bookings[remote_id].link.contract_uid)
        seen = answer.headers.get("Idempotency-Replayed")
        check(holds=seen == replayed, claim=f"booked {numbers}, Idempotency-Replayed: {seen}")

    read = expect(
        CmfPropertyBookingEnvelope,
        cmf_property_booking.sync(PROPERTY, *numbers, client=api, x_bookyflow_channel_name=CHANNEL),
    )
    check(holds=read.data.response[0].date_from == ARRIVAL, claim="read back")

    cancelled = expect(
        CmfPutReservationsCancelEnvelope,
        cmf_put_reservations_cancel.sync(
            client=api, body=CancelInRequest([remote_id]), x_bookyflow_channel_name=CHANNEL
        ),
    )
    check(holds=cancelled.data.response.results[remote_id].success, claim="cancelled")


def be_guest() -> None:
    """Quote, hold, confirm, read back, without a key pair."""
    asked = QuoteInRequest(
        property_uid=PROPERTY,
        arrival=ARRIVAL,
        departure=ARRIVAL + timedelta(days=2),
        adults=2,
        rooms=[RoomWishInRequest(room_type_uid=1)],
    )
    quoted = expect(BookingQuoteEnvelope, booking_quote.sync(client=VISITOR, body=asked)).data.quote
    held = expect(
        BookingHoldEnvelope,
        booking_hold.sync(client=VISITOR, body=HoldInRequest(quote=quoted.quote)),
    ).data.hold
    check(holds=held.total == quoted.total, claim=f"held for {held.total}")

    booked = expect(
        BookingConfirmEnvelope,
        booking_confirm.sync(
            client=VISITOR,
            x_bookyflow_booking_token=held.token,
            body=ConfirmInRequest(
                reference=held.reference,
                guest=GuestInRequest(
                    firstname="Mary",
                    surname="Somerville",
                    email="mary@guest.example",
                    tel_mobile="+44 1834 000000",
                    country="GB",
                    region="GB-PEM",
                ),
            ),
        ),
    ).data.booking
    read = expect(
        BookingReadEnvelope,
        booking_read.sync(booked.reference, client=VISITOR, x_bookyflow_booking_token=booked.token),
    ).data.booking
    check(holds=read.arrival == ARRIVAL, claim=f"booked and read back: {read.status}")


def be_refused(api: AuthenticatedClient) -> None:
    """Problems of a field, of a state and of a token."""
    backwards = cmf_property_price.sync(
        PROPERTY,
        ARRIVAL,
        ARRIVAL - timedelta(days=5),
        2,
        client=api,
        x_bookyflow_channel_name=CHANNEL,
    )
    invalid = expect(Problem, backwards)
    check(holds=invalid.status == 400, claim=f"{invalid.key}: {invalid.fields.to_dict()}")

    past = QuoteInRequest(
        property_uid=PROPERTY, arrival=date(2026, 1, 1), departure=date(2026, 1, 2), adults=2
    )
    late = expect(Problem, booking_quote.sync(client=VISITOR, body=past))
    check(holds=late.status == 409, claim=f"{late.key}: {late.detail}")

    unknown = expect(Problem, properties_list_ids.sync(client=VISITOR))
    check(holds=unknown.status == 401, claim=f"{unknown.key}: {unknown.detail}")


if __name__ == "__main__":
    main()
