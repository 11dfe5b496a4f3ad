"""The house that years are lived in, and the terms on which it may sell."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from bookyflow.channels.models import Channel, ChannelProperty
from bookyflow.core.acting import Actor
from bookyflow.properties.models import Property, PropertySettings
from bookyflow.properties.selectors import Reach
from bookyflow.rooms.models import Room, RoomType
from bookyflow.tariffs.models import ChildRate, Coupon, DailyRate, Extra, TariffType, TaxRate
from tests.conftest import make_hotel

NIGHTS = 480  # that have prices
COUPONS = ("TENTH", "FIVE")
TAXES = (0, 7, 10, Decimal("12.5"), 20)


@dataclass(frozen=True)
class House:
    """Three doubles, two suites and a single room, their types, extras, and a channel."""

    pk: int
    types: tuple[int, ...]
    extras: tuple[int, ...]
    staff: Actor
    channel: Actor
    reach: Reach

    def prop(self) -> Property:
        """As services get it."""
        return Property.objects.select_related("settings", "property_type").get(pk=self.pk)


def build(manager: Any) -> House:
    """The house with all that it sells, for whole amounts, which every currency has."""
    hotel = make_hotel(manager)
    Room.objects.filter(property=hotel).update(max_adults=2, max_children=1, max_occupancy=3)
    double = hotel.rooms.first().room_type
    suite = RoomType.objects.create(name="Suite", property=hotel)
    single = RoomType.objects.create(name="Single", property=hotel)
    for number in ("S1", "S2"):
        hotel.rooms.create(
            room_type=suite,
            number=number,
            max_adults=4,
            max_children=2,
            max_occupancy=5,
            surcharge=Decimal(15),
            single_supplement=Decimal(9),
        )
    hotel.rooms.create(room_type=single, number="E1", max_adults=1, max_occupancy=1)
    today = hotel.settings.today()
    _tariff(hotel, double, 100, today)
    _tariff(hotel, double, 90, today, name="Long", min_stay=3, discount_7=Decimal(10))
    _tariff(hotel, suite, 210, today, extra_guest_price=Decimal(25))
    _tariff(hotel, single, 61, today)
    for code, amount, is_percentage in zip(COUPONS, (10, 5), (True, False), strict=True):
        Coupon.objects.create(property=hotel, code=code, amount=amount, is_percentage=is_percentage)
    ChildRate.objects.create(property=hotel, age_from=0, age_to=9, price=Decimal(11))
    ChildRate.objects.create(
        property=hotel, age_from=10, age_to=17, price=Decimal(35), per_stay=True
    )
    channel = Channel.objects.create(user=manager, name="ota", friendly_name="OTA")
    ChannelProperty.objects.create(channel=channel, property=hotel, remote_id="26")
    return House(
        pk=hotel.pk,
        types=(double.pk, suite.pk, single.pk),
        extras=_extras(hotel),
        staff=Actor(user_id=manager.pk),
        channel=Actor(user_id=manager.pk, channel_id=channel.pk),
        reach=Reach(
            user_id=manager.pk,
            level=manager.access_level,
            key_id=0,
            all_properties=True,
            is_test=False,
        ),
    )


def _tariff(
    hotel: Property,
    kind: RoomType,
    price: int,
    today: date,
    *,
    name: str = "Flexible",
    min_stay: int = 1,
    **terms: object,
) -> None:
    tariff = TariffType.objects.create(
        property=hotel, room_type=kind, name=name, max_people=100, **terms
    )
    DailyRate.objects.bulk_create(
        DailyRate(
            tariff_type=tariff,
            property=hotel,
            date=today + timedelta(days=number),
            price=Decimal(price + number % 7),
            min_stay=min_stay,
        )
        for number in range(NIGHTS)
    )


def _extras(hotel: Property) -> tuple[int, ...]:
    reduced = TaxRate.objects.create(code="reduced", description="Reduced", rate=Decimal(10))
    made = [
        Extra.objects.create(property=hotel, max_quantity=3, **terms)
        for terms in (
            {
                "name": "Breakfast",
                "price": 13,
                "model": "per_person_per_night",
                "tax_rate": reduced,
                "counts_children": True,
            },
            {"name": "Transfer", "price": 40, "model": "per_booking"},
            {"name": "Spa", "price": 8, "model": "percentage", "tax_rate": reduced},
            {"name": "Parking", "price": 7, "model": "per_night_per_room"},
        )
    ]
    return tuple(one.pk for one in made)


TERMS = st.fixed_dictionaries(
    {
        "currency": st.sampled_from(["EUR", "JPY", "KWD", "USD"]),
        "prices_inclusive": st.booleans(),
        "accommodation_tax_rate": st.sampled_from(TAXES),
        "city_tax": st.integers(0, 3),
        "city_tax_model": st.sampled_from(
            ["perguestpernight", "single", "pernight", "perguest", "percentbookingtotal"]
        ),
        "city_tax_max_nights": st.sampled_from([None, 2]),
        "deposit_kind": st.sampled_from(["none", "percentage", "fixed", "one_night", "full"]),
        "deposit_value": st.sampled_from([30, 50]),
        "per_person_per_night": st.booleans(),
        "single_supplement_on": st.booleans(),
        "single_supplement": st.sampled_from([0, 12]),
        "cleaning_fee": st.sampled_from([0, 30]),
        "cleaning_fee_per": st.sampled_from(["per_booking", "per_room"]),
        "cleaning_fee_tax_rate": st.sampled_from(TAXES),
        "minimum_interval": st.sampled_from([1, 2]),
        "whole_day_booking": st.booleans(),
        "requires_approval": st.booleans(),
        "enquiry_hold_hours": st.sampled_from([0, 3600]),  # the database's clock stands still
        "cancellation_fee_kind": st.sampled_from(["none", "percentage", "fixed", "first_night"]),
        "cancellation_fee": st.sampled_from([10, 90]),
        "cancellation_fee_tax_rate": st.sampled_from(TAXES),
        "no_show_fee_kind": st.sampled_from(["none", "percentage", "fixed", "first_night"]),
        "no_show_fee": st.sampled_from([80, 100]),
        "no_show_fee_tax_rate": st.sampled_from(TAXES),
        "cancellation_threshold": st.sampled_from([0, 3]),
    }
)


def move_in(house: House, terms: dict[str, Any]) -> None:
    """Have the house sell on terms."""
    PropertySettings.objects.filter(property=house.pk).update(
        **terms, allow_children=True, min_days_before_arrival=0
    )
