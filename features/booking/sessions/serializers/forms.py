from __future__ import annotations

from typing import Any

from rest_framework import serializers

from bookyflow.api.wire.fields import Amount, DateField, Flag
from bookyflow.api.wire.pictures import PictureSizesOut
from bookyflow.tariffs.extra_models import extra_model_number
from features.booking.sessions.serializers.prices import RateModel
from features.booking.sessions.serializers.rooms import (
    FirstPicture,
    ShownRoomOut,
)


class PagePath(serializers.CharField):
    """The address of a page of ours; empty where there is none."""

    def to_representation(self, value: Any) -> str:
        """The address, absolute."""
        address: str = self.context["request"].build_absolute_uri(value) if value else ""
        return address


class FormNightOut(serializers.Serializer[Any]):
    adult_price = Amount(
        source="price", help_text="Net, of a person where prices are per person, else of a room."
    )
    gross_price = Amount(source="gross", help_text="The same with tax.")
    date = DateField(source="day")
    checkin_date = DateField(
        source="next_arrival", help_text="The soonest departure of who arrives on the date."
    )
    min_days = serializers.IntegerField(source="min_stay")


class TariffSetOut(serializers.Serializer[Any]):
    rate_title = serializers.CharField(source="tariff.name")
    rate_description = serializers.CharField(source="tariff.description")
    tariff_type_id = serializers.IntegerField(source="tariff.pk")
    maxdays = serializers.IntegerField(source="tariff.max_stay")
    extra_guests_price = Amount(
        source="tariff.extra_guest_price",
        allow_null=True,
        help_text="Per night, of each guest beyond two; null: they pay as the others.",
    )
    minpeople = serializers.IntegerField(source="tariff.min_people")
    maxpeople = serializers.IntegerField(source="tariff.max_people")
    roomclass_uid = serializers.IntegerField(source="tariff.room_type_id")
    dates = serializers.DictField(
        child=FormNightOut(),
        source="nights",
        help_text="By night. The rooms of a type have the same: only the first one shows them.",
    )


class FormRoomOut(ShownRoomOut):
    room_classes_uid = serializers.IntegerField(source="room.room_type_id")


class FormRoomTypeOut(serializers.Serializer[Any]):
    room_class_id = serializers.IntegerField(source="room.room_type_id")
    room_class_abbv = serializers.CharField(source="room.room_type.name")
    room_class_full_desc = serializers.CharField(source="room.room_type.description")
    image = FirstPicture("small", source="type_pictures")
    images = PictureSizesOut(source="type_pictures", many=True)


class RoomOfFormOut(serializers.Serializer[Any]):
    room = FormRoomOut(source="shown")
    room_type = FormRoomTypeOut(source="shown")
    tariff_sets = TariffSetOut(source="tariffs", many=True)


class CapacityOut(serializers.Serializer[Any]):
    adults = serializers.IntegerField()
    children = serializers.IntegerField()


class FormPicturesOut(serializers.Serializer[Any]):
    property = serializers.DictField(
        child=serializers.ListField(child=PictureSizesOut()),
        source="pictures_by_number",
        help_text="Under 0, the main one first.",
    )


class FormCalendarOut(serializers.Serializer[Any]):
    allowed_dates = serializers.DictField(
        child=DateField(),
        source="allowed_by_number",
        help_text="Nights that can be had, and the first day of each closed stretch, on which a "
        "stay can end; numbered from 0.",
    )
    not_available_dates = serializers.ListField(
        child=DateField(), source="closed", help_text="Nights that are full or too soon."
    )


class AddressFieldOut(serializers.Serializer[Any]):
    field = serializers.CharField(source="name")
    label = serializers.CharField()  # type: ignore[assignment]  # names of the interface
    required = serializers.BooleanField()  # type: ignore[assignment]  # likewise
    required_label = serializers.CharField()


class QuestionOut(serializers.Serializer[Any]):
    field = serializers.CharField(source="name")
    question = serializers.CharField(source="description")
    answer = serializers.CharField(help_text="text, number, flag or date.")
    required = serializers.BooleanField()  # type: ignore[assignment]  # the interface's name


class FormChildRateOut(serializers.Serializer[Any]):
    id = serializers.IntegerField(source="pk")
    age_from = serializers.IntegerField()
    age_to = serializers.IntegerField(help_text="Included.")
    price = Amount()
    model = RateModel(source="per_stay", help_text="per_night or per_stay.")


class FormExtraOut(serializers.Serializer[Any]):
    extra_uid = serializers.IntegerField(source="pk")
    name = serializers.CharField()
    description = serializers.CharField()
    price = Amount(help_text="Per cent where the model is 100.")
    model = serializers.SerializerMethodField(help_text="See extra_models_explanation.")
    max_quantity = serializers.IntegerField()
    forced = serializers.BooleanField(help_text="It goes with every stay.")
    room_type_uid = serializers.IntegerField(
        source="room_type_id", allow_null=True, help_text="Only for rooms of the type."
    )
    valid_from = DateField(allow_null=True, help_text="For arrivals from that day on.")
    valid_to = DateField(allow_null=True, help_text="For arrivals until that day.")

    def get_model(self, extra: Any) -> int:
        """The number of how it is charged."""
        return extra_model_number(extra.model)


class FormExtrasOut(serializers.Serializer[Any]):
    extras = FormExtraOut(many=True)
    extra_models_explanation = serializers.DictField(
        child=serializers.CharField(), source="extra_models", help_text="By number."
    )


class FormDataOut(serializers.Serializer[Any]):
    session_token = serializers.CharField(
        source="begun.token",
        help_text="Opens what the guest types, and the payment. Keep it secret; a new start "
        "replaces it.",
    )
    booking_model = serializers.CharField(source="model")
    language = serializers.CharField()
    property_name = serializers.CharField(source="name")
    confirmation_url = PagePath(source="page_to_pay")
    property_details_url = serializers.CharField(source="details_page")
    bypass_confirmation = serializers.BooleanField(
        help_text="Whether /booking/create books at once; else the guest pays before."
    )
    min_days = serializers.IntegerField(help_text="1000: nothing has a price.")
    fixedPeriodBookings = Flag(source="prop.settings.fixed_periods_on")
    fixedPeriodBookingsNumberOfDays = serializers.IntegerField(source="fixed_period_nights")
    fixedArrivalDateYesNo = Flag(source="prop.settings.fixed_arrival_on")
    fixedArrivalDay = serializers.IntegerField(source="fixed_arrival_day")
    first_arrival = DateField(help_text="The first day on which guests may arrive.")
    last_arrival = DateField(help_text="The last one; a year ahead at most.")
    asks_for_departure = serializers.BooleanField(
        source="prop.settings.asks_for_departure",
        help_text="False: stays have a length that the property presets.",
    )
    capacity = CapacityOut()
    labels = serializers.DictField(child=serializers.CharField())
    images = FormPicturesOut(source="*")
    availability = FormCalendarOut()
    rooms = serializers.DictField(child=RoomOfFormOut(), help_text="By room id.")
    address_form_fields = AddressFieldOut(source="address_fields", many=True)
    questions = QuestionOut(many=True, help_text="The property's own; see `answers`.")
    currency_code = serializers.CharField(source="prop.settings.currency")
    child_rates = serializers.DictField(child=FormChildRateOut(), help_text="By id.")
    children_allowed = serializers.BooleanField(source="prop.settings.allow_children")
    extras = FormExtrasOut(source="*")
    countries = serializers.DictField(child=serializers.CharField(), help_text="Names by code.")


class FormInfoOut(serializers.Serializer[Any]):
    booking_model = serializers.CharField()
    confirmation_url = serializers.CharField()
    min_days = serializers.CharField()
    fixedPeriodBookings = serializers.CharField()
    fixedPeriodBookingsNumberOfDays = serializers.CharField()
    fixedArrivalDateYesNo = serializers.CharField()
    fixedArrivalDay = serializers.CharField()
    capacity = serializers.CharField()
    labels = serializers.CharField()
    images = serializers.CharField()
    availability = serializers.CharField()
    rooms = serializers.CharField()


class FormResponseOut(serializers.Serializer[Any]):
    data = FormDataOut(source="*")  # type: ignore[assignment]  # the name is part of the interface
    info = FormInfoOut(source="explained", help_text="What the fields of `data` mean.")


class InitialiseOut(serializers.Serializer[Any]):
    response = FormResponseOut(source="*")
