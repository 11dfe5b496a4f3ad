"""Hand-written statements; parameters only."""

from __future__ import annotations

from datetime import datetime

from bookyflow.availability.sql import DROP_EXPIRED_HOLDS, OCCUPY
from bookyflow.core.database import connection
from bookyflow.events.sql import RECORDED

# Before rooms are taken for a booking; its id is taken with it, whether it is used or not.
_BEGIN_BOOKING = """
WITH expired AS ({expired})
SELECT nextval(pg_get_serial_sequence('reservations_booking', 'id'))
"""
BEGIN_BOOKING = _BEGIN_BOOKING.format(expired=DROP_EXPIRED_HOLDS)

SERIALS = """
SELECT nextval(pg_get_serial_sequence('reservations_booking', 'id'))
FROM generate_series(1, %(number)s)
"""

# All that a new booking or block is: its row, its rooms, its lines, the first step of its history
# and its events. In one statement, since each costs a round trip and the time to begin it; what
# does not hold undoes all of it. A row for each room that was taken; the columns are the models'.
_ADD_BOOKING = """
WITH booked AS (
    INSERT INTO reservations_booking (id, {{booking}})
    SELECT %(booking_id)s, {{values}}
    FROM jsonb_populate_recordset(NULL::reservations_booking, %(booking)s)
),
taken AS ({occupy}),
priced AS (
    INSERT INTO reservations_bookingline ({{line}})
    SELECT {{line}} FROM jsonb_populate_recordset(NULL::reservations_bookingline, %(lines)s)
),
stepped AS (
    INSERT INTO reservations_bookinghistory ({{step}})
    SELECT {{step}} FROM jsonb_populate_recordset(NULL::reservations_bookinghistory, %(steps)s)
),
{recorded}
SELECT room_id FROM taken
"""
ADD_BOOKING = _ADD_BOOKING.format(occupy=OCCUPY, recorded=RECORDED)

# The rooms of a live hold stay held, for an enquiry now, and until another time.
HOLD_FOR_ENQUIRY = """
UPDATE availability_occupancy
SET hold_id = NULL, booking_id = %(booking_id)s, expires_at = %(until)s
WHERE hold_id = %(hold_id)s AND kind = 'hold' AND expires_at > now()
"""

# The hold first, then its rooms: in the order in which those who confirm it lock them.
RENEW_HOLD = """
WITH live AS (
    UPDATE reservations_hold
    SET expires_at = greatest(expires_at, %(until)s)
    WHERE id = %(hold_id)s AND booking_id IS NULL AND released_at IS NULL AND expires_at > now()
    RETURNING id, expires_at
)
UPDATE availability_occupancy AS taken
SET expires_at = live.expires_at
FROM live
WHERE taken.hold_id = live.id AND taken.kind = 'hold'
"""

USE_QUOTE = """
INSERT INTO reservations_quoteuse (digest, serial, property_id, caller, is_known)
VALUES (%(digest)s, %(serial)s, %(property_id)s, %(caller)s, %(is_known)s)
ON CONFLICT (digest) DO NOTHING
"""

# Until the end of the transaction; what others had taken who held it before is seen afterwards.
LOCK_CALLER = "SELECT pg_advisory_xact_lock(hashtextextended(%(caller)s, 0))"

# The nights that a used quote takes, as long as nobody has paid or come for them.
_TAKEN = """
FROM reservations_quoteuse AS used
LEFT JOIN reservations_hold AS hold ON hold.serial = used.serial AND hold.booking_id IS NULL
LEFT JOIN reservations_booking AS booking ON booking.id = used.serial
CROSS JOIN LATERAL (
    SELECT nights, expires_at FROM availability_occupancy WHERE hold_id = hold.id
    UNION ALL
    SELECT nights, expires_at FROM availability_occupancy WHERE booking_id = booking.id
) AS taken
WHERE (taken.expires_at IS NULL OR taken.expires_at > %(now)s)
  AND (booking.id IS NULL
       OR booking.state = 'enquiry'
       OR booking.pay_by IS NOT NULL
       OR (booking.paid = 0 AND booking.state IN ('provisional', 'confirmed')
           AND used.used_at > %(new_since)s))
"""

_ROOM_NIGHTS = """
WITH taken AS (
    SELECT used.caller = %(caller)s AS own,
           used.property_id = %(property_id)s AND NOT used.is_known AS here,
           upper(taken.nights) - lower(taken.nights) AS nights,
           coalesce(taken.expires_at, booking.pay_by, used.used_at + (%(now)s - %(new_since)s))
               AS until
    {taken}
      AND (used.caller = %(caller)s OR (used.property_id = %(property_id)s AND NOT used.is_known))
)
SELECT coalesce(sum(nights) FILTER (WHERE own), 0), min(until) FILTER (WHERE own),
       coalesce(sum(nights) FILTER (WHERE here), 0), min(until) FILTER (WHERE here),
       (SELECT coalesce(sum(rooms), 0) FROM rooms_roomkind WHERE property_id = %(property_id)s)
FROM taken
"""
ROOM_NIGHTS = _ROOM_NIGHTS.format(taken=_TAKEN)

_FORGET_USES = """
DELETE FROM reservations_quoteuse AS old
WHERE old.used_at <= %(new_since)s
  AND NOT EXISTS (SELECT {taken} AND used.id = old.id)
"""
FORGET_USES = _FORGET_USES.format(taken=_TAKEN)

# On a day: who arrives and of these has, who leaves and of these has, and who is in the house.
# Blocks count as well; what is only asked for, and what has ended early, does not.
DAY_COUNTS = """
SELECT arriving.expected, arriving.done, leaving.expected, leaving.done, staying.guests
FROM (
    SELECT count(*) AS expected,
           count(*) FILTER (WHERE state IN ('checked_in', 'checked_out')) AS done
    FROM reservations_booking
    WHERE property_id = %(property_id)s AND arrival = %(today)s
      AND state IN ('provisional', 'confirmed', 'checked_in', 'checked_out')
) AS arriving
CROSS JOIN (
    SELECT count(*) AS expected, count(*) FILTER (WHERE state = 'checked_out') AS done
    FROM reservations_booking
    WHERE property_id = %(property_id)s AND departs_on = %(today)s
      AND state IN ('provisional', 'confirmed', 'checked_in', 'checked_out')
) AS leaving
CROSS JOIN (
    SELECT count(*) AS guests
    FROM reservations_booking
    WHERE property_id = %(property_id)s AND state = 'checked_in'
) AS staying
"""

# A booking has changed since it was made, so the index by change serves.
MADE_SINCE = """
SELECT count(*)
FROM reservations_booking
WHERE property_id = %(property_id)s AND kind = 'booking'
  AND changed_at > %(since)s AND created_at > %(since)s
"""


def hold_for_enquiry(*, hold_id: int, booking_id: int, until: datetime) -> int:
    """Hand the rooms of a hold to an enquiry; returns how many, 0 when the hold has expired."""
    with connection.cursor() as cursor:
        cursor.execute(
            HOLD_FOR_ENQUIRY, {"hold_id": hold_id, "booking_id": booking_id, "until": until}
        )
        return int(cursor.rowcount)


# The day of several properties, each with its own today: rooms, rooms taken tonight, who arrives
# and has arrived, who departs and has left, who is in the house, and what waits for the desk.
DESK_COUNTS = """
WITH desk AS (
    SELECT * FROM unnest(%(property_ids)s::bigint[], %(todays)s::date[])
                  AS one (property_id, today)
),
booked AS (
    SELECT desk.property_id,
           count(*) FILTER (WHERE booking.arrival = desk.today
                              AND booking.state <> 'enquiry')::int AS arrivals,
           count(*) FILTER (WHERE booking.arrival = desk.today
                              AND booking.state IN ('checked_in', 'checked_out'))::int AS arrived,
           count(*) FILTER (WHERE booking.departs_on = desk.today
                              AND booking.state <> 'enquiry')::int AS departures,
           count(*) FILTER (WHERE booking.departs_on = desk.today
                              AND booking.state = 'checked_out')::int AS gone,
           count(*) FILTER (WHERE booking.state = 'checked_in')::int AS in_house,
           count(*) FILTER (
               WHERE booking.state = 'enquiry' AND booking.departs_on > desk.today
                  OR booking.state IN ('provisional', 'confirmed') AND booking.arrival < desk.today
                     AND booking.departs_on >= desk.today
                  OR booking.state = 'checked_in' AND booking.departs_on < desk.today
                  OR booking.payment_due_since IS NOT NULL AND booking.departs_on >= desk.today
           )::int AS to_do
    FROM desk
    JOIN reservations_booking AS booking
      ON booking.property_id = desk.property_id AND booking.kind = 'booking'
     AND booking.state NOT IN ('cancelled', 'no_show', 'rejected')
     AND (booking.departs_on >= desk.today OR booking.state = 'checked_in')
    GROUP BY desk.property_id
),
taken AS (
    SELECT desk.property_id, count(*)::int AS rooms
    FROM desk
    JOIN availability_occupancy AS held
      ON held.property_id = desk.property_id AND held.nights @> desk.today
     AND (held.expires_at IS NULL OR held.expires_at > now())
    GROUP BY desk.property_id
),
stock AS (
    SELECT desk.property_id, sum(kind.rooms)::int AS rooms
    FROM desk JOIN rooms_roomkind AS kind USING (property_id)
    GROUP BY desk.property_id
)
SELECT desk.property_id, coalesce(stock.rooms, 0), coalesce(taken.rooms, 0),
       coalesce(booked.arrivals, 0), coalesce(booked.arrived, 0),
       coalesce(booked.departures, 0), coalesce(booked.gone, 0),
       coalesce(booked.in_house, 0), coalesce(booked.to_do, 0)
FROM desk
LEFT JOIN booked USING (property_id)
LEFT JOIN taken USING (property_id)
LEFT JOIN stock USING (property_id)
"""

# How many bookings a property has, blocks aside: see `BookingCount`.
HOW_MANY_BOOKINGS = """
SELECT coalesce(sum(total), 0)::bigint FROM reservations_bookingcount
WHERE property_id = %(property_id)s AND kind = 'booking'"""
