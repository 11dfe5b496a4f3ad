"""Hand-written statements; parameters only."""

from __future__ import annotations

TARIFF_TYPES = """
SELECT id FROM tariffs_tarifftype
WHERE property_id = %(property_id)s AND deleted_at IS NULL ORDER BY id
"""

# As it is: making the text anew each time took three times as long as all of this (measured).
TARIFF_TYPE = """
SELECT * FROM tariffs_tarifftype
WHERE id = %(tariff_type)s AND property_id = %(property_id)s AND deleted_at IS NULL
"""

# The tariffs of a property with their rates of [first, last], also those that have none of them.
# With `since` rates count only where the tariff has one of that day or later.
_RATES_OF_STAY = """
SELECT {{tariff}}, {{rate}}
FROM {stays}
JOIN tariffs_tarifftype AS tariff ON tariff.property_id = asked.property_id
LEFT JOIN tariffs_dailyrate AS rate
     ON rate.tariff_type_id = tariff.id AND rate.date BETWEEN asked.first AND asked.last
     AND (asked.since IS NULL OR EXISTS (
         SELECT FROM tariffs_dailyrate AS coming
         WHERE coming.tariff_type_id = tariff.id AND coming.date >= asked.since))
WHERE tariff.deleted_at IS NULL {types}
ORDER BY tariff.property_id, tariff.id, rate.date
"""
RATES_OF_STAY = _RATES_OF_STAY.format(
    stays="""(SELECT %(property_id)s::bigint AS property_id, %(first)s::date AS first,
             %(last)s::date AS last, %(since)s::date AS since) AS asked""",
    types="""AND (%(room_types)s::bigint[] IS NULL
         OR tariff.room_type_id = ANY ((SELECT %(room_types)s::bigint[])::bigint[]))""",
)

# The same of many properties, for a stay of each.
RATES_OF_STAYS = _RATES_OF_STAY.format(
    stays="""unnest(%(property_ids)s::bigint[], %(firsts)s::date[], %(lasts)s::date[],
            %(since)s::date[]) AS asked (property_id, first, last, since)""",
    types="",
)

COUNT_CHANGE = """
UPDATE tariffs_tarifftype SET version = version + 1 WHERE id = ANY (%(tariff_types)s::bigint[])
"""

# Every tariff type gets every (date, price). Whether a night is closed and what else it is booked
# under stays, and nights that are over keep their price.
WRITE_PRICES = """
INSERT INTO tariffs_dailyrate (tariff_type_id, property_id, date, price, min_stay,
                               closed, closed_to_arrival, closed_to_departure)
SELECT tariff_type, %(property_id)s, day.date, day.price, %(min_stay)s, false, false, false
FROM unnest(%(tariff_types)s::bigint[]) AS tariff_type
CROSS JOIN unnest(%(dates)s::date[], %(prices)s::numeric[]) AS day (date, price)
ON CONFLICT (tariff_type_id, date) DO UPDATE SET price = EXCLUDED.price
WHERE tariffs_dailyrate.date >= %(today)s AND tariffs_dailyrate.price <> EXCLUDED.price
"""

_WRITTEN = "WITH written AS ("
_RATES_COUNTED = """RETURNING id
), counted AS (
    UPDATE tariffs_tarifftype SET version = version + 1
    WHERE id = ANY (%(tariff_types)s::bigint[]) AND EXISTS (SELECT FROM written)
)
SELECT count(*) FROM written
"""
# The same, which counts for the tariff types where a rate is another then; how many rates.
SET_PRICES = _WRITTEN + WRITE_PRICES + _RATES_COUNTED

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
SELECT wanted.tariff_type, wanted.property_id, wanted.first + night, wanted.price, wanted.min_stay,
       false, false, false
FROM wanted
JOIN tariffs_tarifftype AS known ON known.id = wanted.tariff_type AND known.deleted_at IS NULL
CROSS JOIN LATERAL generate_series(0, wanted.last - wanted.first) AS night
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

# The nights of one tariff type: price and minimum stay. Rates of dates that stay keep their ids and
# every other condition, so that a closed night stays closed; nights that are over stay as they are.
WRITE_TARIFF = """
INSERT INTO tariffs_dailyrate (tariff_type_id, property_id, date, price, min_stay,
                               closed, closed_to_arrival, closed_to_departure)
SELECT %(tariff_type)s, %(property_id)s, day.date, day.price, day.min_stay, false, false, false
FROM unnest(%(dates)s::date[], %(prices)s::numeric[], %(min_stays)s::int[])
     AS day (date, price, min_stay)
ON CONFLICT (tariff_type_id, date) DO UPDATE
SET price = EXCLUDED.price, min_stay = EXCLUDED.min_stay
WHERE tariffs_dailyrate.date >= %(today)s
  AND (tariffs_dailyrate.price, tariffs_dailyrate.min_stay) <> (EXCLUDED.price, EXCLUDED.min_stay)
"""

# The same, as the only coming nights of a tariff type that exists, whose version counts a change;
# how many rates are others or gone. A closed night stays, closed: gone, it would be for sale again
# as soon as somebody sends it a price. It has no price until then, so that opening it alone sells
# nothing. One statement, since each costs a round trip under the property's lock.
_DROPPED = """
WITH gone AS (
    DELETE FROM tariffs_dailyrate
    WHERE tariff_type_id = %(tariff_type)s AND date <> ALL (%(dates)s::date[])
      AND date >= %(today)s AND NOT closed
    RETURNING id
), emptied AS (
    UPDATE tariffs_dailyrate SET price = 0
    WHERE closed AND tariff_type_id = %(tariff_type)s AND date <> ALL (%(dates)s::date[])
      AND date >= %(today)s AND price > 0
    RETURNING id
), written AS ("""
_COUNTED = """RETURNING id
), changed AS (
    SELECT (SELECT count(*) FROM gone) + (SELECT count(*) FROM emptied)
           + (SELECT count(*) FROM written) AS rates
), counted AS (
    UPDATE tariffs_tarifftype SET version = version + 1
    WHERE id = %(tariff_type)s AND ((SELECT rates FROM changed) > 0 OR %(is_changed)s)
)
SELECT rates FROM changed
"""
REPLACE_TARIFF = _DROPPED + WRITE_TARIFF + _COUNTED

# In tariff types of a property, on the dates that have a price.
WRITE_MIN_STAYS = """
UPDATE tariffs_dailyrate AS rate
SET min_stay = day.min_stay
FROM unnest(%(dates)s::date[], %(min_stays)s::int[]) AS day (date, min_stay)
WHERE rate.property_id = %(property_id)s AND rate.date = day.date
  AND rate.tariff_type_id = ANY (%(tariff_types)s::bigint[])
  AND rate.min_stay <> day.min_stay
"""

# What is null in a day's restrictions stays as it is; a longest stay of 0 takes the limit away.
WRITE_RESTRICTIONS = """
WITH wanted AS (
    SELECT rate.id,
           coalesce(day.closed, rate.closed) AS closed,
           coalesce(day.closed_to_arrival, rate.closed_to_arrival) AS closed_to_arrival,
           coalesce(day.closed_to_departure, rate.closed_to_departure) AS closed_to_departure,
           coalesce(day.min_stay, rate.min_stay) AS min_stay,
           nullif(coalesce(day.max_stay, rate.max_stay), 0) AS max_stay
    FROM unnest(%(dates)s::date[], %(closed)s::boolean[], %(closed_to_arrival)s::boolean[],
                %(closed_to_departure)s::boolean[], %(min_stays)s::int[], %(max_stays)s::int[])
         AS day (date, closed, closed_to_arrival, closed_to_departure, min_stay, max_stay)
    JOIN tariffs_dailyrate AS rate ON rate.date = day.date
    WHERE rate.property_id = %(property_id)s
      AND rate.tariff_type_id = ANY (%(tariff_types)s::bigint[])
)
UPDATE tariffs_dailyrate AS rate
SET closed = wanted.closed, closed_to_arrival = wanted.closed_to_arrival,
    closed_to_departure = wanted.closed_to_departure, min_stay = wanted.min_stay,
    max_stay = wanted.max_stay
FROM wanted
WHERE rate.id = wanted.id
  AND (rate.closed, rate.closed_to_arrival, rate.closed_to_departure, rate.min_stay, rate.max_stay)
      IS DISTINCT FROM (wanted.closed, wanted.closed_to_arrival, wanted.closed_to_departure,
                        wanted.min_stay, wanted.max_stay)
"""

# Prices of tariff types after a date, which their new ones do not reach; closed nights as above.
DROP_LATER_DATES = """
WITH emptied AS (
    UPDATE tariffs_dailyrate SET price = 0
    WHERE closed AND tariff_type_id = ANY (%(tariff_types)s::bigint[]) AND date > %(last)s
)
DELETE FROM tariffs_dailyrate
WHERE tariff_type_id = ANY (%(tariff_types)s::bigint[]) AND date > %(last)s AND NOT closed
"""

EXTRAS_OFFERED = """
SELECT {extra}, {tax_rate}
FROM tariffs_extra AS extra
LEFT JOIN tariffs_taxrate AS tax_rate ON tax_rate.id = extra.tax_rate_id
WHERE extra.property_id = ANY ((SELECT %(property_ids)s::bigint[])::bigint[])
  AND extra.deleted_at IS NULL AND extra.is_published
  AND (extra.valid_from IS NULL OR extra.valid_from <= %(arrival)s)
  AND (extra.valid_to IS NULL OR extra.valid_to >= %(arrival)s)
  AND (%(room_types)s::bigint[] IS NULL OR extra.room_type_id IS NULL
       OR extra.room_type_id = ANY ((SELECT %(room_types)s::bigint[])::bigint[]))
ORDER BY extra.id
"""
