"""Hand-written statements; parameters only."""

from __future__ import annotations

from functools import cache

from bookyflow.core.listing import ListSQL

# Properties with their settings, both locked, and their types. How long the transaction waits for
# locks, where it has a limit, is set before the first one is asked for, since rows are locked after
# they were joined; a statement of its own would cost each call a round trip.
LOCK_PROPERTIES = """
SELECT {columns}
FROM (
    SELECT set_config('lock_timeout',
                      coalesce({longest_wait}, current_setting('lock_timeout')), true)
) AS patience
CROSS JOIN properties_property AS prop
JOIN properties_propertysettings AS how ON how.property_id = prop.id
JOIN properties_propertytype AS kind ON kind.id = prop.property_type_id
WHERE {which}
ORDER BY prop.id
FOR NO KEY UPDATE OF prop, how
"""

# What changes with each change of one of the rows, committed or not.
VERSION = "concat_ws(' ', prop.xmin, prop.ctid, how.xmin, how.ctid, kind.xmin, kind.ctid)"
# When the server was started, in seconds.
SERVER = "extract(epoch FROM pg_postmaster_start_time())::float8"

# What a version is known by.
VERSIONED = f"{VERSION}, {SERVER}"

# One property as it is now.
PROPERTY = """
SELECT {columns}
FROM properties_property AS prop
JOIN properties_propertysettings AS how ON how.property_id = prop.id
JOIN properties_propertytype AS kind ON kind.id = prop.property_type_id
WHERE prop.id = %(property_id)s AND prop.deleted_at IS NULL
"""

_ALL = """
FROM properties_property AS prop
WHERE prop.deleted_at IS NULL AND prop.is_test = %(is_test)s"""

# From what an account or a key has, and each property by its id, whatever the planner expects: some
# have a few of very many, and a plan that is kept is made for what all of them have on average.
_EACH = """
CROSS JOIN LATERAL (
    SELECT id FROM properties_property
    WHERE id = {of}.property_id AND deleted_at IS NULL AND is_test = %(is_test)s
    OFFSET 0
) AS prop
WHERE {of}"""
_STAFFED = f"""
FROM properties_manageraccess AS staff{_EACH.format(of="staff")}.user_id = %(user_id)s"""
_LISTED = f"""
FROM properties_keyproperty AS listed{_EACH.format(of="listed")}.key_id = %(key_id)s"""
_AND_LISTED = """
  AND EXISTS (SELECT FROM properties_keyproperty AS listed
              WHERE listed.key_id = %(key_id)s AND listed.property_id = prop.id)"""


@cache
def reached(*, every: bool, all_of_key: bool) -> ListSQL:
    """The ids of the properties in reach; parameters `is_test`, `user_id`, `key_id`.

    Of those of `every` property, or of the user's; of all of them, or of those of the key.
    """
    if not every:
        source = _STAFFED + ("" if all_of_key else _AND_LISTED)
        return ListSQL(columns="prop.id", source=source, keys=("staff.property_id",))
    if not all_of_key:
        return ListSQL(columns="prop.id", source=_LISTED, keys=("listed.property_id",))
    return ListSQL(columns="prop.id", source=_ALL, keys=("prop.id",))


ONE_OF_THEM = "prop.id = %(property_id)s AND prop.deleted_at IS NULL"

# One, where a request may touch it, as `selectors.reachable` has it. Not one of several: a plan for
# any number of them is not kept, or reads all that a user, key or channel has.
_ONE_REACHED = """
{one}
    AND prop.is_test = %(is_test)s
    AND (%(all_staffed)s OR EXISTS (
        SELECT FROM properties_manageraccess AS staff
        WHERE staff.user_id = %(user_id)s AND staff.property_id = prop.id))
    AND (%(all_properties)s OR EXISTS (
        SELECT FROM properties_keyproperty AS listed
        WHERE listed.key_id = %(key_id)s AND listed.property_id = prop.id))
"""
REACHED = _ONE_REACHED.format(one=ONE_OF_THEM)
