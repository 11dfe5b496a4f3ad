"""Tariffs, extras, and what is for sale."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from functools import partial

from bookyflow.ari.editing import NightsEdit, PriceChange, PriceStep, nights_edit
from bookyflow.ari.rows import AriRow
from bookyflow.ari.services import ari_write
from bookyflow.availability.allotments import AllotmentChange, OpenRange, allotments_set
from bookyflow.channels.models import ChannelProperty
from bookyflow.core.dates import today_in
from bookyflow.properties.models import PropertySettings, PropertyType, TariffMode
from bookyflow.properties.selectors import Reach
from bookyflow.property_lifecycle.rooms_and_prices import (
    RoomsAndPrice,
    rooms_and_prices_save,
    unit_and_price_save,
)
from bookyflow.rooms.models import RoomType
from bookyflow.tariffs.bulk import (
    FirstPrice,
    StandardRate,
    first_prices_set,
    standard_rates_change,
)
from bookyflow.tariffs.conditions import tariff_conditions_set
from bookyflow.tariffs.editing import (
    Modifiers,
    OnePrice,
    tariff_save_advanced,
    tariff_save_standard,
    tariffs_save_normal,
)
from bookyflow.tariffs.extras import extra_delete, extra_save
from bookyflow.tariffs.modes import tariff_mode_set
from bookyflow.tariffs.ranges import MinStayRange, PriceRange
from bookyflow.tariffs.restrictions import Restriction, RestrictionRange, restrictions_set
from bookyflow.tariffs.services import base_price_set, prices_set
from bookyflow.tariffs.tariff_types import (
    min_stays_set,
    tariff_delete,
    tariff_save,
    tariffs_delete,
)
from tests.conftest import make_hotel
from tests.contract.writes import World, write

HUNDRED = Decimal(100)


def day(number: int) -> date:
    """So many days after today."""
    return today_in("UTC") + timedelta(days=number)


def double_of(w: World) -> int:
    return w.hotel.rooms.first().room_type_id


def priced(w: World) -> int:
    """Give the hotel its first prices; the id of its one tariff type."""
    (tariff_type,) = base_price_set(property_id=w.hotel.pk, price=HUNDRED, max_people=2, by=w.by)
    return tariff_type


def mode(w: World, mode: TariffMode) -> None:
    PropertySettings.objects.filter(property=w.hotel).update(tariff_mode=mode)
    w.hotel.settings.refresh_from_db()


@write(base_price_set, "tariffs_updated")
def _(w: World):
    here = {"property_id": w.hotel.pk, "price": HUNDRED, "max_people": 2, "by": w.by}
    yield lambda: base_price_set(**here)
    yield lambda: base_price_set(**here)


@write(prices_set, "tariffs_updated")
def _(w: World):
    priced(w)

    def save(first: int, last: int) -> None:
        prices_set(
            property_id=w.hotel.pk, ranges=[PriceRange(day(first), day(last), Decimal(80))], by=w.by
        )

    yield lambda: save(3, 9)
    yield lambda: save(3, 9)
    yield lambda: save(9, 3)


@write(min_stays_set, "tariffs_updated")
def _(w: World):
    priced(w)

    def save(first: int, last: int) -> None:
        min_stays_set(
            property_id=w.hotel.pk, ranges=[MinStayRange(day(first), day(last), 3)], by=w.by
        )

    yield lambda: save(3, 9)
    yield lambda: save(3, 9)
    yield lambda: save(9, 3)


@write(restrictions_set, "tariffs_updated")
def _(w: World):
    priced(w)

    def save(first: int, last: int) -> None:
        ranges = [RestrictionRange(day(first), day(last), Restriction(closed=True))]
        restrictions_set(property_id=w.hotel.pk, ranges=ranges, by=w.by)

    yield lambda: save(3, 9)
    yield lambda: save(3, 9)
    yield lambda: save(9, 3)


@write(tariff_save, "tariffs_updated")
def _(w: World):
    here = {
        "property_id": w.hotel.pk,
        "room_type_id": double_of(w),
        "tariff_type_id": priced(w),
        "min_stays": {},
        "conditions": {},
        "by": w.by,
    }
    yield lambda: tariff_save(**here, prices={day(5): HUNDRED})
    yield lambda: tariff_save(**here, prices={day(5): HUNDRED})
    yield lambda: tariff_save(**here, prices={})


@write(tariff_delete, "tariffs_updated")
def _(w: World):
    tariff_type = priced(w)
    yield lambda: tariff_delete(property_id=w.hotel.pk, tariff_type_id=tariff_type, by=w.by)
    yield lambda: tariff_delete(property_id=w.hotel.pk, tariff_type_id=tariff_type, by=w.by)


@write(tariffs_delete, "tariffs_updated")
def _(w: World):
    priced(w)
    yield lambda: tariffs_delete(property_id=w.hotel.pk, by=w.by)
    yield lambda: tariffs_delete(property_id=w.hotel.pk, by=w.by)


@write(tariff_mode_set, "property_settings_updated")
def _(w: World):
    priced(w)
    mode(w, TariffMode.NORMAL)
    yield lambda: tariff_mode_set(property_id=w.hotel.pk, mode=TariffMode.ADVANCED, by=w.by)
    yield lambda: tariff_mode_set(property_id=w.hotel.pk, mode=TariffMode.ADVANCED, by=w.by)


@write(tariff_save_advanced, "tariffs_updated")
def _(w: World):
    mode(w, TariffMode.ADVANCED)
    tariff_type = priced(w)
    here = {
        "property_id": w.hotel.pk,
        "tariff_type_id": tariff_type,
        "room_type_id": double_of(w),
        "valid_from": day(1),
        "conditions": {},
        "price": HUNDRED,
        "by": w.by,
    }
    yield lambda: tariff_save_advanced(**here, valid_to=day(9))
    yield lambda: tariff_save_advanced(**here, valid_to=day(9))
    yield lambda: tariff_save_advanced(**here, valid_to=day(0))


@write(tariffs_save_normal, "tariffs_updated")
def _(w: World):
    mode(w, TariffMode.NORMAL)
    room_type = double_of(w)

    def save(price: Decimal) -> None:
        tariffs_save_normal(property_id=w.hotel.pk, prices={room_type: OnePrice(price, 2)}, by=w.by)

    yield lambda: save(HUNDRED)
    yield lambda: save(HUNDRED)
    yield lambda: save(Decimal(0))


@write(rooms_and_prices_save, "rooms_multiple_deleted", "tariffs_updated")
def _(w: World):
    mode(w, TariffMode.NORMAL)
    room_type = double_of(w)

    def save(count: int) -> None:
        wanted = {room_type: RoomsAndPrice(count, price=HUNDRED)}
        rooms_and_prices_save(property_id=w.hotel.pk, wanted=wanted, by=w.by)

    yield lambda: save(2)
    yield lambda: save(2)
    yield lambda: save(1001 + 2)


@write(unit_and_price_save, "tariffs_updated")
def _(w: World):
    mode(w, TariffMode.NORMAL)
    w.hotel.rooms.exclude(number="1").delete()
    w.hotel.property_type = PropertyType.objects.get(name="Villa")
    w.hotel.save()
    room_type = double_of(w)
    RoomType.objects.get(pk=room_type).property_types.add(w.hotel.property_type)

    def save(price: Decimal) -> None:
        here = {"property_id": w.hotel.pk, "room_type_id": room_type, "by": w.by}
        unit_and_price_save(**here, price=price)

    yield lambda: save(HUNDRED)
    yield lambda: save(HUNDRED)
    yield lambda: save(Decimal(0))


@write(tariff_save_standard, "tariffs_updated")
def _(w: World):
    mode(w, TariffMode.STANDARD)
    here = {
        "property_id": w.hotel.pk,
        "room_type_id": double_of(w),
        "prices": {day(5): HUNDRED},
        "min_stays": {},
        "by": w.by,
    }
    yield lambda: tariff_save_standard(**here, modifiers=Modifiers())
    yield lambda: tariff_save_standard(**here, modifiers=Modifiers())
    yield lambda: tariff_save_standard(**here, modifiers=Modifiers(discount_7=Decimal(101)))


@write(first_prices_set, "tariffs_updated", "tariffs_updated")
def _(w: World):
    other = make_hotel(w.manager, name="Other")
    wanted = dict.fromkeys((w.hotel.pk, other.pk), FirstPrice(HUNDRED, 2))
    yield lambda: first_prices_set(wanted=wanted, years=1, by=w.by)
    yield lambda: first_prices_set(wanted=wanted, years=1, by=w.by)


@write(standard_rates_change, "tariffs_updated")
def _(w: World):
    def change(property_id: int) -> None:
        rate = StandardRate(tariff_type, property_id, Decimal(80), HUNDRED, 1, 1)
        standard_rates_change(changes=[rate], years=1, by=w.by)

    tariff_type = priced(w)
    yield lambda: change(w.hotel.pk)
    yield lambda: change(0)


@write(extra_save, "extra_saved")
def _(w: World):
    extra = extra_save(property_id=w.hotel.pk, name="Breakfast", price=Decimal(9), by=w.by)
    yield lambda: extra_save(property_id=w.hotel.pk, extra_id=extra.pk, price=Decimal(8), by=w.by)
    yield lambda: extra_save(property_id=w.hotel.pk, extra_id=extra.pk, price=Decimal(8), by=w.by)
    yield lambda: extra_save(property_id=w.hotel.pk, extra_id=extra.pk, price=Decimal(-1), by=w.by)


@write(extra_delete, "extra_deleted")
def _(w: World):
    extra = extra_save(property_id=w.hotel.pk, name="Breakfast", price=Decimal(9), by=w.by)
    yield lambda: extra_delete(property_id=w.hotel.pk, extra_id=extra.pk, by=w.by)
    yield lambda: extra_delete(property_id=w.hotel.pk, extra_id=extra.pk, by=w.by)


@write(allotments_set, "availability_updated")
def _(w: World):
    def close(room_type_id: int) -> None:
        ranges = [OpenRange(day(3), day(5), available=False)]
        change = AllotmentChange(ranges, room_type_id)
        allotments_set(property_id=w.hotel.pk, change=change, by=w.by)

    yield lambda: close(double_of(w))
    yield lambda: close(double_of(w))
    yield lambda: close(0)


@write(ari_write, "tariffs_updated", "availability_updated")
def _(w: World):
    row = AriRow(
        w.hotel.pk, day(3), day(9), priced(w), double_of(w), price=Decimal(90), inventory=2
    )
    ChannelProperty.objects.create(channel=w.channel, property=w.hotel)
    reach = Reach(w.manager.pk, w.manager.access_level, 0, all_properties=True, is_test=False)
    call = partial(ari_write, rows=[row], channel_id=w.channel.pk, reach=reach, by=w.by)
    yield call
    yield call
    yield partial(call, rows=[row._replace(price=Decimal(-1), inventory=3)])


@write(nights_edit, "tariffs_updated", "availability_updated")
def _(w: World):
    plan = frozenset({priced(w)})
    kinds = frozenset({double_of(w)})

    def call(amount: Decimal) -> None:
        price = PriceChange(PriceStep.SET, amount)
        edit = NightsEdit(day(3), day(9), plan, kinds, price=price, inventory=2)
        nights_edit(property_id=w.hotel.pk, edit=edit, by=w.by)

    yield partial(call, Decimal(90))
    yield partial(call, Decimal(90))
    yield partial(call, Decimal(-1))


@write(tariff_conditions_set, "tariffs_updated")
def _(w: World):
    call = partial(
        tariff_conditions_set,
        property_id=w.hotel.pk,
        tariff_type_id=priced(w),
        room_type_id=double_of(w),
        by=w.by,
    )
    yield partial(call, conditions={"name": "Flexible"})
    yield partial(call, conditions={"name": "Flexible"})
    yield partial(call, conditions={"min_people": 3, "max_people": 2})
