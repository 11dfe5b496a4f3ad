from __future__ import annotations

from typing import Any

from rest_framework import serializers

from bookyflow.api.wire.fields import DateField, Flag
from bookyflow.reservations.models import (
    ARRIVED,
    CALLED_OFF,
    BookingKind,
    BookingState,
    lead_guest,
)


class NamePart(serializers.CharField):
    """A part of the name of whom a booking is for."""

    def __init__(self, part: str) -> None:
        super().__init__(source="*", help_text="Empty for a block.")
        self.part = part

    def to_representation(self, row: Any) -> str:
        """As the booking was made."""
        is_block = row.kind == BookingKind.BLOCK
        return "" if is_block else lead_guest(row.personal).get(self.part, "")


class StateFlag(Flag):
    """Whether a booking's state is one of some."""

    def __init__(self, *states: str, **options: Any) -> None:
        super().__init__(source="state", **options)
        self.states = frozenset(states)

    def to_representation(self, value: Any) -> int:
        """1 or 0."""
        return super().to_representation(value in self.states)


class ExpectedOut(serializers.Serializer[Any]):
    contract_uid = serializers.IntegerField(source="id")
    arrival = DateField()
    departure = DateField(source="departs_on", help_text="The day on which the guest leaves.")
    deposit_paid = Flag()
    tag = serializers.CharField(source="number", help_text="The booking's number.")
    booked_in = StateFlag(*ARRIVED)
    bookedout = StateFlag(BookingState.CHECKED_OUT)
    cancelled = StateFlag(*CALLED_OFF, help_text="Always 0: cancelled ones are left out.")
    invoice_uid = serializers.IntegerField(help_text="0 before an invoice is issued.")
    firstname = NamePart("first_name")
    surname = NamePart("surname")
    property_uid = serializers.IntegerField(source="property_id")
    kind = serializers.ChoiceField(
        choices=("booking", "block"), help_text="A guest's booking, or a block."
    )
    state = serializers.CharField(help_text="Of the booking: confirmed, checked_in …")


class DayCountsOut(serializers.Serializer[Any]):
    sts_checkin = serializers.IntegerField(source="arrivals", help_text="Arrivals today.")
    sts_checkin_bookin = serializers.IntegerField(
        source="checked_in", help_text="Of these, who is checked in."
    )
    sts_checkout = serializers.IntegerField(source="departures", help_text="Departures today.")
    sts_checkout_bookout = serializers.IntegerField(
        source="checked_out", help_text="Of these, who is checked out."
    )
    sts_resident = serializers.IntegerField(source="residents", help_text="In the house now.")
