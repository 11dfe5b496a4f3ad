"""Hand-written statements of the search; as those of sql.py.

`search_statement` puts them together: of fixed parts only, what is asked for are parameters.
"""

from __future__ import annotations

from enum import StrEnum
from functools import cache


class Order(StrEnum):
    """What found properties are ordered by; equal ones by id."""

    ID = "id"
    NAME = "name"
    STARS = "stars"  # the most first
    DISTANCE = "distance"  # from the point that was named
    PRICE = "price"  # the least that the engine may ask, see `floor`


# How far a property lies from a point, in kilometres on a sphere; null where it has no position.
_DISTANCE = """CASE WHEN prop.latitude + prop.longitude + %(latitude)s::float8
    + %(longitude)s::float8 IS NOT NULL
THEN round((2 * 6371.0088 * asin(sqrt(least(1,
    power(sin(radians(prop.latitude::float8 - %(latitude)s::float8) / 2), 2)
    + cos(radians(%(latitude)s::float8)) * cos(radians(prop.latitude::float8))
      * power(sin(radians(prop.longitude::float8 - %(longitude)s::float8) / 2), 2)
))))::numeric, 3) END"""

# What is ordered by, and of which type it is.
_KEYS = {
    Order.ID: ("0", "numeric"),
    Order.NAME: ('lower(prop.name) COLLATE "C"', "text"),
    Order.STARS: ("-prop.stars", "numeric"),
    Order.DISTANCE: (_DISTANCE, "numeric"),
    Order.PRICE: ("lowest.floor", "numeric"),
}

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

# The properties that anybody may see and that are as somebody wants them.
_FILTERS = """
WHERE prop.is_published AND prop.is_approved AND prop.deleted_at IS NULL AND NOT prop.is_test
  {behind}
  AND (%(property_ids)s::bigint[] IS NULL OR prop.id = ANY (%(property_ids)s::bigint[]))
  AND (%(regions)s::text[] IS NULL OR prop.region = ANY (%(regions)s::text[]))
  AND (%(countries)s::text[] IS NULL OR prop.country = ANY (%(countries)s::text[]))
  AND (%(towns)s::text[] IS NULL OR prop.town = ANY (%(towns)s::text[]))
  AND (%(stars)s::int[] IS NULL OR prop.stars = ANY (%(stars)s::int[]))
  AND (%(property_types)s::bigint[] IS NULL
       OR prop.property_type_id = ANY (%(property_types)s::bigint[]))
  AND (%(features)s::bigint[] = '{{}}' OR NOT EXISTS (
      SELECT FROM unnest(%(features)s::bigint[]) AS wanted (id)
      WHERE NOT EXISTS (
          SELECT FROM properties_property_features AS own
          WHERE own.property_id = prop.id AND own.propertyfeature_id = wanted.id)))
  AND (%(currency)s = '' OR how.currency = %(currency)s)
  AND (%(radius)s::float8 IS NULL OR {distance} <= %(radius)s::float8)
"""

# Properties, in some order behind a cursor, that have rooms for a stay: published ones whose
# rules of arrival admit it (reference R-DT, R-FP, R-AV-4), with how many rooms that fit are free
# and for sale: of the free ones (each stands in `types` with its type) those beyond the limits of
# their types are taken off. Per property one look at its occupancy, however many rooms it has.
# `days_ahead` is how far the arrival lies ahead in UTC; `ahead` and `behind` are the time zones
# where it is tomorrow already, or yesterday still: as texts, since the driver is slow with lists.
# `here` says how far that is at the property, until when the stay takes nights there, and whether
# items are hired, where nobody counts heads.
_SEARCH = """
SELECT prop.id, free.rooms - beyond.rooms, how.currency, {columns}, {distance}, ({key})::text
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
    SELECT count(*)::int AS rooms, array_agg(room.room_type_id) AS types,
           min(room.surcharge) AS least_surcharge, max(room.surcharge) AS most_surcharge,
           max(room.single_supplement) AS supplement
    FROM rooms_room AS room
    WHERE room.property_id = prop.id AND room.deleted_at IS NULL
      AND (here.is_hire
           OR (room.max_adults >= %(room_adults)s
               AND room.max_occupancy >= %(room_adults)s
               AND (%(room_children)s = 0 OR NOT how.children_count_for_capacity
                    OR (room.max_children >= %(room_children)s
                        AND room.max_occupancy >= %(room_adults)s + %(room_children)s))))
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
{filters}  AND (%(children)s = 0 OR how.allow_children)
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
ORDER BY {key}, prop.id
LIMIT %(limit)s
"""

# The same of no certain stay. A price range is of the next night, at the property: of one that is
# for sale it concerns what is asked for it, where that is a number.
_UNDATED = """
SELECT prop.id, 0, how.currency, NULL, NULL, {distance}, ({key})::text
FROM properties_property AS prop
JOIN properties_propertysettings AS how ON how.property_id = prop.id
{filters}
  AND ((%(least)s::numeric IS NULL AND %(most)s::numeric IS NULL)
       OR EXISTS (
           SELECT FROM tariffs_dailyrate AS rate
           JOIN tariffs_tarifftype AS tariff ON tariff.id = rate.tariff_type_id
           WHERE tariff.property_id = prop.id AND tariff.deleted_at IS NULL AND NOT rate.closed
             AND rate.price > 0
             AND rate.price BETWEEN coalesce(%(least)s::numeric, 0)
                                AND coalesce(%(most)s::numeric, 'Infinity')
             AND rate.date = %(tomorrow)s::date + CASE
                     WHEN how.time_zone = ANY (%(ahead)s::text[]) THEN 1
                     WHEN how.time_zone = ANY (%(behind)s::text[]) THEN -1 ELSE 0
                 END)
       OR (prop.property_type_id = ANY (ARRAY (
               SELECT id FROM properties_propertytype WHERE flag = %(real_estate)s))
           AND substring(translate(prop.asking_price, ', ', '')
                         FROM '^[^0-9]*([0-9]{{1,15}}(?:[.][0-9]+)?)[^0-9]*$')::numeric
               BETWEEN coalesce(%(least)s::numeric, 0)
                   AND coalesce(%(most)s::numeric, 'Infinity')))
ORDER BY {key}, prop.id
LIMIT %(limit)s
"""

# The currency that most of the properties have that are as somebody wants them.
_CURRENCY = """
SELECT how.currency
FROM properties_property AS prop
JOIN properties_propertysettings AS how ON how.property_id = prop.id
{filters}
GROUP BY how.currency
ORDER BY count(*) DESC, how.currency
LIMIT 1
"""

# The lowest sum of nights that a tariff of a room type with a free room asks for one room; null
# where none covers every night, or none admits such a stay (reference R-TF-4, 5, 7 to 10).
#
# `floor` is no price but a bound: the engine asks no less for the whole stay, whatever it adds
# (surcharges, supplements, tax, extras, cleaning, city tax) and takes off (the most that the
# discounts of property and tariff can, together; of a discount that is an amount, all). 1 less, for
# what is rounded.
_LOWEST = """
LEFT JOIN LATERAL (
    SELECT min(offer.total) AS total, greatest(min(offer.floor) - 1, 0) AS floor,
           CASE
               WHEN bool_and(offer.extra_guest_price IS NULL) THEN max(offer.total) + 1
           END AS roof,
           array_agg(offer.type ORDER BY offer.total, offer.type) FILTER (
               WHERE cardinality(array_positions(free.types, offer.type)) >= %(rooms)s
           ) AS types
    FROM (
        SELECT tariff.room_type_id AS type, tariff.extra_guest_price,
               CASE WHEN how.price_model = 1
                    THEN (here.departure - %(arrival)s::date)
                        * min(rate.price) FILTER (WHERE rate.date = %(arrival)s::date)
                    ELSE sum(rate.price)
               END * CASE
                    WHEN how.per_person_per_night AND NOT tariff.ignore_per_person
                    THEN greatest(CASE WHEN here.is_hire THEN 1 ELSE %(adults)s END,
                                  how.minimum_charged_guests)
                    ELSE 1
               END AS total,
               CASE
                   WHEN free.least_surcharge < 0 THEN 0
                   WHEN how.price_model = 1
                   THEN (here.departure - %(arrival)s::date)
                       * min(rate.price) FILTER (WHERE rate.date = %(arrival)s::date)
                   ELSE sum(rate.price)
               END / CASE WHEN how.prices_weekly THEN 7 ELSE 1 END * CASE
                   WHEN how.per_person_per_night AND NOT tariff.ignore_per_person
                       AND %(rooms)s = 1
                   THEN greatest(CASE WHEN here.is_hire THEN 1 ELSE %(adults)s END,
                                 how.minimum_charged_guests)
                       - CASE WHEN tariff.extra_guest_price IS NULL THEN 0
                              ELSE greatest(%(adults)s - 2, 0)
                         END
                   ELSE 1
               END * greatest(0, 100 - CASE
                   WHEN here.departure - %(arrival)s::date < 7 THEN 0
                   WHEN tariff.discount_is_percentage
                   THEN greatest(tariff.discount_7, tariff.discount_30, 0)
                   WHEN greatest(tariff.discount_7, tariff.discount_30, 0) > 0 THEN 100
                   ELSE 0
               END - CASE
                   WHEN how.wiseprice_on AND here.days_ahead < how.wiseprice_days
                   THEN greatest(how.wiseprice_10, how.wiseprice_25, how.wiseprice_50,
                                 how.wiseprice_75)
                   ELSE 0
               END - CASE
                   WHEN how.last_minute_on AND here.days_ahead < how.last_minute_days
                   THEN how.last_minute_discount
                   ELSE 0
               END) / 100 AS floor
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
# What a visitor may book there by the engine, as far as it can be told without it. Whether the
# first night has a price at all is said by an index, before rooms and tariffs are looked at; as a
# value, since the planner would join what EXISTS asks for, and not always first.
_SELLABLE = """
  AND (SELECT true FROM tariffs_dailyrate AS first_night
       WHERE first_night.property_id = prop.id AND first_night.date = %(arrival)s::date
         AND first_night.price > 0 AND NOT first_night.closed
       LIMIT 1)
  AND lowest.total IS NOT NULL
  AND (%(ceiling)s::numeric IS NULL OR lowest.floor <= %(ceiling)s::numeric)
  -- Where nothing is added to the rates, the stay costs no more than the highest of them.
  AND (%(bottom)s::numeric IS NULL OR lowest.roof IS NULL OR lowest.roof >= %(bottom)s::numeric
       OR NOT how.prices_inclusive OR how.cleaning_fee > 0 OR how.city_tax > 0
       OR how.single_supplement_on OR free.supplement > 0 OR free.most_surcharge > 0
       OR %(children)s > 0 OR %(rooms)s > 1
       OR EXISTS (
           SELECT FROM tariffs_extra AS extra
           WHERE extra.property_id = prop.id AND extra.deleted_at IS NULL
             AND (extra.auto_select OR extra.forced)))
  AND how.visitors_can_book AND NOT how.only_registered_can_book
  AND (how.asks_for_departure OR how.minimum_interval = %(length)s)
  AND prop.property_type_id <> ALL (ARRAY (
      SELECT id FROM properties_propertytype WHERE flag = %(real_estate)s))
"""


class Kind(StrEnum):
    """What is looked for: a currency, properties, free rooms, their prices, what is for sale."""

    CURRENCY = "currency"
    UNDATED = "undated"
    FREE = "free"
    PRICED = "priced"
    SELLABLE = "sellable"


@cache
def search_statement(kind: Kind, order: Order) -> str:
    """The statement of a search. Only what is priced has an order by price."""
    key, cast = _KEYS[order]
    behind = f"AND ({key}, prop.id) > (%(after)s::{cast}, %(cursor)s)"
    if order == Order.ID:
        key, behind = "prop.id", "AND prop.id > %(cursor)s"
    elif order == Order.NAME:
        behind = f'AND ({key}, prop.id) > (%(after)s COLLATE "C", %(cursor)s)'
    filters = _FILTERS.format(
        distance=_DISTANCE, behind=f"AND (%(after)s::text IS NULL OR {behind[4:]})"
    )
    parts = {"filters": filters, "key": key, "distance": _DISTANCE, **_SOLD_BY}
    if kind == Kind.CURRENCY:
        return _CURRENCY.format(**parts)
    if kind == Kind.UNDATED:
        return _UNDATED.format(**parts)
    if kind == Kind.FREE:
        return _SEARCH.format(columns="NULL, NULL", joined="", priced="", **parts)
    priced = _IN_PRICE_RANGE if kind == Kind.PRICED else _SELLABLE
    return _SEARCH.format(
        columns="lowest.total, lowest.types", joined=_LOWEST, priced=priced, **parts
    )
