"""Hand-written statements; parameters only."""

from __future__ import annotations

# Counts one mail more for each recipient who has not had the most of the day; returns those. Rows
# are written in one order, so that two such statements do not deadlock.
CLAIM = """
INSERT INTO mailing_mailcount AS counted (recipient, day, number)
SELECT recipient, %(day)s::date, 1
FROM unnest(%(recipients)s::text[]) AS recipient
ORDER BY recipient
ON CONFLICT (recipient, day) DO UPDATE SET number = counted.number + 1
    WHERE counted.number < %(most)s
RETURNING recipient
"""

GIVE_BACK = """
UPDATE mailing_mailcount SET number = number - 1
WHERE recipient = ANY (%(recipients)s) AND day = %(day)s
"""

# Jobs that send mails are called so.
WAITING = """
SELECT count(*) FROM procrastinate_jobs WHERE status = 'todo' AND task_name ~ '(mail|notice)$'
"""
