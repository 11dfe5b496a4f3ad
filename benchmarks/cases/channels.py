"""What channel managers do: rates in bulk, and all properties of a channel."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from decimal import Decimal
from functools import partial
from typing import Any

import psycopg

from benchmarks.calls import Caller, statements
from benchmarks.cases import Case
from benchmarks.playground import Bench, distinct
from benchmarks.report import Result, at_most
from benchmarks.samples import Work, milliseconds, ratio, seconds
from bookyflow.channels.models import Channel, ChannelProperty
from bookyflow.core.database import array_text
from bookyflow.properties.models import ManagerAccess
from bookyflow.tariffs.models import TariffType

_BARE = """
INSERT INTO tariffs_dailyrate (tariff_type_id, property_id, date, price, min_stay, max_stay,
                               closed, closed_to_arrival, closed_to_departure)
SELECT night.tariff_type, tariff_type.property_id, night.date, night.price, night.min_stay,
       nullif(night.max_stay, 0), night.closed, night.closed_to_arrival, night.closed_to_departure
FROM unnest(%(tariff_types)s::bigint[], %(dates)s::date[], %(prices)s::numeric[],
            %(min_stays)s::int[], %(max_stays)s::int[], %(closed)s::boolean[],
            %(closed_to_arrival)s::boolean[], %(closed_to_departure)s::boolean[])
     AS night (tariff_type, date, price, min_stay, max_stay, closed, closed_to_arrival,
               closed_to_departure)
JOIN tariffs_tarifftype AS tariff_type ON tariff_type.id = night.tariff_type
ON CONFLICT (tariff_type_id, date) DO UPDATE
SET price = EXCLUDED.price, min_stay = EXCLUDED.min_stay, max_stay = EXCLUDED.max_stay,
    closed = EXCLUDED.closed, closed_to_arrival = EXCLUDED.closed_to_arrival,
    closed_to_departure = EXCLUDED.closed_to_departure
"""
PLANS, YEAR = 10, 365
DELTAS = 1000
FEW, MANY = 100, 1000  # properties of a channel


def ari(bench: Bench) -> Iterator[Result]:
    """A year of ten rate plans, and a thousand single nights, each with another price."""
    yield _compared(bench, f"{PLANS} rate plans, {YEAR} days, a row each", YEAR, "overlay")
    yield _compared(bench, f"{DELTAS:,} single-day deltas", DELTAS // PLANS, "delta")


def _compared(bench: Bench, name: str, days: int, mode: str) -> Result:
    """Two hotels, so that both find the same."""
    first, second = bench.hotels(2, rooms=1, types=PLANS, priced=days)
    bench.analyse()
    rounds = bench.rounds(16)
    calls = range(rounds + 1)
    with bench.connect() as connection:
        works: dict[str, list[Callable[[], object]]] = {
            "API": [_call(bench, first, days, mode, number) for number in calls],
            "SQL": [
                partial(_write, connection, _columns(bench, second, days, number))
                for number in calls
            ],
        }
        took = seconds(works, rounds=rounds, calls=1)
    again = statements(_call(bench, first, days, mode, rounds + 1))
    return at_most(
        f"PUT cmf/ari, {name}: time / bare INSERT … ON CONFLICT",
        ratio(took["API"], took["SQL"]),
        3,
        f"API {milliseconds(took['API'])} with {again} SQL, bare SQL {milliseconds(took['SQL'])}",
    )


def _nights(bench: Bench, uid: int, days: int) -> list[tuple[int, Any, int]]:
    plans = TariffType.objects.filter(property=uid).values_list("pk", flat=True)
    return [
        (plan, bench.today + timedelta(day), day) for plan in list(plans) for day in range(days)
    ]


def _price(number: int, day: int) -> Decimal:
    return Decimal(100 + (number * 7 + day) % 90) / 2


def _call(bench: Bench, uid: int, days: int, mode: str, number: int) -> Work:
    rows = [
        {
            "property_uid": uid,
            "tariff_type_id": plan,
            "date_from": night.isoformat(),
            "date_to": night.isoformat(),
            "price": f"{_price(number, day):.2f}",
            "min_stay": 1 + number % 2,
        }
        for plan, night, day in _nights(bench, uid, days)
    ]
    return bench.api.prepared("PUT", "/cmf/ari", {"mode": mode, "rows": rows})


def _columns(bench: Bench, uid: int, days: int, number: int) -> dict[str, Any]:
    nights = _nights(bench, uid, days)
    return {
        "tariff_types": array_text(plan for plan, _, _ in nights),
        "dates": array_text(night for _, night, _ in nights),
        "prices": array_text(_price(number, day) for _, _, day in nights),
        "min_stays": array_text([1 + number % 2] * len(nights)),
        "max_stays": array_text([0] * len(nights)),
        "closed": array_text([False] * len(nights)),
        "closed_to_arrival": array_text([False] * len(nights)),
        "closed_to_departure": array_text([False] * len(nights)),
    }


def _write(connection: psycopg.Connection, parameters: dict[str, Any]) -> None:
    with connection.transaction():
        connection.execute(_BARE, parameters)


def ari_works(bench: Bench, count: int) -> list[Work]:
    """A year of ten rate plans."""
    (uid,) = bench.hotels(1, rooms=1, types=PLANS, priced=YEAR)
    return [_call(bench, uid, YEAR, "overlay", number) for number in range(count)]


def channel(bench: Bench) -> Iterator[Result]:
    """All properties of a channel with a thousand of them, and of one with a hundred."""
    few, many = _lister(bench, FEW), _lister(bench, MANY)
    took = seconds({"many": many}, rounds=bench.rounds(8), calls=1)
    counts = statements(few), statements(many)
    yield Result(
        f"GET cmf/properties/all of {MANY:,} properties: SQL statements",
        str(counts[1]),
        f"as of {FEW}",
        passed=counts[0] == counts[1],
        detail=f"{counts[0]} for {FEW} properties; {milliseconds(took['many'])} for {MANY:,}",
    )


def _lister(bench: Bench, count: int) -> Work:
    (name,) = distinct("bench_channel", 1)
    user = bench.key.user_id
    made = Channel.objects.create(user_id=user, name=name, friendly_name=name)
    own = ManagerAccess.objects.filter(user=user, property__deleted_at=None)
    ids = own.order_by("property").values_list("property", flat=True)[:count]
    ChannelProperty.objects.bulk_create(
        ChannelProperty(channel=made, property_id=pk, remote_id=str(pk)) for pk in ids
    )
    return Caller(token=bench.api.token, channel=name).prepared("GET", "/cmf/properties/all")


def channel_works(bench: Bench, count: int) -> list[Work]:
    """All properties of a channel with a thousand of them."""
    return [_lister(bench, MANY)] * count


CASES = (Case("ari", ari, ari_works), Case("channel", channel, channel_works))
