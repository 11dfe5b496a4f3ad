"""By what a booking session is known: the client's own id, and the token of who began it."""

from __future__ import annotations

import hmac
import re
import secrets
from dataclasses import dataclass

from django.utils.translation import gettext

from bookyflow.core.crypto import keyed_digest
from bookyflow.core.errors import DomainError
from bookyflow.core.ids import digest

ID_HEADER = "X-BOOKYFLOW-booking-session-id"
TOKEN_HEADER = "X-BOOKYFLOW-booking-session-token"  # noqa: S105  # the name of a header
_WELL_FORMED = re.compile(r"[\x21-\x7e]{1,255}")


@dataclass(frozen=True)
class SessionName:
    """What a call says of its session: the client's id for it, and a token or "".

    Raises DomainError `session_id_missing`, `validation_failed` for an id that is malformed, and
    `session_token_invalid` where a token is needed and none is said, whatever the session is.
    """

    id: str
    token: str = ""
    needs_token: bool = False

    def __post_init__(self) -> None:
        if not self.id:
            problem = gettext("This header is required.")
            raise DomainError("session_id_missing", fields={ID_HEADER: [problem]})
        if not _WELL_FORMED.fullmatch(self.id):
            problem = gettext("1 to 255 visible ASCII characters are needed.")
            raise DomainError(
                "validation_failed", f"{ID_HEADER}: {problem}", fields={ID_HEADER: [problem]}
            )
        if self.needs_token and not self.token:
            problem = gettext("This header is required.")
            raise DomainError("session_token_invalid", fields={TOKEN_HEADER: [problem]})

    @property
    def digest(self) -> str:
        """What is kept of the id."""
        return keyed_digest(f"booking session {self.id}")

    def fits(self, token_digest: str) -> bool:
        """Whether the token is the one of a session; as long for a wrong one as for the right."""
        return hmac.compare_digest(digest(self.token), token_digest)


def new_token() -> str:
    """A token that nobody can guess."""
    return secrets.token_urlsafe(32)
