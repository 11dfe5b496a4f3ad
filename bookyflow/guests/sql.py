"""Hand-written statements; parameters only."""

from __future__ import annotations

# Adds a guest, or brings the one of the same e-mail up to date: what is not known now stays as it
# was. The last column is that guest as the statement found it, null for a new one: ciphertexts of
# one text differ, so that only the caller can tell what has changed. xmax is 0 in inserted rows.
SAVE = """
WITH before AS (
    SELECT * FROM guests_guest
    WHERE property_id = %(property_id)s AND email_hash = %(email_hash)s
)
INSERT INTO guests_guest AS guest (
    property_id, email_hash,
    first_name, surname, email, phone, mobile, house, street, town, region, postcode,
    country, language,
    preferences, vat_number, vat_number_validated, discount, blacklisted,
    version, created_at, changed_at
)
VALUES (
    %(property_id)s, %(email_hash)s,
    %(first_name)s, %(surname)s, %(email)s, %(phone)s, %(mobile)s, %(house)s, %(street)s,
    %(town)s, %(region)s, %(postcode)s, %(country)s, %(language)s,
    '', '', false, 0, false,
    1, statement_timestamp(), statement_timestamp()
)
ON CONFLICT (property_id, email_hash) DO UPDATE SET
    first_name = COALESCE(NULLIF(EXCLUDED.first_name, ''), guest.first_name),
    surname = COALESCE(NULLIF(EXCLUDED.surname, ''), guest.surname),
    email = COALESCE(NULLIF(EXCLUDED.email, ''), guest.email),
    phone = COALESCE(NULLIF(EXCLUDED.phone, ''), guest.phone),
    mobile = COALESCE(NULLIF(EXCLUDED.mobile, ''), guest.mobile),
    house = COALESCE(NULLIF(EXCLUDED.house, ''), guest.house),
    street = COALESCE(NULLIF(EXCLUDED.street, ''), guest.street),
    town = COALESCE(NULLIF(EXCLUDED.town, ''), guest.town),
    region = COALESCE(NULLIF(EXCLUDED.region, ''), guest.region),
    postcode = COALESCE(NULLIF(EXCLUDED.postcode, ''), guest.postcode),
    country = COALESCE(NULLIF(EXCLUDED.country, ''), guest.country),
    language = COALESCE(NULLIF(EXCLUDED.language, ''), guest.language),
    version = guest.version + 1,
    changed_at = EXCLUDED.changed_at
RETURNING id, guest.xmax = 0, blacklisted, discount, (SELECT to_jsonb(before) FROM before)
"""
