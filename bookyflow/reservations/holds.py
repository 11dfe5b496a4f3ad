"""Holding rooms for somebody who is about to book, and making the booking of it."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext

from bookyflow.availability.models import OccupancyKind
from bookyflow.availability.services import Taking, hold_to_booking, release_hold
from bookyflow.core.acting import SYSTEM, Actor
from bookyflow.core.batches import each
from bookyflow.core.database import connection
from bookyflow.core.errors import DomainError
from bookyflow.core.ids import booking_number
from bookyflow.events.models import EventKind
from bookyflow.events.services import record
from bookyflow.guests.services import GuestDetails
from bookyflow.properties.locking import property_lock
from bookyflow.properties.models import Property
from bookyflow.reservations import sql
from bookyflow.reservations.claiming import Claim, quote_use
from bookyflow.reservations.creation import booking_begin, refuse_past
from bookyflow.reservations.models import Booking, BookingState, Hold
from bookyflow.reservations.quotes.codec import quote_json, quote_of
from bookyflow.reservations.quotes.quote import Quote
from bookyflow.reservations.room_nights import hold_check
from bookyflow.reservations.services import (
    Remarks,
    booking_fill,
    booking_finish,
    enquiry_hold,
    guest_checked,
)
from bookyflow.reservations.sql import hold_for_enquiry
from bookyflow.reservations.stay_request import Booker
from bookyflow.reservations.taking import Holder, coupon_claim, rooms_take
from bookyflow.reservations.unwelcome import refuse_unwelcome

BATCH = 200  # holds that the job removes in one transaction


@transaction.atomic
def hold_make(
    *, quote: Quote, by: Actor, claim: Claim | None = None, lasting: timedelta | None = None
) -> Hold:
    """Keep the rooms of a quote, at the price quoted: so long, or for the property's time.

    `claim` uses the quote up, where it came as a text, and counts in the limits. Raises DomainError
    `quote_used`, `too_many_holds`, `stay_too_long` and `arrival_too_late` for what is not held for
    strangers, `no_room_available`, `stop_sell`, `room_taken`, `dates_in_past`, `coupon_invalid`
    when the coupon was used up meanwhile.
    """
    prop = property_lock(quote.property_id)
    serial = booking_begin(prop.pk)
    if claim:
        if claim.reach is None:
            hold_check(prop, quote)
        quote_use(claim, prop=prop, quote=quote, serial=serial)
    refuse_past(prop, quote.nights)
    coupon_claim(quote.coupon_id)
    hold = Hold.objects.create(
        property=prop,
        serial=serial,
        number=booking_number(serial),
        arrival=quote.nights.first,
        departure=quote.nights.end,
        quote=quote_json(quote),
        expires_at=timezone.now() + (lasting or timedelta(minutes=prop.settings.hold_minutes)),
    )
    rooms_take(
        property_id=prop.pk,
        nights=quote.nights,
        today=prop.settings.today(),
        rooms=quote.stay_request.rooms,
        holder=Holder(OccupancyKind.HOLD, hold_id=hold.pk, expires_at=hold.expires_at),
        by=by,
    )
    _tell(EventKind.BOOKING_HELD, hold, by=by)
    return hold


@transaction.atomic
def hold_confirm(
    *,
    hold_id: int,
    property_id: int,
    guest: GuestDetails,
    booker: Booker,
    by: Actor,
    remarks: Remarks = Remarks(),  # noqa: B008  # immutable
    paid: Decimal = Decimal(0),
) -> Booking:
    """Make the booking that rooms are held for; a hold that has become one gives that booking.

    `paid` has come in already, and the caller enters it.
    Raises DomainError `hold_expired` when the time is over or the hold was released,
    `coupon_invalid` when the guest has used the coupon as often as may be, `no_room_available` for
    a blacklisted guest unless staff book, and those of `guest_checked`.
    """
    prop, hold = _locked(hold_id, property_id)
    if hold.booking is not None:
        return hold.booking
    is_over = hold.expires_at <= timezone.now()
    if is_over or hold.released_at is not None:
        told = "" if is_over else gettext("What was held has been let go.")
        raise DomainError("hold_expired", told)
    quote = quote_of(hold.quote)
    saved = guest_checked(prop, quote, guest, booker)
    coupon_claim(quote.coupon_id, guest_id=saved.id, held=True)
    booking = booking_fill(
        prop=prop,
        quote=quote,
        guest=guest,
        saved=saved,
        booker=booker,
        remarks=remarks,
        serial=hold.serial,
        by=by,
        paid=paid,
    )
    refuse_unwelcome(quote, saved, booker, hold_id=hold.pk)
    if not _take_over(prop, hold, booking, rooms=len(quote.rooms)):
        raise DomainError("hold_expired")
    hold.booking = booking
    hold.save(update_fields=["booking"])
    rooms = Taking(prop.pk, (), quote.nights, OccupancyKind.BOOKING)  # it has them already
    booking_finish(booking, quote, saved, rooms=rooms, booker=booker, by=by)
    return booking


@transaction.atomic
def hold_release(*, hold_id: int, property_id: int, by: Actor) -> Hold:
    """Let the rooms of a hold go; doing it twice changes nothing the second time.

    Raises DomainError `booking_state` when it has become a booking.
    """
    _, hold = _locked(hold_id, property_id)
    if hold.booking_id is not None:
        raise DomainError(
            "booking_state", gettext("The hold has become a booking; cancel the booking.")
        )
    if hold.released_at is None:
        release_hold(hold_id=hold.pk)
        hold.released_at = timezone.now()
        hold.save(update_fields=["released_at"])
        _tell(EventKind.BOOKING_HOLD_RELEASED, hold, by=by)
    return hold


def hold_renew(*, hold_id: int, until: datetime) -> bool:
    """Have a hold and its rooms expire later; False where it is over, or has become a booking.

    Never sooner than before. One statement, which needs no lock of the property: rows that
    somebody else has dropped for their age, or is confirming, stay as those leave them.
    """
    with connection.cursor() as cursor:
        cursor.execute(sql.RENEW_HOLD, {"hold_id": hold_id, "until": until})
        return bool(cursor.rowcount)


def holds_expire() -> int:
    """Release the holds whose time is over, oldest first; returns how many.

    One transaction each, so that a property is not locked for long.
    """
    expired = Hold.objects.filter(
        expires_at__lte=timezone.now(), released_at=None, booking=None
    ).order_by("expires_at")
    return each(expired[:BATCH], _expire)


def _expire(listed: Hold) -> bool:
    """Release a hold that has expired, unless it was confirmed or released meanwhile."""
    _, hold = _locked(listed.pk, listed.property_id)
    if hold.booking_id is not None or hold.released_at is not None:
        return False
    hold_release(hold_id=hold.pk, property_id=hold.property_id, by=SYSTEM)
    return True


def _locked(hold_id: int, property_id: int) -> tuple[Property, Hold]:
    """Lock the property of a hold, then the hold, in the order that all writers keep."""
    prop = property_lock(property_id)
    found = Hold.objects.select_for_update(of=("self",)).select_related("booking")
    hold = found.filter(pk=hold_id, property=property_id).first()
    if hold is None:
        raise DomainError("booking_not_found")
    return prop, hold


def _take_over(prop: Property, hold: Hold, booking: Booking, *, rooms: int) -> bool:
    """Give the rooms of a hold to its booking; False when they are not held any more."""
    if booking.state != BookingState.ENQUIRY:
        return hold_to_booking(hold_id=hold.pk, booking_id=booking.pk) == rooms
    until = enquiry_hold(prop, booking)
    if until is None:
        return release_hold(hold_id=hold.pk) > 0
    return hold_for_enquiry(hold_id=hold.pk, booking_id=booking.pk, until=until) == rooms


def _tell(kind: EventKind, hold: Hold, *, by: Actor) -> None:
    record(
        kind,
        by=by,
        property_id=hold.property_id,
        subject=("booking", hold.serial),
        contract_uid=hold.serial,
    )
