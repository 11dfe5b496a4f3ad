"""Prices, written through the API and with the bare statement."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from decimal import Decimal
from functools import partial
from typing import Any

import psycopg

from benchmarks.calls import statements
from benchmarks.cases import Case
from benchmarks.playground import Bench
from benchmarks.report import Result, at_most
from benchmarks.samples import Work, milliseconds, ratio, seconds
from bookyflow.tariffs.models import TariffType

_BARE = """
INSERT INTO tariffs_dailyrate (tariff_type_id, property_id, date, price, min_stay,
                               closed, closed_to_arrival, closed_to_departure)
SELECT tariff_type, %(property_id)s, day.date, day.price, day.min_stay, false, false, false
FROM unnest(%(tariff_types)s::bigint[]) AS tariff_type
CROSS JOIN unnest(%(dates)s::date[], %(prices)s::numeric[], %(min_stays)s::int[])
     AS day (date, price, min_stay)
ON CONFLICT (tariff_type_id, date) DO UPDATE
SET price = EXCLUDED.price, min_stay = EXCLUDED.min_stay
WHERE (tariffs_dailyrate.price, tariffs_dailyrate.min_stay) <> (EXCLUDED.price, EXCLUDED.min_stay)
"""
YEAR = 365
BULK_TYPES, BULK_DAYS = 10, 1000


def tariff(bench: Bench) -> Iterator[Result]:
    """A year of one tariff, another price each day."""
    name = f"one tariff, {YEAR} days, another price each"
    yield from _prices(bench, name, types=1, days=YEAR, rounds=bench.rounds(16))
    yield _whole(bench, rounds=bench.rounds(16))


def _whole(bench: Bench, *, rounds: int) -> Result:
    """A tariff with all its nights: two maps of dates. Two hotels, as for prices."""
    first, second = bench.hotels(2, rooms=1, priced=YEAR)
    bench.analyse()
    calls = rounds + 1
    with bench.connect() as connection:
        works: dict[str, list[Callable[[], object]]] = {
            "API": [
                bench.api.prepared("PUT", "/cmf/property/tariff", _whole_body(bench, first, number))
                for number in range(calls)
            ],
            "SQL": _bare_works(bench, connection, second, YEAR, calls),
        }
        took = seconds(works, rounds=rounds, calls=1)
    return at_most(
        f"one whole tariff, {YEAR} days: time / bare INSERT … ON CONFLICT",
        ratio(took["API"], took["SQL"]),
        3,
        f"API {milliseconds(took['API'])}, bare SQL {milliseconds(took['SQL'])}",
    )


def _whole_body(bench: Bench, uid: int, number: int) -> dict[str, Any]:
    tariff_type = TariffType.objects.get(property=uid)
    nights = [(bench.today + timedelta(day)).isoformat() for day in range(YEAR)]
    return {
        "property_uid": uid,
        "tarifftypeid": tariff_type.pk,
        "roomclass_uid": tariff_type.room_type_id,
        "tariffinput": {night: f"{_price(number, day):.2f}" for day, night in enumerate(nights)},
        "mindaysinput": dict.fromkeys(nights, 1),
    }


def bulk(bench: Bench) -> Iterator[Result]:
    """Ten thousand rate rows in one call."""
    name = f"{BULK_TYPES * BULK_DAYS:,} rate rows ({BULK_TYPES} tariffs, {BULK_DAYS} days)"
    yield from _prices(bench, name, types=BULK_TYPES, days=BULK_DAYS, rounds=bench.rounds(8))


def _prices(bench: Bench, name: str, *, types: int, days: int, rounds: int) -> Iterator[Result]:
    """Every row gets another price each time. Two hotels, so that both find the same."""
    first, second = bench.hotels(2, rooms=1, types=types, priced=days)
    bench.analyse()
    calls = rounds + 1
    with bench.connect() as connection:
        works = {
            "API": _api_works(bench, first, days, calls),
            "SQL": _bare_works(bench, connection, second, days, calls),
        }
        took = seconds(works, rounds=rounds, calls=1)
    one_more = _api_works(bench, first, days, 1)[0]
    yield at_most(
        f"{name}: time / bare INSERT … ON CONFLICT",
        ratio(took["API"], took["SQL"]),
        3,
        f"API {milliseconds(took['API'])} with {statements(one_more)} SQL and a body of "
        f"{_body_size(bench, first, days):,} bytes, bare SQL {milliseconds(took['SQL'])}",
    )


def _price(number: int, day: int) -> Decimal:
    return Decimal(100 + (number * 7 + day) % 90) / 2


def _body(bench: Bench, uid: int, days: int, number: int) -> dict[str, Any]:
    ranges = [
        {"date_from": night, "date_to": night, "ratepernight": f"{_price(number, day):.2f}"}
        for day in range(days)
        for night in [(bench.today + timedelta(day)).isoformat()]
    ]
    return {"property_uid": uid, "ratepernight": ranges}


def _body_size(bench: Bench, uid: int, days: int) -> int:
    return len(json.dumps(_body(bench, uid, days, 0)))


def _api_works(bench: Bench, uid: int, days: int, count: int) -> list[Work]:
    return [
        bench.api.prepared("PUT", "/cmf/property/prices", _body(bench, uid, days, number))
        for number in range(count)
    ]


def _bare_works(
    bench: Bench, connection: psycopg.Connection, uid: int, days: int, count: int
) -> list[Callable[[], object]]:
    tariff_types = list(TariffType.objects.filter(property=uid).values_list("pk", flat=True))
    dates = [bench.today + timedelta(day) for day in range(days)]
    return [
        partial(
            _write,
            connection,
            {
                "property_id": uid,
                "tariff_types": tariff_types,
                "dates": dates,
                "prices": [_price(number, day) for day in range(days)],
                "min_stays": [1] * days,
            },
        )
        for number in range(count)
    ]


def _write(connection: psycopg.Connection, parameters: dict[str, Any]) -> None:
    with connection.transaction():
        connection.execute(_BARE, parameters)


def tariff_works(bench: Bench, count: int) -> list[Work]:
    """Writing a year of one tariff."""
    (uid,) = bench.hotels(1, rooms=1, priced=YEAR)
    return _api_works(bench, uid, YEAR, count)


def bulk_works(bench: Bench, count: int) -> list[Work]:
    """Writing ten thousand rate rows."""
    (uid,) = bench.hotels(1, rooms=1, types=BULK_TYPES, priced=BULK_DAYS)
    return _api_works(bench, uid, BULK_DAYS, count)


CASES = (Case("tariff", tariff, tariff_works), Case("bulk", bulk, bulk_works))
