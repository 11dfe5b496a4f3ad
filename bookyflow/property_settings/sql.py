"""Hand-written statements; parameters only."""

from __future__ import annotations

# What settings follow from besides the property's own row; the settings of the site at the end.
SETTINGS_FACTS = """
SELECT fitting.adults, fitting.children,
       (SELECT tax.id FROM tariffs_taxrate AS tax WHERE tax.rate = %(tax_rate)s
        ORDER BY tax.id LIMIT 1),
       {site}
FROM (
    SELECT coalesce(sum(rooms * max_adults), 0) AS adults,
           coalesce(sum(rooms * max_children), 0) AS children
    FROM rooms_roomkind
    WHERE property_id = %(property_id)s
) AS fitting
LEFT JOIN accounts_sitesettings AS site ON site.id = %(site)s
"""
