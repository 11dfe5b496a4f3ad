from __future__ import annotations

from functools import cache
from typing import Any

from django.utils.translation import get_language, gettext, gettext_noop
from rest_framework import serializers

from bookyflow.api.wire.fields import Amount, DateField, Flag
from bookyflow.api.wire.shown import Instant
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


class ProgressColour(serializers.ChoiceField):
    """The colour that stands for how far a booking is."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(choices=[colour for colour, _ in SHOWN.values()], **kwargs)

    def to_representation(self, progress: Any) -> str:
        """By the property's own day."""
        colour, _ = SHOWN[progress]
        return colour


class ProgressText(serializers.CharField):
    """How far a booking is, in a few words."""

    def to_representation(self, progress: Any) -> str:
        """By the property's own day, in the language of the request."""
        return _worded(progress, get_language())


class BookingRowOut(serializers.Serializer[Any]):
    contract_uid = serializers.IntegerField(source="id")
    arrival = DateField()
    departure = DateField(source="departs_on", help_text="The day on which the guest leaves.")
    contract_total = Amount(source="total", currency="currency")
    tag = serializers.CharField(source="number", help_text="The booking's number.")
    currency_code = serializers.CharField(source="currency")
    booked_in = Flag(source="has_arrived")
    bookedout = Flag(source="has_left")
    deposit_required = Amount(currency="currency")
    deposit_paid = Flag(source="is_deposit_paid")
    special_reqs = serializers.CharField(source="remarks")
    timestamp = Instant(source="created_at", help_text="ISO 8601, UTC.")
    cancelled = Flag(source="is_called_off")
    invoice_uid = serializers.IntegerField(help_text="0 before an invoice is issued.")
    property_uid = serializers.IntegerField(source="property_id")
    approved = Flag(source="is_approved", help_text="0 for an enquiry.")
    last_changed = Instant(source="changed_at", help_text="ISO 8601, UTC.")
    firstname = serializers.CharField(source="who.first_name")
    surname = serializers.CharField(source="who.surname")
    tel_landline = serializers.CharField(source="who.phone")
    tel_mobile = serializers.CharField(source="who.mobile")
    email = serializers.CharField(source="who.email")
    imgColor = ProgressColour(source="progress", help_text="Stands for `TxtStatus`.")
    TxtStatus = ProgressText(source="progress", help_text="In the language of the request.")
    state = serializers.CharField(help_text="confirmed, checked_in, no_show …")
    version = serializers.IntegerField()
