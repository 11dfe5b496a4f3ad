"""Hand-written statements; parameters only."""

from __future__ import annotations

_DETAILS = (
    "first_name", "surname", "email", "phone", "mobile", "house", "street", "town", "region",
    "postcode", "country", "language",
)  # fmt: skip

# Adds a guest, or takes over what is told of the one of the same e-mail. The last column is that
# guest as the statement found it, null for a new one: ciphertexts of one text differ, so that only
# the caller can tell what has changed. xmax is 0 in inserted rows.
_SAVE = """
WITH before AS (
    SELECT * FROM guests_guest
    WHERE property_id = %(property_id)s AND email_hash = %(email_hash)s
)
INSERT INTO guests_guest AS guest (
    property_id, email_hash, {columns},
    preferences, vat_number, vat_number_validated, discount, blacklisted,
    version, created_at, changed_at
)
VALUES (
    %(property_id)s, %(email_hash)s, {values},
    '', '', false, 0, false,
    1, statement_timestamp(), statement_timestamp()
)
ON CONFLICT (property_id, email_hash) DO UPDATE SET
    {changes},
    version = guest.version + 1,
    changed_at = EXCLUDED.changed_at
RETURNING id, guest.xmax = 0, blacklisted, discount, (SELECT to_jsonb(before) FROM before)
"""


def _save(first: str, then: str) -> str:
    """The statement that takes each detail from `first`, where it has one, else from `then`."""
    return _SAVE.format(
        columns=", ".join(_DETAILS),
        values=", ".join(f"%({name})s" for name in _DETAILS),
        changes=",\n    ".join(
            f"{name} = COALESCE(NULLIF({first}.{name}, ''), {then}.{name})" for name in _DETAILS
        ),
    )


SAVE = _save("EXCLUDED", "guest")  # what is not told stays as it was
FILL = _save("guest", "EXCLUDED")  # only what was not known is taken over
