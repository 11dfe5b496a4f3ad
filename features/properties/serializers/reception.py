from __future__ import annotations

from datetime import date
from functools import partial
from typing import Any

from rest_framework import serializers

from bookyflow.api.wire.fields import (
    LARGEST_ID,
    CountryCode,
    DateField,
    EnteredAmount,
    Flag,
    LineText,
    Uid,
)
from bookyflow.api.wire.inputs import In
from bookyflow.billing.reception import ReceptionBooking
from bookyflow.core.errors import DomainError
from bookyflow.core.places import region_of_number
from bookyflow.guests.services import GuestDetails
from features.properties.periods import stay_of

_line = partial(LineText, max_length=255, required=False, allow_blank=True)
_ABOUT = ("total", "deposit", "deposit_is_paid", "has_arrived", "currency")


def _booking(
    *,
    room_id: int,
    arrival: date,
    departure: date,
    guest_id: int,
    account_id: int,
    region_id: int | None = None,
    **facts: Any,
) -> ReceptionBooking:
    about = {name: facts.pop(name) for name in _ABOUT if name in facts}
    return ReceptionBooking(
        stay=stay_of(arrival, departure),
        room_id=room_id,
        guest=GuestDetails(region=_region(region_id), **facts),
        guest_id=guest_id or None,
        account_id=account_id or None,
        **about,
    )


def _region(number: int | None) -> str:
    region = None if number is None else region_of_number(number)
    if number is not None and region is None:
        raise DomainError("validation_failed", fields={"region_id": ["Unknown region."]})
    return region.code if region else ""


class ReceptionBookingIn(In[ReceptionBooking]):
    builds = _booking
    aliases = {"departure_date": "end"}

    room_uid = Uid(source="room_id", help_text="A room of the property.")
    start = DateField(source="arrival", help_text="Arrival.")
    end = DateField(source="departure", help_text="Departure.")
    contract_total = EnteredAmount(source="total", help_text="Gross, above 0.")
    deposit_required = EnteredAmount(
        source="deposit", required=False, help_text="0 unless sent; at most the total."
    )
    deposit_paid = Flag(source="deposit_is_paid", required=False, help_text="0 unless sent.")
    booked_in = Flag(
        source="has_arrived", required=False, help_text="1: the guest is there. 0 unless sent."
    )
    currencyCode = serializers.RegexField(
        "^[A-Z]{3}$",
        source="currency",
        required=False,
        help_text="The property's, and no other.",
    )
    existing_id = serializers.IntegerField(
        source="guest_id",
        min_value=0,
        max_value=LARGEST_ID,
        default=0,
        help_text="A guest of the property; 0: the one with the e-mail address, or a new one.",
    )
    mos_userid = serializers.IntegerField(
        source="account_id",
        min_value=0,
        max_value=LARGEST_ID,
        default=0,
        help_text="The account of a guest of the property; 0 where it does not matter.",
    )
    firstname = LineText(source="first_name", max_length=100)
    surname = LineText(max_length=100)
    email = serializers.EmailField(max_length=254)
    house = _line(max_length=50)
    street = _line()
    town = _line(max_length=100)
    region = Uid(source="region_id", required=False, help_text="Region id.")
    country = CountryCode(required=False, allow_blank=True)
    postcode = _line(max_length=50)
    landline = _line(source="phone", max_length=50)
    mobile = _line(max_length=50)
