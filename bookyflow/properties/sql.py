"""Hand-written statements; parameters only."""

from __future__ import annotations

# Properties with their settings, both locked; the columns are those of the models. How long the
# transaction waits for locks, where it has a limit, is set before the first one is asked for, since
# rows are locked after they were joined; a statement of its own would cost each call a round trip.
LOCK_PROPERTIES = """
SELECT {columns}
FROM (
    SELECT set_config('lock_timeout', coalesce(%s, current_setting('lock_timeout')), true)
) AS patience
CROSS JOIN properties_property AS prop
JOIN properties_propertysettings AS how ON how.property_id = prop.id
WHERE {which}
ORDER BY prop.id
FOR NO KEY UPDATE OF prop, how
"""

# What changes with each change of one of the rows, committed or not.
VERSION = "concat_ws(' ', prop.xmin, prop.ctid, how.xmin, how.ctid, kind.xmin, kind.ctid)"

PROPERTY = """
SELECT {version}, {columns}
FROM properties_property AS prop
JOIN properties_propertysettings AS how ON how.property_id = prop.id
JOIN properties_propertytype AS kind ON kind.id = prop.property_type_id
WHERE prop.id = %(property_id)s AND prop.deleted_at IS NULL
"""
