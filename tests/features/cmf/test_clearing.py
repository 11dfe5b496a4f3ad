"""Rooms, tariffs and extras that are deleted and changed while others write, on many threads."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from functools import partial

import pytest

from bookyflow.availability.models import Occupancy
from bookyflow.core.acting import SYSTEM
from bookyflow.core.errors import DomainError
from bookyflow.property_lifecycle.rooms import rooms_clear
from bookyflow.reservations.blocks import block_create
from bookyflow.tariffs.coupons import coupon_write
from bookyflow.tariffs.extras import extra_save
from bookyflow.tariffs.models import DailyRate, Extra, TariffType
from bookyflow.tariffs.services import base_price_set
from bookyflow.tariffs.tariff_types import tariffs_delete
from tests.domain.conftest import at_once, stay

pytestmark = pytest.mark.django_db(transaction=True)


def outcomes(calls) -> Counter[str]:
    """How the calls end that are made at once: with "done", or the key of a refusal."""

    def run(number: int) -> str:
        try:
            calls[number]()
        except DomainError as refusal:
            return refusal.key
        return "done"

    return Counter(at_once(len(calls), run))


def test_nobody_has_a_room_that_is_gone(hotel):
    here = {"property_id": hotel.pk, "by": SYSTEM}
    room = hotel.rooms.first()
    block = partial(block_create, **here, room_ids=[room.pk])
    calls = [
        partial(block, stay=stay(number, 1)) if number % 2 else partial(rooms_clear, **here)
        for number in range(8)
    ]

    found = outcomes(calls)

    if taken := Occupancy.objects.count():  # a block came first
        assert (taken, hotel.rooms.count()) == (4, 3)
        assert found == {"done": 4, "room_has_bookings": 4}
    else:
        assert hotel.rooms.count() == 0
        assert found == {"done": 4, "no_rooms_in_property": 4}


def test_first_prices_and_their_end(hotel):
    here = {"property_id": hotel.pk, "by": SYSTEM}
    first = partial(base_price_set, **here, price=Decimal(100), max_people=2)
    calls = [first if number % 2 else partial(tariffs_delete, **here) for number in range(8)]

    found = outcomes(calls)

    living = TariffType.objects.filter(deleted_at=None)
    assert found["done"] + found["tariffs_already_exist"] == 8
    assert living.count() <= 1
    assert set(DailyRate.objects.values_list("tariff_type", flat=True)) == set(
        living.values_list("pk", flat=True)
    )


def test_changes_of_different_fields_all_stay(hotel):
    here = {"property_id": hotel.pk, "by": SYSTEM}
    extra = extra_save(**here, name="Cot", price=Decimal(5))
    changes = [{"price": Decimal(9)}, {"name": "Baby cot"}, {"max_quantity": 4}, {"forced": True}]

    save = partial(extra_save, **here, extra_id=extra.pk)

    assert outcomes([partial(save, **change) for change in changes]) == {"done": 4}
    kept = Extra.objects.get()
    assert (kept.price, kept.name, kept.max_quantity, kept.forced) == (9, "Baby cot", 4, True)
    assert kept.version == 5


def test_a_code_is_given_once(hotel):
    write = partial(coupon_write, property_id=hotel.pk, code="ONCE", amount=Decimal(5), by=SYSTEM)

    answers = at_once(6, lambda _: write())

    assert Counter(type(answer).__name__ for answer in answers) == {
        "Coupon": 1,
        "IntegrityError": 5,
    }
