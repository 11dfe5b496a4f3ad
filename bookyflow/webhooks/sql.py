"""Hand-written statements; parameters only."""

from __future__ import annotations

# Who may hear of an event: whoever manages its property and may do so now, where the webhook names
# it or names none, and it is of the kind (test or not) of the webhook.
_MAY_HEAR = """(
      ({webhook}.events = '{{}}' OR {event}.kind = ANY ({webhook}.events))
      AND ({webhook}.property_ids = '{{}}' OR property.id = ANY ({webhook}.property_ids))
      AND property.is_test = {webhook}.is_test
      AND owner.is_active AND NOT owner.is_suspended AND owner.access_level >= %(least_level)s
      AND (owner.access_level >= %(all_level)s
           OR EXISTS (SELECT FROM properties_manageraccess AS access
                      WHERE access.user_id = owner.id AND access.property_id = property.id)))"""

# Deliveries for the events that came after what each webhook's are planned for, and how far that
# is now. Those that have come equally far share one reading of the log; who is far behind is given
# as many events as everybody else at once. One with many waiting is left where it is.
PLAN = f"""
WITH last AS (SELECT position FROM events_lastposition),
behind AS (
    SELECT webhook.id, webhook.owner_id, webhook.position, webhook.events, webhook.property_ids,
           webhook.is_test
    FROM webhooks_webhook AS webhook, last
    WHERE webhook.is_enabled AND webhook.position < last.position
      AND NOT EXISTS (
          SELECT FROM webhooks_webhookdelivery AS waiting
          WHERE waiting.webhook_id = webhook.id AND waiting.state = 'waiting'
          OFFSET %(most_waiting)s LIMIT 1)
    ORDER BY webhook.id
    FOR NO KEY UPDATE OF webhook SKIP LOCKED
),
starts AS (
    SELECT position FROM behind GROUP BY position ORDER BY position DESC LIMIT %(starts)s
),
seen AS (
    SELECT starts.position AS start, event.*
    FROM starts
    CROSS JOIN LATERAL (
        SELECT id, position, kind, property_id, subject_kind, subject_id, subject_sequence
        FROM events_event
        WHERE position > starts.position
        ORDER BY position
        LIMIT %(events)s
    ) AS event
),
ends AS (SELECT start, max(position) AS position FROM seen GROUP BY start),
added AS (
    INSERT INTO webhooks_webhookdelivery (webhook_id, event_id, kind, property_id, subject_kind,
                                          subject_id, subject_sequence, state, due_at, tries)
    SELECT behind.id, seen.id, seen.kind, seen.property_id, seen.subject_kind, seen.subject_id,
           seen.subject_sequence, 'waiting', %(now)s, 0
    FROM seen
    JOIN behind ON behind.position = seen.start
    JOIN properties_property AS property ON property.id = seen.property_id
    JOIN accounts_user AS owner ON owner.id = behind.owner_id
    WHERE {_MAY_HEAR.format(webhook="behind", event="seen")}
    ORDER BY seen.position, behind.id
    ON CONFLICT (webhook_id, event_id) WHERE event_id IS NOT NULL DO NOTHING
)
UPDATE webhooks_webhook AS webhook
SET position = coalesce(ends.position, last.position)
FROM behind
JOIN starts ON starts.position = behind.position
LEFT JOIN ends ON ends.start = behind.position
CROSS JOIN last
WHERE webhook.id = behind.id
"""  # noqa: S608  # fixed texts

# Webhooks that are told of events and were not before there were deliveries: from now on.
BEGIN = """
UPDATE webhooks_webhook
SET position = coalesce((SELECT position FROM events_lastposition), 0)
WHERE is_enabled AND position IS NULL
"""

# Several at once would wait for each other's rows. In a statement of its own: the snapshot of the
# next one is younger than the lock.
TRY_TURNS = "SELECT pg_try_advisory_xact_lock(hashtextextended('bookyflow webhooks turns', 0))"

# The webhooks whose turn it is to be sent to: something is due that has no earlier one of its
# object before it. Nobody may be sending to it, and only so many to the same host and in the same
# lane at once; the slow are a lane of their own. Whoever has the turn loses it with the next.
TAKE_TURNS = """
WITH webhook AS (
    SELECT id, turn, is_enabled, rests_until,
           coalesce(busy_until > %(now)s, false) AS is_busy,
           failures > 0 OR last_milliseconds > %(slow)s AS is_slow,
           lower(substring(url FROM '(?i)^https?://([^/:?#]+)')) AS host
    FROM webhooks_webhook
),
waiting AS (
    SELECT webhook.id, webhook.is_slow, webhook.host, first.due_at
    FROM webhook
    CROSS JOIN LATERAL (
        SELECT delivery.due_at
        FROM webhooks_webhookdelivery AS delivery
        WHERE delivery.webhook_id = webhook.id AND delivery.state = 'waiting'
          AND delivery.due_at <= %(now)s
          AND (delivery.event_id IS NULL
               OR (webhook.is_enabled AND coalesce(webhook.rests_until <= %(now)s, true)))
          AND NOT EXISTS (
              SELECT FROM webhooks_webhookdelivery AS earlier
              WHERE earlier.webhook_id = delivery.webhook_id AND earlier.state = 'waiting'
                AND earlier.subject_kind = delivery.subject_kind
                AND earlier.subject_id = delivery.subject_id
                AND earlier.subject_sequence < delivery.subject_sequence)
        ORDER BY delivery.due_at, delivery.id
        LIMIT 1
    ) AS first
    WHERE NOT webhook.is_busy
),
busy_hosts AS (SELECT host, count(*) AS busy FROM webhook WHERE is_busy GROUP BY host),
busy_lanes AS (SELECT is_slow, count(*) AS busy FROM webhook WHERE is_busy GROUP BY is_slow),
ranked AS (
    SELECT waiting.id, waiting.is_slow, waiting.due_at,
           row_number() OVER (PARTITION BY waiting.host ORDER BY waiting.due_at, waiting.id)
               + coalesce(busy_hosts.busy, 0) AS at_host
    FROM waiting
    LEFT JOIN busy_hosts ON busy_hosts.host = waiting.host
),
placed AS (
    SELECT ranked.id,
           row_number() OVER (PARTITION BY ranked.is_slow ORDER BY ranked.due_at, ranked.id)
               + coalesce(busy_lanes.busy, 0) AS in_lane
    FROM ranked
    LEFT JOIN busy_lanes ON busy_lanes.is_slow = ranked.is_slow
    WHERE ranked.at_host <= %(most_at_host)s
)
UPDATE webhooks_webhook AS given
SET turn = given.turn + 1, busy_until = %(until)s
FROM placed
WHERE given.id = placed.id AND placed.in_lane <= %(most_in_lane)s
  AND coalesce(given.busy_until <= %(now)s, true)
RETURNING given.id, given.turn, given.failures > 0 OR given.last_milliseconds > %(slow)s
"""

# What may be sent to a webhook now, and whether it still may be told.
NEXT = f"""
SELECT delivery.id, delivery.event_id, delivery.kind,
       delivery.event_id IS NULL OR coalesce(
           event.id IS NOT NULL AND {_MAY_HEAR.format(webhook="webhook", event="delivery")},
           false) AS may_hear
FROM webhooks_webhookdelivery AS delivery
JOIN webhooks_webhook AS webhook ON webhook.id = delivery.webhook_id
JOIN accounts_user AS owner ON owner.id = webhook.owner_id
LEFT JOIN events_event AS event ON event.id = delivery.event_id
LEFT JOIN properties_property AS property ON property.id = delivery.property_id
WHERE delivery.webhook_id = %(webhook_id)s AND delivery.state = 'waiting'
  AND delivery.due_at <= %(now)s
  AND (delivery.event_id IS NULL
       OR (webhook.is_enabled AND coalesce(webhook.rests_until <= %(now)s, true)))
  AND NOT EXISTS (
      SELECT FROM webhooks_webhookdelivery AS earlier
      WHERE earlier.webhook_id = delivery.webhook_id AND earlier.state = 'waiting'
        AND earlier.subject_kind = delivery.subject_kind
        AND earlier.subject_id = delivery.subject_id
        AND earlier.subject_sequence < delivery.subject_sequence)
ORDER BY delivery.due_at, delivery.id
LIMIT %(limit)s
"""  # noqa: S608  # fixed texts

# What waits behind a delivery that is put off is put off with it, so that nobody looks at it in
# vain; and what waited for it is due when it has ended.
LINE_MOVE = """
UPDATE webhooks_webhookdelivery AS later
SET due_at = first.due_at
FROM unnest(%(ids)s::bigint[], %(due)s::timestamptz[]) AS first (id, due_at)
JOIN webhooks_webhookdelivery AS ended ON ended.id = first.id
WHERE later.webhook_id = ended.webhook_id AND later.state = 'waiting'
  AND later.subject_kind = ended.subject_kind AND later.subject_id = ended.subject_id
  AND later.subject_sequence > ended.subject_sequence AND later.tries = 0
  AND later.due_at <> first.due_at
"""

# Deliveries of the events of a range that a webhook may be told of, whether it was before or not.
REPLAY = f"""
INSERT INTO webhooks_webhookdelivery AS delivery (
    webhook_id, event_id, kind, property_id, subject_kind, subject_id, subject_sequence, state,
    due_at, tries)
SELECT webhook.id, event.id, event.kind, event.property_id, event.subject_kind, event.subject_id,
       event.subject_sequence, 'waiting', %(now)s, 0
FROM events_event AS event
JOIN webhooks_webhook AS webhook ON webhook.id = %(webhook_id)s
JOIN accounts_user AS owner ON owner.id = webhook.owner_id
JOIN properties_property AS property ON property.id = event.property_id
WHERE event.position > %(after)s AND event.at >= %(since)s AND event.at < %(until)s
  AND {_MAY_HEAR.format(webhook="webhook", event="event")}
ORDER BY event.position
LIMIT %(limit)s
ON CONFLICT (webhook_id, event_id) WHERE event_id IS NOT NULL DO UPDATE
    SET state = 'waiting', due_at = EXCLUDED.due_at, tries = 0, finished_at = NULL
"""  # noqa: S608  # fixed texts
