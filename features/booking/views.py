from __future__ import annotations

from functools import partial

from rest_framework.request import Request
from rest_framework.response import Response

from bookyflow.api.contract import PUBLIC
from bookyflow.api.endpoint import endpoint
from bookyflow.api.views import FeatureViewSet
from bookyflow.reservations.claiming import Claim
from bookyflow.reservations.held_booking import HeldBooking
from bookyflow.reservations.models import Booking
from bookyflow.reservations.public_booking import (
    SignedQuote,
    visitor_cancel,
    visitor_confirm,
    visitor_find,
    visitor_hold,
    visitor_quote,
)
from features.booking.serializers import (
    ConfirmIn,
    GuestBookingOut,
    HoldIn,
    HoldOut,
    QuoteIn,
    QuoteOut,
)

NO_QUOTE = (
    "quote_used",
    "quote_expired",
    "quote_invalid",
    "property_not_found",
    "not_bookable_online",
    "registration_needed",
)
NOT_FREE = ("no_room_available", "stop_sell", "dates_in_past", "coupon_invalid")

# What every call of a visitor has in common, and every one that a booking's token opens.
visit = partial(endpoint, scope=PUBLIC, heeds_token=True)
booking = partial(visit, key="booking", returns=GuestBookingOut(), booking_token=True)


class Priced(FeatureViewSet):
    """Answers in a currency of their own."""

    def priced(self, answer: SignedQuote | HeldBooking | Booking) -> Response:
        """Answer with amounts in the currency of the answer."""
        self.currency = answer.currency
        return self.reply(answer)

    def claim(self, quote: str) -> Claim:
        """That the caller uses a quote up: a key pair, or else an address."""
        return Claim(quote, address=self.client_address, reach=self.reach_if_any)


class Quotes(Priced):
    """What a stay costs."""

    @visit(
        key="quote",
        prop="body",
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
        asked = self.input(QuoteIn)
        return self.priced(visitor_quote(prop=self.prop, asked=asked))


class Holds(Priced):
    """Rooms that are kept for a while."""

    @visit(
        key="hold",
        uses_quote=True,
        body=HoldIn,
        returns=HoldOut(),
        status=201,
        raises=(*NO_QUOTE, "stay_too_long", "arrival_too_late", "too_many_holds", *NOT_FREE),
    )
    def hold(self, request: Request) -> Response:
        """Keep the rooms of a quote, at its price, while the guest fills in a form or pays."""
        return self.priced(visitor_hold(claim=self.claim(self.body["quote"])))


class Bookings(Priced):
    """Bookings by their reference and token."""

    @booking(
        body=ConfirmIn,
        status=201,
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
        asked = self.input(ConfirmIn)
        claim = self.claim(asked.quote) if asked.quote else None
        token = self.booking_token if asked.reference else ""
        booked = visitor_confirm(
            asked=asked, language=self.language_asked_for, claim=claim, token=token
        )
        return self.priced(booked)

    @booking(raises=("booking_not_found",))
    def read(self, request: Request, reference: str) -> Response:
        """Read a booking, or what is held under a reference.

        A wrong token is answered like an unknown reference.
        """
        return self.priced(visitor_find(reference=reference, token=self.booking_token))

    @booking(raises=("booking_not_found", "booking_state", "cancellation_too_late"))
    def cancel(self, request: Request, reference: str) -> Response:
        """Cancel a booking as its guest, or let a hold go.

        The property's terms hold: how long before arrival, and for which fee. What was paid
        beyond the fee shows as a negative balance. Cancelling twice changes nothing more.
        """
        return self.priced(visitor_cancel(reference=reference, token=self.booking_token))
