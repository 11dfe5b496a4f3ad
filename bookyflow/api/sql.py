"""Hand-written statements; parameters only.

What a request may do is read in one statement, since the toolkit's own class costs 2 ms of ORM.
`access` puts fixed texts together, by what the endpoint needs to know.
"""

from __future__ import annotations

from functools import cache

from bookyflow.accounts.sql import FORGETTING_ATTEMPT
from bookyflow.properties.sql import VERSIONED

# Moments are seconds, which the driver reads ten times as fast as those of a calendar.
_ACCESS = """
SELECT token.scope, extract(epoch FROM token.expires)::float8, key.id, key.granted_scopes,
       key.is_test, key.revoked_at IS NOT NULL, extract(epoch FROM key.expires_at)::float8,
       key.allowed_networks,
       owner.id, owner.access_level, owner.is_active AND NOT owner.is_suspended,
       ARRAY(SELECT name FROM plugins_featurestate WHERE enabled),
       {actor}.id, {actor}.access_level, key.all_properties, {channel}, {property}
FROM oauth2_provider_accesstoken AS token
JOIN accounts_keypair AS key ON key.id = token.application_id
JOIN accounts_user AS owner ON owner.id = key.user_id
{joins}
WHERE token.token_checksum = %(checksum)s
"""

_ACTOR = """
LEFT JOIN accounts_user AS actor ON actor.id = coalesce(%(proxy_id)s::bigint, owner.id)
     AND actor.is_active AND NOT actor.is_suspended
"""

_CHANNEL = """
LEFT JOIN channels_channel AS channel
     ON channel.user_id = actor.id AND channel.name = %(channel_name)s
"""

# Somebody's property is reached by a super manager or its staff, with a key of the same kind
# (test or live) that is not limited to other properties.
_REACHED = """
     prop.id = %(property_id)s AND prop.deleted_at IS NULL AND prop.is_test = key.is_test
     AND ({actor}.access_level >= 90 OR ({actor}.access_level >= 50 AND EXISTS (
         SELECT FROM properties_manageraccess AS staff
         WHERE staff.user_id = {actor}.id AND staff.property_id = prop.id)))
     AND (key.all_properties OR EXISTS (
         SELECT FROM properties_keyproperty AS listed
         WHERE listed.key_id = key.id AND listed.property_id = prop.id))
"""

_LINKED = """
     AND (EXISTS (
         SELECT FROM channels_channelproperty AS link
         WHERE link.channel_id = channel.id AND link.property_id = prop.id)
     OR EXISTS (
         SELECT FROM properties_propertysettings AS privacy
         WHERE privacy.property_id = prop.id AND privacy.api_privacy_off))
"""

# Its own language, "" where it has none; null for all of it where it is out of reach.
_PROPERTY = f"""
       CASE WHEN prop.id IS NOT NULL THEN coalesce(how.language, '') END,
       {VERSIONED}
"""

_WITH_SETTINGS = """
LEFT JOIN properties_propertysettings AS how ON how.property_id = prop.id
LEFT JOIN properties_propertytype AS kind ON kind.id = prop.property_type_id
"""


@cache
def access(*, acting: bool, channel: bool, prop: bool) -> str:
    """The statement that authenticates a request; parameter `checksum` and, as far as asked for:

    acting: for whom the key acts (`proxy_id` or null); channel: its id (`channel_name`); prop:
    the language of the property `property_id`, empty when it has none, null when out of reach, and
    the version of its rows.
    """
    actor = "actor" if acting or channel else "owner"
    joins = [
        _ACTOR if actor == "actor" else "",
        _CHANNEL if channel else "",
        "LEFT JOIN properties_property AS prop ON"
        + _reached(actor, channel=channel)
        + _WITH_SETTINGS
        if prop
        else "",
    ]
    return _ACCESS.format(
        actor=actor,
        channel="channel.id" if channel else "NULL",
        property=_PROPERTY if prop else "NULL, NULL, NULL",
        joins="".join(joins),
    )


@cache
def reach(*, channel: bool) -> str:
    """Whether an authenticated key reaches `property_id`: its language and version, or no row.

    Parameters: key_id, user_id, channel_id.
    """
    source = f"""
    FROM accounts_keypair AS key CROSS JOIN accounts_user AS actor
    CROSS JOIN properties_property AS prop {_WITH_SETTINGS}
    """
    linked = _reached("actor", channel=channel).replace("channel.id", "%(channel_id)s")
    return (
        f"SELECT {_PROPERTY} {source} "
        f"WHERE key.id = %(key_id)s AND actor.id = %(user_id)s AND {linked}"
    )


def _reached(actor: str, *, channel: bool) -> str:
    return _REACHED.format(actor=actor) + (_LINKED if channel else "")


PUBLIC = """
SELECT EXISTS (SELECT FROM plugins_featurestate WHERE name = %(feature)s AND enabled)
"""

_PUBLIC_PROPERTY = """
SELECT EXISTS (SELECT FROM plugins_featurestate WHERE name = %(feature)s AND enabled), {property}
FROM (SELECT) AS one
LEFT JOIN properties_property AS prop
     ON prop.id = %(property_id)s AND prop.deleted_at IS NULL
     AND prop.is_published AND prop.is_approved
{joins}
"""
PUBLIC_PROPERTY = _PUBLIC_PROPERTY.format(property=_PROPERTY, joins=_WITH_SETTINGS)

# The row is the toolkit's, as it writes it for a client.
WRITE_TOKEN = (
    FORGETTING_ATTEMPT
    + """
INSERT INTO oauth2_provider_accesstoken
    (token, token_checksum, application_id, expires, scope, resource, created, updated)
VALUES ('', %(checksum)s, %(key_id)s, %(expires)s, %(scope)s, %(resource)s, %(now)s, %(now)s)
RETURNING id
"""
)

TRY_LOCK = "SELECT pg_try_advisory_xact_lock(%s)"

KEEP_ANSWER = """
INSERT INTO api_idempotencyrecord (namespace, fingerprint, status, answer, expires_at)
VALUES (%(namespace)s, %(fingerprint)s, %(status)s, %(answer)s, %(expires_at)s)
ON CONFLICT (namespace) DO UPDATE
SET fingerprint = excluded.fingerprint, status = excluded.status, answer = excluded.answer,
    expires_at = excluded.expires_at
"""

LOG_REQUESTS = """
COPY api_requestlog (at, request_id, key_id, user_id, proxied_by, channel_id, method, route,
                     operation, status, duration_ms, address, body, is_replay) FROM STDIN
"""

# In one order, as other processes do it: no two of them wait for each other.
COUNT_REQUESTS = """
INSERT INTO api_requestcount AS kept (minute, method, route, status, calls, duration_ms)
SELECT * FROM unnest(%(minutes)s::timestamptz[], %(methods)s::text[], %(routes)s::text[],
                     %(statuses)s::int[], %(calls)s::bigint[], %(durations)s::bigint[])
         AS new (minute, method, route, status, calls, duration_ms)
ORDER BY minute, route, method, status
ON CONFLICT (minute, route, method, status) DO UPDATE
SET calls = kept.calls + excluded.calls, duration_ms = kept.duration_ms + excluded.duration_ms
"""

# In the order of ids, as other processes do it: no two of them wait for each other.
KEYS_USED = """
WITH used AS (SELECT * FROM unnest(%(ids)s::bigint[], %(moments)s::timestamptz[]) AS t (id, at)),
     locked AS (SELECT id FROM accounts_keypair WHERE id IN (SELECT id FROM used)
                ORDER BY id FOR NO KEY UPDATE)
UPDATE accounts_keypair AS key SET last_used_at = used.at
FROM used JOIN locked USING (id)
WHERE key.id = used.id AND (key.last_used_at IS NULL OR key.last_used_at < used.at)
"""

SECRETS_USED = """
WITH used AS (
         SELECT * FROM unnest(%(digests)s::text[], %(moments)s::timestamptz[]) AS t (digest, at)),
     locked AS (SELECT id, digest FROM accounts_keysecret
                WHERE digest IN (SELECT digest FROM used) ORDER BY id FOR NO KEY UPDATE)
UPDATE accounts_keysecret AS secret SET last_used_at = used.at
FROM used JOIN locked USING (digest)
WHERE secret.id = locked.id AND (secret.last_used_at IS NULL OR secret.last_used_at < used.at)
"""
