"""Rooms and rules that the tests of prices share."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from bookyflow.pricing.inputs import RoomStay
from bookyflow.pricing.lines import PriceRules

INCLUSIVE = PriceRules("EUR", prices_inclusive=True, tax_percent=Decimal(20))
EXCLUSIVE = PriceRules("EUR", prices_inclusive=False, tax_percent=Decimal(20))
FIRST = date(2030, 6, 10)


def nights(*prices):
    return tuple((FIRST + timedelta(days=n), Decimal(str(price))) for n, price in enumerate(prices))


def room(*prices, name="A", **details):
    return RoomStay(name, nights(*prices), **details)


def money(*amounts):
    return tuple(map(Decimal, amounts))
