from __future__ import annotations

from typing import Any

from django.contrib.auth.backends import ModelBackend


class AccountBackend(ModelBackend):
    """Signs accounts in by name and password; a suspended one is out with its next request."""

    def user_can_authenticate(self, user: Any) -> bool:
        """Whether the account may sign in or stay signed in."""
        return super().user_can_authenticate(user) and not getattr(user, "is_suspended", False)
