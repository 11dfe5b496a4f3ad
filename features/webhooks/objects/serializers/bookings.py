from __future__ import annotations

from typing import Any

from rest_framework import serializers

from bookyflow.api.wire.fields import Amount, DateField, Flag, ZeroOrId
from bookyflow.api.wire.shown import GuestPicture, Instant, PersonalText
from bookyflow.reservations.models import BookingState
from bookyflow.webhooks.objects import BookingRead

HIDDEN = "Empty for a token without `guests_get`."


class RoomsAndTariffs(serializers.CharField):
    """The rooms of a booking with their tariffs."""

    def get_attribute(self, instance: BookingRead) -> str:
        """Such as 53^72,54^72; 0 where a room has no tariff."""
        return ",".join(
            f"{one.room.pk}^{one.tariff.pk if one.tariff else 0}" for one in instance.rooms
        )


class ExtraIds(serializers.CharField):
    """The extras of a booking."""

    def get_attribute(self, instance: BookingRead) -> str:
        """Their ids, such as 1,4."""
        return ",".join(str(line.source_id) for line in instance.extras)


class ChargedExtraOut(serializers.Serializer[Any]):
    uid = serializers.IntegerField(source="source_id")
    name = serializers.CharField(help_text="As it was called then.")
    price = Amount(source="unit", currency="booking.currency", help_text="Of one, as entered.")
    tax_rate = ZeroOrId(source="tax_rate_id", help_text="Id of its rate of tax; 0: untaxed.")
    qty = serializers.IntegerField(source="quantity")


class ExtrasById(serializers.DictField):
    """The extras of a booking by their ids."""

    child = ChargedExtraOut()

    def get_attribute(self, instance: BookingRead) -> dict[int | None, Any]:
        """The lines that charge them."""
        return {line.source_id: line for line in instance.extras}


class HeldRoomOut(serializers.Serializer[Any]):
    room_uid = serializers.IntegerField(source="room.pk")
    room_classes_uid = serializers.IntegerField(source="room.room_type_id")
    room_name = serializers.CharField(source="room.name")
    room_number = serializers.CharField(source="room.number")
    room_floor = serializers.CharField(source="room.floor")
    max_people = serializers.IntegerField(source="room.max_occupancy")
    singleperson_suppliment = Amount(
        source="room.single_supplement", currency="booking.currency", help_text="Per night; net."
    )
    black_booking = Flag(default=False, help_text="0: a block is no booking.")
    reception_booking = Flag(source="booking.made_by_staff")
    internet_booking = Flag(source="is_by_guest")
    rate_title = serializers.CharField(
        source="tariff.name", default="", help_text="The tariff as it is called now, if any."
    )


class RoomsById(serializers.DictField):
    """The rooms of a booking by their ids."""

    child = HeldRoomOut()

    def get_attribute(self, instance: BookingRead) -> dict[int, Any]:
        """The rooms with their tariffs, and who booked them."""
        booking = instance.booking
        booked = {"booking": booking, "is_by_guest": not booking.made_by_staff}
        return {
            one.room.pk: {"room": one.room, "tariff": one.tariff, **booked}
            for one in instance.rooms
        }


class BookingReadOut(serializers.Serializer[Any]):
    contract_uid = serializers.IntegerField(source="booking.pk")
    tag = serializers.CharField(source="booking.number", help_text="The booking's number.")
    state = serializers.ChoiceField(BookingState.values, source="booking.state")
    version = serializers.IntegerField(source="booking.version")
    arrival = DateField(source="booking.arrival")
    departure = DateField(source="booking.departs_on", help_text="The day the guest leaves.")
    guest_uid = serializers.IntegerField(source="booking.guest_id")
    rooms_tariffs = RoomsAndTariffs(
        help_text="room^tariff pairs with commas between them; 0: without a tariff."
    )
    deposit_paid = Flag(source="booking.is_deposit_paid")
    contract_total = Amount(source="booking.total", currency="booking.currency")
    currency_code = serializers.CharField(source="booking.currency")
    special_reqs = PersonalText(source="booking.remarks", help_text=HIDDEN)
    extras = ExtraIds(help_text="Ids with commas between them.")
    cancelled = Flag(source="booking.is_called_off")
    coupon_id = ZeroOrId(source="booking.coupon_id", help_text="0: none.")
    booked_in = Flag(source="booking.has_arrived")
    bookedout = Flag(source="booking.has_left")
    firstname = PersonalText(source="booking.who.first_name", help_text=HIDDEN)
    surname = PersonalText(source="booking.who.surname", help_text=HIDDEN)
    image = GuestPicture(source="*", help_text="A picture that stands for any guest.")
    extradeets = ExtrasById(help_text="By the id of the extra.")
    roomdeets = RoomsById(
        help_text="By the id of the room; none of an enquiry, and of a booking that has ended."
    )


class BlockReadOut(serializers.Serializer[Any]):
    contract_uid = serializers.IntegerField(source="block.pk", help_text="Id of the block.")
    arrival = DateField(source="block.arrival", help_text="The first night.")
    departure = DateField(source="block.departure", help_text="The first night that is free again.")
    special_reqs = serializers.CharField(source="block.remarks", help_text="Why, for staff.")
    room_ids = serializers.ListField(
        child=serializers.IntegerField(), help_text="The rooms; none once they are open again."
    )
    deleted_at = Instant(source="block.ended_at", allow_null=True, help_text="ISO 8601, UTC.")


class NoteReadOut(serializers.Serializer[Any]):
    note_uid = serializers.IntegerField(source="note_id")
    contract_uid = serializers.IntegerField(source="booking_id")
    note_content = PersonalText(
        source="note.text", default="", help_text=f"Empty once it is deleted. {HIDDEN}"
    )
    deleted_at = Instant(allow_null=True, help_text="ISO 8601, UTC.")
