"""Hand-written statements; parameters only."""

from __future__ import annotations

CLAIM_RESERVATION = """
INSERT INTO channels_channelreservation (channel_id, remote_id, content, about, created_at)
VALUES (%(channel_id)s, %(remote_id)s, %(content)s, %(about)s, now())
ON CONFLICT (channel_id, remote_id) DO NOTHING
RETURNING id
"""
