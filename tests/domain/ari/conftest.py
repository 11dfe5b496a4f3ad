from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from bookyflow.ari.rows import AriRow, Mode, Part
from bookyflow.ari.services import ari_write
from bookyflow.rooms.models import RoomType
from bookyflow.tariffs.models import DailyRate, TariffType

FIELDS = ("price", "min_stay", "max_stay", "closed", "closed_to_arrival", "closed_to_departure")


@pytest.fixture
def double(hotel):
    """The room type of the hotel's three rooms."""
    return RoomType.objects.get(name="Double", property=None)


@pytest.fixture
def plan(hotel, double):
    """A rate plan of the doubles, without prices."""
    return TariffType.objects.create(property=hotel, room_type=double, name="Flexible")


@pytest.fixture
def row(hotel, plan, today):
    """A row about nights counted from today, of the rate plan unless others are named."""

    def make(first, last=None, *, plan=plan, kind=None, prop=hotel, **values):
        return AriRow(
            prop.pk,
            today + timedelta(days=first),
            today + timedelta(days=first if last is None else last),
            tariff_type_id=plan and plan.pk,
            room_type_id=kind and kind.pk,
            **values,
        )

    return make


@pytest.fixture
def write(linked, reach, by):
    """Carry out rows as the channel that the hotel is linked to."""

    def do(*rows, mode=Mode.OVERLAY, **options):
        return ari_write(rows=rows, channel_id=linked.pk, reach=reach, by=by, mode=mode, **options)

    return do


@pytest.fixture
def remove(write, row):
    """Take parts of nights away."""

    def do(*parts, first=0, last=9, **target):
        asked = row(first, last, parts=frozenset(map(Part, parts)), **target)
        return write(asked, mode=Mode.REMOVE)

    return do


@pytest.fixture
def nights(plan, today):
    """What the rate plan's nights have: day from today → the values that are named."""

    def read(*names, of=plan):
        rates = DailyRate.objects.filter(tariff_type=of).order_by("date")
        return {
            (rate.date - today).days: tuple(getattr(rate, name) for name in names or FIELDS)
            for rate in rates
        }

    return read


def price(amount: int | str) -> Decimal:
    """An amount."""
    return Decimal(amount)
