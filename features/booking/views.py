from __future__ import annotations

from typing import Any

from rest_framework.request import Request
from rest_framework.response import Response

from bookyflow.api.contract import PUBLIC
from bookyflow.api.endpoint import endpoint
from bookyflow.api.views import FeatureViewSet
from bookyflow.core.errors import DomainError
from bookyflow.reservations.claiming import Claim
from bookyflow.reservations.public_booking import (
    visitor_cancel,
    visitor_confirm,
    visitor_find,
    visitor_hold,
    visitor_quote,
)
from bookyflow.reservations.services import Remarks
from bookyflow.reservations.stay_request import StayRequest
from features.booking.objects import booking_object, hold_object, quote_object
from features.booking.serializers import (
    ConfirmIn,
    GuestBookingOut,
    HoldIn,
    HoldOut,
    QuoteIn,
    QuoteOut,
    guest_fields,
)

TOKEN = "X-BOOKYFLOW-booking-token"  # noqa: S105  # the name of a header
NO_QUOTE = (
    "quote_used",
    "quote_expired",
    "quote_invalid",
    "property_not_found",
    "not_bookable_online",
    "registration_needed",
)
NOT_FREE = ("no_room_available", "stop_sell", "room_taken", "dates_in_past", "coupon_invalid")


class Priced(FeatureViewSet):
    """Answers in a currency of their own."""

    def priced(self, answer: dict[str, Any]) -> Response:
        """Answer with amounts in the currency that the answer names."""
        self.currency = str(answer["currency_code"])
        return self.reply(answer)

    def claim(self, quote: str) -> Claim:
        """That the caller uses a quote up: a key pair, or else an address."""
        return Claim(quote, address=self.client_address, reach=self.reach_if_any)


class Quotes(Priced):
    """What a stay costs."""

    @endpoint(
        scope=PUBLIC,
        heeds_token=True,
        key="quote",
        prop=None,
        has_effect=False,
        body=QuoteIn,
        returns=QuoteOut(),
        raises=(
            "property_not_found",
            "not_bookable_online",
            "registration_needed",
            "stay_too_long",
            "arrival_too_soon",
            "arrival_too_late",
            "changeover_day",
            "fixed_period",
            "no_room_available",
            "stop_sell",
            "too_many_rooms",
            "too_many_adults",
            "too_many_children",
            "too_many_guests",
            "children_not_allowed",
            "no_valid_tariffs",
            "extra_not_available",
            "coupon_invalid",
        ),
    )
    def quote(self, request: Request) -> Response:
        """Price a stay, line by line, at a price that is guaranteed for half an hour.

        Nothing is held. The answer's `quote` stands for the whole: send it to `hold`, or to
        `confirm` at once.
        """
        given = dict(self.body)
        property_id, token = given.pop("property_uid"), given.pop("guest_token", "")
        quote, text, expires_at = visitor_quote(
            property_id=property_id, stay_request=_stay_request(given), guest_token=token
        )
        return self.priced(quote_object(quote, text, expires_at))


class Holds(Priced):
    """Rooms that are kept for a while."""

    @endpoint(
        scope=PUBLIC,
        heeds_token=True,
        key="hold",
        uses_quote=True,
        body=HoldIn,
        returns=HoldOut(),
        status=201,
        raises=(*NO_QUOTE, "stay_too_long", "arrival_too_late", "too_many_holds", *NOT_FREE),
    )
    def hold(self, request: Request) -> Response:
        """Keep the rooms of a quote, at its price, while the guest fills in a form or pays."""
        return self.priced(hold_object(visitor_hold(claim=self.claim(**self.body))))


class Bookings(Priced):
    """Bookings by their reference and token."""

    @property
    def asks_for_language(self) -> bool:
        """Whether the request names a language; else the property's is used when we write."""
        query, headers = self.request.query_params, self.request.headers
        return bool(query.get("language") or headers.get("Accept-Language"))

    @property
    def token(self) -> str:
        """The token of the header. Raises DomainError `validation_failed` without it."""
        token = self.request.headers.get(TOKEN, "")
        if not token:
            raise DomainError(
                "validation_failed",
                f"{TOKEN}: required.",
                fields={TOKEN: ["This header is required."]},
            )
        return token

    @endpoint(
        scope=PUBLIC,
        heeds_token=True,
        key="booking",
        body=ConfirmIn,
        returns=GuestBookingOut(),
        status=201,
        booking_token=True,
        uses_quote=True,
        raises=(
            *NO_QUOTE,
            "hold_expired",
            "booking_not_found",
            "guest_fields_missing",
            "too_many_holds",
            *NOT_FREE,
        ),
    )
    def confirm(self, request: Request) -> Response:
        """Book what is held under a reference, or what was quoted.

        With `reference` the header X-BOOKYFLOW-booking-token is needed. Where the property
        approves each booking the answer's status is `enquiry`. Confirming a hold twice answers
        with the same booking.
        """
        given = dict(self.body)
        names = ("remarks", "referrer", "answers")
        remarks = Remarks(
            language=self.language if self.asks_for_language else "",
            **{name: given.pop(name) for name in names if name in given},
        )
        claim = self.claim(given.pop("quote")) if "quote" in given else None
        token = self.token if "reference" in given else ""
        try:
            booked = visitor_confirm(claim=claim, remarks=remarks, token=token, **given)
        except DomainError as error:
            if error.key != "guest_fields_missing":
                raise
            raise DomainError(error.key, error.detail, fields=guest_fields(error.fields)) from None
        return self.priced(booking_object(booked))

    @endpoint(
        scope=PUBLIC,
        heeds_token=True,
        key="booking",
        returns=GuestBookingOut(),
        booking_token=True,
        raises=("booking_not_found",),
    )
    def read(self, request: Request, reference: str) -> Response:
        """Read a booking, or what is held under a reference.

        A wrong token is answered like an unknown reference.
        """
        return self.priced(booking_object(visitor_find(reference=reference, token=self.token)))

    @endpoint(
        scope=PUBLIC,
        heeds_token=True,
        key="booking",
        returns=GuestBookingOut(),
        booking_token=True,
        raises=("booking_not_found", "booking_state", "cancellation_too_late"),
    )
    def cancel(self, request: Request, reference: str) -> Response:
        """Cancel a booking as its guest, or let a hold go.

        The property's terms hold: how long before arrival, and for which fee. What was paid
        beyond the fee shows as a negative balance. Cancelling twice changes nothing more.
        """
        return self.priced(booking_object(visitor_cancel(reference=reference, token=self.token)))


def _stay_request(given: dict[str, Any]) -> StayRequest:
    return StayRequest(
        arrival=given["arrival"],
        departure=given.get("departure"),
        rooms=tuple(given.get("rooms", ())),
        adults=given.get("adults", 0),
        child_ages=tuple(given.get("child_ages", ())),
        extras=given.get("extras", {}),
        guest_types=given.get("guest_types", {}),
        coupon=given.get("coupon_code", ""),
    )
