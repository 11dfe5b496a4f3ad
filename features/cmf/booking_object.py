"""Bookings as the CMF shows them, and reservations as it takes them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from bookyflow.billing.selectors import newest_invoices
from bookyflow.channels.reservations import Outcome, RemoteReservation, RemoteStay
from bookyflow.channels.selectors import rooms_by_type
from bookyflow.core import languages, places
from bookyflow.core.dates import utc_text
from bookyflow.guests.services import GuestDetails
from bookyflow.reservations.models import Booking, BookingState

STATUSES = {
    BookingState.PROVISIONAL: (3, "Approved"),
    BookingState.CONFIRMED: (3, "Approved"),
    BookingState.CHECKED_IN: (4, "Arrived"),
    BookingState.CHECKED_OUT: (5, "Departed"),
    BookingState.CANCELLED: (6, "Cancelled"),
    BookingState.NO_SHOW: (7, "No-show"),
    BookingState.REJECTED: (8, "Rejected"),
}
ENQUIRY_UNPAID, ENQUIRY_PAID = (1, "Enquiry, deposit unpaid"), (2, "Enquiry, deposit paid")


def booking_objects(bookings: Sequence[Booking], language: str) -> list[dict[str, Any]]:
    """Bookings, in the shape of BookingOut; countries' names are in `language`."""
    invoices = newest_invoices(booking_ids=[booking.pk for booking in bookings])
    return [_booking(one, language, invoices.get(one.pk, (None, ""))) for one in bookings]


def _booking(booking: Booking, language: str, invoice: tuple[int | None, str]) -> dict[str, Any]:
    return {
        "booking_id": booking.pk,
        "booking_number": booking.number,
        "invoice_id": invoice[0],
        "invoice_number": invoice[1],
        "comments": booking.remarks,
        "status": dict(zip(("status_code", "status_text"), _status(booking), strict=True)),
        "property_uid": booking.property_id,
        "booking_created": utc_text(booking.created_at),
        "last_modified": utc_text(booking.changed_at),
        "date_from": booking.arrival,
        "date_to": booking.stay().last_night,
        "booking_total": booking.total,
        "deposit_amount": booking.deposit_required,
        "deposit_paid": _is_paid(booking),
        "currency_code": booking.currency,
        "referrer": booking.referrer,
        "mapping": _mapping(booking),
        "guest_numbers": {
            "adults": booking.adults,
            "children": booking.children,
            "number_of_guests": booking.adults + booking.children,
        },
        "room_types_booked": {
            str(key): {
                "name": group.name,
                "room_type_id": group.room_type_id,
                "count": len(group.room_ids),
                "room_ids": group.room_ids,
            }
            for key, group in rooms_by_type(getattr(booking, "held", ())).items()
        },
        "guest_data": _guest(booking, language),
        "version": booking.version,
    }


def booking_link(booking: Booking) -> dict[str, Any]:
    """A booking in short, in the shape of BookingLinkOut."""
    return {
        "link_id": booking.pk,
        "contract_uid": booking.pk,
        "booking_number": booking.number,
        "property_uid": booking.property_id,
        "date_from": booking.arrival,
        "date_to": booking.stay().last_night,
        "property_name": booking.property.name,
    }


def blocks_object(blocks: Iterable[Booking]) -> dict[str, Any]:
    """Blocks with their nights, in the shape of BlocksOut."""
    nights = {
        str(block.pk): {"arrival": block.arrival, "last_night": block.stay().last_night}
        for block in blocks
    }
    return {"blackbooking_ids": list(map(int, nights)), "blackbookings": nights}


def booked(outcome: Outcome) -> dict[str, Any]:
    """A reservation that succeeded, in the shape of BookedOut."""
    links = [booking_link(booking) for booking in outcome.bookings]
    return {"success": True, "link": links[0], "links": links}


def result(outcome: Outcome, message: str = "") -> dict[str, Any]:
    """What became of one item: success, the key of its error, a message."""
    if outcome.error is None:
        return {"success": True, "key": "", "message": message}
    return {"success": False, "key": outcome.error.key, "message": outcome.error.detail}


def cancelled_text(outcome: Outcome) -> list[str]:
    """A sentence per booking."""
    return [
        f"Booking {booking.pk} of property {booking.property_id} was cancelled"
        for booking in outcome.bookings
    ]


def remote_reservation(item: Mapping[str, Any]) -> RemoteReservation:
    """A validated ReservationIn as the domain takes it."""
    return RemoteReservation(
        remote_id=item["remote_reservation_id"],
        comments=item["comments"],
        referrer=item["referrer"],
        guest=_guest_details(item["guest_info"]),
        stays=tuple(_remote_stay(stay) for stay in item["stay_infos"]),
    )


def _remote_stay(stay: Mapping[str, Any]) -> RemoteStay:
    return RemoteStay(
        property_id=stay["property_id"],
        stay=stay["stay"],
        price=stay["channel_price"],
        already_paid=stay.get("already_paid", Decimal(0)),
        rooms=stay["room_quantity"],
        room_type_id=stay["room_type_id"] or None,
        room_type_name=stay["room_type_name"],
        guests=stay["guest_number"],
    )


def _guest_details(info: Mapping[str, Any]) -> GuestDetails:
    return GuestDetails(
        first_name=info.get("name", ""),
        surname=info["surname"],
        email=info["email"],
        phone=info["phone"],
        mobile=info["phone"],
        street=info["address"],
        postcode=info["post_code"],
        country=info["country_code"],
        language=languages.nearest(info.get("language_id", "")),
    )


def _is_paid(booking: Booking) -> bool:
    return booking.paid >= booking.deposit_required


def _status(booking: Booking) -> tuple[int, str]:
    if booking.state == BookingState.ENQUIRY:
        return ENQUIRY_PAID if _is_paid(booking) else ENQUIRY_UNPAID
    return STATUSES[BookingState(booking.state)]


def _mapping(booking: Booking) -> dict[str, Any]:
    stay = getattr(booking, "channel_stay", None)
    if stay is None:
        return {}
    return {
        "linked_bookings": {
            "channel_id": stay.reservation.channel_id,
            "remote_booking_id": stay.reservation.remote_id,
            "local_booking_id": booking.pk,
        }
    }


def _guest(booking: Booking, language: str) -> dict[str, Any]:
    guest, entry = booking.booked_for(), booking.entry_of_its_guest()
    region = places.region(guest.region)
    return {
        "guest_id": booking.guest_id,
        "enc_firstname": guest.first_name,
        "enc_surname": guest.surname,
        "enc_house": guest.house,
        "enc_street": guest.street,
        "enc_city": guest.town,
        "enc_region": region.name if region else "",
        "country": places.country_name(guest.country, language),
        "country_code": guest.country,
        "enc_postcode": guest.postcode,
        "enc_preferences": entry.preferences if entry else "",
        "enc_tel_landline": guest.phone,
        "enc_tel_mobile": guest.mobile,
        "enc_email": guest.email,
    }
