"""Hand-written statements; parameters only."""

from __future__ import annotations

from bookyflow.core.prepared import on_one_line
from bookyflow.events.sql import ONE_RECORDED

TARIFF_TYPES = """
SELECT id FROM tariffs_tarifftype
WHERE property_id = %(property_id)s AND deleted_at IS NULL ORDER BY id
"""

TARIFF_TYPE = """
SELECT {tariff_type} FROM tariffs_tarifftype AS tariff_type
WHERE id = %(tariff_type)s::bigint AND property_id = %(property_id)s::bigint AND deleted_at IS NULL
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

# Statements that write rates touch only those that are others then: ON CONFLICT would lock each one
# that it meets, for which a row is written to the log as well. `first` and `last` are those of
# `dates`, by which the rates of a tariff type are read in one go. All of it is under the lock of
# the property, so that no rate comes or goes meanwhile. What is looked for is selected, else
# PostgreSQL plans anew for each value of it, which takes as long as all the rest.

# Every tariff type gets every (date, price); whether a rate is another then. Whether a night is
# closed and what else it is booked under stays, and nights that are over keep their price.
_WRITE_PRICES = """
WITH wanted AS (
    SELECT tariff_type.id AS tariff_type_id, day.date, day.price
    FROM unnest((SELECT %(tariff_types)s::bigint[])) AS tariff_type (id)
    CROSS JOIN unnest((SELECT %(dates)s::date[]), (SELECT %(prices)s::numeric[]))
         AS day (date, price)
), changed AS (
    UPDATE tariffs_dailyrate AS rate SET price = wanted.price
    FROM wanted
    WHERE rate.tariff_type_id = wanted.tariff_type_id AND rate.date = wanted.date
      AND rate.tariff_type_id = ANY ((SELECT %(tariff_types)s::bigint[])::bigint[])
      AND rate.date BETWEEN (SELECT %(first)s::date) AND (SELECT %(last)s::date)
      AND rate.date >= (SELECT %(today)s::date) AND rate.price <> wanted.price
    RETURNING rate.id
), added AS (
    INSERT INTO tariffs_dailyrate (tariff_type_id, property_id, date, price, min_stay,
                                   closed, closed_to_arrival, closed_to_departure)
    SELECT tariff_type_id, %(property_id)s::bigint, date, price, %(min_stay)s::int,
           false, false, false
    FROM wanted
    WHERE NOT EXISTS (
        SELECT FROM tariffs_dailyrate AS rate
        WHERE rate.tariff_type_id = wanted.tariff_type_id AND rate.date = wanted.date
          AND rate.tariff_type_id = ANY ((SELECT %(tariff_types)s::bigint[])::bigint[])
          AND rate.date BETWEEN (SELECT %(first)s::date) AND (SELECT %(last)s::date))
    RETURNING id
), done AS (
    SELECT EXISTS (SELECT FROM changed) OR EXISTS (SELECT FROM added) AS is_other
)
{then}
SELECT is_other FROM done
"""
WRITE_PRICES = _WRITE_PRICES.format(then="")

# The same, which counts for the tariff types and is recorded where a rate is another then.
_RECORDED = ONE_RECORDED.format(when="WHERE (SELECT is_other FROM done)")
_COUNTED = """
, counted AS (
    UPDATE tariffs_tarifftype SET version = version + 1
    WHERE id = ANY ((SELECT %(tariff_types)s::bigint[])::bigint[]) AND (SELECT is_other FROM done)
),
"""
SET_PRICES = on_one_line(_WRITE_PRICES.format(then=_COUNTED + _RECORDED))

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

# The nights of one tariff type, each with price and minimum stay, as its only coming ones. Where a
# rate, or something else (`is_changed`), is other than before, it is recorded, and counts for a
# tariff type that is not new. Rates of dates that stay keep their ids and every other condition, so
# that a closed night stays closed; nights that are over stay as they are. A closed night that is
# left out stays, closed: gone, it would be for sale again as soon as somebody sends it a price. It
# has no price until then, so that opening it alone sells nothing. One statement, since each costs a
# round trip under the property's lock.
_WRITE_TARIFF = """
WITH wanted AS (
    SELECT date, price, min_stay
    FROM unnest((SELECT %(dates)s::date[]), (SELECT %(prices)s::numeric[]),
                (SELECT %(min_stays)s::int[])) AS day (date, price, min_stay)
), missing AS MATERIALIZED (
    SELECT date, closed
    FROM tariffs_dailyrate AS rate
    WHERE tariff_type_id = (SELECT %(tariff_type)s::bigint) AND date >= (SELECT %(today)s::date)
      AND NOT (closed AND price = 0)
      AND NOT EXISTS (SELECT FROM wanted WHERE wanted.date = rate.date)
), gone AS (
    DELETE FROM tariffs_dailyrate AS rate
    USING missing
    WHERE rate.tariff_type_id = (SELECT %(tariff_type)s::bigint) AND rate.date = missing.date
      AND NOT missing.closed
    RETURNING rate.id
), emptied AS (
    UPDATE tariffs_dailyrate AS rate SET price = 0
    FROM missing
    WHERE rate.tariff_type_id = (SELECT %(tariff_type)s::bigint) AND rate.date = missing.date
      AND missing.closed
    RETURNING rate.id
), changed AS (
    UPDATE tariffs_dailyrate AS rate
    SET price = wanted.price, min_stay = wanted.min_stay
    FROM wanted
    WHERE rate.tariff_type_id = (SELECT %(tariff_type)s::bigint) AND rate.date = wanted.date
      AND rate.date BETWEEN (SELECT %(first)s::date) AND (SELECT %(last)s::date)
      AND rate.date >= (SELECT %(today)s::date)
      AND (rate.price, rate.min_stay) <> (wanted.price, wanted.min_stay)
    RETURNING rate.id
), added AS (
    INSERT INTO tariffs_dailyrate (tariff_type_id, property_id, date, price, min_stay,
                                   closed, closed_to_arrival, closed_to_departure)
    SELECT %(tariff_type)s::bigint, %(property_id)s::bigint, date, price, min_stay,
           false, false, false
    FROM wanted
    WHERE NOT EXISTS (
        SELECT FROM tariffs_dailyrate AS rate
        WHERE rate.tariff_type_id = (SELECT %(tariff_type)s::bigint) AND rate.date = wanted.date
          AND rate.date BETWEEN (SELECT %(first)s::date) AND (SELECT %(last)s::date))
    RETURNING id
), done AS (
    SELECT (SELECT %(is_changed)s::bool)
           OR EXISTS (SELECT FROM gone) OR EXISTS (SELECT FROM emptied)
           OR EXISTS (SELECT FROM changed) OR EXISTS (SELECT FROM added) AS is_other
), counted AS (
    UPDATE tariffs_tarifftype SET version = version + 1
    WHERE id = (SELECT %(tariff_type)s::bigint) AND (SELECT NOT %(is_new)s::bool)
      AND (SELECT is_other FROM done)
),
{recorded}
SELECT is_other FROM done
"""
WRITE_TARIFF = on_one_line(_WRITE_TARIFF.format(recorded=_RECORDED))

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
