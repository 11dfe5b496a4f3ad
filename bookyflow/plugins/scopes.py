from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from oauth2_provider.scopes import BaseScopes
from oauthlib.oauth2 import InvalidScopeError

from bookyflow.plugins import registry
from bookyflow.plugins.broad import expand


class FeatureScopes(BaseScopes):
    """The OAuth2 scopes: whatever features declare, each key only what it was given."""

    def get_all_scopes(self) -> dict[str, str]:
        """Labels by name. Called on every authenticated request, so without a query."""
        return {name: scope.label for name, scope in registry.scopes_by_name().items()}

    def get_available_scopes(
        self, application: Any = None, request: Any = None, *args: Any, **kwargs: Any
    ) -> list[str]:
        """What this key may ask for.

        The scopes it was given, and those that its broad ones include, as far as its owner's level
        allows them. Whether their features are on is looked at by every request: a token that was
        given while one was off works when it is on again.
        """
        return _usable(application, expand(application.granted_scopes)) if application else []

    def get_default_scopes(
        self, application: Any = None, request: Any = None, *args: Any, **kwargs: Any
    ) -> list[str]:
        """What a key gets that asks for nothing: all it has; the library would give every scope.

        Raises InvalidScopeError when the key was given scopes and none of them is left. A key that
        was never given any gets a token that opens nothing.
        """
        if application is None or not application.granted_scopes:
            return []
        usable = _usable(application, application.granted_scopes)
        if not usable:
            raise InvalidScopeError(
                description="None of the key's scopes can be used now.", request=request
            )
        return usable


def _usable(application: Any, scopes: Iterable[str]) -> list[str]:
    if application.user is None:
        return []
    return sorted(registry.grantable_names(application.user.access_level).intersection(scopes))
