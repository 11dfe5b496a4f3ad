"""Hand-written statements; parameters only."""

from __future__ import annotations

# What settings follow from besides the property's own row.
SETTINGS_FACTS = """
SELECT coalesce(sum(room.max_adults), 0), coalesce(sum(room.max_children), 0),
       (SELECT tax.id FROM tariffs_taxrate AS tax WHERE tax.rate = %(tax_rate)s
        ORDER BY tax.id LIMIT 1)
FROM rooms_room AS room
WHERE room.property_id = %(property_id)s AND room.deleted_at IS NULL
"""
