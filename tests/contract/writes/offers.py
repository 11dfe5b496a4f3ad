"""Coupons, guest types, child rates and partner discounts."""

from __future__ import annotations

from decimal import Decimal

from bookyflow.tariffs.child_rates import ChildBand, child_rates_save
from bookyflow.tariffs.coupons import coupon_delete, coupon_save, coupon_update, coupon_write
from bookyflow.tariffs.guest_types import (
    guest_minimums_set,
    guest_type_delete,
    guest_type_save,
    guest_type_toggle,
)
from bookyflow.tariffs.partner_discounts import partner_discount_delete, partner_discount_save
from tests.contract.writes import World, write
from tests.contract.writes.prices import day, double_of


@write(coupon_save, "coupon_saved")
def _(w: World):
    yield lambda: coupon_save(property_id=w.hotel.pk, amount=Decimal(10), by=w.by)
    yield lambda: coupon_save(property_id=w.hotel.pk, amount=Decimal(-1), by=w.by)


@write(coupon_update, "coupon_updated")
def _(w: World):
    coupon = coupon_save(property_id=w.hotel.pk, amount=Decimal(10), by=w.by)
    here = {"property_id": w.hotel.pk, "coupon_id": coupon.pk, "by": w.by}
    yield lambda: coupon_update(**here, amount=Decimal(20))
    yield lambda: coupon_update(**here, amount=Decimal(20))
    yield lambda: coupon_update(**here, amount=Decimal(-1))


@write(coupon_write, "coupon_saved")
def _(w: World):
    yield lambda: coupon_write(property_id=w.hotel.pk, amount=Decimal(10), by=w.by)
    yield lambda: coupon_write(property_id=w.hotel.pk, coupon_id=0, amount=Decimal(9), by=w.by)


@write(coupon_delete, "coupon_deleted")
def _(w: World):
    coupon = coupon_save(property_id=w.hotel.pk, amount=Decimal(10), by=w.by)
    yield lambda: coupon_delete(property_id=w.hotel.pk, coupon_id=coupon.pk, by=w.by)
    yield lambda: coupon_delete(property_id=w.hotel.pk, coupon_id=coupon.pk, by=w.by)


@write(guest_type_save, "guest_type_saved")
def _(w: World):
    kind = guest_type_save(property_id=w.hotel.pk, name="Adults", by=w.by)
    here = {"property_id": w.hotel.pk, "guest_type_id": kind.pk, "by": w.by}
    yield lambda: guest_type_save(**here, name="Grown-ups")
    yield lambda: guest_type_save(**here, name="Grown-ups")
    yield lambda: guest_type_save(**here, maximum=0)


@write(guest_type_toggle, "guest_type_saved")
def _(w: World):
    kind = guest_type_save(property_id=w.hotel.pk, name="Adults", by=w.by)
    here = {"property_id": w.hotel.pk, "by": w.by}
    yield lambda: guest_type_toggle(**here, guest_type_id=kind.pk)
    yield lambda: guest_type_toggle(**here, guest_type_id=0)


@write(guest_type_delete, "guest_type_deleted")
def _(w: World):
    kind = guest_type_save(property_id=w.hotel.pk, name="Adults", by=w.by)
    yield lambda: guest_type_delete(property_id=w.hotel.pk, guest_type_id=kind.pk, by=w.by)
    yield lambda: guest_type_delete(property_id=w.hotel.pk, guest_type_id=kind.pk, by=w.by)


@write(guest_minimums_set, "tariffs_updated")
def _(w: World):
    kind = guest_type_save(property_id=w.hotel.pk, name="Adults", by=w.by)
    here = {"property_id": w.hotel.pk, "room_type_id": double_of(w), "by": w.by}
    yield lambda: guest_minimums_set(**here, minimums={kind.pk: 1})
    yield lambda: guest_minimums_set(**here, minimums={kind.pk: 1})
    yield lambda: guest_minimums_set(**here, minimums={kind.pk: -1})


@write(child_rates_save, "tariffs_updated")
def _(w: World):
    bands = [ChildBand(0, 17, Decimal(10))]
    yield lambda: child_rates_save(property_id=w.hotel.pk, bands=bands, by=w.by)
    yield lambda: child_rates_save(property_id=w.hotel.pk, bands=bands, by=w.by)
    yield lambda: child_rates_save(property_id=w.hotel.pk, bands=bands * 2, by=w.by)


def partner(w: World) -> dict:
    return {
        "partner_id": w.stranger.pk,
        "valid_from": day(0),
        "valid_to": day(9),
        "percentage": Decimal(10),
    }


@write(partner_discount_save, "tariffs_updated")
def _(w: World):
    found = partner_discount_save(property_id=w.hotel.pk, by=w.by, **partner(w))
    here = {"property_id": w.hotel.pk, "partner_discount_id": found.pk, "by": w.by}
    yield lambda: partner_discount_save(**here, percentage=Decimal(20))
    yield lambda: partner_discount_save(**here, percentage=Decimal(20))
    yield lambda: partner_discount_save(**here, percentage=Decimal(101))


@write(partner_discount_delete, "tariffs_updated")
def _(w: World):
    found = partner_discount_save(property_id=w.hotel.pk, by=w.by, **partner(w))
    here = {"property_id": w.hotel.pk, "partner_discount_id": found.pk, "by": w.by}
    yield lambda: partner_discount_delete(**here)
    yield lambda: partner_discount_delete(**here)
