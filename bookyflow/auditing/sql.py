"""What must hold in the database whatever happened: each check lists the rows that break it.

Also where what is old has been deleted: events that are gone are missed by nobody.
"""

from __future__ import annotations

INVARIANTS = {
    "no room has two stays on a night": """
        SELECT a.id, b.id FROM availability_occupancy AS a
        JOIN availability_occupancy AS b
          ON a.room_id = b.room_id AND a.id < b.id AND a.nights && b.nights
    """,
    "a living booking holds rooms for exactly its nights": """
        SELECT booking.id FROM reservations_booking AS booking
        WHERE booking.state IN ('provisional', 'confirmed', 'checked_in')
          AND NOT EXISTS (SELECT FROM availability_occupancy AS o WHERE o.booking_id = booking.id)
        UNION
        SELECT booking.id FROM reservations_booking AS booking
        JOIN availability_occupancy AS o ON o.booking_id = booking.id
        WHERE o.nights <> daterange(booking.arrival, booking.departure)
    """,
    "an ended booking holds no room": """
        SELECT booking.id FROM reservations_booking AS booking
        JOIN availability_occupancy AS o ON o.booking_id = booking.id
        WHERE booking.state IN ('cancelled', 'no_show', 'rejected')
    """,
    "the counts of taken nights are those of the stays": """
        SELECT property_id, date, room_type_id, sold_as_id, kind, sum(taken) FROM (
            SELECT stay.property_id, night::date AS date, room.room_type_id,
                   stay.room_type_id AS sold_as_id, stay.kind, 1 AS taken
            FROM availability_occupancy AS stay
            JOIN rooms_room AS room ON room.id = stay.room_id
            CROSS JOIN generate_series(lower(stay.nights), upper(stay.nights) - 1,
                                       interval '1 day') AS night
            WHERE stay.expires_at IS NULL
            UNION ALL
            SELECT property_id, date, room_type_id, sold_as_id, kind, -taken
            FROM availability_nightcount
        ) AS told
        GROUP BY 1, 2, 3, 4, 5 HAVING sum(taken) <> 0
    """,
    "the counts of bookings are those of the bookings": """
        SELECT property_id, kind, sum(total) FROM (
            SELECT property_id, kind, 1 AS total FROM reservations_booking
            UNION ALL
            SELECT property_id, kind, -total FROM reservations_bookingcount
        ) AS told
        GROUP BY 1, 2 HAVING sum(total) <> 0
    """,
    "the counts of rooms that are alike are those of the rooms": """
        SELECT property_id, room_type_id, max_adults, max_children, max_occupancy, surcharge,
               single_supplement, sum(rooms) FROM (
            SELECT property_id, room_type_id, max_adults, max_children, max_occupancy, surcharge,
                   single_supplement, 1 AS rooms
            FROM rooms_room WHERE deleted_at IS NULL
            UNION ALL
            SELECT property_id, room_type_id, max_adults, max_children, max_occupancy, surcharge,
                   single_supplement, -rooms
            FROM rooms_roomkind
        ) AS told
        GROUP BY 1, 2, 3, 4, 5, 6, 7 HAVING sum(rooms) <> 0
    """,
    "a booking's total is the sum of its lines": """
        SELECT booking.id FROM reservations_booking AS booking
        LEFT JOIN reservations_bookingline AS line ON line.booking_id = booking.id
        GROUP BY booking.id HAVING booking.total <> coalesce(sum(line.gross), 0)
    """,
    "the rooms' lines of a living booking are for its nights": """
        SELECT line.id FROM reservations_bookingline AS line
        JOIN reservations_booking AS booking ON booking.id = line.booking_id
        WHERE booking.state NOT IN ('cancelled', 'no_show', 'rejected')
          AND line.kind = 'accommodation' AND line.reverses_id IS NULL
          AND NOT EXISTS (SELECT FROM reservations_bookingline WHERE reverses_id = line.id)
          AND (line.first_night, line.last_night)
              IS DISTINCT FROM (booking.arrival, booking.departure - 1)
    """,
    "net and tax of a line are its gross": """
        SELECT id FROM reservations_bookingline WHERE net + tax <> gross
    """,
    "the last step of a booking's history is its state": """
        SELECT booking.id FROM reservations_booking AS booking
        LEFT JOIN LATERAL (
            SELECT to_state FROM reservations_bookinghistory AS step
            WHERE step.booking_id = booking.id ORDER BY step.id DESC LIMIT 1
        ) AS last ON true
        WHERE last.to_state IS DISTINCT FROM booking.state
    """,
    "each booking was announced once, and its end once": """
        SELECT booking.id FROM reservations_booking AS booking
        LEFT JOIN events_event AS event
          ON event.subject_kind = 'booking' AND event.subject_id = booking.id
        WHERE booking.created_at > (SELECT min(at) FROM events_event)
        GROUP BY booking.id
        HAVING count(*) FILTER (WHERE event.kind IN
                   ('booking_added', 'booking_enquired', 'blackbooking_added')) < 1
            OR count(*) FILTER (WHERE event.kind IN ('booking_added', 'blackbooking_added')) > 1
            OR count(*) FILTER (WHERE event.kind IN ('booking_cancelled', 'blackbooking_deleted'))
               <> (booking.state IN ('cancelled', 'rejected'))::int
    """,
    "every step of a history is one that there is": """
        SELECT step.id FROM (
            SELECT id, from_state, to_state, lag(to_state) OVER (
                PARTITION BY booking_id ORDER BY id
            ) AS before
            FROM reservations_bookinghistory
        ) AS step
        WHERE coalesce(step.before, '') <> step.from_state
           OR (step.from_state IN ('cancelled', 'no_show', 'rejected')
               AND step.to_state <> step.from_state)
    """,
    "a hold that became a booking has given it its rooms": """
        SELECT hold.id FROM reservations_hold AS hold
        JOIN availability_occupancy AS o ON o.hold_id = hold.id
        WHERE o.kind = 'hold' AND (hold.booking_id IS NOT NULL OR hold.released_at IS NOT NULL)
    """,
    "a quote that was used has made its hold or booking": """
        SELECT used.id FROM reservations_quoteuse AS used
        WHERE NOT EXISTS (SELECT FROM reservations_hold WHERE serial = used.serial)
          AND NOT EXISTS (SELECT FROM reservations_booking WHERE id = used.serial)
    """,
    "what is paid of a booking is the sum of its payments": """
        SELECT booking.id FROM reservations_booking AS booking
        LEFT JOIN billing_payment AS payment ON payment.booking_id = booking.id
        GROUP BY booking.id HAVING booking.paid <> coalesce(sum(payment.amount), 0)
    """,
    "invoice numbers of a property have no gaps": """
        SELECT property_id FROM billing_invoice
        GROUP BY property_id HAVING max(sequence) - min(sequence) + 1 <> count(*)
            OR count(DISTINCT number) <> count(*)
    """,
    "an invoice's totals are the sums of its lines": """
        SELECT invoice.id FROM billing_invoice AS invoice
        LEFT JOIN billing_invoiceline AS line ON line.invoice_id = invoice.id
        GROUP BY invoice.id
        HAVING invoice.net <> coalesce(sum(line.net), 0)
            OR invoice.gross <> coalesce(sum(line.gross), 0)
            OR invoice.net + invoice.tax <> invoice.gross
    """,
    "what was billed of a line is what the line says": """
        SELECT line.id FROM reservations_bookingline AS line
        JOIN billing_invoiceline AS billed ON billed.booking_line_id = line.id
        WHERE (line.net, line.tax, line.tax_rate, line.gross, line.first_night, line.last_night,
               line.quantity)
           IS DISTINCT FROM (billed.net, billed.tax, billed.tax_rate, billed.gross,
               billed.first_night, billed.last_night, billed.quantity)
    """,
    "money and papers of a booking are in its currency": """
        SELECT booking.id FROM reservations_booking AS booking
        JOIN billing_payment AS payment ON payment.booking_id = booking.id
        WHERE payment.currency <> booking.currency
        UNION ALL
        SELECT booking.id FROM reservations_booking AS booking
        JOIN billing_invoice AS invoice ON invoice.booking_id = booking.id
        WHERE invoice.currency <> booking.currency
    """,
    "a booking's lines are billed once, or not yet": """
        SELECT line.id FROM reservations_bookingline AS line
        LEFT JOIN billing_invoiceline AS billed ON billed.booking_line_id = line.id
        GROUP BY line.id HAVING count(billed.id) <> line.billed::int
    """,
    "what is taken back is taken back whole": """
        SELECT line.id FROM reservations_bookingline AS line
        JOIN reservations_bookingline AS old ON old.id = line.reverses_id
        WHERE line.net <> -old.net OR line.gross <> -old.gross OR line.booking_id <> old.booking_id
    """,
    "events of a subject are numbered without gaps": """
        SELECT subject_kind, subject_id FROM events_event
        GROUP BY subject_kind, subject_id
        HAVING max(subject_sequence) - min(subject_sequence) + 1 <> count(*)
    """,
    "no event is beyond the last position, and none has another's": """
        SELECT id FROM events_event WHERE position > (SELECT position FROM events_lastposition)
        UNION ALL
        SELECT max(id) FROM events_event WHERE position IS NOT NULL
        GROUP BY position HAVING count(*) > 1
    """,
    "a channel's reservation has all of its stays": """
        SELECT reservation.id FROM channels_channelreservation AS reservation
        LEFT JOIN channels_channelstay AS stay
          ON stay.reservation_id = reservation.id AND stay.number < 100
        WHERE reservation.content <> ''
        GROUP BY reservation.id HAVING count(stay.id) <> coalesce(max(stay.number) + 1, -1)
    """,
    "what is cancelled of a reservation has no living stay": """
        SELECT reservation.id FROM channels_channelreservation AS reservation
        JOIN channels_channelstay AS stay ON stay.reservation_id = reservation.id
        JOIN reservations_booking AS booking ON booking.id = stay.booking_id
        LEFT JOIN reservations_bookinghistory AS step
          ON step.booking_id = booking.id AND step.to_state = 'cancelled'
             AND step.channel_id = reservation.channel_id
        WHERE CASE WHEN reservation.cancelled_at IS NULL AND stay.number < 100
                   THEN step.id IS NOT NULL
                   ELSE booking.state <> 'cancelled' END
    """,
    "an occupancy's room belongs to its property": """
        SELECT o.id FROM availability_occupancy AS o JOIN rooms_room AS room ON room.id = o.room_id
        WHERE room.property_id <> o.property_id OR room.room_type_id <> o.room_type_id
    """,
}
