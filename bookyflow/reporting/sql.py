"""Hand-written SQL, parameters only."""

from __future__ import annotations

_MONTHS = """
months AS (
    SELECT month::date AS first, (month + interval '1 month')::date AS next
    FROM generate_series(%(start)s::date, %(end)s::date - 1, interval '1 month') AS month
)"""

# Who brought a booking: a channel by its name, else staff or the guest.
_SOURCE = """
coalesce(
    (SELECT channel.name
     FROM channels_channelstay AS stay
     JOIN channels_channelreservation AS reservation ON reservation.id = stay.reservation_id
     JOIN channels_channel AS channel ON channel.id = reservation.channel_id
     WHERE stay.booking_id = booking.id
     LIMIT 1),
    CASE WHEN booking.made_by_staff THEN %(staff)s ELSE %(guest)s END
)"""

# Room-nights taken, by month, kind and source; blocks have none.
_NIGHTS = """
WITH {months}
SELECT months.first, occupancy.kind,
       CASE occupancy.kind WHEN 'booking' THEN {source} ELSE '' END AS source,
       sum(least(upper(occupancy.nights), months.next)
           - greatest(lower(occupancy.nights), months.first))
FROM months
JOIN availability_occupancy AS occupancy
  ON occupancy.property_id = %(property_id)s
 AND occupancy.nights && daterange(months.first, months.next)
JOIN reservations_booking AS booking ON booking.id = occupancy.booking_id
WHERE occupancy.kind <> 'hold' AND booking.state <> ALL(%(unsold)s)
GROUP BY 1, 2, 3
"""
NIGHTS = _NIGHTS.format(months=_MONTHS, source=_SOURCE)

# Net amounts of lines, each shared evenly among its nights; one without nights is the arrival's.
_REVENUE = """
WITH {months}, line AS (
    SELECT booking.currency, {source} AS source, line.kind = ANY(%(of_rooms)s) AS of_rooms,
           line.net, coalesce(line.first_night, booking.arrival) AS first,
           coalesce(line.last_night, line.first_night, booking.arrival) AS last
    FROM reservations_booking AS booking
    JOIN reservations_bookingline AS line ON line.booking_id = booking.id
    WHERE booking.property_id = %(property_id)s AND booking.kind = 'booking'
      AND booking.state <> ALL(%(unsold)s) AND line.kind <> ALL(%(left_out)s)
)
SELECT months.first, line.currency, line.source, line.of_rooms,
       sum(line.net * (least(line.last + 1, months.next) - greatest(line.first, months.first))
           / (line.last - line.first + 1))
FROM months
JOIN line ON line.first < months.next AND line.last >= months.first
GROUP BY 1, 2, 3, 4
"""
REVENUE = _REVENUE.format(months=_MONTHS, source=_SOURCE)
