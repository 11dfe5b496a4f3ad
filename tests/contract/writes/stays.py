"""Bookings, holds and blocks, and the reservations of channels."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from functools import partial

from django.db import transaction

from bookyflow.channels.models import ChannelProperty
from bookyflow.channels.modifying import reservations_modify
from bookyflow.channels.reservations import Cancellation, reservations_add, reservations_cancel
from bookyflow.properties.locking import property_lock
from bookyflow.properties.selectors import Reach
from bookyflow.reservations.amendments.apply import booking_amend
from bookyflow.reservations.amendments.changes import Changes, PriceMode
from bookyflow.reservations.amendments.placing import Placing, booking_place
from bookyflow.reservations.amendments.priced import PricedChange, Told, bookings_amend_priced
from bookyflow.reservations.amendments.room_move import booking_room_move
from bookyflow.reservations.blocks import block_change, block_create, block_remove
from bookyflow.reservations.early_departure import guest_leave_early
from bookyflow.reservations.folio_charges import service_add, service_remove
from bookyflow.reservations.front_desk import (
    guest_check_in,
    guest_check_in_undo,
    guest_check_out,
    guest_check_out_undo,
)
from bookyflow.reservations.holds import hold_confirm, hold_make, hold_release
from bookyflow.reservations.lead_guest import lead_guest_correct
from bookyflow.reservations.lifecycle import (
    booking_approve,
    booking_cancel,
    booking_check_in,
    booking_check_in_undo,
    booking_check_out,
    booking_check_out_undo,
    booking_keep,
    booking_no_show,
    booking_reject,
)
from bookyflow.reservations.models import Booking, BookingState, SecurityDeposit
from bookyflow.reservations.notes import note_delete, note_save
from bookyflow.reservations.quotes.make import quote_make
from bookyflow.reservations.quotes.quote import Quote
from bookyflow.reservations.revocation import booking_token_revoke
from bookyflow.reservations.security_deposits import security_receive, security_settle
from bookyflow.reservations.services import booking_add_priced, quote_book
from bookyflow.reservations.staff_booking import StaffBooking, staff_book
from bookyflow.reservations.stay_request import STAFF, VISITOR, RoomRequest, StayRequest
from bookyflow.tariffs.services import base_price_set
from tests.contract.writes import World, write
from tests.domain.conftest import ADA, book, remote, stay

WHOLE = replace(ADA, mobile="07700 900001", region="1113", country="GB")


def booked(w: World, *, start: int = 0) -> dict:
    """Where a booking is, as arguments; it begins today unless told."""
    booking = book(w.hotel, stay(start, 2), by=w.by)
    return {"booking_id": booking.pk, "property_id": w.hotel.pk, "by": w.by}


def quoted(w: World) -> Quote:
    base_price_set(property_id=w.hotel.pk, price=Decimal(100), max_people=2, by=w.by)
    room_type = w.hotel.rooms.first().room_type_id
    when = stay(3, 2)
    stay_request = StayRequest(when.arrival, when.departure, (RoomRequest(room_type),), adults=2)
    return quote_make(prop=w.hotel, stay_request=stay_request, booker=STAFF)


def asked(w: World) -> dict:
    """Where an enquiry is, as arguments."""
    w.hotel.settings.requires_approval = True
    w.hotel.settings.save()
    booking = quote_book(quote=quoted(w), guest=WHOLE, booker=VISITOR, by=w.by)
    assert booking.state == BookingState.ENQUIRY
    return {"booking_id": booking.pk, "property_id": w.hotel.pk, "by": w.by}


def reach_of(w: World) -> Reach:
    return Reach(
        user_id=w.manager.pk,
        level=w.manager.access_level,
        key_id=0,
        all_properties=True,
        is_test=False,
    )


@write(booking_add_priced, "booking_added", "guest_saved")
def _(w: World):
    yield lambda: book(w.hotel, stay(3, 2), by=w.by)
    yield lambda: book(w.hotel, stay(-3, 2), by=w.by)


@write(booking_add_priced, "booking_added", "guest_updated")
def _(w: World):
    book(w.hotel, stay(3, 2), by=w.by)
    yield lambda: book(w.hotel, stay(3, 2), by=w.by, guest=replace(ADA, town="Paris"))


@write(booking_add_priced, "booking_added")
def _(w: World):
    book(w.hotel, stay(3, 2), by=w.by)
    yield lambda: book(w.hotel, stay(3, 2), by=w.by)


@write(quote_book, "booking_added", "guest_saved")
def _(w: World):
    quote = quoted(w)
    yield lambda: quote_book(quote=quote, guest=ADA, booker=STAFF, by=w.by)
    nobody = replace(ADA, surname="")
    yield lambda: quote_book(quote=quote, guest=nobody, booker=STAFF, by=w.by)


@write(staff_book, "booking_added", "guest_saved")
def _(w: World):
    asked = quoted(w).stay_request
    when = {"arrival": asked.arrival, "departure": asked.departure, "adults": 2}
    rooms = asked.rooms
    book_it = partial(staff_book, property_id=w.hotel.pk, by=w.by)
    yield lambda: book_it(asked=StaffBooking.of(guest=ADA, rooms=rooms, **when))
    yield lambda: book_it(asked=StaffBooking.of(guest=ADA, rooms=rooms, **when | {"adults": 99}))


@write(hold_make, "booking_held")
def _(w: World):
    quote = quoted(w)
    two = [room.pk for room in w.hotel.rooms.all()[:2]]
    block_create(property_id=w.hotel.pk, stay=stay(3, 2), room_ids=two, by=w.by)
    yield lambda: hold_make(quote=quote, by=w.by)
    yield lambda: hold_make(quote=quote, by=w.by)


@write(hold_confirm, "booking_added", "guest_saved")
def _(w: World):
    hold = hold_make(quote=quoted(w), by=w.by)
    yield lambda: hold_confirm(
        hold_id=hold.pk, property_id=hold.property_id, guest=ADA, booker=STAFF, by=w.by
    )
    yield lambda: hold_confirm(
        hold_id=hold.pk, property_id=hold.property_id, guest=ADA, booker=STAFF, by=w.by
    )


@write(hold_release, "booking_hold_released")
def _(w: World):
    hold = hold_make(quote=quoted(w), by=w.by)
    yield lambda: hold_release(hold_id=hold.pk, property_id=hold.property_id, by=w.by)
    yield lambda: hold_release(hold_id=hold.pk, property_id=hold.property_id, by=w.by)


@write(booking_approve, "booking_added")
def _(w: World):
    here = asked(w)
    yield lambda: booking_approve(**here)
    yield lambda: booking_approve(**here)


@write(booking_keep, "booking_modified")
def _(w: World):
    booking = quote_book(quote=quoted(w), guest=WHOLE, booker=VISITOR, by=w.by)
    here = {"booking_id": booking.pk, "property_id": w.hotel.pk, "by": w.by}
    yield lambda: booking_keep(**here)
    yield lambda: booking_keep(**here)


@write(booking_token_revoke, "booking_modified")
def _(w: World):
    here = booked(w)
    yield lambda: booking_token_revoke(**here)
    yield lambda: booking_token_revoke(**here | {"booking_id": 0})


@write(booking_reject, "booking_cancelled")
def _(w: World):
    here = asked(w)
    yield lambda: booking_reject(**here)
    yield lambda: booking_reject(**here)


@write(booking_cancel, "booking_cancelled")
def _(w: World):
    here = booked(w, start=3)
    yield lambda: booking_cancel(**here)
    yield lambda: booking_cancel(**here)
    yield lambda: booking_cancel(**here | {"booking_id": 0})


@write(booking_no_show, "booking_marked_noshow")
def _(w: World):
    here, later = booked(w), booked(w, start=3)
    yield lambda: booking_no_show(**here)
    yield lambda: booking_no_show(**here)
    yield lambda: booking_no_show(**later)


@write(booking_check_in, "guest_checkedin")
def _(w: World):
    here, later = booked(w), booked(w, start=3)
    yield lambda: booking_check_in(**here)
    yield lambda: booking_check_in(**here)
    yield lambda: booking_check_in(**later)


@write(booking_check_in_undo, "guest_checkedin_undone")
def _(w: World):
    here = booked(w)
    booking_check_in(**here)
    yield lambda: booking_check_in_undo(**here)
    yield lambda: booking_check_in_undo(**here)


@write(booking_check_out, "guest_checkedout")
def _(w: World):
    here = booked(w)
    booking_check_in(**here)
    yield lambda: booking_check_out(**here)
    yield lambda: booking_check_out(**here)


@write(booking_check_out_undo, "guest_checkedout_undone")
def _(w: World):
    here = booked(w)
    booking_check_in(**here)
    booking_check_out(**here)
    yield lambda: booking_check_out_undo(**here)
    yield lambda: booking_check_out_undo(**here)


@write(guest_check_in, "guest_checkedin", "booking_note_saved")
def _(w: World):
    here = booked(w)
    yield lambda: guest_check_in(**here)
    yield lambda: guest_check_in(**here)


@write(guest_check_in_undo, "guest_checkedin_undone", "booking_note_saved")
def _(w: World):
    here = booked(w)
    booking_check_in(**here)
    yield lambda: guest_check_in_undo(**here)
    yield lambda: guest_check_in_undo(**here)


@write(guest_check_out, "guest_checkedout", "booking_note_saved")
def _(w: World):
    here = booked(w)
    booking_check_in(**here)
    yield lambda: guest_check_out(**here)
    yield lambda: guest_check_out(**here)


@write(guest_leave_early, "guest_checkedout", "booking_note_saved")
def _(w: World):
    here = booked(w)
    booking_check_in(**here)
    yield lambda: guest_leave_early(**here, price=PriceMode.KEPT)
    yield lambda: guest_leave_early(**here, price=PriceMode.KEPT)
    yield lambda: guest_leave_early(**here | {"booking_id": 0}, price=PriceMode.KEPT)


@write(guest_check_out_undo, "guest_checkedout_undone", "booking_note_saved")
def _(w: World):
    here = booked(w)
    booking_check_in(**here)
    booking_check_out(**here)
    yield lambda: guest_check_out_undo(**here)
    yield lambda: guest_check_out_undo(**here)


@write(booking_amend, "booking_modified")
def _(w: World):
    here = booked(w, start=3)
    when = stay(4, 3)
    later = Changes(arrival=when.arrival, departure=when.departure)
    reversed_ = Changes(arrival=when.departure, departure=when.arrival)
    yield lambda: booking_amend(**here, changes=later, price=PriceMode.KEPT)
    yield lambda: booking_amend(**here, changes=reversed_, price=PriceMode.KEPT)


@write(booking_room_move, "booking_modified")
def _(w: World):
    here = booked(w, start=3)
    first = Booking.objects.get().occupancies.get().room_id
    second = w.hotel.rooms.exclude(pk=first).first().pk
    move = {"from_room_id": first, "to_room_id": second}
    yield lambda: booking_room_move(**here, **move)
    yield lambda: booking_room_move(**here, **move)


@write(service_add, "booking_modified")
def _(w: World):
    here = booked(w) | {"description": "Sauna"}
    yield lambda: service_add(**here, price=Decimal(20))
    yield lambda: service_add(**here, price=Decimal(-1))


@write(service_remove, "booking_modified")
def _(w: World):
    here = booked(w)
    line = service_add(**here, description="Sauna", price=Decimal(20))
    yield lambda: service_remove(**here, line_id=line.pk)
    yield lambda: service_remove(**here, line_id=line.pk)


@write(lead_guest_correct, "booking_modified")
def _(w: World):
    where = booked(w)
    yield lambda: lead_guest_correct(**where, changes={"surname": "Byron", "town": "Paris"})
    yield lambda: lead_guest_correct(**where, changes={"surname": "Byron "})
    yield lambda: lead_guest_correct(**where, changes={"surname": ""})
    yield lambda: lead_guest_correct(**where, changes={"discount": "5"})


@write(note_save, "booking_note_saved")
def _(w: World):
    here = booked(w)
    yield lambda: note_save(**here, text="Arrives late.")
    yield lambda: note_save(**here, text="")
    yield lambda: note_save(**here, text="Arrives early.", note_id=0)


@write(note_delete, "booking_note_deleted")
def _(w: World):
    here = booked(w)
    note = note_save(**here, text="Arrives late.")
    yield lambda: note_delete(**here, note_id=note.pk)
    yield lambda: note_delete(**here, note_id=note.pk)


def secured(w: World) -> dict:
    here = booked(w)
    SecurityDeposit.objects.create(booking_id=here["booking_id"], amount=200, due="arrival")
    return here


@write(security_receive, "deposit_saved")
def _(w: World):
    here = secured(w)
    yield lambda: security_receive(**here)
    yield lambda: security_receive(**here)


@write(security_settle, "deposit_saved")
def _(w: World):
    here = secured(w)
    security_receive(**here)
    yield lambda: security_settle(**here)
    yield lambda: security_settle(**here)


@write(block_create, "blackbooking_added")
def _(w: World):
    yield lambda: block_create(property_id=w.hotel.pk, stay=stay(3, 2), by=w.by)
    yield lambda: block_create(property_id=w.hotel.pk, stay=stay(3, 2), by=w.by)


@write(block_change, "blackbooking_deleted", "blackbooking_added")
def _(w: World):
    first, second, _ = (room.pk for room in w.hotel.rooms.all())
    block = block_create(property_id=w.hotel.pk, stay=stay(3, 2), room_ids=[first], by=w.by)
    change = partial(block_change, block_id=block.pk, property_id=w.hotel.pk, by=w.by)
    wanted = {"stay": stay(4, 2), "room_ids": [second], "reason": "Paint"}
    yield lambda: change(**wanted)
    yield lambda: change(**wanted)
    yield lambda: change(**wanted | {"room_ids": []})


@write(booking_place, "booking_modified")
def _(w: World):
    here = booked(w, start=3)
    had = Booking.objects.get(pk=here["booking_id"]).occupancies.get().room_id
    other = w.hotel.rooms.exclude(pk=had).first().pk
    when = stay(5, 2)
    placing = Placing(had, other, when.arrival, when.departure)
    yield lambda: booking_place(**here, placing=placing, price=PriceMode.KEPT)
    moved = replace(placing, from_room_id=other)
    yield lambda: booking_place(**here, placing=moved, price=PriceMode.KEPT)
    yield lambda: booking_place(**here, placing=placing, price=PriceMode.KEPT)


@write(block_remove, "blackbooking_deleted")
def _(w: World):
    block = block_create(property_id=w.hotel.pk, stay=stay(3, 2), by=w.by)
    here = {"block_id": block.pk, "property_id": w.hotel.pk, "by": w.by}
    yield lambda: block_remove(**here)
    yield lambda: block_remove(**here)


@write(reservations_add, "booking_added", "guest_saved")
def _(w: World):
    ChannelProperty.objects.create(channel=w.channel, property=w.hotel, remote_id="26")
    here = {"channel_id": w.channel.pk, "reach": reach_of(w), "by": w.by}
    known = remote("a", w.hotel, stay(3, 2))
    other = remote("a", w.hotel, stay(4, 2))
    yield lambda: reservations_add(reservations=[known], **here)
    yield lambda: reservations_add(reservations=[known], **here)
    yield lambda: reservations_add(reservations=[other], **here)


@write(reservations_modify, "booking_modified")
def _(w: World):
    ChannelProperty.objects.create(channel=w.channel, property=w.hotel, remote_id="26")
    here = {"channel_id": w.channel.pk, "reach": reach_of(w), "by": w.by}
    reservations_add(reservations=[remote("a", w.hotel, stay(3, 2))], **here)
    other, unknown = remote("a", w.hotel, stay(4, 2)), remote("b", w.hotel, stay(4, 2))
    yield lambda: reservations_modify(reservations=[other], **here)
    yield lambda: reservations_modify(reservations=[other], **here)
    yield lambda: reservations_modify(reservations=[unknown], **here)


@write(bookings_amend_priced, "booking_modified")
def _(w: World):
    booking = book(w.hotel, stay(3, 2), by=w.by)
    told = PricedChange(told=Told(ADA, remarks="Late"))

    def amend():
        with transaction.atomic():
            bookings_amend_priced(
                properties={w.hotel.pk: property_lock(w.hotel.pk)},
                changes={booking.pk: told},
                by=w.by,
            )

    yield amend
    yield amend


@write(reservations_cancel, "booking_cancelled")
def _(w: World):
    ChannelProperty.objects.create(channel=w.channel, property=w.hotel, remote_id="26")
    here = {"channel_id": w.channel.pk, "reach": reach_of(w), "by": w.by}
    reservations_add(reservations=[remote("a", w.hotel, stay(3, 2))], **here)
    yield lambda: reservations_cancel(cancellations=[Cancellation("a")], **here)
    yield lambda: reservations_cancel(cancellations=[Cancellation("a"), Cancellation("b")], **here)
