"""Hand-written statements; parameters only. Nights are half-open date ranges; expired holds count
as if they were not there, whether they have been removed yet or not."""

from __future__ import annotations

# Rooms of a property that are free on every night, smallest fitting first, each with what may
# still be sold of its type (null: no limit) and whether selling it is stopped on some night.
FREE_ROOMS = """
WITH wanted AS (SELECT daterange(%(arrival)s, %(departure)s) AS nights),
limited AS (
    SELECT day.room_type_id,
           bool_or(day.stop_sell) AS stop_sell,
           min(day.max_to_sell - (
               SELECT count(*) FROM availability_occupancy AS sold
               WHERE sold.property_id = day.property_id
                 AND sold.room_type_id = day.room_type_id
                 AND sold.nights @> day.date
                 AND sold.kind <> 'block'
                 AND (sold.expires_at IS NULL OR sold.expires_at > now())
           )) AS left_to_sell
    FROM availability_typeday AS day
    WHERE day.property_id = %(property_id)s
      AND day.date >= %(arrival)s AND day.date < %(departure)s
    GROUP BY day.room_type_id
)
SELECT room.id, room.room_type_id, limited.left_to_sell, coalesce(limited.stop_sell, false)
FROM rooms_room AS room
CROSS JOIN wanted
LEFT JOIN limited ON limited.room_type_id = room.room_type_id
WHERE room.property_id = %(property_id)s
  AND room.max_occupancy >= %(guests)s
  AND (%(room_type_id)s::bigint IS NULL OR room.room_type_id = %(room_type_id)s)
  AND NOT EXISTS (
      SELECT FROM availability_occupancy AS taken
      WHERE taken.room_id = room.id
        AND taken.nights && wanted.nights
        AND (taken.expires_at IS NULL OR taken.expires_at > now())
  )
ORDER BY room.max_occupancy, room.number, room.id
"""

# Removes the expired holds of a property, which would refuse a new row otherwise.
DROP_EXPIRED_HOLDS = """
DELETE FROM availability_occupancy
WHERE property_id = %(property_id)s AND expires_at <= now()
"""

# The one way rows get in. ORDER BY room gives all writers one order of locking.
OCCUPY = """
INSERT INTO availability_occupancy (property_id, room_id, room_type_id, nights, kind, booking_id,
                                    pinned, expires_at)
SELECT room.property_id, room.id, room.room_type_id, daterange(%(arrival)s, %(departure)s),
       %(kind)s, %(booking_id)s, %(pinned)s, %(expires_at)s
FROM rooms_room AS room
WHERE room.property_id = %(property_id)s AND room.id = ANY (%(room_ids)s)
ORDER BY room.id
ON CONFLICT DO NOTHING
RETURNING room_id
"""

# Per date of [first, last]: how many rooms there are and how many of them are for sale, type by
# type (the free ones, within the type's limit), how many are taken, and the smallest open minimum
# stay. The rooms are counted by the type they have now, sales by the type they were made for.
CALENDAR = """
WITH busy AS MATERIALIZED (
    SELECT room.room_type_id, occupied.room_type_id AS sold_as, occupied.kind,
           night::date AS date
    FROM availability_occupancy AS occupied
    JOIN rooms_room AS room ON room.id = occupied.room_id
    CROSS JOIN generate_series(greatest(lower(occupied.nights), %(first)s::date),
                               least(upper(occupied.nights) - 1, %(last)s::date),
                               interval '1 day') AS night
    WHERE occupied.property_id = %(property_id)s
      AND occupied.nights && daterange(%(first)s::date, %(last)s::date, '[]')
      AND (occupied.expires_at IS NULL OR occupied.expires_at > now())
),
taken AS (
    SELECT room_type_id, date, count(*) AS rooms FROM busy GROUP BY room_type_id, date
),
sold AS (
    SELECT sold_as AS room_type_id, date, count(*) AS rooms
    FROM busy WHERE kind <> 'block' GROUP BY sold_as, date
),
priced AS (
    SELECT date, min(min_stay) AS min_stay
    FROM tariffs_dailyrate
    WHERE property_id = %(property_id)s AND date BETWEEN %(first)s AND %(last)s AND NOT closed
    GROUP BY date
),
stock AS (
    SELECT room_type_id, count(*) AS rooms FROM rooms_room
    WHERE property_id = %(property_id)s GROUP BY room_type_id
),
counted AS (
    SELECT day::date AS date,
           coalesce(sum(stock.rooms), 0)::int AS rooms,
           coalesce(sum(taken.rooms), 0)::int AS taken,
           coalesce(sum(
               CASE WHEN rule.stop_sell THEN 0
                    ELSE greatest(least(stock.rooms - coalesce(taken.rooms, 0),
                                        rule.max_to_sell - coalesce(sold.rooms, 0)), 0)
               END
           ), 0)::int AS for_sale
    FROM generate_series(%(first)s::date, %(last)s::date, interval '1 day') AS day
    LEFT JOIN stock ON true
    LEFT JOIN taken ON taken.room_type_id = stock.room_type_id AND taken.date = day::date
    LEFT JOIN sold ON sold.room_type_id = stock.room_type_id AND sold.date = day::date
    LEFT JOIN availability_typeday AS rule
           ON rule.property_id = %(property_id)s AND rule.room_type_id = stock.room_type_id
          AND rule.date = day::date
    GROUP BY day
)
SELECT counted.date, counted.rooms, counted.taken, counted.for_sale, priced.min_stay
FROM counted
LEFT JOIN priced ON priced.date = counted.date
ORDER BY counted.date
"""

# Of a property, the room types of which no room can be sold on some night of a stay.
TYPES_NOT_FOR_SALE = """
SELECT DISTINCT rule.room_type_id
FROM availability_typeday AS rule
WHERE rule.property_id = %(property_id)s
  AND rule.date >= %(arrival)s AND rule.date < %(departure)s
  AND (rule.stop_sell OR rule.max_to_sell <= (
      SELECT count(*) FROM availability_occupancy AS sold
      WHERE sold.property_id = rule.property_id
        AND sold.room_type_id = rule.room_type_id
        AND sold.nights @> rule.date
        AND sold.kind <> 'block'
        AND (sold.expires_at IS NULL OR sold.expires_at > now())))
"""

# The first night from `today` on in one of the ranges that a guest has booked in a room type.
FIRST_BOOKED_NIGHT = """
SELECT min(greatest(lower(booked.nights), closing.first, %(today)s))
FROM unnest(%(firsts)s::date[], %(lasts)s::date[]) AS closing (first, last)
JOIN availability_occupancy AS booked
  ON booked.property_id = %(property_id)s
 AND booked.room_type_id = %(room_type_id)s
 AND booked.kind = 'booking'
 AND booked.nights && daterange(greatest(closing.first, %(today)s), closing.last, '[]')
WHERE closing.last >= %(today)s
"""

# Limits of one room type, per date; a null max_to_sell leaves the limit as it is.
WRITE_TYPE_DAYS = """
INSERT INTO availability_typeday AS rule (property_id, room_type_id, date, max_to_sell, stop_sell)
SELECT %(property_id)s, %(room_type_id)s, day.date, day.max_to_sell, day.stop_sell
FROM unnest(%(dates)s::date[], %(max_to_sell)s::int[], %(stop_sell)s::bool[])
     AS day (date, max_to_sell, stop_sell)
ON CONFLICT (property_id, room_type_id, date) DO UPDATE
SET max_to_sell = coalesce(EXCLUDED.max_to_sell, rule.max_to_sell),
    stop_sell = EXCLUDED.stop_sell
"""
