from __future__ import annotations

from datetime import date

from django.db.backends.postgresql.psycopg_any import DateRange
from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet, Value
from django.db.models.functions import Greatest
from django.utils import timezone

from bookyflow.availability.models import Occupancy, OccupancyKind
from bookyflow.core.dates import ONE_DAY
from bookyflow.core.errors import DomainError
from bookyflow.core.metrics import Reading
from bookyflow.properties.models import Property
from bookyflow.reservations.models import ENDED, Booking, BookingKind, BookingState, Hold, Note
from bookyflow.rooms.models import Room


def booking_find(*, property_id: int, booking_id: int) -> Booking:
    """A booking of a property; one query. Raises DomainError `booking_not_found`."""
    found = Booking.objects.filter(
        pk=booking_id, property=property_id, kind=BookingKind.BOOKING
    ).first()
    if found is None:
        raise DomainError("booking_not_found")
    return found


def open_bookings_count(property_id: int, today: date) -> int:
    """How many bookings of guests there are who have not left, nor should have before `today`."""
    found = Booking.objects.filter(
        property=property_id, kind=BookingKind.BOOKING, departs_on__gte=today
    )
    return found.exclude(state__in=(*ENDED, BookingState.CHECKED_OUT)).count()


def note_list(*, property_id: int, booking_id: int) -> QuerySet[Note]:
    """The notes on a booking, oldest first; two queries. Raises DomainError `booking_not_found`."""
    return booking_find(property_id=property_id, booking_id=booking_id).notes.all()


def blocks_open(*, prop: Property, today: date) -> QuerySet[Booking]:
    """Blocks that still close a night from `today` on, by their first night."""
    return Booking.objects.filter(
        property=prop,
        kind=BookingKind.BLOCK,
        state=BookingState.CONFIRMED,
        departure__gt=today,
    ).order_by("arrival", "pk")


def block_find(*, property_id: int, block_id: int) -> Booking:
    """A block of a property that closes rooms, with these; two queries.

    Raises DomainError `block_not_found`, also for one that was removed.
    """
    found = Booking.objects.filter(
        pk=block_id,
        property=property_id,
        kind=BookingKind.BLOCK,
        state=BookingState.CONFIRMED,
    )
    held = Prefetch("occupancies", Occupancy.objects.select_related("room").order_by("room"))
    block = found.prefetch_related(held).first()
    if block is None:
        raise DomainError("block_not_found")
    return block


def rooms_blocked(*, property_id: int, since: date) -> QuerySet[Room]:
    """The rooms that a block closes on some night from `since` on, by number; two queries.

    `blocks` of each are what closes it, by first night, with the bookings that tell why;
    `first_night` of these is the first one from `since` on.
    """
    closing = Occupancy.objects.filter(
        property=property_id, kind=OccupancyKind.BLOCK, nights__endswith__gt=since
    )
    blocks = closing.select_related("booking").annotate(
        first_night=Greatest("nights__startswith", Value(since))
    )
    return (
        Room.objects.filter(Exists(closing.filter(room=OuterRef("pk"))), property=property_id)
        .prefetch_related(Prefetch("occupancies", blocks.order_by("nights"), to_attr="blocks"))
        .order_by("number", "pk")
    )


def timeline(*, property_id: int, start: date, end: date) -> QuerySet[Occupancy]:
    """The rooms that bookings and blocks hold from `start` to `end`, by arrival; two queries.

    Those that only touch the period are among them: leaving on `start`, or arriving on `end`. Each
    comes with its booking and all that the booking holds. Ended bookings hold nothing, nor do
    enquiries whose time is over.
    """
    return (
        Occupancy.objects.filter(
            Q(expires_at=None) | Q(expires_at__gt=timezone.now()),
            property=property_id,
            booking__isnull=False,
            nights__overlap=DateRange(start - ONE_DAY, end + ONE_DAY),
        )
        .select_related("booking")
        .only("room", "nights", "booking__number", "booking__kind", "booking__state")
        .prefetch_related("booking__occupancies")
        .order_by("nights", "room")
    )


def coupon_uses(coupon_id: int, guest_id: int | None = None, *, but: int | None = None) -> int:
    """How often a coupon is in use: in bookings that have not ended, and in live holds.

    With a guest only the guest's own bookings count. `but` is a booking that does not count. One
    or two queries.
    """
    bookings = (
        Booking.objects.filter(coupon=coupon_id).exclude(state__in=ENDED).exclude(pk=but or 0)
    )
    if guest_id is not None:
        return bookings.filter(guest=guest_id).count()
    holds = Hold.objects.filter(
        quote__coupon=coupon_id, booking=None, released_at=None, expires_at__gt=timezone.now()
    )
    return bookings.count() + holds.count()


def holds_reading() -> Reading:
    """What is held at this moment."""
    held = Hold.objects.filter(
        expires_at__gt=timezone.now(), released_at__isnull=True, booking__isnull=True
    )
    yield "holds", "Holds that keep rooms now.", held.count()
