"""Hand-written statements; parameters only."""

from __future__ import annotations

CLAIM_RESERVATION = """
INSERT INTO channels_channelreservation (channel_id, remote_id, content, about, created_at)
VALUES (%(channel_id)s, %(remote_id)s, %(content)s, %(about)s, now())
ON CONFLICT (channel_id, remote_id) DO NOTHING
RETURNING id
"""

# The nights of rooms from a day on that bookings and blocks have, behind a night of a room.
ROOM_NIGHTS = """
SELECT night::date, held.room_id, room.name, room.number, booking.id, booking.kind = 'block',
       booking.created_at, booking.changed_at
FROM availability_occupancy AS held
JOIN reservations_booking AS booking ON booking.id = held.booking_id
JOIN rooms_room AS room ON room.id = held.room_id
CROSS JOIN LATERAL generate_series(
    greatest(lower(held.nights), %(today)s::date, %(night)s::date)::timestamp,
    upper(held.nights) - 1,
    '1 day'
) AS night
WHERE held.property_id = %(property_id)s
  AND held.kind <> 'hold'
  AND upper(held.nights) > greatest(%(today)s::date, %(night)s::date)
  AND (night::date, held.room_id) > (%(night)s::date, %(room_id)s)
ORDER BY night, held.room_id
LIMIT %(limit)s
"""
