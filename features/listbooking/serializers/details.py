from __future__ import annotations

from typing import Any
from urllib.parse import quote

from django.utils.translation import gettext, gettext_noop
from rest_framework import serializers

from bookyflow.api.wire.fields import Amount, DateField
from bookyflow.api.wire.shown import (
    AmountShown,
    CountryName,
    GuestPicture,
    Instant,
    LongDate,
    PersonalText,
    RegionName,
)
from bookyflow.reservations.models import BookingKind


class BookingOrigin(serializers.CharField):
    """How a booking came in."""

    def to_representation(self, booking: Any) -> str:
        """In the language of the request."""
        if booking.kind == BookingKind.BLOCK:
            return gettext("Black")
        return gettext("Reception") if booking.made_by_staff else gettext("Internet")


class EnteredBy(serializers.CharField):
    """Who entered a booking."""

    def to_representation(self, booking: Any) -> str:
        """The login of who did, or the name of the guest."""
        who = booking.who
        return str(booking.entered_by or f"{who.first_name} {who.surname}".strip())


class StayOut(serializers.Serializer[Any]):
    BOOKING_ARRIVAL = LongDate(source="arrival", help_text="For people.")
    BOOKING_DEPARTURE = LongDate(source="departs_on", help_text="For people.")
    ARRIVAL = DateField(source="arrival")
    DEPARTURE = DateField(source="departs_on", help_text="The day on which the guest leaves.")
    NUM_NIGHTS = serializers.IntegerField(source="stay.length")
    BOOKINGTYPE = BookingOrigin(source="*", help_text="Black (a block), Reception or Internet.")
    BOOKERSUSERNAME = EnteredBy(
        source="*", help_text="Login of who entered it, or the name of the guest."
    )
    SPECIALREQS = serializers.CharField(source="remarks")


class MailLink(serializers.CharField):
    """A link that begins an e-mail to the guest."""

    def to_representation(self, booking: Any) -> str:
        """Percent-encoded; empty without an address."""
        who = booking.who
        if not who.email:
            return ""
        named = {
            "number": booking.number,
            "property": self.context["view"].prop.name,
            "name": f"{who.first_name} {who.surname}".strip(),
        }
        subject = gettext("Booking number %(number)s @ %(property)s") % named
        body = gettext("Dear %(name)s RE Booking number %(number)s") % named
        return f"mailto:{quote(who.email)}?subject={quote(subject)}&body={quote(body)}"


class VatNumber(serializers.CharField):
    """The VAT number in the guest book, where that entry is of the guest of the booking."""

    def to_representation(self, booking: Any) -> str:
        """The number, or nothing."""
        entry = booking.entry_of_its_guest()
        return entry.vat_number if entry else ""


class BookingGuestOut(serializers.Serializer[Any]):
    GUEST_FIRSTNAME = serializers.CharField(source="who.first_name")
    GUEST_SURNAME = serializers.CharField(source="who.surname")
    GUEST_HOUSE = serializers.CharField(source="who.house")
    GUEST_STREET = serializers.CharField(source="who.street")
    GUEST_TOWN = serializers.CharField(source="who.town")
    GUEST_REGION = RegionName(source="who.region")
    GUEST_COUNTRY = CountryName(
        source="who.country", help_text="Name, in the language of the request."
    )
    GUEST_POSTCODE = serializers.CharField(source="who.postcode")
    GUEST_TEL_LANDLINE = serializers.CharField(source="who.phone")
    GUEST_TEL_MOBILE = serializers.CharField(source="who.mobile")
    GUEST_VAT_NUMBER = VatNumber(source="*")
    EMAIL_LINK = MailLink(source="*", help_text="Begins an e-mail; percent-encoded.")
    EMAIL_ADDRESS = serializers.CharField(source="who.email")
    GUEST_IMAGE = GuestPicture(source="*", help_text="A picture that stands for any guest.")
    ADULTS = serializers.IntegerField(source="adults")
    CHILDREN = serializers.IntegerField(source="children")


class Word(serializers.CharField):
    """A label of ours."""

    def __init__(self, text: str) -> None:
        super().__init__(source="*", help_text="A label, in the language of the request.")
        self.text = text

    def to_representation(self, value: Any) -> str:
        """The label."""
        return str(gettext(self.text))


class BookedRoomOut(serializers.Serializer[Any]):
    _BOOKYFLOW_COM_MR_EB_ROOM_NAME = Word(gettext_noop("Room name"))
    RINFO_NAME = serializers.CharField(source="room.name")
    _BOOKYFLOW_COM_MR_LISTTARIFF_RATETITLE = Word(gettext_noop("Tariff title"))
    RINFO_TARIFF = serializers.CharField(
        source="tariff.name", default="", help_text="As it is called now; empty without one."
    )
    _BOOKYFLOW_COM_MR_EB_ROOM_NUMBER = Word(gettext_noop("Room"))
    RINFO_NUMBER = serializers.CharField(source="room.number")
    _BOOKYFLOW_COM_MR_EB_ROOM_FLOOR = Word(gettext_noop("Floor"))
    RINFO_ROOM_FLOOR = serializers.CharField(source="room.floor")
    _BOOKYFLOW_COM_MR_EB_ROOM_MAXPEOPLE = Word(gettext_noop("Max people"))
    RINFO_MAX_PEOPLE = serializers.CharField(source="room.max_occupancy", help_text="A number.")
    _BOOKYFLOW_COM_MR_EB_ROOM_CLASS_ABBV = Word(gettext_noop("Room/property type"))
    TYPE = serializers.CharField(source="room.room_type.name")
    ROOM_UID = serializers.IntegerField(source="room.pk")
    TARIFFTYPE_ID = serializers.IntegerField(
        source="tariff.pk", allow_null=True, default=None, help_text="Null without a tariff."
    )


class AccountAmountsOut(serializers.Serializer[Any]):
    single_person_suppliment = Amount(source="supplement", currency="currency")
    room_total = Amount(source="rooms", currency="currency")
    booking_deposit_required = Amount(source="deposit", currency="currency")
    booking_contract_total = Amount(source="price", currency="currency")
    tax = Amount(currency="currency")
    extrasoptionsvalue = Amount(source="extras", currency="currency")
    grand_total = Amount(source="total", currency="currency")
    remainder_to_pay = Amount(source="remainder", currency="currency")


class YesNo(serializers.CharField):
    """A yes or no, in a word."""

    def to_representation(self, value: Any) -> str:
        """In the language of the request."""
        return gettext("Yes") if value else gettext("No")


class BookingAccountOut(serializers.Serializer[Any]):
    SINGLE_PERSON_SUPPLIMENT = AmountShown(
        source="supplement", currency="currency", help_text="Without tax."
    )
    ROOM_TOTAL = AmountShown(
        source="rooms", currency="currency", help_text="After discounts, without tax."
    )
    DEPOSITPAID = YesNo(source="booking.is_deposit_paid")
    BOOKING_DEPOSIT_REQUIRED = AmountShown(source="deposit", currency="currency")
    BOOKING_CONTRACT_TOTAL = AmountShown(
        source="price", currency="currency", help_text="Of the stay, with tax."
    )
    BOOKING_DEPOSIT_REF = PersonalText(
        source="deposit_reference",
        allow_null=True,
        help_text="What the first payment was noted with, which may name the guest: empty for a "
        "token without `guests_get`. Null before one is made.",
    )
    TAX = AmountShown(source="tax", currency="currency")
    EXTRASOPTIONSVALUE = AmountShown(
        source="extras",
        currency="currency",
        help_text="Extras, cleaning, city tax and fees, without tax.",
    )
    GRAND_TOTAL = AmountShown(
        source="total", currency="currency", help_text="With services and their tax."
    )
    REMAINDER_TO_PAY = AmountShown(
        source="remainder", currency="currency", help_text="Negative: to be refunded."
    )
    CURRENCY_CODE = serializers.CharField(source="currency")
    AMOUNTS = AccountAmountsOut(source="*", help_text="The same for programs.")


class BookingNoteOut(serializers.Serializer[Any]):
    NOTE_UID = serializers.IntegerField(source="pk")
    NOTE = serializers.CharField(source="text")
    DATETIME = Instant(source="created_at", help_text="ISO 8601, UTC.")
    EDITTEXT = Word(gettext_noop("Edit note"))
    DELETETEXT = Word(gettext_noop("Delete note"))
