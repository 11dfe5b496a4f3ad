"""Hand-written statements; parameters only."""

from __future__ import annotations

# How many messages an account has not read: those of others beyond its mark, and what it has
# marked as unread before that. Nothing is decrypted, and nothing read that has been read.
_UNREAD = """
(SELECT count(*) FROM messaging_message AS message
 WHERE message.conversation_id = conversation.id
   AND message.id > coalesce(mark.read_through, 0)
   AND message.sender_id IS DISTINCT FROM reader.id
   AND message.id <> ALL (coalesce(mark.otherwise, '{}')))
+
(SELECT count(*) FROM messaging_message AS message
 WHERE message.id = ANY (mark.otherwise)
   AND message.id <= mark.read_through
   AND message.conversation_id = conversation.id)
"""

_OF_READER = """
FROM (SELECT %s::bigint AS id) AS reader
CROSS JOIN messaging_conversation AS conversation
LEFT JOIN messaging_participant AS mark
    ON mark.conversation_id = conversation.id AND mark.user_id = reader.id
"""

# Parameters: the reader, and ids of conversations.
COUNTS = f"""
SELECT conversation.id,
       (SELECT count(*) FROM messaging_message AS message
        WHERE message.conversation_id = conversation.id),
       {_UNREAD}
{_OF_READER}
WHERE conversation.id = ANY (%s)
"""  # noqa: S608  # fixed texts

# The same over all conversations that another statement finds, without counting in those of which
# the mark says that all is read. Parameters: the reader, and those of that statement.
UNREAD_TOTAL = f"""
SELECT coalesce(sum({_UNREAD}), 0)
{_OF_READER}
WHERE conversation.id IN ({{visible}})
  AND (conversation.newest > coalesce(mark.read_through, 0) OR cardinality(mark.otherwise) > 0)
""".replace("'{}'", "'{{}}'")  # fixed texts

# The conversations of a property in which something is unread: the booking, and how many messages.
# Those that the reader has left are not among them. Parameters: the reader, the property.
UNREAD_OF_PROPERTY = f"""
SELECT found.booking_id, coalesce(booking.number, ''), found.unread FROM (
    SELECT conversation.booking_id, conversation.newest, {_UNREAD} AS unread
    {_OF_READER}
    WHERE conversation.property_id = %s AND mark.left_at IS NULL
      AND (conversation.newest > coalesce(mark.read_through, 0) OR cardinality(mark.otherwise) > 0)
) AS found
LEFT JOIN reservations_booking AS booking ON booking.id = found.booking_id
WHERE found.unread > 0
ORDER BY found.newest DESC
LIMIT 50
"""  # noqa: S608  # fixed texts

# The latest messages of each of some conversations, so many of each and so many in all.
LATEST = """
SELECT latest.id
FROM unnest(%(conversations)s::bigint[]) AS conversation (id)
CROSS JOIN LATERAL (
    SELECT message.id FROM messaging_message AS message
    WHERE message.conversation_id = conversation.id
    ORDER BY message.id DESC LIMIT %(each)s
) AS latest
ORDER BY latest.id DESC
LIMIT %(in_all)s
"""

# Somebody who joins the team of a property finds what is there already read.
READ_BY_NEWCOMER = """
INSERT INTO messaging_participant (conversation_id, user_id, read_through, otherwise)
SELECT conversation.id, %(user_id)s, max(message.id), '{}'
FROM messaging_conversation AS conversation
JOIN messaging_message AS message ON message.conversation_id = conversation.id
WHERE conversation.property_id = %(property_id)s
  AND conversation.user_id IS DISTINCT FROM %(user_id)s
GROUP BY conversation.id
ON CONFLICT (conversation_id, user_id) DO UPDATE
SET read_through = excluded.read_through, otherwise = '{}', left_at = NULL
"""

# New messages in the order in which the log shows their events, in the conversations that another
# statement finds. Parameters: a position, those of that statement, and how many.
FOLLOW = """
SELECT event.position, message.id
FROM events_event AS event
JOIN messaging_message AS message ON message.id = event.subject_id
WHERE event.kind = 'message_created' AND event.subject_kind = 'message'
  AND event.position > %s
  AND message.conversation_id IN ({visible})
ORDER BY event.position
LIMIT %s
"""
