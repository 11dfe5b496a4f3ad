from __future__ import annotations

from typing import Any

from rest_framework import serializers

from bookyflow.api.wire.fields import DateField, Flag


class ExpectedOut(serializers.Serializer[Any]):
    contract_uid = serializers.IntegerField(source="pk")
    arrival = DateField()
    departure = DateField(source="departs_on", help_text="The day on which the guest leaves.")
    deposit_paid = Flag(source="is_deposit_paid")
    tag = serializers.CharField(source="number", help_text="The booking's number.")
    booked_in = Flag(source="has_arrived")
    bookedout = Flag(source="has_left")
    cancelled = Flag(source="is_called_off", help_text="Always 0: cancelled ones are left out.")
    invoice_uid = serializers.IntegerField(help_text="0 before an invoice is issued.")
    firstname = serializers.CharField(source="who.first_name", help_text="Empty for a block.")
    surname = serializers.CharField(source="who.surname", help_text="Empty for a block.")
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
