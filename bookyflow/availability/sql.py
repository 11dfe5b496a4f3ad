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

# Per date of [first, last]: how many rooms are taken and the smallest open minimum stay.
CALENDAR = """
WITH taken AS (
    SELECT night::date AS date, count(*) AS rooms
    FROM availability_occupancy AS occupied,
         generate_series(greatest(lower(occupied.nights), %(first)s::date),
                         least(upper(occupied.nights) - 1, %(last)s::date),
                         interval '1 day') AS night
    WHERE occupied.property_id = %(property_id)s
      AND occupied.nights && daterange(%(first)s::date, %(last)s::date, '[]')
      AND (occupied.expires_at IS NULL OR occupied.expires_at > now())
    GROUP BY 1
),
priced AS (
    SELECT date, min(min_stay) AS min_stay
    FROM tariffs_dailyrate
    WHERE property_id = %(property_id)s AND date BETWEEN %(first)s AND %(last)s AND NOT closed
    GROUP BY date
),
stock AS (SELECT count(*) AS rooms FROM rooms_room WHERE property_id = %(property_id)s)
SELECT day::date, stock.rooms, coalesce(taken.rooms, 0), priced.min_stay
FROM generate_series(%(first)s::date, %(last)s::date, interval '1 day') AS day
CROSS JOIN stock
LEFT JOIN taken ON taken.date = day::date
LEFT JOIN priced ON priced.date = day::date
ORDER BY day
"""
