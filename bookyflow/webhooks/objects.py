"""What events are about, as it is by now, also after its end.

What is only hidden when it is deleted is shown as it last was. Of what is gone, the event of its
deletion still tells, for as long as events are kept.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from django.db.models import OuterRef, QuerySet, Subquery
from django.utils import timezone

from bookyflow.availability.models import Occupancy
from bookyflow.billing.models import Invoice
from bookyflow.billing.selectors import invoice_get, invoice_settlement
from bookyflow.core.errors import DomainError
from bookyflow.core.money import net_of
from bookyflow.events.models import Event, EventKind
from bookyflow.events.selectors import KEPT
from bookyflow.guests.models import Guest
from bookyflow.pricing.lines import LineKind
from bookyflow.properties.models import Property
from bookyflow.properties.selectors import Reach, reachable
from bookyflow.property_lifecycle.records import PropertyRecord, property_records
from bookyflow.reservations.booking_details import BookedRoom, booking_one, rooms_of
from bookyflow.reservations.models import Booking, BookingKind, BookingLine, Note
from bookyflow.reviews.models import SCORES, Review
from bookyflow.reviews.rules import review_rules
from bookyflow.reviews.selectors import author_shown
from bookyflow.rooms.models import Room
from bookyflow.tariffs.models import Extra, GuestType
from bookyflow.tariffs.selectors import RateRow, rate_list


@dataclass(frozen=True)
class BookingRead:
    """A booking, the rooms that it holds, and the extras that are charged, each with `tax_rate_id`.

    It holds no rooms as an enquiry, and once it has ended.
    """

    booking: Booking
    rooms: Sequence[BookedRoom]
    extras: Sequence[BookingLine]


def booking_read(*, property_id: int, booking_id: int) -> BookingRead:
    """A booking; at most five queries. Raises DomainError `booking_not_found`, also for a block."""
    booking = booking_one(property_id=property_id, booking_id=booking_id)
    if booking.kind != BookingKind.BOOKING:
        raise DomainError("booking_not_found")
    tax_rate = Extra.objects.filter(pk=OuterRef("source_id")).values("tax_rate")
    charged = booking.lines.filter(kind=LineKind.EXTRA, reverses=None, reversed_by=None)
    extras = charged.exclude(source_id=None).annotate(tax_rate_id=Subquery(tax_rate))
    return BookingRead(booking, rooms_of(booking), list(extras.order_by("source_id", "pk")))


@dataclass(frozen=True)
class BlockRead:
    """A block and the ids of the rooms that it closes; none once it has been removed."""

    block: Booking
    room_ids: Sequence[int]


def block_read(*, property_id: int, block_id: int) -> BlockRead:
    """A block, removed or not; two queries. Raises DomainError `block_not_found`."""
    found = Booking.objects.filter(pk=block_id, property=property_id, kind=BookingKind.BLOCK)
    block = found.first()
    if block is None:
        raise DomainError("block_not_found")
    rooms = Occupancy.objects.filter(booking=block).order_by("room").values_list("room", flat=True)
    return BlockRead(block, list(rooms.distinct()))


@dataclass(frozen=True)
class NoteRead:
    """A note on a booking; without `note` it was deleted."""

    note_id: int
    booking_id: int
    note: Note | None = None
    deleted_at: datetime | None = None


def note_read(*, property_id: int, note_id: int) -> NoteRead:
    """A note, or that it was deleted; at most two queries. Raises DomainError `note_not_found`."""
    note = Note.objects.filter(pk=note_id, booking__property=property_id).first()
    if note is not None:
        return NoteRead(note_id, note.booking_id, note)
    told = Event.objects.filter(
        kind=EventKind.BOOKING_NOTE_DELETED, property_id=property_id, data__note_id=note_id
    ).first()
    if told is None:
        raise DomainError("note_not_found")
    return NoteRead(note_id, told.subject_id, deleted_at=told.at)


def extra_read(*, property_id: int, extra_id: int) -> Extra:
    """An extra, deleted or not. Raises DomainError `extra_not_found`."""
    found = Extra.objects.filter(pk=extra_id, property=property_id).first()
    if found is None:
        raise DomainError("extra_not_found")
    return found


def guest_read(*, property_id: int, guest_id: int) -> Guest:
    """A guest; of one who was deleted or anonymised nothing is known any more.

    Raises DomainError `guest_not_found`.
    """
    found = Guest.objects.filter(pk=guest_id, property=property_id).first()
    if found is None:
        raise DomainError("guest_not_found")
    return found


@dataclass(frozen=True)
class GuestTypeRead:
    """A guest type, as it last was where it has been deleted."""

    guest_type: GuestType
    deleted_at: datetime | None = None

    @property
    def is_percentage(self) -> bool:
        """Whether its variance is per cent."""
        return self.guest_type.is_percentage


def guest_type_read(*, property_id: int, guest_type_id: int) -> GuestTypeRead:
    """A guest type, deleted or not; at most two queries.

    Raises DomainError `guest_type_not_found`.
    """
    found = GuestType.objects.filter(pk=guest_type_id, property=property_id).first()
    if found is not None:
        return GuestTypeRead(found)
    subject = ("guest_type", guest_type_id)
    told = _end(EventKind.GUEST_TYPE_DELETED, property_id, subject)
    if told is None or "name" not in told.data:
        raise DomainError("guest_type_not_found")
    was = told.data | {"variance": Decimal(told.data["variance"])}
    return GuestTypeRead(GuestType(pk=guest_type_id, property_id=property_id, **was), told.at)


@dataclass(frozen=True)
class InvoiceRead:
    """An invoice or credit note with its lines; `paid` is 0 where there is nothing to pay."""

    invoice: Invoice
    paid: Decimal
    balance: Decimal


def invoice_read(*, property_id: int, invoice_id: int) -> InvoiceRead:
    """One invoice and how far it is paid; three queries. Raises DomainError `invoice_not_found`."""
    invoice = invoice_get(property_id=property_id, invoice_id=invoice_id)
    settlement = invoice_settlement(invoice)
    if settlement is None:
        return InvoiceRead(invoice, Decimal(0), Decimal(0))
    return InvoiceRead(invoice, settlement.paid, settlement.outstanding)


def property_read(*, property_id: int, reach: Reach, language: str) -> PropertyRecord:
    """A property within reach with texts, features and rooms; until its events go, a deleted one.

    Five queries. Raises DomainError `property_not_found`.
    """
    found = reachable(reach, deleted_since=timezone.now() - KEPT).filter(pk=property_id)
    whole = found.select_related("settings", "property_type").prefetch_related("features")
    records = property_records(properties=list(whole), language=language)
    if property_id not in records:
        raise DomainError("property_not_found")
    return records[property_id]


@dataclass(frozen=True)
class ReviewRead:
    """A review and its author as visitors see it; without `review` it was deleted."""

    review_id: int
    property_id: int
    review: Review | None = None
    author: str = ""
    deleted_at: datetime | None = None

    @property
    def scores(self) -> dict[str, int]:
        """The six scores in the order of the interface, by their places; none once deleted."""
        if self.review is None:
            return {}
        return {str(at): getattr(self.review, name) for at, name in enumerate(SCORES)}


def review_read(*, property_id: int, review_id: int) -> ReviewRead:
    """A review, published or not, or that it was deleted; two queries.

    Raises DomainError `review_not_found`.
    """
    review = Review.objects.filter(pk=review_id, property=property_id).first()
    if review is not None:
        author = author_shown(review, review_rules())
        return ReviewRead(review_id, property_id, review, author)
    told = _end(EventKind.REVIEW_DELETED, property_id, ("review", review_id))
    if told is None:
        raise DomainError("review_not_found")
    return ReviewRead(review_id, property_id, deleted_at=told.at)


def room_read(*, property_id: int, room_id: int) -> Room:
    """A room with its features, deleted or not; two queries. Raises `room_not_found`."""
    rooms: QuerySet[Room] = Room.every.prefetch_related("features")
    found = rooms.filter(pk=room_id, property=property_id).first()
    if found is None:
        raise DomainError("room_not_found")
    return found


def rates_read(*, prop: Property) -> dict[int, RateRow]:
    """The prices of nights that are not over, by the ids of their rates; one query.

    Prices that contain tax have it taken out.
    """
    settings = prop.settings
    today, rate = settings.today(), settings.accommodation_tax_rate
    rows = [row for row in rate_list(prop=prop) if row.valid_to >= today]
    if settings.prices_inclusive:
        rows = [replace(row, price=net_of(row.price, rate, settings.currency)) for row in rows]
    return {row.rates_uid: row for row in rows}


def _end(kind: EventKind, property_id: int, subject: tuple[str, int]) -> Event | None:
    """The event of the end of something."""
    subject_kind, subject_id = subject
    found = Event.objects.filter(
        subject_kind=subject_kind, subject_id=subject_id, kind=kind, property_id=property_id
    )
    return found.order_by("-subject_sequence").first()
