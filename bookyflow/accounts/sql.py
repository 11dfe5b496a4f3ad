"""Hand-written statements; parameters only."""

from __future__ import annotations

# One more try, where one is left: a row then, else none. A window that has ended begins anew.
COUNT_ATTEMPT = """
INSERT INTO accounts_attempt AS kept (digest, tries, ends_at)
VALUES (%(digest)s, 1, now() + make_interval(secs => %(within)s))
ON CONFLICT (digest) DO UPDATE
SET tries = CASE WHEN kept.ends_at > now() THEN kept.tries + 1 ELSE 1 END,
    ends_at = CASE WHEN kept.ends_at > now() THEN kept.ends_at ELSE excluded.ends_at END
WHERE kept.tries < %(allowed)s OR kept.ends_at <= now()
RETURNING tries
"""

ATTEMPTS_END = "SELECT ends_at - now() FROM accounts_attempt WHERE digest = %(digest)s"

FORGET_ATTEMPTS = "DELETE FROM accounts_attempt WHERE digest = %(digest)s"

TAKE_ATTEMPT_BACK = """
UPDATE accounts_attempt SET tries = tries - 1 WHERE digest = %(digest)s AND tries > 0
"""

# Without waiting for rows that are being counted, whose order of locks is another one.
CLEAR_ATTEMPTS = """
DELETE FROM accounts_attempt WHERE digest IN (
    SELECT digest FROM accounts_attempt WHERE ends_at <= now() FOR UPDATE SKIP LOCKED
)
"""

SITE_SETTINGS = "SELECT {columns} FROM accounts_sitesettings AS site WHERE site.id = %(id)s"
