"""What is kept for a guest who is paying, and had again for one whose money has come too late."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext

from bookyflow.availability.models import OccupancyKind
from bookyflow.availability.services import expired_holds_drop, release_hold
from bookyflow.core import acting
from bookyflow.core.acting import ActorKind
from bookyflow.core.errors import DomainError
from bookyflow.events.models import EventKind
from bookyflow.events.services import record
from bookyflow.pricing.lines import LineKind
from bookyflow.properties.locking import property_lock
from bookyflow.properties.models import Property
from bookyflow.reservations.creation import refuse_past
from bookyflow.reservations.holds import hold_renew
from bookyflow.reservations.models import Booking, BookingState, Hold
from bookyflow.reservations.quotes.codec import quote_of, request_of
from bookyflow.reservations.quotes.make import quote_make
from bookyflow.reservations.quotes.quote import Quote
from bookyflow.reservations.services import Remarks, quote_book
from bookyflow.reservations.stay_request import VISITOR, StayRequest
from bookyflow.reservations.taking import Holder, coupon_claim, rooms_take

# From the hold, and from the time to pay by: nobody keeps rooms by beginning to pay again and again
LONGEST = timedelta(hours=2)
RETAKEN_FOR = timedelta(minutes=5)  # only until it is booked, in the same transaction
FEES = {LineKind.CANCELLATION_FEE, LineKind.NO_SHOW_FEE}


def hold_keep_for_payment(hold: Hold, *, until: datetime) -> None:
    """Keep what is held until a moment, for its guest is paying; never for less time than before.

    The caller has locked the property. Raises DomainError `hold_expired`, and `payment_time_over`
    beyond LONGEST after it was held.
    """
    if hold.expires_at >= until:
        return
    if until > hold.created_at + LONGEST:
        raise DomainError("payment_time_over")
    if not hold_renew(hold_id=hold.pk, until=until):
        raise DomainError("hold_expired")
    hold.expires_at = until


def booking_keep_for_payment(booking: Booking, *, until: datetime) -> None:
    """Let a booking that ends unless it is paid wait until a moment, for its guest is paying.

    It goes on ending by itself, and counts as unpaid for its caller: nobody has dealt with it. The
    caller has locked the property. Raises DomainError `payment_time_over` beyond LONGEST after the
    time that it had.
    """
    if booking.pay_by is None or booking.pay_by >= until:
        return
    if until > booking.created_at + timedelta(hours=settings.UNPAID_BOOKING_HOURS) + LONGEST:
        raise DomainError("payment_time_over")
    Booking.objects.filter(pk=booking.pk, pay_by__isnull=False).update(pay_by=until)


@transaction.atomic
def hold_retake(*, serial: int, property_id: int) -> Hold:
    """Hold the rooms of a hold that has ended once more, for its guest has paid meanwhile.

    One that has not ended, or has become a booking, stays as it is. Raises DomainError
    `hold_expired` when the price is another one by now, and as `quote_make` and `rooms_take` when
    nothing is free.
    """
    prop = property_lock(property_id)
    hold = Hold.objects.select_for_update().filter(serial=serial, property=property_id).first()
    if hold is None:
        raise DomainError("booking_not_found")
    now = timezone.now()
    if hold.booking_id is not None or (hold.released_at is None and hold.expires_at > now):
        return hold
    quote = quote_of(hold.quote)
    refuse_past(prop, quote.nights)
    expired_holds_drop(property_id=prop.pk)
    release_hold(hold_id=hold.pk)
    _same_price(prop, quote.stay_request, quote.breakdown.total, quote.deposit)
    coupon_claim(quote.coupon_id)
    hold.expires_at, hold.released_at = now + RETAKEN_FOR, None
    rooms_take(
        property_id=prop.pk,
        nights=quote.nights,
        today=prop.settings.today(),
        rooms=quote.stay_request.rooms,
        holder=Holder(OccupancyKind.HOLD, hold_id=hold.pk, expires_at=hold.expires_at),
        by=acting.VISITOR,
    )
    hold.save(update_fields=["expires_at", "released_at"])
    record(
        EventKind.BOOKING_HELD,
        by=acting.VISITOR,
        property_id=prop.pk,
        subject=("booking", hold.serial),
        contract_uid=hold.serial,
    )
    return hold


@transaction.atomic
def booking_retake(*, booking_id: int, property_id: int, paid: Decimal) -> Booking:
    """Book again what has ended for want of a payment that has come meanwhile, at the same price.

    It is another booking, with another number; `paid` has come in, and the caller enters it.
    Raises DomainError `booking_state` when anybody has ended it, `hold_expired` when the price is
    another one by now, and as `quote_book`.
    """
    prop = property_lock(property_id)
    ended = Booking.objects.get(pk=booking_id, property=property_id)
    last = ended.history.order_by("-id").first()
    request = request_of(ended.request)
    by_itself = last is not None and last.actor_kind == ActorKind.SYSTEM
    if ended.state != BookingState.CANCELLED or not by_itself or request is None:
        told = gettext("The booking has been ended, and not for want of a payment.")
        raise DomainError("booking_state", told)
    total = sum(
        (line.gross for line in ended.lines.filter(reverses=None).exclude(kind__in=FEES)),
        Decimal(0),
    )
    quote = _same_price(prop, request.stay_request, total, None)
    return quote_book(
        quote=quote,
        guest=ended.booked_for(),
        booker=VISITOR,
        by=acting.VISITOR,
        remarks=Remarks(ended.remarks, ended.referrer, ended.language, ended.answers),
        paid=paid,
    )


def _same_price(
    prop: Property, stay_request: StayRequest, total: Decimal, deposit: Decimal | None
) -> Quote:
    """The request at today's price. Raises `hold_expired` where that is another one."""
    quote = quote_make(prop=prop, stay_request=stay_request, booker=VISITOR)
    if quote.breakdown.total != total or deposit not in {None, quote.deposit}:
        told = gettext("The hold has expired, and the price is another one by now.")
        raise DomainError("hold_expired", told)
    return quote
