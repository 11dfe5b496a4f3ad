"""Hand-written statements; parameters only."""

from __future__ import annotations

# Every tariff type gets every (date, price); rows whose price stays are left alone.
WRITE_PRICES = """
INSERT INTO tariffs_dailyrate (tariff_type_id, property_id, date, price, min_stay,
                               closed, closed_to_arrival, closed_to_departure)
SELECT tariff_type, %(property_id)s, day.date, day.price, %(min_stay)s, false, false, false
FROM unnest(%(tariff_types)s::bigint[]) AS tariff_type
CROSS JOIN unnest(%(dates)s::date[], %(prices)s::numeric[]) AS day (date, price)
ON CONFLICT (tariff_type_id, date) DO UPDATE SET price = EXCLUDED.price
WHERE tariffs_dailyrate.price <> EXCLUDED.price
"""
