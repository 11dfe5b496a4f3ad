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

# One row of parameters per tariff type, as StandardRate has them.
_STANDARD = """
WITH wanted AS (
    SELECT * FROM unnest(
        %(tariff_types)s::bigint[], %(property_ids)s::bigint[], %(firsts)s::date[],
        %(lasts)s::date[], %(prices)s::numeric[], %(former_prices)s::numeric[],
        %(min_stays)s::int[], %(former_min_stays)s::int[]
    ) AS wanted (tariff_type, property_id, first, last, price, former_price, min_stay,
                 former_min_stay)
)
"""

# Nights without a rate get one; the others stay.
FILL_NIGHTS = (
    _STANDARD
    + """
INSERT INTO tariffs_dailyrate (tariff_type_id, property_id, date, price, min_stay,
                               closed, closed_to_arrival, closed_to_departure)
SELECT tariff_type, property_id, first + night, price, min_stay, false, false, false
FROM wanted CROSS JOIN LATERAL generate_series(0, last - first) AS night
ON CONFLICT (tariff_type_id, date) DO NOTHING
"""
)

# Nights that still have the former price or minimum stay get the new one. A longest stay that is
# shorter than the new minimum is raised to it.
CHANGE_NIGHTS = (
    _STANDARD
    + """
UPDATE tariffs_dailyrate AS rate
SET price = CASE WHEN rate.price = wanted.former_price THEN wanted.price ELSE rate.price END,
    min_stay = CASE WHEN rate.min_stay = wanted.former_min_stay THEN wanted.min_stay
                    ELSE rate.min_stay END,
    max_stay = CASE WHEN rate.min_stay = wanted.former_min_stay AND rate.max_stay < wanted.min_stay
                    THEN wanted.min_stay ELSE rate.max_stay END
FROM wanted
WHERE rate.tariff_type_id = wanted.tariff_type
  AND rate.date >= wanted.first
  AND ((rate.price = wanted.former_price AND rate.price <> wanted.price)
       OR (rate.min_stay = wanted.former_min_stay AND rate.min_stay <> wanted.min_stay))
"""
)

CHANGE_TARIFF_TYPES = (
    _STANDARD
    + """
UPDATE tariffs_tarifftype AS tariff_type
SET version = tariff_type.version + 1,
    max_stay = greatest(tariff_type.max_stay, wanted.min_stay)
FROM wanted
WHERE tariff_type.id = wanted.tariff_type
"""
)

# The whole of one tariff type: its price and minimum stay per date. Rates of dates that stay keep
# their ids; every other condition goes back to none.
WRITE_TARIFF = """
INSERT INTO tariffs_dailyrate (tariff_type_id, property_id, date, price, min_stay,
                               closed, closed_to_arrival, closed_to_departure)
SELECT %(tariff_type)s, %(property_id)s, day.date, day.price, day.min_stay, false, false, false
FROM unnest(%(dates)s::date[], %(prices)s::numeric[], %(min_stays)s::int[])
     AS day (date, price, min_stay)
ON CONFLICT (tariff_type_id, date) DO UPDATE
SET price = EXCLUDED.price, min_stay = EXCLUDED.min_stay, max_stay = NULL,
    closed = false, closed_to_arrival = false, closed_to_departure = false
"""

# Dates that a tariff type is no longer sold on.
DROP_OTHER_DATES = """
DELETE FROM tariffs_dailyrate
WHERE tariff_type_id = %(tariff_type)s AND date <> ALL (%(dates)s::date[])
"""

# In every tariff type of a property, on the dates that have a price.
WRITE_MIN_STAYS = """
UPDATE tariffs_dailyrate AS rate
SET min_stay = day.min_stay
FROM unnest(%(dates)s::date[], %(min_stays)s::int[]) AS day (date, min_stay)
WHERE rate.property_id = %(property_id)s AND rate.date = day.date
  AND rate.min_stay <> day.min_stay
"""
