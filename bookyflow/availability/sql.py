"""Hand-written statements; parameters only. Nights are half-open date ranges; expired holds count
as if they were not there, whether they have been removed yet or not."""

from __future__ import annotations

# How many rooms of a property are taken on each night of [first, last], by the type that they have
# now and the one that they were sold as: what is counted already, and what is held.
_NIGHTS_TAKEN = """
    SELECT room_type_id, sold_as_id, kind, date, taken AS rooms
    FROM availability_nightcount
    WHERE property_id = %(property_id)s AND date >= %(first)s::date AND date <= %(last)s::date
    UNION ALL
    SELECT room.room_type_id, held.room_type_id, held.kind, night::date, 1
    FROM availability_occupancy AS held
    JOIN rooms_room AS room ON room.id = held.room_id
    CROSS JOIN generate_series(greatest(lower(held.nights), %(first)s::date),
                               least(upper(held.nights) - 1, %(last)s::date),
                               interval '1 day') AS night
    WHERE held.property_id = %(property_id)s AND held.expires_at > now()"""

# Of the room types of a property with limits on a stay: what may still be sold, null: no limit,
# and whether selling is stopped on some night.
TYPE_LIMITS = """
SELECT day.room_type_id,
       bool_or(day.stop_sell) AS stop_sell,
       min(day.max_to_sell - (
           SELECT coalesce(sum(sold.taken), 0) FROM availability_nightcount AS sold
           WHERE sold.property_id = day.property_id AND sold.date = day.date
             AND sold.sold_as_id = day.room_type_id AND sold.kind <> 'block'
       ) - (
           SELECT count(*) FROM availability_occupancy AS held
           WHERE held.property_id = day.property_id AND held.room_type_id = day.room_type_id
             AND held.nights @> day.date AND held.expires_at > now()
       ))::int AS left_to_sell
FROM availability_allotment AS day
WHERE day.property_id = %(property_id)s
  AND day.date >= %(arrival)s AND day.date < %(departure)s
GROUP BY day.room_type_id
"""

# Rooms of a property that are free on every night, each with what may still be sold of its type
# (null: no limit) and whether selling it is stopped on some night. The smallest that fits comes
# first, and among equals the one whose free time around the stay is the shortest, so that long
# stays find place later; 30 days on either side count as endless, and the past does not count.
#
# Nobody has a night of a room that somebody has: so the last stay to begin before the arrival is
# the last one to end, and an index of first nights has it at once; ranges are compared only to find
# who is in the house on the nights, all of them in one go.
#
# A plan that is kept knows nothing of how many rooms there are, and takes them for a few: all that
# is looked for again for each room must be found by an index, or be MATERIALIZED and of few rows.
# Who is in the house is found once, by NOT IN, which keeps the ids in a table of hashes.
_KNOWN_FIRST = """
WITH limited AS MATERIALIZED ({limits})
"""
_AROUND = """
LEFT JOIN LATERAL (
    SELECT upper(nights) AS free_from FROM availability_occupancy
    WHERE room_id = room.id AND lower(nights) < %(arrival)s::date{only}
      AND (expires_at IS NULL OR expires_at > now())
    ORDER BY lower(nights) DESC LIMIT 1
) AS before ON true
LEFT JOIN LATERAL (
    SELECT lower(nights) AS free_until FROM availability_occupancy
    WHERE room_id = room.id AND lower(nights) >= %(departure)s::date{only}
      AND lower(nights) < %(departure)s::date + 30
      AND (expires_at IS NULL OR expires_at > now())
    ORDER BY lower(nights) LIMIT 1
) AS after ON true"""
_FIT = """
         %(arrival)s::date - greatest(before.free_from, %(arrival)s::date - 30,
                                      least(%(today)s, %(arrival)s))
             + coalesce(after.free_until, %(departure)s::date + 30) - %(departure)s::date"""
_FREE_ROOMS = """
SELECT room.id, room.room_type_id, limited.left_to_sell, coalesce(limited.stop_sell, false),
       room.max_adults, room.max_children, room.max_occupancy{columns}
FROM ({rooms}) AS room{joins}
LEFT JOIN limited ON limited.room_type_id = room.room_type_id{around}
ORDER BY room.max_occupancy,{fit},
         room.number, room.id
"""
_NOT_TAKEN = """
    SELECT room.* FROM rooms_room AS room
    WHERE room.property_id = %(property_id)s AND room.deleted_at IS NULL{of_kind}
      AND room.id NOT IN (
          SELECT room_id FROM availability_occupancy
          WHERE property_id = %(property_id)s
            AND nights && daterange(%(arrival)s::date, %(departure)s::date)
            AND (expires_at IS NULL OR expires_at > now()))"""
# Of the rooms that are alike in all that matters for who gets which, the `most` oldest. A large
# house has hundreds of one kind, and whether the next of them would fit even better is not worth
# looking at each.
_MOST_OF_EACH_KIND = """
    SELECT room.* FROM rooms_roomkind AS kind
    CROSS JOIN LATERAL ({free} ORDER BY room.id LIMIT %(most)s::int) AS room
    WHERE kind.property_id = %(property_id)s{fitting}"""
_OF_KIND = """
      AND room.room_type_id = kind.room_type_id
      AND room.max_adults = kind.max_adults AND room.max_children = kind.max_children
      AND room.max_occupancy = kind.max_occupancy AND room.surcharge = kind.surcharge
      AND room.single_supplement = kind.single_supplement"""
_FREE_OF_EACH_KIND = _MOST_OF_EACH_KIND.replace("{free}", _NOT_TAKEN.format(of_kind=_OF_KIND))
# Those that have places for so many people, each of them; of one type, or of any.
_FITTING = """
      AND kind.max_occupancy >= %(guests)s
      AND kind.max_adults >= %(adults)s
      AND kind.max_children >= %(children)s
      AND (%(room_type_id)s::bigint IS NULL OR kind.room_type_id = %(room_type_id)s)"""
FREE_ROOM_COLUMNS = 7
FREE_ROOMS = _KNOWN_FIRST.format(limits=TYPE_LIMITS) + _FREE_ROOMS.format(
    rooms=_FREE_OF_EACH_KIND.format(fitting=_FITTING),
    columns="",
    joins="",
    around=_AROUND.format(only=""),
    fit=_FIT,
)

_OF_TYPE = """
JOIN rooms_roomtype AS room_type ON room_type.id = room.room_type_id"""

# With what their price depends on.
_PRICED = """,
       room_type.name, room.surcharge, room.single_supplement"""
PRICED_ROOMS = _KNOWN_FIRST.format(limits=TYPE_LIMITS) + _FREE_ROOMS.format(
    rooms=_FREE_OF_EACH_KIND.format(fitting=""),
    columns=_PRICED,
    joins=_OF_TYPE,
    around=_AROUND.format(only=""),
    fit=_FIT,
)

# The same of rooms whose ids are known, whoever is in them; nothing limits their sale. The array
# comes by way of a subquery: a statement with an array itself is planned anew each time, since a
# plan for one of any length looks dear.
_PRICED_ROOMS_BY_ID = """
SELECT room.id, room.room_type_id, NULL, false,
       room.max_adults, room.max_children, room.max_occupancy{columns}
FROM rooms_room AS room{joins}
WHERE room.id = ANY ((SELECT %(room_ids)s::bigint[])::bigint[]) AND room.deleted_at IS NULL
"""
PRICED_ROOMS_BY_ID = _PRICED_ROOMS_BY_ID.format(columns=_PRICED, joins=_OF_TYPE)

# All of them as lists show them, by number: how well the nights fit, the ids of the features, and
# the rows of rooms and types. Which are better matters only where not all can be sold.
_FREE_ROOMS_SHOWN = """
SELECT room.id, room.room_type_id, limited.left_to_sell, coalesce(limited.stop_sell, false),
       room.max_adults, room.max_children, room.max_occupancy,{fit},
       ARRAY(SELECT has.roomfeature_id FROM rooms_room_features AS has
             JOIN rooms_roomfeature AS feature ON feature.id = has.roomfeature_id
             WHERE has.room_id = room.id ORDER BY feature.name, feature.id),
       {{columns}}
FROM ({rooms}) AS room{joins}
LEFT JOIN limited ON limited.room_type_id = room.room_type_id{around}
ORDER BY room.number, room.name, room.id
"""
FREE_ROOMS_SHOWN = _KNOWN_FIRST.format(limits=TYPE_LIMITS) + _FREE_ROOMS_SHOWN.format(
    rooms=_NOT_TAKEN.format(of_kind=""),
    joins=_OF_TYPE,
    around=_AROUND.format(only=" AND limited.room_type_id IS NOT NULL"),
    fit=_FIT,
)

# The same of many properties, each with nights and a day of its own; whose they are comes first.
_PRICED_ROOMS_OF_EACH = """
SELECT asked.property_id, free.*
FROM unnest(%(property_ids)s::bigint[], %(firsts)s::date[], %(ends)s::date[], %(todays)s::date[])
     AS asked (property_id, first, "end", today)
CROSS JOIN LATERAL ({free}) AS free
"""
PRICED_ROOMS_OF_EACH = _PRICED_ROOMS_OF_EACH.replace(
    "{free}",
    PRICED_ROOMS.replace("%(property_id)s", "asked.property_id")
    .replace("%(arrival)s", "asked.first")
    .replace("%(departure)s", 'asked."end"')
    .replace("%(today)s", "asked.today"),
)

# How many rooms of a property, or of one type, are free on the fullest night from `first` to
# `last`, both of them today or later: who has a room then, has one that there is still.
_FREE_ON_THE_FULLEST_NIGHT = """
WITH taken AS (
    SELECT date, sum(rooms) AS rooms FROM ({nights}) AS night
    WHERE %(room_type_id)s::bigint IS NULL OR room_type_id = %(room_type_id)s
    GROUP BY date
)
SELECT ((
    SELECT coalesce(sum(rooms), 0) FROM rooms_roomkind
    WHERE property_id = %(property_id)s
      AND (%(room_type_id)s::bigint IS NULL OR room_type_id = %(room_type_id)s)
) - coalesce((SELECT max(rooms) FROM taken), 0))::int
"""
FREE_ON_THE_FULLEST_NIGHT = _FREE_ON_THE_FULLEST_NIGHT.format(nights=_NIGHTS_TAKEN)

# Of each room type that has rooms as they are asked for: how many of those it has and how many in
# all, and `most` of its rooms, those first and of them those that are taken on the fewest nights of
# a stay; the smallest first. Rooms and nights are gathered, not joined: a plan that is kept takes
# either for a few.
ROOMS_LEAST_TAKEN = """
SELECT room.id, room.room_type_id, room.max_adults, room.max_children, room.max_occupancy,
       room.surcharge, chosen.fits, chosen.fitting, chosen.of_type
FROM (
    SELECT id, fits,
           count(*) OVER type AS of_type, count(*) FILTER (WHERE fits) OVER type AS fitting,
           row_number() OVER (PARTITION BY room_type_id ORDER BY fits DESC, taken, id) AS place
    FROM (
        SELECT id, max(room_type_id) AS room_type_id, bool_or(fits) AS fits, sum(taken) AS taken
        FROM (
            SELECT id, room_type_id, 0 AS taken,
                   max_occupancy >= %(guests)s AND max_adults >= %(adults)s
                   AND max_children >= %(children)s
                   AND (%(room_type_id)s::bigint IS NULL OR room_type_id = %(room_type_id)s)
                   AND (%(room_ids)s::bigint[] IS NULL
                        OR id IN (SELECT unnest(%(room_ids)s::bigint[]))) AS fits
            FROM rooms_room
            WHERE property_id = %(property_id)s AND deleted_at IS NULL
            UNION ALL
            SELECT room_id, NULL, least(upper(nights), %(departure)s::date)
                                  - greatest(lower(nights), %(arrival)s::date), NULL
            FROM availability_occupancy
            WHERE property_id = %(property_id)s
              AND nights && daterange(%(arrival)s::date, %(departure)s::date)
              AND (expires_at IS NULL OR expires_at > now())
        ) AS either
        GROUP BY id
    ) AS known
    WHERE room_type_id IS NOT NULL
    WINDOW type AS (PARTITION BY room_type_id)
) AS chosen
JOIN rooms_room AS room ON room.id = chosen.id
WHERE chosen.fitting > 0 AND chosen.place <= %(most)s
ORDER BY room.max_occupancy, room.number, room.id
"""

# What is in rooms on the days around a stay, and whether it has to stay there: what is pinned,
# what began or reaches beyond these days, blocks, guests who are in the house, holds of somebody
# who is just booking, and the booking that the rooms are for.
PIECES = """
SELECT taken.id, taken.room_id, lower(taken.nights), upper(taken.nights),
       (taken.pinned OR taken.kind = 'block' OR taken.booking_id IS NULL
        OR taken.booking_id IS NOT DISTINCT FROM %(booking_id)s::bigint
        OR lower(taken.nights) <= %(today)s
        OR lower(taken.nights) < %(first)s::date OR upper(taken.nights) > %(end)s::date
        OR taken.booking_id IN (SELECT id FROM reservations_booking
                                WHERE property_id = %(property_id)s AND state = 'checked_in')
       ) AS is_fixed
FROM unnest((SELECT %(room_ids)s::bigint[])) AS asked (room_id)
CROSS JOIN LATERAL (
    SELECT max(lower(nights)) AS night FROM availability_occupancy
    WHERE room_id = asked.room_id AND lower(nights) <= %(first)s::date
) AS begun
JOIN availability_occupancy AS taken
  ON taken.room_id = asked.room_id
 AND lower(taken.nights) >= coalesce(begun.night, %(first)s::date)
 AND lower(taken.nights) < %(end)s::date AND upper(taken.nights) > %(first)s::date
 AND (taken.expires_at IS NULL OR taken.expires_at > now())
ORDER BY taken.id
"""

# Rows go to other rooms by being taken out and put in again: the constraint that keeps two from
# one night cannot wait until all of them have moved. All else of a row stays, its id, too.
TAKE_OUT = """
DELETE FROM availability_occupancy WHERE id = ANY (%(ids)s)
RETURNING id, property_id, room_type_id, nights::text, kind, booking_id, hold_id, pinned,
          expires_at
"""
PUT_IN = """
INSERT INTO availability_occupancy (id, property_id, room_type_id, nights, kind, booking_id,
                                    hold_id, pinned, expires_at, room_id)
SELECT moved.id, moved.property_id, moved.room_type_id, moved.nights::daterange, moved.kind,
       moved.booking_id, moved.hold_id, moved.pinned, moved.expires_at, moved.room_id
FROM unnest(%(ids)s::bigint[], %(properties)s::bigint[], %(room_types)s::bigint[],
            %(nights)s::text[], %(kinds)s::text[], %(bookings)s::bigint[], %(holds)s::bigint[],
            %(pinned)s::bool[], %(expiries)s::timestamptz[], %(rooms)s::bigint[])
     AS moved (id, property_id, room_type_id, nights, kind, booking_id, hold_id, pinned,
               expires_at, room_id)
ORDER BY moved.room_id
"""

# Removes the expired holds of properties, which would refuse a new row otherwise. The array comes
# by way of a subquery since an array itself has a statement planned anew each time: plans for one
# of an unknown length look dear.
DROP_EXPIRED_HOLDS = """
DELETE FROM availability_occupancy
WHERE property_id = ANY ((SELECT %(property_ids)s::bigint[])::bigint[]) AND expires_at <= now()
"""

# A hold becomes a booking where it stands, so that nobody can come between; only while it lasts.
HOLD_TO_BOOKING = """
UPDATE availability_occupancy
SET kind = 'booking', booking_id = %(booking_id)s, hold_id = NULL, expires_at = NULL
WHERE hold_id = %(hold_id)s AND kind = 'hold' AND expires_at > now()
"""
ENQUIRY_TO_BOOKING = """
UPDATE availability_occupancy
SET kind = 'booking', expires_at = NULL
WHERE booking_id = %(booking_id)s AND kind = 'hold' AND expires_at > now()
"""

# The nights of a booking from a date on become free: rooms that are only needed later are let go,
# stays that have begun end on that date.
DROP_LATER_ROOMS = """
DELETE FROM availability_occupancy
WHERE booking_id = %(booking_id)s AND lower(nights) >= %(from_date)s
"""
SHORTEN = """
UPDATE availability_occupancy
SET nights = daterange(lower(nights), %(from_date)s)
WHERE booking_id = %(booking_id)s AND nights @> %(from_date)s::date
"""

# The one way rows get in. ORDER BY room gives all writers one order of locking.
OCCUPY = """
INSERT INTO availability_occupancy (property_id, room_id, room_type_id, nights, kind, booking_id,
                                    hold_id, pinned, expires_at)
SELECT room.property_id, room.id, room.room_type_id,
       daterange(%(arrival)s::date, %(departure)s::date), %(kind)s::text, %(booking_id)s::bigint,
       %(hold_id)s::bigint, %(pinned)s::bool, %(expires_at)s::timestamptz
FROM rooms_room AS room
WHERE room.property_id = %(property_id)s AND room.id = ANY (%(room_ids)s::bigint[])
  AND room.deleted_at IS NULL
ORDER BY room.id
ON CONFLICT DO NOTHING
RETURNING room_id
"""

# As OCCUPY for one room and many pieces of nights, each of a block.
OCCUPY_EACH = """
INSERT INTO availability_occupancy (property_id, room_id, room_type_id, nights, kind, booking_id,
                                    pinned)
SELECT room.property_id, room.id, room.room_type_id, daterange(piece.first, piece.departure),
       'block', piece.booking_id, true
FROM rooms_room AS room
CROSS JOIN unnest(%(block_ids)s::bigint[], %(firsts)s::date[], %(ends)s::date[])
     AS piece (booking_id, first, departure)
WHERE room.property_id = %(property_id)s AND room.id = %(room_id)s AND room.deleted_at IS NULL
ON CONFLICT DO NOTHING
RETURNING booking_id
"""

# The nights of [first, last] on which rooms of a property are taken, and those that are sold.
_BUSY_AND_SOLD = """
WITH busy AS MATERIALIZED ({nights}),
sold AS (
    SELECT sold_as_id AS room_type_id, date, sum(rooms) AS rooms
    FROM busy WHERE kind <> 'block' GROUP BY sold_as_id, date
),
"""
_BUSY = _BUSY_AND_SOLD.format(nights=_NIGHTS_TAKEN)

# The days of [first, last]. As an array, which counts as ten where it is not known yet: a series
# counts as a thousand, and a plan for any days then looks so dear that none is kept.
_DAYS = """ARRAY(
        SELECT day::date
        FROM generate_series(%(first)s::date, %(last)s::date, interval '1 day') AS day)"""

# Per date of [first, last]: how many rooms there are and how many of them are for sale, type by
# type (the free ones, within the type's limit), how many are taken, and the smallest open minimum
# stay. The rooms are counted by the type they have now, sales by the type they were made for.
_CALENDAR = """
{busy}taken AS (
    SELECT room_type_id, date, sum(rooms) AS rooms FROM busy GROUP BY room_type_id, date
),
priced AS (
    SELECT rate.date, min(rate.min_stay) AS min_stay
    FROM tariffs_dailyrate AS rate
    JOIN tariffs_tarifftype AS tariff
      ON tariff.id = rate.tariff_type_id AND tariff.deleted_at IS NULL
     AND tariff.property_id = %(property_id)s  -- as the rate; else all of a site may be looked at
    WHERE rate.property_id = %(property_id)s AND rate.date BETWEEN %(first)s AND %(last)s
      AND rate.price > 0 AND NOT rate.closed
    GROUP BY rate.date
),
stock AS (
    SELECT room_type_id, sum(rooms) AS rooms FROM rooms_roomkind
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
    FROM unnest({days}) AS day
    LEFT JOIN stock ON true
    LEFT JOIN taken ON taken.room_type_id = stock.room_type_id AND taken.date = day::date
    LEFT JOIN sold ON sold.room_type_id = stock.room_type_id AND sold.date = day::date
    LEFT JOIN availability_allotment AS rule
           ON rule.property_id = %(property_id)s AND rule.room_type_id = stock.room_type_id
          AND rule.date = day::date
    GROUP BY day
)
SELECT counted.date, counted.rooms, counted.taken, counted.for_sale, priced.min_stay
FROM counted
LEFT JOIN priced ON priced.date = counted.date
ORDER BY counted.date
"""
CALENDAR = _CALENDAR.format(busy=_BUSY, days=_DAYS)

# All that closes the nights of [first, last], per date and room type: what is in the rooms, the
# limits on selling, and what the tariffs say: whether one with a price is open, whether such a one
# can be had (weekends), whether a stay can begin with the night, and whether one that can have the
# night before can end on the date. Counted as in CALENDAR. A type that was asked for is there even
# when it has no room.
_EXPLANATIONS = """
{busy}taken AS (
    SELECT room_type_id, date,
           sum(rooms) FILTER (WHERE kind = 'booking') AS booked,
           sum(rooms) FILTER (WHERE kind = 'block') AS blocked,
           sum(rooms) FILTER (WHERE kind = 'hold') AS held
    FROM busy GROUP BY room_type_id, date
),
offered AS (
    SELECT tariff.id, tariff.room_type_id, rate.date, rate.min_stay, NOT rate.closed AS is_open,
           NOT rate.closed AND CASE WHEN extract(dow FROM rate.date) = ANY (%(weekend)s::int[])
                                    THEN tariff.allow_weekend ELSE NOT tariff.weekend_only
                               END AS is_had,
           NOT rate.closed_to_arrival
               AND tariff.arrival_weekday IN (7, extract(dow FROM rate.date)) AS arrivals
    FROM tariffs_dailyrate AS rate
    JOIN tariffs_tarifftype AS tariff
      ON tariff.id = rate.tariff_type_id AND tariff.deleted_at IS NULL
     AND tariff.property_id = %(property_id)s  -- as the rate; else all of a site may be looked at
    WHERE rate.property_id = %(property_id)s
      AND rate.date BETWEEN %(first)s::date - 1 AND %(last)s
      AND rate.price > 0
),
priced AS (
    SELECT room_type_id, date, bool_or(is_open) AS is_open, bool_or(is_had) AS is_had,
           bool_or(is_had AND arrivals) AS arrivals,
           min(min_stay) FILTER (WHERE is_open) AS min_stay
    FROM offered
    GROUP BY room_type_id, date
),
ending AS (
    SELECT offered.room_type_id, offered.date + 1 AS date,
           bool_or(leaving.closed_to_departure IS NOT TRUE) AS departures
    FROM offered
    LEFT JOIN tariffs_dailyrate AS leaving
           ON leaving.tariff_type_id = offered.id AND leaving.date = offered.date + 1
    WHERE offered.is_had
    GROUP BY offered.room_type_id, offered.date
),
stock AS (
    SELECT room_type_id, sum(rooms)::int AS rooms
    FROM rooms_roomkind
    WHERE property_id = %(property_id)s
      AND (%(room_type_id)s::bigint IS NULL OR room_type_id = %(room_type_id)s)
    GROUP BY room_type_id
    UNION ALL
    SELECT %(room_type_id)s::bigint, 0
    WHERE %(room_type_id)s::bigint IS NOT NULL AND NOT EXISTS (
        SELECT FROM rooms_roomkind
        WHERE property_id = %(property_id)s AND room_type_id = %(room_type_id)s)
)
SELECT day::date, stock.room_type_id, stock.rooms,
       coalesce(taken.booked, 0)::int, coalesce(taken.blocked, 0)::int,
       coalesce(taken.held, 0)::int, coalesce(sold.rooms, 0)::int,
       rule.max_to_sell, coalesce(rule.stop_sell, false),
       priced.is_open, priced.is_had, priced.arrivals, ending.departures, priced.min_stay
FROM generate_series(%(first)s::date, %(last)s::date, interval '1 day') AS day
CROSS JOIN stock
LEFT JOIN taken ON taken.room_type_id = stock.room_type_id AND taken.date = day::date
LEFT JOIN sold ON sold.room_type_id = stock.room_type_id AND sold.date = day::date
LEFT JOIN priced ON priced.room_type_id = stock.room_type_id AND priced.date = day::date
LEFT JOIN ending ON ending.room_type_id = stock.room_type_id AND ending.date = day::date
LEFT JOIN availability_allotment AS rule
       ON rule.property_id = %(property_id)s AND rule.room_type_id = stock.room_type_id
      AND rule.date = day::date
ORDER BY day, stock.room_type_id
"""
EXPLANATIONS = _EXPLANATIONS.format(busy=_BUSY)

# The nights of [first, last] on which some room of a property is taken.
_TAKEN_NIGHTS = "SELECT DISTINCT date FROM ({nights}) AS night WHERE rooms > 0"
TAKEN_NIGHTS = _TAKEN_NIGHTS.format(nights=_NIGHTS_TAKEN)

# Of several properties, each with its nights [first, end): the room types of which a room is for
# sale on every one of them, with the people that the largest takes. Counted as in CALENDAR.
_TYPES_FOR_SALE = """
WITH asked AS (
    SELECT * FROM unnest((SELECT %(property_ids)s::bigint[]), (SELECT %(firsts)s::date[]),
                         (SELECT %(ends)s::date[])) AS one (property_id, first, "end")
),
busy AS MATERIALIZED (
    SELECT asked.property_id, night.* FROM asked CROSS JOIN LATERAL ({nights}) AS night
),
taken AS (
    SELECT property_id, room_type_id, date, sum(rooms) AS rooms FROM busy GROUP BY 1, 2, 3
),
sold AS (
    SELECT property_id, sold_as_id AS room_type_id, date, sum(rooms) AS rooms
    FROM busy WHERE kind <> 'block' GROUP BY 1, 2, 3
),
stock AS (
    SELECT kind.property_id, kind.room_type_id, sum(kind.rooms) AS rooms,
           max(kind.max_occupancy) AS largest
    FROM asked
    JOIN rooms_roomkind AS kind USING (property_id)
    GROUP BY 1, 2
),
full_up AS (
    SELECT stock.property_id, stock.room_type_id
    FROM stock JOIN taken USING (property_id, room_type_id)
    WHERE taken.rooms >= stock.rooms
),
limited AS (
    SELECT rule.property_id, rule.room_type_id
    FROM asked
    JOIN availability_allotment AS rule
      ON rule.property_id = asked.property_id
     AND rule.date >= asked.first AND rule.date < asked."end"
    LEFT JOIN sold ON sold.property_id = rule.property_id
                  AND sold.room_type_id = rule.room_type_id AND sold.date = rule.date
    WHERE rule.stop_sell OR rule.max_to_sell <= coalesce(sold.rooms, 0)
)
SELECT property_id, room_type_id, largest
FROM stock
WHERE (property_id, room_type_id) NOT IN (SELECT * FROM full_up)
  AND (property_id, room_type_id) NOT IN (SELECT * FROM limited)
"""
TYPES_FOR_SALE = _TYPES_FOR_SALE.replace(
    "{nights}",
    _NIGHTS_TAKEN.replace("%(property_id)s", "asked.property_id")
    .replace("%(first)s", "asked.first")
    .replace("%(last)s::date", '(asked."end" - 1)'),
)

# Limits of one room type, per date: so many rooms in all, or so many beyond those that guests have
# booked; where both are null the limit stays as it is. Rooms that are held are not sold yet:
# whether they become bookings or not, no more than those left are.
WRITE_ALLOTMENTS = """
INSERT INTO availability_allotment AS rule (property_id, room_type_id, date, max_to_sell, stop_sell)
SELECT %(property_id)s, %(room_type_id)s, day.date,
       coalesce(day.max_to_sell, day.rooms_left + (
           SELECT coalesce(sum(booked.taken), 0) FROM availability_nightcount AS booked
           WHERE booked.property_id = %(property_id)s AND booked.sold_as_id = %(room_type_id)s
             AND booked.kind = 'booking' AND booked.date = day.date)),
       day.stop_sell
FROM unnest(%(dates)s::date[], %(max_to_sell)s::int[], %(left)s::int[], %(stop_sell)s::bool[])
     AS day (date, max_to_sell, rooms_left, stop_sell)
ON CONFLICT (property_id, room_type_id, date) DO UPDATE
SET max_to_sell = coalesce(EXCLUDED.max_to_sell, rule.max_to_sell),
    stop_sell = EXCLUDED.stop_sell
WHERE (coalesce(EXCLUDED.max_to_sell, rule.max_to_sell), EXCLUDED.stop_sell)
      IS DISTINCT FROM (rule.max_to_sell, rule.stop_sell)
"""

# Rooms that somebody has today or later.
ROOMS_WITH_NIGHTS = """
SELECT DISTINCT room_id FROM availability_occupancy
WHERE property_id = %(property_id)s AND room_id = ANY (%(room_ids)s::bigint[])
  AND upper(nights) > %(today)s AND (expires_at IS NULL OR expires_at > now())
ORDER BY room_id
"""

# Per date of [first, last]: in how many rooms somebody is booked or they are blocked, and how many
# rooms there are now. What is only held does not count.
ROOMS_BOOKED = """
WITH booked AS (
    SELECT date, sum(taken)::int AS rooms FROM availability_nightcount
    WHERE property_id = %(property_id)s AND date >= %(first)s::date AND date <= %(last)s::date
    GROUP BY date
),
stock AS (
    SELECT coalesce(sum(rooms), 0)::int AS rooms FROM rooms_roomkind
    WHERE property_id = %(property_id)s
)
SELECT day::date, coalesce(booked.rooms, 0), stock.rooms
FROM generate_series(%(first)s::date, %(last)s::date, interval '1 day') AS day
CROSS JOIN stock
LEFT JOIN booked ON booked.date = day::date
ORDER BY day
"""
