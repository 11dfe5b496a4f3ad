"""Secrets of webhooks, and signing with them as Standard Webhooks has it."""

from __future__ import annotations

import base64
import secrets
from collections.abc import Sequence
from datetime import UTC, datetime

from standardwebhooks.webhooks import Webhook as Signer

PREFIX = "whsec_"
SECRET_BYTES = 32  # the standard asks for 24 to 64


def secret_make() -> str:
    """A new secret, as the libraries of receivers take it."""
    return PREFIX + base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()


def signed_headers(
    *, message_id: str, second: int, body: bytes, signed_with: Sequence[str]
) -> dict[str, str]:
    """The headers that say of a body who sends it, when (a unix time) and which message it is.

    There is a signature for each secret. Raises ValueError where there is none.
    """
    if not signed_with:
        raise ValueError("a message needs a secret")
    # The library takes the text of a local time for UTC, and no number at all.
    moment = datetime.fromtimestamp(second, tz=UTC)
    signatures = [Signer(one).sign(message_id, moment, body.decode()) for one in signed_with]
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(second),
        "webhook-signature": " ".join(signatures),
    }
