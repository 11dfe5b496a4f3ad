from __future__ import annotations

from functools import cache
from typing import Any

from django.utils.translation import get_language, gettext, gettext_noop
from rest_framework import serializers

from bookyflow.api.wire.fields import Amount, DateField, Flag
from bookyflow.billing.booking_lists import ListedBooking
from bookyflow.core.money import amount_text
from bookyflow.reservations.progress import Progress

SHOWN: dict[Progress, tuple[str, str]] = {
    Progress.EXPECTED: ("grey", gettext_noop("Arrival Pending")),
    Progress.ARRIVES_TODAY: ("orange", gettext_noop("Arrive today")),
    Progress.DEPARTS_TODAY: ("blue", gettext_noop("Departs today")),
    Progress.NOT_ARRIVED: ("red", gettext_noop("Has not arrived")),
    Progress.RESIDENT: ("green", gettext_noop("Current Resident")),
    Progress.OVERDUE: ("purple", gettext_noop("Departure overdue")),
    Progress.CHECKED_OUT: ("teal", gettext_noop("Checked out")),
    Progress.CANCELLED: ("black", gettext_noop("Cancelled")),
}


@cache
def _worded(progress: Progress, language: str | None) -> str:
    """In the language that is active: looking a text up takes as long as opening a name."""
    _, text = SHOWN[progress]
    return gettext(text)


class BookingRowsOut(serializers.ListSerializer[Any]):
    def to_representation(self, bookings: Any) -> list[Any]:
        """In one step: lists of many, each with its guest, are read all the time."""
        language = get_language()
        return [_row(booking, language) for booking in bookings]


class BookingRowOut(serializers.Serializer[Any]):
    contract_uid = serializers.IntegerField()
    arrival = DateField()
    departure = DateField(help_text="The day on which the guest leaves.")
    contract_total = Amount()
    tag = serializers.CharField(help_text="The booking's number.")
    currency_code = serializers.CharField()
    booked_in = Flag()
    bookedout = Flag()
    deposit_required = Amount()
    deposit_paid = Flag()
    special_reqs = serializers.CharField()
    timestamp = serializers.CharField(help_text="ISO 8601, UTC.")
    cancelled = Flag()
    invoice_uid = serializers.IntegerField(help_text="0 before an invoice is issued.")
    property_uid = serializers.IntegerField()
    approved = Flag(help_text="0 for an enquiry.")
    last_changed = serializers.CharField(help_text="ISO 8601, UTC.")
    firstname = serializers.CharField()
    surname = serializers.CharField()
    tel_landline = serializers.CharField()
    tel_mobile = serializers.CharField()
    email = serializers.CharField()
    imgColor = serializers.ChoiceField(
        [colour for colour, _ in SHOWN.values()],
        help_text="Stands for `TxtStatus`.",
    )
    TxtStatus = serializers.CharField(help_text="In the language of the request.")
    state = serializers.CharField(help_text="confirmed, checked_in, no_show …")
    version = serializers.IntegerField()

    class Meta:
        list_serializer_class = BookingRowsOut


def _row(booking: ListedBooking, language: str | None) -> dict[str, Any]:
    """What BookingRowOut declares, with texts in the language that is active."""
    currency, told, progress = booking.currency, booking.told().get, booking.progress()
    colour, _ = SHOWN[progress]
    return {
        "contract_uid": booking.id,
        "arrival": booking.arrival.isoformat(),
        "departure": booking.departs_on.isoformat(),
        "contract_total": amount_text(booking.total, currency),
        "tag": booking.number,
        "currency_code": currency,
        "booked_in": int(booking.has_arrived()),
        "bookedout": int(booking.has_left()),
        "deposit_required": amount_text(booking.deposit_required, currency),
        "deposit_paid": int(booking.is_deposit_paid()),
        "special_reqs": booking.remarks,
        "timestamp": booking.created,
        "cancelled": int(booking.is_called_off()),
        "invoice_uid": booking.invoice_uid,
        "property_uid": booking.property_id,
        "approved": int(booking.is_approved()),
        "last_changed": booking.changed,
        "firstname": told("first_name", ""),
        "surname": told("surname", ""),
        "tel_landline": told("phone", ""),
        "tel_mobile": told("mobile", ""),
        "email": told("email", ""),
        "imgColor": colour,
        "TxtStatus": _worded(progress, language),
        "state": booking.state,
        "version": booking.version,
    }
