"""Bookings of one room that staff write down at a total that they state."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from decimal import Decimal

from django.db import transaction

from bookyflow.availability.models import OccupancyKind
from bookyflow.availability.nights import nights_taken
from bookyflow.billing.ledger import payment_note
from bookyflow.billing.models import PaymentMethod
from bookyflow.core.acting import Actor
from bookyflow.core.dates import Stay
from bookyflow.core.errors import DomainError
from bookyflow.core.money import amounts_check
from bookyflow.events.models import EventKind
from bookyflow.events.services import EventDraft
from bookyflow.guests.models import Guest
from bookyflow.guests.profiles import guest_update
from bookyflow.guests.services import GuestDetails, guest_save
from bookyflow.guests.validation import clean
from bookyflow.pricing.engine import price_given
from bookyflow.properties.locking import property_lock
from bookyflow.properties.models import Property
from bookyflow.reservations.creation import booking_add, booking_begin, booking_new, refuse_past
from bookyflow.reservations.folio import lines_new
from bookyflow.reservations.lifecycle import booking_check_in
from bookyflow.reservations.models import Booking, BookingKind
from bookyflow.reservations.price_inputs import rules_of
from bookyflow.reservations.services import Terms
from bookyflow.reservations.stay_request import RoomRequest
from bookyflow.reservations.taking import Holder, rooms_find
from bookyflow.rooms.models import Room

LARGEST_TOTAL = Decimal("999999999.99")


@dataclass(frozen=True)
class ReceptionBooking:
    """A certain room for a stay, at a gross `total` in the property's currency.

    `guest_id` is a guest of the property to bring up to date; None: the one whose account is
    `account_id`, else the one with the e-mail address, or a new one. `currency` "" is the
    property's. Raises DomainError `validation_failed` for amounts that make no sense.
    """

    stay: Stay
    room_id: int
    total: Decimal
    guest: GuestDetails
    deposit: Decimal = Decimal(0)
    deposit_is_paid: bool = False
    has_arrived: bool = False
    currency: str = ""
    guest_id: int | None = None
    account_id: int | None = None

    def __post_init__(self) -> None:
        if not 0 < self.total <= LARGEST_TOTAL:
            problem = f"Above 0, up to {LARGEST_TOTAL}."
            raise DomainError("validation_failed", fields={"total": [problem]})
        if not 0 <= self.deposit <= self.total:
            raise DomainError("validation_failed", fields={"deposit": ["From 0 to the total."]})


@transaction.atomic
def reception_book(*, property_id: int, asked: ReceptionBooking, by: Actor) -> Booking:
    """Book one room at the total that staff state, of which net and tax follow; no mail goes out.

    A deposit that is paid is entered as a payment, and a guest who has arrived is checked in. The
    booking is approved, whatever the property wants of others. What is told of the guest changes
    the guest book.

    Raises DomainError `dates_in_past`, `room_not_found`, `room_taken`, `stop_sell`,
    `no_room_available`, `guest_not_found`, `conflict` when another guest has the e-mail address,
    `validation_failed` for another currency than the property's, what it cannot express and
    details of the guest that are none, `too_early` for a guest who arrives before the day, and
    `room_occupied` for one whose room has not been left.
    """
    prop = property_lock(property_id)
    _check(prop, asked)
    nights = nights_taken(prop.settings, asked.stay)
    refuse_past(prop, nights)
    if not Room.objects.filter(pk=asked.room_id, property=prop).exists():
        raise DomainError("room_not_found")
    serial = booking_begin(prop.pk)
    guest_id, drafts = _guest(prop, asked, by)
    breakdown = price_given(
        rules_of(prop),
        gross=asked.total,
        first_night=nights.first,
        last_night=nights.last,
        rooms=1,
    )
    paid = asked.deposit if asked.deposit_is_paid else Decimal(0)
    terms = Terms(breakdown, deposit_required=asked.deposit, deposit_paid=paid)
    booking = booking_new(
        prop=prop,
        stay=asked.stay,
        nights=nights,
        serial=serial,
        kind=BookingKind.BOOKING,
        state=terms.state,
        guest_id=guest_id,
        lead_guest=asked.guest.told(),
        adults=1,
        currency=breakdown.currency,
        total=breakdown.total,
        deposit_required=terms.deposit_required,
        paid=terms.deposit_paid,
        made_by_channel=by.channel_id is not None,
    )
    _, rooms = rooms_find(
        property_id=prop.pk,
        nights=nights,
        today=prop.settings.today(),
        rooms=[RoomRequest(room_id=asked.room_id)],
        holder=Holder(OccupancyKind.BOOKING, booking_id=booking.pk),
        by=by,
    )
    booking_add(
        booking,
        EventKind.BOOKING_ADDED,
        by=by,
        rooms=rooms,
        lines=lines_new(booking, breakdown),
        also=drafts,
        mails=False,
    )
    if paid:
        payment_note(booking, amount=paid, method=PaymentMethod.OTHER, reference="", by=by)
    if asked.has_arrived:
        return booking_check_in(booking_id=booking.pk, property_id=prop.pk, by=by)
    return booking


def _check(prop: Property, asked: ReceptionBooking) -> None:
    currency = prop.settings.currency
    if asked.currency not in {"", currency}:
        problem = f"The property's currency is {currency}."
        raise DomainError("validation_failed", problem, fields={"currency": [problem]})
    amounts_check({"total": asked.total, "deposit": asked.deposit}, currency)


def _guest(prop: Property, asked: ReceptionBooking, by: Actor) -> tuple[int, list[EventDraft]]:
    """The id of the guest, whose details are as told now, and the events that tell of it."""
    told = clean(asked.guest.told())
    guest_id = asked.guest_id or _guest_of(prop, asked.account_id)
    if guest_id is not None:
        guest_update(guest_id=guest_id, property_id=prop.pk, changes=told, by=by)
        return guest_id, []
    saved = guest_save(
        property_id=prop.pk, details=GuestDetails(**asdict(asked.guest) | told), trusted=True
    )
    return saved.id, saved.drafts()


def _guest_of(prop: Property, account_id: int | None) -> int | None:
    """The guest of a property who has an account; None where there is none."""
    if account_id is None:
        return None
    found = Guest.objects.filter(property=prop, user=account_id, anonymised_at=None)
    return found.order_by("pk").values_list("pk", flat=True).first()
