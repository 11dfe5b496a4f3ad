from __future__ import annotations

from oauth2_provider.generators import BaseHashGenerator

from bookyflow.core import ids


class ClientIds(BaseHashGenerator):
    """Client ids with a prefix that says where they belong."""

    def hash(self) -> str:
        """A new client id."""
        return ids.client_id()
