"""Hand-written statements; parameters only."""

from __future__ import annotations

_COUNTED = """
    ON CONFLICT (digest) DO UPDATE
    SET tries = CASE WHEN kept.ends_at > now() THEN kept.tries + 1 ELSE 1 END,
        ends_at = CASE WHEN kept.ends_at > now() THEN kept.ends_at ELSE excluded.ends_at END
    WHERE kept.tries < {allowed} OR kept.ends_at <= now()
    RETURNING tries"""

_COUNT_ATTEMPT = """
WITH named AS (
    INSERT INTO accounts_attempt AS kept (digest, tries, ends_at)
    VALUES (%(name)s, 1, now() + make_interval(secs => %(within)s)) {name_counted}
), addressed AS (
    INSERT INTO accounts_attempt AS kept (digest, tries, ends_at)
    SELECT %(address)s, 1, now() + make_interval(secs => %(within)s) FROM named {address_counted}
)
SELECT EXISTS (SELECT FROM named), EXISTS (SELECT FROM addressed) {more}
"""

_LIVE_KEY = """, key.*
FROM (SELECT) AS one
LEFT JOIN LATERAL (
    SELECT key.id, key.client_id, key.user_id, key.granted_scopes, key.allowed_networks,
           owner.access_level
    FROM accounts_keysecret AS secret
    JOIN accounts_keypair AS key ON key.id = secret.key_id
    JOIN accounts_user AS owner ON owner.id = key.user_id
    WHERE secret.digest = %(secret)s AND (secret.expires_at IS NULL OR secret.expires_at > %(now)s)
      AND key.revoked_at IS NULL AND (key.expires_at IS NULL OR key.expires_at > %(now)s)
      AND owner.is_active AND NOT owner.is_suspended
) AS key ON EXISTS (SELECT FROM addressed)"""


def _count_attempt(more: str) -> str:
    return _COUNT_ATTEMPT.format(
        name_counted=_COUNTED.format(allowed="%(of_name)s"),
        address_counted=_COUNTED.format(allowed="%(of_address)s"),
        more=more,
    )


# One more try of a name where it has one left, and then of its address; whether each was counted. A
# window that has ended begins anew.
COUNT_ATTEMPT = _count_attempt("")

# The same with the live key pair of a secret and its owner's level, where both were counted: nobody
# knows what is found before the count is there to stay.
COUNT_AND_FIND_KEY = _count_attempt(_LIVE_KEY)

ATTEMPTS_END = "SELECT ends_at - now() FROM accounts_attempt WHERE digest = %(digest)s"

TAKE_ATTEMPT_BACK = """
UPDATE accounts_attempt SET tries = tries - 1 WHERE digest = %(digest)s AND tries > 0
"""

# The name anew, and one try of the address back: in the order of COUNT_ATTEMPT, so that no two
# wait for each other.
_FORGOTTEN = """
WITH forgotten AS (DELETE FROM accounts_attempt WHERE digest = %(name)s RETURNING digest)"""
_TAKEN_BACK = """
UPDATE accounts_attempt SET tries = tries - 1
WHERE digest = %(address)s AND tries > 0 AND (SELECT count(*) FROM forgotten) >= 0
"""
FORGET_ATTEMPT = _FORGOTTEN + _TAKEN_BACK
FORGETTING_ATTEMPT = f"{_FORGOTTEN}, taken_back AS ({_TAKEN_BACK})"  # beside another change

# Without waiting for rows that are being counted, whose order of locks is another one.
CLEAR_ATTEMPTS = """
DELETE FROM accounts_attempt WHERE digest IN (
    SELECT digest FROM accounts_attempt WHERE ends_at <= now() FOR UPDATE SKIP LOCKED
)
"""

SITE_SETTINGS = "SELECT {columns} FROM accounts_sitesettings AS site WHERE site.id = %(id)s"
