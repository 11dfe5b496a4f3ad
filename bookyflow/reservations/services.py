"""Making bookings: of a quote, or at a price that somebody else set."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext

from bookyflow.availability.models import OccupancyKind
from bookyflow.availability.nights import nights_taken
from bookyflow.availability.selectors import FreeRoom
from bookyflow.availability.services import Taking, rooms_choose
from bookyflow.core.acting import Actor
from bookyflow.core.dates import Stay
from bookyflow.core.errors import DomainError
from bookyflow.events.models import EventKind
from bookyflow.guests.services import GuestDetails, GuestSaved, guest_known, guest_save
from bookyflow.guests.validation import guest_required_missing
from bookyflow.pricing.lines import Breakdown
from bookyflow.properties.custom_fields import custom_answers_check
from bookyflow.properties.locking import property_lock
from bookyflow.properties.models import Property
from bookyflow.reservations import journal
from bookyflow.reservations.claiming import Claim, quote_use
from bookyflow.reservations.creation import (
    booking_add,
    booking_begin,
    booking_new,
    refuse_past,
)
from bookyflow.reservations.folio import lines_new
from bookyflow.reservations.models import (
    Booking,
    BookingKind,
    BookingState,
    SecurityDeposit,
    settled_state,
)
from bookyflow.reservations.quotes.basis_codec import basis_json
from bookyflow.reservations.quotes.codec import request_json
from bookyflow.reservations.quotes.quote import Quote
from bookyflow.reservations.stay_request import Booker, BookingRequest
from bookyflow.reservations.taking import Holder, coupon_claim, rooms_find
from bookyflow.reservations.unwelcome import refuse_unwelcome


@dataclass(frozen=True)
class RoomsWanted:
    """Which rooms: a number of them, of a type or of any, each for at least `guests` people."""

    quantity: int = 1
    room_type_id: int | None = None
    guests: int = 0
    free: Sequence[FreeRoom] | None = None  # those that `free_rooms` has told under the lock


@dataclass(frozen=True)
class Terms:
    """What was agreed: the priced lines, and what is due and paid in advance."""

    breakdown: Breakdown
    deposit_required: Decimal
    deposit_paid: Decimal = Decimal(0)

    @property
    def state(self) -> BookingState:
        """What a booking on these terms is."""
        return settled_state(paid=self.deposit_paid, due=self.deposit_required)


@dataclass(frozen=True)
class Remarks:
    """What goes with a booking beside rooms, prices and people."""

    remarks: str = ""
    referrer: str = ""
    language: str = ""
    answers: Mapping[str, Any] = field(default_factory=dict)  # of the property's own questions


def booking_add_priced(
    *,
    prop: Property,
    stay: Stay,
    rooms: RoomsWanted,
    guest: GuestDetails,
    terms: Terms,
    by: Actor,
    adults: int = 0,
    children: int = 0,
    remarks: str = "",
    referrer: str = "",
    serial: int | None = None,
) -> Booking:
    """Book rooms at a price that somebody else set, as a channel does: all of them or none.

    No price is worked out here; what was quoted is booked by `quote_book`. The guest book learns
    what it does not know yet, and nothing that it knows is changed. `prop` comes from
    `properties_lock` of the running transaction, which the caller ends in one piece. `serial` is
    the id that the booking has been promised by who has removed the property's expired holds with
    that. Raises DomainError `dates_in_past`, `no_room_available`, `stop_sell`.
    """
    nights = nights_taken(prop.settings, stay)
    refuse_past(prop, nights)
    pk = booking_begin(prop.pk) if serial is None else serial
    room_ids = rooms_choose(
        property_id=prop.pk,
        nights=nights,
        today=prop.settings.today(),
        quantity=rooms.quantity,
        room_type_id=rooms.room_type_id,
        guests=rooms.guests,
        by=by,
        free=rooms.free,
    )
    saved = guest_save(property_id=prop.pk, details=guest, trusted=False)
    booking = booking_new(
        prop=prop,
        stay=stay,
        nights=nights,
        serial=pk,
        kind=BookingKind.BOOKING,
        state=terms.state,
        guest_id=saved.id,
        lead_guest=guest.told(),
        adults=adults,
        children=children,
        currency=terms.breakdown.currency,
        total=terms.breakdown.total,
        deposit_required=terms.deposit_required,
        paid=terms.deposit_paid,
        remarks=remarks,
        referrer=referrer,
        made_by_channel=by.channel_id is not None,
    )
    booking_add(
        booking,
        EventKind.BOOKING_ADDED,
        by=by,
        rooms=Taking(prop.pk, room_ids, nights, OccupancyKind.BOOKING, booking_id=pk),
        lines=lines_new(booking, terms.breakdown),
        also=saved.drafts(),
    )
    return booking


@transaction.atomic
def quote_book(
    *,
    quote: Quote,
    guest: GuestDetails,
    booker: Booker,
    by: Actor,
    remarks: Remarks = Remarks(),  # immutable
    claim: Claim | None = None,
    paid: Decimal = Decimal(0),
) -> Booking:
    """Book what was quoted, at the price quoted, without a hold before.

    `claim` uses the quote up, where it came as a text, and counts in the limits. A guest's booking
    becomes an enquiry where the property wants to approve each; a visitor's that owes a deposit
    ends by itself unless it is paid in time. `paid` has come in already, and the caller enters it.
    Raises DomainError `quote_used`, `too_many_holds`,
    `no_room_available`, also for a blacklisted guest unless staff book, `stop_sell`, `room_taken`,
    `dates_in_past`, `coupon_invalid` when the coupon was used up meanwhile, and those of
    `guest_checked`.
    """
    prop = property_lock(quote.property_id)
    serial = booking_begin(prop.pk)
    if claim:
        quote_use(claim, prop=prop, quote=quote, serial=serial)
    refuse_past(prop, quote.nights)
    saved = guest_checked(prop, quote, guest, booker)
    coupon_claim(quote.coupon_id, guest_id=saved.id)
    booking = booking_fill(
        prop=prop,
        quote=quote,
        guest=guest,
        saved=saved,
        booker=booker,
        remarks=remarks,
        serial=serial,
        by=by,
        paid=paid,
    )
    until = enquiry_hold(prop, booking)
    refuse_unwelcome(quote, saved, booker)
    holds_none = booking.state == BookingState.ENQUIRY and until is None
    _, rooms = rooms_find(
        property_id=prop.pk,
        nights=quote.nights,
        today=prop.settings.today(),
        rooms=() if holds_none else quote.stay_request.rooms,
        holder=Holder(
            OccupancyKind.HOLD if until else OccupancyKind.BOOKING,
            booking_id=booking.pk,
            expires_at=until,
        ),
        by=by,
        unlimited=booker.is_unlimited,
    )
    booking_finish(booking, quote, saved, rooms=rooms, booker=booker, by=by)
    return booking


def guest_checked(prop: Property, quote: Quote, guest: GuestDetails, booker: Booker) -> GuestSaved:
    """Save the guest of a booking, once all that the property asks for is there.

    What is known of a guest is changed by staff and by who comes with a personal link only.
    Raises DomainError `guest_fields_missing`, with what is missing under `guest`, and
    `quote_invalid` when the quote has another guest's discount.
    """
    missing = guest_required_missing(prop.settings, guest, by_staff=booker.is_staff)
    if missing:
        problems = {name: [gettext("This field is required.")] for name in missing}
        raise DomainError("guest_fields_missing", fields={"guest": problems})
    if booker.is_staff and booker.guest_id is not None:  # brought up to date by the caller
        return guest_known(guest_id=booker.guest_id, property_id=prop.pk)
    trusted = booker.is_staff or quote.guest_id is not None
    saved = guest_save(property_id=prop.pk, details=guest, trusted=trusted)
    if quote.guest_id is not None and quote.guest_id != saved.id:
        raise DomainError("quote_invalid", gettext("The price was quoted for another guest."))
    return saved


def booking_fill(
    *,
    prop: Property,
    quote: Quote,
    guest: GuestDetails,
    saved: GuestSaved,
    booker: Booker,
    remarks: Remarks,
    serial: int,
    by: Actor,
    paid: Decimal = Decimal(0),
) -> Booking:
    """A booking that was quoted, which `booking_finish` adds."""
    state = settled_state(paid=paid, due=quote.deposit)
    if prop.settings.requires_approval and not booker.is_staff:
        state = BookingState.ENQUIRY
    return booking_new(
        prop=prop,
        stay=quote.stay,
        nights=quote.nights,
        serial=serial,
        kind=BookingKind.BOOKING,
        state=state,
        pay_by=None if booker.is_staff or paid else _pay_by(state),
        guest_id=saved.id,
        lead_guest=guest.told(),
        adults=quote.stay_request.adults,
        children=quote.stay_request.children,
        currency=quote.breakdown.currency,
        total=quote.breakdown.total,
        deposit_required=quote.deposit,
        paid=paid,
        coupon_id=quote.coupon_id,
        made_by_staff=booker.is_staff,
        made_by_channel=by.channel_id is not None,
        request=request_json(BookingRequest(quote.stay_request, quote.guest_id)),
        granted=basis_json(quote.basis),
        **({"prices_inclusive": quote.basis.rules.prices_inclusive} if quote.basis else {}),
        answers=_answers(prop, remarks, booker),
        remarks=remarks.remarks,
        referrer=remarks.referrer,
        language=remarks.language,
    )


def _pay_by(state: BookingState) -> datetime | None:
    """Until when a visitor's new booking is paid, or ends by itself; None where nothing is due."""
    hours = settings.UNPAID_BOOKING_HOURS
    if state != BookingState.PROVISIONAL or not hours:
        return None
    return timezone.now() + timedelta(hours=hours)


def _answers(prop: Property, remarks: Remarks, booker: Booker) -> dict[str, Any]:
    """The answers to the property's own questions; staff need not ask them."""
    if booker.is_staff and not remarks.answers:
        return {}
    return dict(custom_answers_check(prop=prop, answers=remarks.answers))


def enquiry_hold(prop: Property, booking: Booking) -> datetime | None:
    """Until when an enquiry holds its rooms; None for a booking, or when it holds nothing."""
    hours = prop.settings.enquiry_hold_hours
    if booking.state != BookingState.ENQUIRY or not hours:
        return None
    return timezone.now() + timedelta(hours=hours)


def booking_finish(
    booking: Booking,
    quote: Quote,
    saved: GuestSaved,
    *,
    rooms: Taking,
    booker: Booker,
    by: Actor,
) -> None:
    """Add a booking of `booking_fill` with all that it has, and record it.

    `rooms` are those that it does not occupy yet. Rules that staff have set aside are told in its
    history and in its event. Raises DomainError `room_taken`.
    """
    if quote.security:
        SecurityDeposit.objects.create(
            booking=booking,
            amount=quote.security,
            due=booking.property.settings.security_deposit_due,
        )
    aside = journal.set_aside(booker.override)
    is_enquiry = booking.state == BookingState.ENQUIRY
    kind = EventKind.BOOKING_ENQUIRED if is_enquiry else EventKind.BOOKING_ADDED
    booking_add(
        booking,
        kind,
        by=by,
        rooms=rooms,
        lines=lines_new(booking, quote.breakdown),
        also=saved.drafts(),
        reason=aside.sentence,
        **aside.data,
    )
