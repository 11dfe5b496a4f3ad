"""Hand-written statements; parameters only. Each looks at all rows of a call at once."""

from __future__ import annotations

from bookyflow.core.prepared import on_one_line
from bookyflow.events.sql import RECORDED

# What rows can name at some properties: each tariff type with its room type, and the types of their
# rooms, with no tariff type.
PLACES = on_one_line("""
SELECT property_id, id, room_type_id FROM tariffs_tarifftype
WHERE property_id = ANY ((SELECT %(property_ids)s::bigint[])::bigint[]) AND deleted_at IS NULL
UNION ALL
SELECT DISTINCT property_id, NULL::bigint, room_type_id FROM rooms_roomkind
WHERE property_id = ANY ((SELECT %(property_ids)s::bigint[])::bigint[])
ORDER BY id
""")

# The nights of tariff types in some ranges of dates, both ends included. Range by range, whatever
# the planner expects: a kept plan knows neither how many there are nor how long. What is looked for
# is selected, else PostgreSQL plans anew for each value of it.
RATES = on_one_line("""
SELECT rate.id, span.tariff_type, rate.date, rate.price, rate.min_stay, coalesce(rate.max_stay, 0),
       rate.closed, rate.closed_to_arrival, rate.closed_to_departure
FROM unnest((SELECT %(tariff_types)s::bigint[]), (SELECT %(firsts)s::date[]),
            (SELECT %(lasts)s::date[])) AS span (tariff_type, first, last)
CROSS JOIN LATERAL (
    SELECT * FROM tariffs_dailyrate
    WHERE tariff_type_id = span.tariff_type AND date BETWEEN span.first AND span.last
    OFFSET 0
) AS rate
""")

# The same of the limits of room types.
_SPANS = """
unnest((SELECT %(property_ids)s::bigint[]), (SELECT %(room_types)s::bigint[]),
       (SELECT %(firsts)s::date[]), (SELECT %(lasts)s::date[]))
    AS span (property_id, room_type, first, last)
"""
_LIMITS = """
SELECT rule.id, span.property_id, span.room_type, rule.date, coalesce(rule.max_to_sell, -1),
       rule.stop_sell
FROM {spans}
CROSS JOIN LATERAL (
    SELECT * FROM availability_allotment
    WHERE property_id = span.property_id AND room_type_id = span.room_type
      AND date BETWEEN span.first AND span.last
    OFFSET 0
) AS rule
"""
LIMITS = on_one_line(_LIMITS.format(spans=_SPANS))

# How many rooms of these guests have booked, per night; rooms that are held are not.
_BOOKED = """
SELECT span.property_id, span.room_type, booked.date, sum(booked.taken)
FROM {spans}
JOIN availability_nightcount AS booked
  ON booked.property_id = span.property_id AND booked.sold_as_id = span.room_type
 AND booked.kind = 'booking' AND booked.date BETWEEN span.first AND span.last
GROUP BY span.property_id, span.room_type, booked.date
"""
BOOKED = on_one_line(_BOOKED.format(spans=_SPANS))

# What is written was read under the lock of the property, so that no rate comes or goes meanwhile:
# the `ids` of nights that have a row, 0 for others, and of those that say nothing any more. Where
# all have one, a column without values is one that stays. By its id a row is written in two thirds
# of the time of ON CONFLICT, which looks for each by its night and locks it first, for which
# another line is written to the log. It counts for the tariff types, and is recorded.
_WRITE_RATES = """
WITH night AS MATERIALIZED (
    SELECT *
    FROM unnest((SELECT %(ids)s::bigint[]), (SELECT %(tariff_types)s::bigint[]),
                (SELECT %(dates)s::date[]), (SELECT %(prices)s::numeric[]),
                (SELECT %(min_stays)s::int[]), (SELECT %(max_stays)s::int[]),
                (SELECT %(closed)s::boolean[]), (SELECT %(closed_to_arrival)s::boolean[]),
                (SELECT %(closed_to_departure)s::boolean[]))
         AS night (id, tariff_type, date, price, min_stay, max_stay, closed, closed_to_arrival,
                   closed_to_departure)
), changed AS (
    UPDATE tariffs_dailyrate AS rate
    SET price = coalesce(night.price, rate.price),
        min_stay = coalesce(night.min_stay, rate.min_stay),
        max_stay = nullif(coalesce(night.max_stay, rate.max_stay), 0),
        closed = coalesce(night.closed, rate.closed),
        closed_to_arrival = coalesce(night.closed_to_arrival, rate.closed_to_arrival),
        closed_to_departure = coalesce(night.closed_to_departure, rate.closed_to_departure)
    FROM night
    WHERE rate.id = night.id
), added AS (
    INSERT INTO tariffs_dailyrate (tariff_type_id, property_id, date, price, min_stay, max_stay,
                                   closed, closed_to_arrival, closed_to_departure)
    SELECT night.tariff_type, tariff_type.property_id, night.date, night.price, night.min_stay,
           nullif(night.max_stay, 0), night.closed, night.closed_to_arrival,
           night.closed_to_departure
    FROM night
    JOIN tariffs_tarifftype AS tariff_type ON tariff_type.id = night.tariff_type
    WHERE night.id = 0
), gone AS (
    DELETE FROM tariffs_dailyrate WHERE id = ANY ((SELECT %(gone)s::bigint[])::bigint[])
),
{recorded}
UPDATE tariffs_tarifftype SET version = version + 1
WHERE id = ANY ((SELECT %(changed)s::bigint[])::bigint[])
"""
WRITE_RATES = on_one_line(_WRITE_RATES.format(recorded=RECORDED))

_WRITE_LIMITS = """
WITH night AS MATERIALIZED (
    SELECT *
    FROM unnest((SELECT %(ids)s::bigint[]), (SELECT %(property_ids)s::bigint[]),
                (SELECT %(room_types)s::bigint[]), (SELECT %(dates)s::date[]),
                (SELECT %(limits)s::int[]), (SELECT %(stop_sell)s::boolean[]))
         AS night (id, property_id, room_type, date, most, stop_sell)
), changed AS (
    UPDATE availability_allotment AS rule
    SET max_to_sell = nullif(coalesce(night.most, rule.max_to_sell), -1),
        stop_sell = coalesce(night.stop_sell, rule.stop_sell)
    FROM night
    WHERE rule.id = night.id
), added AS (
    INSERT INTO availability_allotment (property_id, room_type_id, date, max_to_sell, stop_sell)
    SELECT property_id, room_type, date, nullif(most, -1), stop_sell FROM night WHERE id = 0
),
{recorded}
DELETE FROM availability_allotment WHERE id = ANY ((SELECT %(gone)s::bigint[])::bigint[])
"""
WRITE_LIMITS = on_one_line(_WRITE_LIMITS.format(recorded=RECORDED))

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
    SELECT sold_as_id AS room_type_id, date, sum(taken)::int AS rooms
    FROM availability_nightcount
    WHERE property_id = %(property_id)s AND kind = 'booking' AND taken > 0
      AND date BETWEEN %(first)s AND %(last)s
    GROUP BY sold_as_id, date
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
    SELECT room_type_id, sum(rooms)::int AS rooms FROM rooms_roomkind
    WHERE property_id = %(property_id)s GROUP BY room_type_id
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
