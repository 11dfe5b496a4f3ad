"""Hand-written statements of the search by dates; as those of sql.py."""

from __future__ import annotations

# What is sold in a property during a stay: asked once for a property, and only where it has limits.
_SOLD = """ARRAY (
                            SELECT {column} FROM availability_occupancy
                            WHERE property_id = prop.id AND kind <> 'block'
                              AND nights && daterange(%(arrival)s::date, here.departure)
                              AND (expires_at IS NULL OR expires_at > now())
                            ORDER BY id)"""
_SOLD_BY = {
    "sold_types": _SOLD.format(column="room_type_id"),
    "sold_nights": _SOLD.format(column="nights"),
}

# Properties, in order of their ids after a cursor, that have rooms for a stay: published ones whose
# rules of arrival admit it (reference R-DT, R-FP, R-AV-4), with how many rooms that fit are free
# and for sale: of the free ones (each stands in `types` with its type) those beyond the limits of
# their types are taken off. Per property one look at its occupancy, however many rooms it has.
# `days_ahead` is how far the arrival lies ahead in UTC; `ahead` and `behind` are the time zones
# where it is tomorrow already, or yesterday still: as texts, since the driver is slow with lists.
# `here` says how far that is at the property, until when the stay takes nights there, and whether
# items are hired, where nobody counts heads.
_SEARCH = """
SELECT prop.id, free.rooms - beyond.rooms, how.currency, {columns}
FROM properties_property AS prop
JOIN properties_propertysettings AS how ON how.property_id = prop.id
CROSS JOIN LATERAL (
    SELECT %(days_ahead)s - CASE
               WHEN how.time_zone = ANY (%(ahead)s::text[]) THEN 1
               WHEN how.time_zone = ANY (%(behind)s::text[]) THEN -1 ELSE 0
           END AS days_ahead,
           %(departure)s::date + (how.whole_day_booking AND NOT how.fixed_periods_on)::int
               AS departure,
           prop.property_type_id = ANY (ARRAY (
               SELECT id FROM properties_propertytype WHERE flag = %(item_hire)s)) AS is_hire
) AS here
CROSS JOIN LATERAL (
    SELECT count(*)::int AS rooms, array_agg(room.room_type_id) AS types
    FROM rooms_room AS room
    WHERE room.property_id = prop.id AND room.deleted_at IS NULL
      AND (here.is_hire
           OR (room.max_adults >= %(adults)s
               AND room.max_occupancy >= %(adults)s
               AND (%(children)s = 0 OR NOT how.children_count_for_capacity
                    OR (room.max_children >= %(children)s
                        AND room.max_occupancy >= %(adults)s + %(children)s))))
      AND room.id <> ALL (ARRAY (
          SELECT taken.room_id FROM availability_occupancy AS taken
          WHERE taken.property_id = prop.id
            AND taken.nights && daterange(%(arrival)s::date, here.departure)
            AND (taken.expires_at IS NULL OR taken.expires_at > now())))
) AS free
CROSS JOIN LATERAL (
    SELECT coalesce(sum(greatest(
               cardinality(array_positions(free.types, rule.room_type_id)) - rule.left_to_sell, 0
           )), 0)::int AS rooms,
           array_agg(rule.room_type_id) FILTER (WHERE rule.left_to_sell = 0) AS closed
    FROM (
        SELECT day.room_type_id,
               CASE WHEN bool_or(day.stop_sell) THEN 0
                    ELSE greatest(min(day.max_to_sell - (
                        SELECT count(*) FROM unnest({sold_types}, {sold_nights})
                            AS sold (room_type_id, nights)
                        WHERE sold.room_type_id = day.room_type_id
                          AND sold.nights @> day.date)), 0)
               END AS left_to_sell
        FROM availability_allotment AS day
        WHERE day.property_id = prop.id
          AND day.date >= %(arrival)s::date AND day.date < here.departure
          AND (day.stop_sell OR day.max_to_sell IS NOT NULL)
        GROUP BY day.room_type_id
    ) AS rule
) AS beyond
{joined}
WHERE prop.is_published AND prop.is_approved AND prop.deleted_at IS NULL AND NOT prop.is_test
  AND prop.id > %(cursor)s
  AND (%(property_ids)s::bigint[] IS NULL OR prop.id = ANY (%(property_ids)s::bigint[]))
  AND (%(region)s = '' OR prop.region = %(region)s)
  AND (%(country)s = '' OR prop.country = %(country)s)
  AND (%(property_types)s::bigint[] IS NULL
       OR prop.property_type_id = ANY (%(property_types)s::bigint[]))
  AND (%(features)s::bigint[] = '{{}}' OR NOT EXISTS (
      SELECT FROM unnest(%(features)s::bigint[]) AS wanted (id)
      WHERE NOT EXISTS (
          SELECT FROM properties_property_features AS own
          WHERE own.property_id = prop.id AND own.propertyfeature_id = wanted.id)))
  AND (%(children)s = 0 OR how.allow_children)
  AND CASE  -- one expression, else the planner takes each part for a strong filter
      WHEN CASE
               -- Sure in every time zone; looking one up costs more than all the rest.
               WHEN %(days_ahead)s > how.min_days_before_arrival
                   AND (NOT how.advance_limit_on OR %(days_ahead)s < how.advance_limit_days)
               THEN false
               ELSE here.days_ahead < how.min_days_before_arrival
                   OR (how.advance_limit_on AND here.days_ahead > how.advance_limit_days)
           END THEN false
      WHEN how.fixed_arrival_on
          AND how.fixed_arrival_weekday <> extract(dow FROM %(arrival)s::date) THEN false
      WHEN NOT how.fixed_periods_on THEN true
      WHEN how.short_break_on AND %(length)s = how.short_break_nights THEN true
      ELSE %(length)s %% how.fixed_period_nights = 0
          AND %(length)s <= how.fixed_period_nights * how.fixed_periods_most
  END
  AND free.rooms - beyond.rooms >= %(rooms)s
{priced}
ORDER BY prop.id
LIMIT %(limit)s
"""

# The lowest sum of nights that a tariff of a room type with a free room asks for one room; null
# where none covers every night, or none admits such a stay (reference R-TF-4, 5, 7 to 10).
_LOWEST = """
LEFT JOIN LATERAL (
    SELECT min(offer.total) AS total
    FROM (
        SELECT CASE WHEN how.price_model = 1
                    THEN (here.departure - %(arrival)s::date)
                        * min(rate.price) FILTER (WHERE rate.date = %(arrival)s::date)
                    ELSE sum(rate.price)
               END * CASE
                    WHEN how.per_person_per_night AND NOT tariff.ignore_per_person
                    THEN greatest(CASE WHEN here.is_hire THEN 1 ELSE %(adults)s END,
                                  how.minimum_charged_guests)
                    ELSE 1
               END AS total
        FROM tariffs_tarifftype AS tariff
        JOIN tariffs_dailyrate AS rate
          ON rate.tariff_type_id = tariff.id
         AND rate.date >= %(arrival)s::date AND rate.date < here.departure
         AND rate.price > 0
        WHERE tariff.property_id = prop.id
          AND tariff.deleted_at IS NULL
          AND tariff.room_type_id = ANY (free.types)
          AND tariff.room_type_id <> ALL (coalesce(beyond.closed, '{}'))
          AND (here.is_hire OR how.tariff_mode = %(standard)s
               OR %(adults)s BETWEEN tariff.min_people AND tariff.max_people)
          AND tariff.min_rooms_selected = 0
          AND tariff.arrival_weekday IN (7, extract(dow FROM %(arrival)s::date))
          AND here.departure - %(arrival)s::date <= tariff.max_stay
          AND NOT EXISTS (
              SELECT FROM tariffs_dailyrate AS leaving
              WHERE leaving.tariff_type_id = tariff.id AND leaving.date = here.departure
                AND leaving.closed_to_departure)
        GROUP BY tariff.id
        HAVING count(*) = here.departure - %(arrival)s::date
           AND bool_and(NOT rate.closed)
           AND max(rate.min_stay) <= here.departure - %(arrival)s::date
           AND coalesce(min(rate.max_stay) >= here.departure - %(arrival)s::date, true)
           AND NOT bool_or(rate.closed_to_arrival AND rate.date = %(arrival)s::date)
           AND (tariff.allow_weekend OR NOT bool_or(
                    strpos(how.weekend_days, extract(dow FROM rate.date)::text) > 0))
           AND (NOT tariff.weekend_only OR bool_and(
                    strpos(how.weekend_days, extract(dow FROM rate.date)::text) > 0))
    ) AS offer
) AS lowest ON true
"""
_IN_PRICE_RANGE = """
  AND (%(least)s::numeric IS NULL OR lowest.total >= %(least)s)
  AND (%(most)s::numeric IS NULL OR lowest.total <= %(most)s)
"""
SEARCH = _SEARCH.format(columns="NULL", joined="", priced="", **_SOLD_BY)
SEARCH_PRICED = _SEARCH.format(
    columns="lowest.total", joined=_LOWEST, priced=_IN_PRICE_RANGE, **_SOLD_BY
)
