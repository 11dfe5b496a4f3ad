from __future__ import annotations

import secrets

from oauth2_provider.generators import BaseHashGenerator

from bookyflow.core import ids


class ClientIds(BaseHashGenerator):
    """Client ids with a prefix that says where they belong."""

    def hash(self) -> str:
        """A new client id."""
        return ids.client_id()


def access_token(request: object) -> str:
    """A new access token: 160 random bits. The toolkit draws each letter by itself."""
    return secrets.token_hex(20)
