"""Hand-written statements; parameters only. Each looks at all rows of a call at once."""

from __future__ import annotations

# What rows can name at some properties: their tariff types, and the types of their rooms.
TARIFF_TYPES = """
SELECT id, property_id, room_type_id FROM tariffs_tarifftype
WHERE property_id = ANY (%(property_ids)s::bigint[]) AND deleted_at IS NULL
ORDER BY id
"""
ROOM_TYPES = """
SELECT DISTINCT property_id, room_type_id FROM rooms_room
WHERE property_id = ANY (%(property_ids)s::bigint[]) AND deleted_at IS NULL
"""

# The nights of tariff types in some ranges of dates, both ends included.
RATES = """
SELECT rate.tariff_type_id, rate.date, rate.price, rate.min_stay, coalesce(rate.max_stay, 0),
       rate.closed, rate.closed_to_arrival, rate.closed_to_departure
FROM unnest(%(tariff_types)s::bigint[], %(firsts)s::date[], %(lasts)s::date[])
     AS span (tariff_type, first, last)
JOIN tariffs_dailyrate AS rate
  ON rate.tariff_type_id = span.tariff_type AND rate.date BETWEEN span.first AND span.last
"""

# The limits of room types in one range of dates each.
LIMITS = """
SELECT rule.property_id, rule.room_type_id, rule.date, coalesce(rule.max_to_sell, -1),
       rule.stop_sell
FROM unnest(%(property_ids)s::bigint[], %(room_types)s::bigint[], %(firsts)s::date[],
            %(lasts)s::date[]) AS span (property_id, room_type, first, last)
JOIN availability_allotment AS rule
  ON rule.property_id = span.property_id AND rule.room_type_id = span.room_type
 AND rule.date BETWEEN span.first AND span.last
"""

# How many rooms of these guests have booked, per night; rooms that are held are not.
BOOKED = """
SELECT span.property_id, span.room_type, night::date, count(*)
FROM unnest(%(property_ids)s::bigint[], %(room_types)s::bigint[], %(firsts)s::date[],
            %(lasts)s::date[]) AS span (property_id, room_type, first, last)
JOIN availability_occupancy AS booked
  ON booked.property_id = span.property_id AND booked.room_type_id = span.room_type
 AND booked.kind = 'booking' AND booked.nights && daterange(span.first, span.last, '[]')
CROSS JOIN generate_series(greatest(lower(booked.nights), span.first),
                           least(upper(booked.nights) - 1, span.last), interval '1 day') AS night
GROUP BY span.property_id, span.room_type, night
"""

# What is written was read under the lock of the property.
WRITE_RATES = """
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

WRITE_LIMITS = """
INSERT INTO availability_allotment (property_id, room_type_id, date, max_to_sell, stop_sell)
SELECT night.property_id, night.room_type, night.date, nullif(night.most, -1), night.stop_sell
FROM unnest(%(property_ids)s::bigint[], %(room_types)s::bigint[], %(dates)s::date[],
            %(limits)s::int[], %(stop_sell)s::boolean[])
     AS night (property_id, room_type, date, most, stop_sell)
ON CONFLICT (property_id, room_type_id, date) DO UPDATE
SET max_to_sell = EXCLUDED.max_to_sell, stop_sell = EXCLUDED.stop_sell
"""

# Nights that say nothing any more.
DROP_RATES = """
DELETE FROM tariffs_dailyrate AS rate
USING unnest(%(tariff_types)s::bigint[], %(dates)s::date[]) AS night (tariff_type, date)
WHERE rate.tariff_type_id = night.tariff_type AND rate.date = night.date
"""
DROP_LIMITS = """
DELETE FROM availability_allotment AS rule
USING unnest(%(property_ids)s::bigint[], %(room_types)s::bigint[], %(dates)s::date[])
     AS night (property_id, room_type, date)
WHERE rule.property_id = night.property_id AND rule.room_type_id = night.room_type
  AND rule.date = night.date
"""

# Each rate plan of a property with its nights of a range, both ends included; one without any has
# a row without a night.
READ_RATES = """
SELECT plan.id, plan.room_type_id, plan.name, rate.date, nullif(rate.price, 0), rate.min_stay,
       rate.max_stay, rate.closed, rate.closed_to_arrival, rate.closed_to_departure
FROM tariffs_tarifftype AS plan
LEFT JOIN tariffs_dailyrate AS rate
       ON rate.tariff_type_id = plan.id AND rate.date BETWEEN %(first)s AND %(last)s
WHERE plan.property_id = %(property_id)s AND plan.deleted_at IS NULL
ORDER BY plan.id, rate.date
"""

# Each room type of a property with its number of rooms, and the nights of a range that have a
# limit, a stop or a booking: the limit, what is left of it, whether sale is stopped, rooms booked.
READ_LIMITS = """
WITH booked AS (
    SELECT taken.room_type_id, night::date AS date, count(*)::int AS rooms
    FROM availability_occupancy AS taken
    CROSS JOIN generate_series(greatest(lower(taken.nights), %(first)s),
                               least(upper(taken.nights) - 1, %(last)s), interval '1 day') AS night
    WHERE taken.property_id = %(property_id)s AND taken.kind = 'booking'
      AND taken.nights && daterange(%(first)s, %(last)s, '[]')
    GROUP BY taken.room_type_id, night
), said AS (
    SELECT room_type_id, date, max_to_sell, stop_sell FROM availability_allotment
    WHERE property_id = %(property_id)s AND date BETWEEN %(first)s AND %(last)s
), nights AS (
    SELECT coalesce(said.room_type_id, booked.room_type_id) AS room_type_id,
           coalesce(said.date, booked.date) AS date,
           said.max_to_sell, coalesce(said.stop_sell, false) AS stop_sell,
           coalesce(booked.rooms, 0) AS booked
    FROM said
    FULL JOIN booked ON booked.room_type_id = said.room_type_id AND booked.date = said.date
), stock AS (
    SELECT room_type_id, count(*)::int AS rooms FROM rooms_room
    WHERE property_id = %(property_id)s AND deleted_at IS NULL GROUP BY room_type_id
)
SELECT stock.room_type_id, stock.rooms, nights.date, nights.max_to_sell,
       CASE WHEN nights.max_to_sell IS NOT NULL
            THEN greatest(nights.max_to_sell - nights.booked, 0) END,
       nights.stop_sell, nights.booked
FROM stock
LEFT JOIN nights ON nights.room_type_id = stock.room_type_id
ORDER BY stock.room_type_id, nights.date
"""

# SHA-256 of one line for each night with a price, in the order of the dates, by rate plan and
# month; docs/channel_ari.md has the recipe.
DIGESTS_OF_RATES = """
SELECT rate.tariff_type_id, to_char(rate.date, 'YYYY-MM') AS month,
       encode(sha256(convert_to(string_agg(
           concat_ws('|', to_char(rate.date, 'YYYY-MM-DD'),
                     round(rate.price, %(exponent)s)::text, rate.min_stay,
                     coalesce(rate.max_stay, 0), rate.closed::int, rate.closed_to_arrival::int,
                     rate.closed_to_departure::int) || E'\n', '' ORDER BY rate.date), 'UTF8')),
           'hex')
FROM tariffs_dailyrate AS rate
JOIN tariffs_tarifftype AS plan ON plan.id = rate.tariff_type_id AND plan.deleted_at IS NULL
WHERE rate.property_id = %(property_id)s AND rate.date BETWEEN %(first)s AND %(last)s
  AND rate.price > 0
GROUP BY rate.tariff_type_id, month
ORDER BY rate.tariff_type_id, month
"""

# The same of one line for each night with a limit or a stop, by room type and month.
DIGESTS_OF_LIMITS = """
SELECT rule.room_type_id, to_char(rule.date, 'YYYY-MM') AS month,
       encode(sha256(convert_to(string_agg(
           concat_ws('|', to_char(rule.date, 'YYYY-MM-DD'), coalesce(rule.max_to_sell::text, ''),
                     rule.stop_sell::int) || E'\n', '' ORDER BY rule.date), 'UTF8')), 'hex')
FROM availability_allotment AS rule
WHERE rule.property_id = %(property_id)s AND rule.date BETWEEN %(first)s AND %(last)s
  AND (rule.max_to_sell IS NOT NULL OR rule.stop_sell)
GROUP BY rule.room_type_id, month
ORDER BY rule.room_type_id, month
"""
