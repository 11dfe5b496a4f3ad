from __future__ import annotations

from functools import cached_property
from typing import Any

from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from bookyflow.api.errors import translated
from bookyflow.api.views import WordedViewSet
from bookyflow.api.wire import languages
from bookyflow.api.wire.fields import Amount
from bookyflow.booking_sessions.address import visitor_address_set, visitor_note_add
from bookyflow.booking_sessions.booking import visitor_session_book
from bookyflow.booking_sessions.choosing import (
    Caller,
    rooms_held,
    visitor_dates_set,
    visitor_party_set,
    visitor_rooms_set,
)
from bookyflow.booking_sessions.error_numbers import error_messages, number_of
from bookyflow.booking_sessions.forms import booking_form
from bookyflow.booking_sessions.naming import ID_HEADER, TOKEN_HEADER, SessionName
from bookyflow.booking_sessions.offers import rooms_offered
from bookyflow.booking_sessions.prices import city_tax_of, session_price
from bookyflow.booking_sessions.readiness import CHECKS, VALID, verdict
from bookyflow.booking_sessions.reading import (
    nights_between,
    price_text,
    regions_of,
    session_shown,
    visitor_session_shown,
)
from bookyflow.booking_sessions.sessions import (
    session_language,
    visitor_hold_prolong,
    visitor_session,
    visitor_session_begin,
    visitor_session_leave,
)
from bookyflow.core.errors import DomainError
from features.booking.sessions.contract import (
    CHANGE,
    DATES,
    OPENED,
    PARTY,
    PRICED,
    ROOMS,
    SESSION,
    opened,
    public,
    session,
)
from features.booking.sessions.serializers.answers import (
    ErrorMessagesOut,
    PeriodsOut,
    PriceTextOut,
    ReadyOut,
    RoomsHeldOut,
    SessionOut,
    SessionRegionsOut,
    ValidOut,
    VerdictOut,
)
from features.booking.sessions.serializers.forms import InitialiseOut
from features.booking.sessions.serializers.inputs import (
    SessionAddressIn,
    SessionDatesIn,
    SessionNoteIn,
    SessionPairsIn,
    SessionPartyIn,
    SessionRoomsIn,
)
from features.booking.sessions.serializers.prices import (
    CityTaxOut,
    CleaningFeeOut,
    DepositOut,
    RoomPricesOut,
)
from features.booking.sessions.serializers.rooms import RoomsOfferedOut


class SessionViews(WordedViewSet):
    """Calls that a booking session drives, in the language that it began in."""

    @cached_property
    def named(self) -> SessionName:
        """The session that the call names."""
        headers = self.request.headers
        return SessionName(
            headers.get(ID_HEADER, "").strip(),
            headers.get(TOKEN_HEADER, ""),
            needs_token=self.endpoint.session == "token",
        )

    @cached_property
    def caller(self) -> Caller:
        """Whose limits count."""
        return Caller(self.client_address, self.reach_if_any)

    @cached_property
    def language(self) -> str:
        """Path segment, then ?language=, then the session's, then Accept-Language, then en-GB."""
        path = str(self.kwargs.get("language", ""))
        query = self.request.query_params.get("language", "")
        begun = "" if path or query or not self.endpoint.session else session_language(self.named)
        accepted = languages.accepted(self.request.headers.get("Accept-Language", ""))
        return languages.chosen(path, query, begun, *accepted, self._language)

    def handle_exception(self, exc: Exception) -> Response:
        """The refusal, with its number, and an address in full."""
        if isinstance(exc, ValidationError):
            exc = translated(exc) or exc
        if isinstance(exc, DomainError):
            exc.members.setdefault("error_number", number_of(exc))
            if page := exc.members.get("confirmation_url"):
                exc.members["confirmation_url"] = self.request.build_absolute_uri(page)
        return super().handle_exception(exc)

    def amounts_of(self, found: Any, currency: str) -> Response:
        """Answer with amounts in a currency."""
        self.currency = currency
        return self.reply(found)


class Beginnings(SessionViews):
    """Where a booking session begins, and what concerns no session."""

    @public(
        session="begins",
        key="initialise",
        returns=InitialiseOut(),
        secret=True,
        raises=("session_id_missing",),
    )
    def initialise(self, request: Request, property_uid: int, language: str) -> Response:
        """Begin a booking session at a property: all that a booking form needs.

        Choose the session's id yourself, at random. With the session's token it goes on; without,
        it starts afresh: what the guest has typed is dropped, rooms that are held are let go, and
        the token is a new one. The language is that of all later answers. A session ends an hour
        after its last call.
        """
        name, speech = self.named, self.language
        begun = visitor_session_begin(name=name, prop=self.prop, language=speech)
        return self.reply(booking_form(begun=begun, language=speech))

    @public(key="error_messages", returns=ErrorMessagesOut())
    def error_messages(self, request: Request) -> Response:
        """What the numbers mean that refusals have as `error_number`."""
        messages = {
            number: {"error_message": told, "error_number": number}
            for number, told in error_messages().items()
        }
        return self.reply({"messages": messages})

    @public(key="date_periods", returns=PeriodsOut())
    def dates_in_range(self, request: Request, date1: Any, date2: Any) -> Response:
        """Spell out the nights from one day to another, as far as a year from today."""
        return self.reply({"periods": nights_between(date1, date2)})

    @session(key="regions", returns=SessionRegionsOut())
    def regions(self, request: Request, country_code: str) -> Response:
        """Name the regions of a country; none where it has none, or there is no such country."""
        visitor_session(name=self.named)
        return self.reply({"regions": regions_of(country_code, self.language)})

    @session(key="output_price", returns=PriceTextOut())
    def format_price(self, request: Request, price: str) -> Response:
        """Write an amount in the property's currency as people of the session's language do."""
        found = visitor_session(name=self.named)
        amount = amount_in_path(price)
        return self.reply({"price": price_text(amount, found, self.language)})


class Stays(SessionViews):
    """When, for how many, and in which rooms."""

    @session(key="set_dates", body=SessionDatesIn, returns=ValidOut(), raises=(*CHANGE, *DATES))
    def set_dates(self, request: Request) -> Response:
        """Say when the guest arrives and leaves.

        Rooms that were chosen are held anew for these nights, or, where they cannot be had,
        chosen no more. Refused dates change nothing.
        """
        dates = self.input(SessionDatesIn)
        visitor_dates_set(name=self.named, caller=self.caller, **dates)
        return self.reply(VALID)

    @session(
        key="set_guest_numbers",
        body=SessionPartyIn,
        returns=ValidOut(),
        raises=(*CHANGE, *PARTY),
    )
    def set_guest_numbers(self, request: Request) -> Response:
        """Say how many come, once the dates are known.

        Children come by the property's child rates, at its own prices; where it has none, by their
        ages. Rooms that were chosen are held anew, or, where they take fewer, chosen no more.
        """
        party = self.input(SessionPartyIn)
        visitor_party_set(name=self.named, party=party, caller=self.caller)
        return self.reply(VALID)

    @session(
        key="rooms_available_on_selected_dates",
        returns=RoomsOfferedOut(),
        raises=(*SESSION, "dates_not_set"),
    )
    def rooms(self, request: Request) -> Response:
        """List the rooms that are free on the session's nights, with their tariffs.

        Once by type, where choosing n rooms means to take the first n pairs of a tariff, and once
        by pair of room and tariff.
        """
        found = visitor_session(name=self.named)
        return self.amounts_of(rooms_offered(found), found.property.settings.currency)

    @session(
        key="set_property_booking",
        body=SessionRoomsIn,
        returns=RoomsHeldOut(),
        raises=(*CHANGE, "no_room_selected", *ROOMS),
    )
    def set_property_booking(self, request: Request) -> Response:
        """Choose rooms, which are held for a quarter of an hour at today's price.

        A property that is let as a whole is chosen by itself. Each call of the session holds them
        longer, for half an hour in all; `session/prolong` for an hour. The limits on room-nights
        of callers who have not paid count.
        """
        choice = self.input(SessionRoomsIn)
        chosen = visitor_rooms_set(name=self.named, choice=choice, caller=self.caller)
        return self.reply(rooms_held(chosen))

    @session(
        key="set_rooms_booking",
        body=SessionPairsIn,
        returns=RoomsHeldOut(),
        raises=(*CHANGE, *ROOMS),
    )
    def set_rooms(self, request: Request) -> Response:
        """Choose rooms as `set/property/booking` does; without pairs none are chosen any more."""
        chosen = visitor_rooms_set(
            name=self.named,
            choice=self.input(SessionPairsIn),
            caller=self.caller,
            may_be_none=True,
        )
        return self.reply(rooms_held(chosen))


class Guests(SessionViews):
    """Who comes."""

    @session(
        key="set_address",
        body=SessionAddressIn,
        returns=ValidOut(),
        raises=(*CHANGE, "guest_fields_missing"),
    )
    def set_address(self, request: Request) -> Response:
        """Say who the guest is, in the place of what was said before.

        What the property asks for is needed. It is shown to nobody without the session's token.
        """
        told = self.input(SessionAddressIn)
        visitor_address_set(name=self.named, told=told)
        return self.reply(VALID)

    @session(key="set_note", body=SessionNoteIn, returns=ValidOut(), raises=CHANGE)
    def set_note(self, request: Request) -> Response:
        """Add a remark of the guest, which goes with the booking."""
        visitor_note_add(name=self.named, note=self.body["note"])
        return self.reply(VALID)


class SessionPrices(SessionViews):
    """What the stay costs that is held."""

    @session(key="room_prices", returns=RoomPricesOut(many=True), raises=(*SESSION, *PRICED))
    def prices(self, request: Request) -> Response:
        """Tell what the stay costs, at the price that is held; a list of one."""
        price = session_price(visitor_session(name=self.named))
        return self.amounts_of([price], price.currency)

    @session(key="deposit", returns=DepositOut(), raises=(*SESSION, *PRICED))
    def deposit(self, request: Request) -> Response:
        """Tell what is due in advance."""
        price = session_price(visitor_session(name=self.named))
        return self.amounts_of(price, price.currency)

    @session(key="tax", returns=CityTaxOut(), raises=(*SESSION, *PRICED))
    def city_tax(self, request: Request) -> Response:
        """Tell the city tax of the stay."""
        told = city_tax_of(visitor_session(name=self.named))
        return self.amounts_of(told, told.price.currency)

    @session(key="cleaning_fee", returns=CleaningFeeOut(), raises=(*SESSION, *PRICED))
    def cleaning_fee(self, request: Request) -> Response:
        """Tell the cleaning fee of the stay."""
        price = session_price(visitor_session(name=self.named))
        return self.amounts_of(price, price.currency)


class Verdicts(SessionViews):
    """Whether what a session has would do."""

    @session(key="address_validation", returns=VerdictOut())
    def validate_address(self, request: Request) -> Response:
        """Tell whether the guest's address has all that the property asks for."""
        return self.reply(verdict(CHECKS["address"], visitor_session(name=self.named)))

    @session(key="dates_validation", returns=VerdictOut())
    def validate_dates(self, request: Request) -> Response:
        """Tell whether the dates can be had as of now."""
        return self.reply(verdict(CHECKS["dates"], visitor_session(name=self.named)))

    @session(key="guest_number_validation", returns=VerdictOut())
    def validate_guest_numbers(self, request: Request) -> Response:
        """Tell whether there is place for the guests as of now."""
        return self.reply(verdict(CHECKS["guests"], visitor_session(name=self.named)))

    @session(key="rooms_validation", returns=VerdictOut())
    def validate_rooms(self, request: Request) -> Response:
        """Tell whether rooms are chosen and still held."""
        return self.reply(verdict(CHECKS["rooms"], visitor_session(name=self.named)))

    @session(key="booking_validation", returns=VerdictOut())
    def validate_booking(self, request: Request) -> Response:
        """Tell whether all is there that a booking needs, or what is missing first."""
        return self.reply(verdict(CHECKS["booking"], visitor_session(name=self.named)))

    @session(key="ok_to_book", returns=ReadyOut())
    def ok_to_book(self, request: Request) -> Response:
        """Tell whether the booking can be made."""
        return self.reply(verdict(CHECKS["booking"], visitor_session(name=self.named)))


class SessionBookings(SessionViews):
    """The booking, and the session itself."""

    @session(
        key="create",
        returns=ValidOut(),
        raises=(*SESSION, "booking_not_ready", "payment_needed", "no_room_available"),
    )
    def create(self, request: Request) -> Response:
        """Book what is held, or send an enquiry where the property approves each booking.

        Where the guest pays before, the refusal says where: add `&jsid=`, the session's id, `#` and
        its token to the address, or pay with the reference and token that `session` has, of what is
        held as well as of the booking. Twice is once.
        """
        return self.reply(visitor_session_book(name=self.named))

    @opened(key="session", returns=SessionOut())
    def read_session(self, request: Request) -> Response:
        """Read all that a session has: dates, guests, rooms, address, remarks, and its booking."""
        return self.reply(visitor_session_shown(name=self.named))

    @opened(
        key="session",
        returns=SessionOut(),
        raises=(*OPENED, "session_booked", "no_room_selected", "hold_expired"),
    )
    def prolong(self, request: Request) -> Response:
        """Hold what was chosen for a quarter of an hour from now, for an hour in all."""
        return self.reply(session_shown(visitor_hold_prolong(name=self.named)))

    @opened(key="session", returns=SessionOut())
    def leave(self, request: Request) -> Response:
        """End a session: rooms that are held are let go, and what was typed is deleted.

        A booking that was made stays.
        """
        return self.reply(session_shown(visitor_session_leave(name=self.named)))


def amount_in_path(text: str) -> Any:
    """The amount of a path. Raises ValidationError by its name."""
    try:
        return Amount().run_validation(text)
    except serializers.ValidationError as error:
        raise serializers.ValidationError({"price": error.detail}) from None
