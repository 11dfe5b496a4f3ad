from __future__ import annotations

from typing import Any

from rest_framework import serializers

from bookyflow.api.wire.fields import Amount, DateField
from bookyflow.api.wire.shown import PersonalText
from bookyflow.billing.models import InvoiceKind, InvoiceStatus, PaymentKind, PaymentMethod
from bookyflow.reservations.models import BookingState, SecurityState
from features.desk.serializers.fields import HIDDEN, OneOf, Personal


class BookingsQuery(serializers.Serializer[Any]):
    status = serializers.ChoiceField(
        choices=BookingState.values, required=False, help_text="Only those in this state."
    )
    arrival = DateField(required=False, help_text="Only those that arrive on this day.")
    departure = DateField(required=False, help_text="Only those that leave on this day.")


class DeskRoomOut(serializers.Serializer[Any]):
    room_uid = serializers.IntegerField(source="room_id")
    room_number = serializers.CharField(source="number")
    room_name = serializers.CharField(source="name")
    room_type_uid = serializers.IntegerField(source="room_type_id")
    room_type = serializers.CharField()


class DeskGuestOut(serializers.Serializer[Any]):
    firstname = serializers.CharField(source="first_name")
    surname = serializers.CharField()
    email = serializers.CharField()
    tel_landline = serializers.CharField(source="phone")
    tel_mobile = serializers.CharField(source="mobile")
    house = serializers.CharField()
    street = serializers.CharField()
    town = serializers.CharField()
    region = serializers.CharField(help_text="ISO 3166-2.")
    postcode = serializers.CharField()
    country = serializers.CharField(help_text="ISO 3166-1, two letters.")


class BookedGuestOut(Personal, DeskGuestOut):
    pass


class BookedAnswersOut(Personal, serializers.DictField):
    pass


class ChargedLineOut(serializers.Serializer[Any]):
    line_uid = serializers.IntegerField(source="pk")
    kind = serializers.CharField(help_text="accommodation, discount, extra, service, city_tax …")
    rule = serializers.CharField(help_text="By which rule; a stable code.")
    description = serializers.CharField()
    explanation = serializers.CharField(help_text="How the amount came about.")
    quantity = serializers.IntegerField()
    unit = Amount(help_text="The price of one, as it was entered.")
    net = Amount()
    tax_rate = serializers.CharField(help_text="Per cent.")
    tax = Amount()
    gross = Amount()
    is_billed = serializers.BooleanField(source="billed", help_text="It is on an invoice.")


class DeskLineOut(ChargedLineOut):
    first_night = DateField(allow_null=True)
    last_night = DateField(allow_null=True, help_text="Included.")
    reverses_uid = serializers.IntegerField(
        source="reverses_id", allow_null=True, help_text="The line that this one takes back."
    )


class SavedNoteOut(serializers.Serializer[Any]):
    note_uid = serializers.IntegerField(source="pk")
    text = serializers.CharField()
    user_uid = serializers.IntegerField(source="user_id", allow_null=True)
    created_at = serializers.DateTimeField()
    changed_at = serializers.DateTimeField()


class BookedNoteOut(SavedNoteOut):
    text = PersonalText()


class EntryOut(serializers.Serializer[Any]):
    payment_uid = serializers.IntegerField(source="pk")
    kind = OneOf(PaymentKind.values)
    amount = Amount(help_text="Negative: given back.")
    method = OneOf(PaymentMethod.values)
    reference = PersonalText()
    at = serializers.DateTimeField()
    reverses_uid = serializers.IntegerField(
        source="reverses_id", allow_null=True, help_text="The entry that this one takes back."
    )


class BookedPaymentOut(EntryOut):
    reversed_by_uid = serializers.IntegerField(
        source="reversal_id", allow_null=True, help_text="The entry that takes this one back."
    )


class InvoiceStatusWord(OneOf):
    """What has come in for an invoice."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__((one.name.lower() for one in InvoiceStatus), **kwargs)

    def to_representation(self, value: Any) -> str:
        """The word."""
        return InvoiceStatus(value).name.lower()


class BookedInvoiceOut(serializers.Serializer[Any]):
    invoice_uid = serializers.IntegerField(source="pk")
    invoice_number = serializers.CharField(source="number")
    kind = OneOf(InvoiceKind.values)
    status = InvoiceStatusWord()
    issue_date = DateField()
    due_date = DateField()
    gross = Amount(currency="currency")


class SecurityDepositOut(serializers.Serializer[Any]):
    amount = Amount()
    status = OneOf(SecurityState.values, source="state")
    withheld = Amount(help_text="What the property has kept of it.")
    reason = PersonalText()


class DeskAccountOut(serializers.Serializer[Any]):
    contract_uid = serializers.IntegerField(source="pk")
    status = OneOf(BookingState.values, source="state")
    currency_code = serializers.CharField(source="currency")
    total = Amount(currency="currency")
    deposit_required = Amount(currency="currency", help_text="Due in advance.")
    paid = Amount(currency="currency")
    balance = Amount(
        source="amount_due",
        currency="currency",
        help_text="Total less paid; negative: owed to the guest.",
    )
    version = serializers.IntegerField(help_text="For If-Match.")


class DeskBookingSummaryOut(DeskAccountOut):
    booking_number = serializers.CharField(source="number")
    arrival = DateField()
    departure = DateField(source="departs_on")
    adults = serializers.IntegerField()
    children = serializers.IntegerField()
    rooms = DeskRoomOut(
        source="rooms_held", many=True, help_text="None once the booking has ended."
    )
    guests_uid = serializers.IntegerField(source="guest_id", help_text="Of the guest book.")
    guest = BookedGuestOut(source="booked_for", allow_null=True, help_text=HIDDEN)


class DeskBookingOut(DeskBookingSummaryOut):
    property_uid = serializers.IntegerField(source="property_id")
    remarks = PersonalText()
    referrer = PersonalText()
    answers = BookedAnswersOut(
        allow_null=True, help_text=f"To the property's own questions. {HIDDEN}"
    )
    cancellation_reason = PersonalText()
    language = serializers.CharField()
    is_made_by_staff = serializers.BooleanField(source="made_by_staff")
    is_made_by_channel = serializers.BooleanField(source="made_by_channel")
    coupon_uid = serializers.IntegerField(source="coupon_id", allow_null=True)
    lines = DeskLineOut(many=True, help_text="Their gross amounts add up to the total.")
    payments = BookedPaymentOut(many=True)
    invoices = BookedInvoiceOut(many=True)
    security_deposit = SecurityDepositOut(
        allow_null=True, help_text="In no total; null: none is asked for."
    )
    notes = BookedNoteOut(many=True)
    pay_by = serializers.DateTimeField(
        allow_null=True, help_text="It ends by then unless the deposit comes; null: it stays."
    )
    checked_in_at = serializers.DateTimeField(allow_null=True)
    checked_out_at = serializers.DateTimeField(allow_null=True)
    ended_at = serializers.DateTimeField(allow_null=True)
    created_at = serializers.DateTimeField()
    changed_at = serializers.DateTimeField()
