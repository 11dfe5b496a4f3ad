"""Hand-written statements; parameters only."""

from __future__ import annotations

from bookyflow.availability.sql import DROP_EXPIRED_HOLDS, FREE_ROOM_COLUMNS, FREE_ROOMS
from bookyflow.billing.sql import NEWEST_INVOICE
from bookyflow.core.listing import ListSQL
from bookyflow.core.prepared import on_one_line
from bookyflow.core.together import as_json
from bookyflow.properties.sql import REACHED
from bookyflow.reservations.sql import HOW_MANY_BOOKINGS

# A property, where a channel works with it, as `selectors.reachable_through` has it.
REACHED_THROUGH = f"""
{REACHED}
    AND (how.api_privacy_off OR EXISTS (
        SELECT FROM channels_channelproperty AS link
        WHERE link.channel_id = %(channel_id)s AND link.property_id = prop.id))
"""

# A new reservation with its stays: a row for each with the id that its booking is to have, and
# whether a booking that has not ended is linked to the id of the reservation. No row where it is
# known. In one statement, with what has to be done before rooms are taken, and the rooms that are
# free for one of the stays, in the first row, since each costs a call a round trip; the bookings
# come before the end of the transaction, as the keys of the stays want.
_CLAIM_RESERVATION = """
WITH expired AS ({expired}),
claimed AS (
    INSERT INTO channels_channelreservation (channel_id, remote_id, content, about, created_at)
    VALUES (%(channel_id)s, %(remote_id)s, %(content)s, %(about)s, now())
    ON CONFLICT (channel_id, remote_id) DO NOTHING
    RETURNING id
),
noted AS (
    INSERT INTO channels_channelstay (reservation_id, number, remote_id, content, booking_id)
    SELECT claimed.id, stay.number, stay.remote_id, stay.content,
           nextval(pg_get_serial_sequence('reservations_booking', 'id'))
    FROM claimed
    CROSS JOIN jsonb_to_recordset(%(stays)s) AS stay (number int, remote_id text, content text)
    RETURNING id, reservation_id, number, remote_id, content, booking_id
)
SELECT EXISTS (
           SELECT FROM channels_bookinglink AS link
           JOIN reservations_booking AS booking ON booking.id = link.booking_id
           WHERE link.channel_id = %(channel_id)s AND link.remote_id = %(remote_id)s
             AND booking.state NOT IN ('cancelled', 'no_show', 'rejected')),
       CASE WHEN row_number() OVER () = 1 THEN {free} END,
       id, reservation_id, number, remote_id, content, booking_id
FROM noted
"""
CLAIM_RESERVATION = on_one_line(
    _CLAIM_RESERVATION.format(
        expired=DROP_EXPIRED_HOLDS, free=as_json(FREE_ROOMS, FREE_ROOM_COLUMNS)
    )
)

# As ChannelBooking has them; `held` is the rooms that it holds, or NULL.
_COLUMNS = """
booking.personal,
(SELECT personal FROM guests_guest AS guest WHERE guest.id = booking.guest_id),
booking.id, booking.property_id, booking.number, booking.state, booking.guest_id,
booking.arrival, booking.departs_on - 1, booking.adults, booking.children, booking.currency,
booking.total, booking.deposit_required, booking.paid,
to_char(booking.created_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'),
to_char(booking.changed_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), booking.version,
(SELECT invoice.id || ' ' || invoice.number {newest_invoice}),
coalesce(
    (SELECT link.channel_id || ' ' || link.remote_id
     FROM channels_bookinglink AS link
     WHERE link.channel_id = %(channel_id)s AND link.booking_id = booking.id),
    (SELECT known.channel_id || ' ' || known.remote_id
     FROM channels_channelstay AS stay
     JOIN channels_channelreservation AS known ON known.id = stay.reservation_id
     WHERE stay.booking_id = booking.id)
),
{held}
"""
_HELD = """
(SELECT json_agg(json_build_array(kind.id, kind.name, held.room_id) ORDER BY held.room_id)
 FROM availability_occupancy AS held
 JOIN rooms_roomtype AS kind ON kind.id = held.room_type_id
 WHERE held.booking_id = booking.id)
"""
BOOKINGS = ListSQL(
    columns=_COLUMNS.format(newest_invoice=NEWEST_INVOICE, held="NULL"),
    source="""
FROM reservations_booking AS booking
WHERE booking.property_id = %(property_id)s AND booking.kind = 'booking'""",
    keys=("booking.changed_at", "booking.id"),
    kept=HOW_MANY_BOOKINGS,
)
_BOOKING = """
SELECT {columns}
FROM reservations_booking AS booking
WHERE booking.kind = 'booking'
"""
_BOOKING_WITH_ROOMS = _BOOKING.format(
    columns=_COLUMNS.format(newest_invoice=NEWEST_INVOICE, held=_HELD)
)
BOOKING_OF_PROPERTY = f"""
{_BOOKING_WITH_ROOMS}
    AND booking.id = %(booking_id)s AND booking.property_id = %(property_id)s
"""
BOOKINGS_BY_ID = f"""
{_BOOKING_WITH_ROOMS}
    AND booking.id = ANY ((SELECT %(booking_ids)s::bigint[])::bigint[])
"""

# The nights of rooms from a day on that bookings and blocks have, behind a night of a room.
ROOM_NIGHTS = """
SELECT night::date, held.room_id, room.name, room.number, booking.id, booking.kind = 'block',
       to_char(booking.created_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'),
       to_char(booking.changed_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')
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

# Events of bookings at some properties behind a position, and whether a channel has acknowledged
# them. An event whose booking is a block is none.
_REVISIONS = """
FROM events_event AS event
JOIN reservations_booking AS booking ON booking.id = event.subject_id
LEFT JOIN channels_revisionack AS ack
    ON ack.channel_id = %(channel_id)s AND ack.position = event.position
WHERE event.property_id = ANY (%(property_ids)s)
  AND event.position > %(after)s
  AND event.subject_kind = 'booking'
  AND event.kind = ANY (%(kinds)s)
  AND booking.kind = 'booking'
"""
REVISIONS = f"""
SELECT event.position, event.kind, event.property_id, event.subject_id, event.at,
       event.channel_id, ack.id IS NOT NULL
{_REVISIONS}
  AND (%(acknowledged_as_well)s OR ack.id IS NULL)
ORDER BY event.position
LIMIT %(limit)s
"""

# Of some positions those that are revisions of the channel become acknowledged. The planner must
# not walk through all that is behind `after` for them.
_ACKNOWLEDGE = """
WITH known AS MATERIALIZED (
    SELECT event.position
    {revisions}
      AND event.position = ANY (%(positions)s)
),
added AS (
    INSERT INTO channels_revisionack (channel_id, position, at)
    SELECT %(channel_id)s, position, statement_timestamp() FROM known
    ON CONFLICT (channel_id, position) DO NOTHING
)
SELECT position FROM known
"""
ACKNOWLEDGE = _ACKNOWLEDGE.format(revisions=_REVISIONS)

# Of some channels that acknowledge: how many revisions they have not, and since when.
UNACKNOWLEDGED = """
SELECT feed.channel_id, count(*), min(event.at)
FROM channels_revisionfeed AS feed
JOIN channels_channel AS channel ON channel.id = feed.channel_id
JOIN accounts_user AS owner ON owner.id = channel.user_id
JOIN channels_channelproperty AS link ON link.channel_id = feed.channel_id
JOIN properties_property AS prop ON prop.id = link.property_id AND prop.deleted_at IS NULL
JOIN events_event AS event ON event.property_id = prop.id
    AND event.position > feed.acknowledged_through
    AND event.subject_kind = 'booking' AND event.kind = ANY (%(kinds)s)
JOIN reservations_booking AS booking
    ON booking.id = event.subject_id AND booking.kind = 'booking'
LEFT JOIN channels_revisionack AS ack
    ON ack.channel_id = feed.channel_id AND ack.position = event.position
WHERE feed.channel_id = ANY (%(channel_ids)s) AND ack.id IS NULL
  AND (owner.access_level >= %(all_level)s OR EXISTS (
      SELECT FROM properties_manageraccess AS staff
      WHERE staff.user_id = owner.id AND staff.property_id = prop.id))
GROUP BY feed.channel_id
"""
