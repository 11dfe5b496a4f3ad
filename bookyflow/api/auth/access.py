"""What a request may do, read from the database each time it is made and never kept."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from ipaddress import ip_network
from typing import Any

from django.conf import settings
from django.utils.translation import gettext
from rest_framework.exceptions import AuthenticationFailed, PermissionDenied

from bookyflow.api import sql
from bookyflow.core.acting import Actor
from bookyflow.core.address import is_in
from bookyflow.core.errors import DomainError
from bookyflow.core.prepared import first_row
from bookyflow.plugins.broad import BROAD, expand
from bookyflow.plugins.declared import once_declared
from bookyflow.properties.kept import Version
from bookyflow.properties.selectors import Reach

LONGEST_ID = 18  # digits that surely fit a bigint


@dataclass(frozen=True)
class Reached:
    """A property that the request may touch: its language, "" where it has none, and its version
    as it was then; None where that counts no more.
    """

    language: str
    version: Version | None


@dataclass(frozen=True)
class Access:
    """One request's rights. `user_id` is whom the key acts for: its owner, or the proxied user.

    `level` is the owner's and bounds the scopes; `user_level` is that of `user_id`.

    `reached` is None when no property was asked for or it is out of reach.
    """

    key_id: int
    owner_id: int
    user_id: int | None
    level: int
    user_level: int | None
    all_properties: bool
    is_test: bool
    token_scopes: str
    granted_scopes: list[str]
    features: list[str]
    channel_id: int | None
    reached: Reached | None

    def allows(self, scope: str) -> bool:
        """Whether the token and its key have the scope, a feature that is on declares it, and the
        owner's level suffices.
        """
        declared = declared_scopes().get(scope)
        return (
            declared is not None
            and declared[0] <= self.level
            and not declared[1].isdisjoint(self.features)
            and scope in _named(self.token_scopes, tuple(self.granted_scopes))
        )

    @cached_property
    def scopes(self) -> frozenset[str]:
        """Every scope that counts in this request."""
        named = _named(self.token_scopes, tuple(self.granted_scopes))
        return frozenset(scope for scope in named if self.allows(scope))

    @cached_property
    def reach(self) -> Reach:
        """For selectors of properties: on whose behalf they look."""
        return Reach(
            user_id=self.user_id or 0,
            level=self.user_level or 0,
            key_id=self.key_id,
            all_properties=self.all_properties,
            is_test=self.is_test,
        )

    @property
    def proxied_by(self) -> int | None:
        """The owner of the key, where it acts for somebody else."""
        return self.owner_id if self.user_id != self.owner_id else None

    @cached_property
    def actor(self) -> Actor:
        """Who acts, for services and their records."""
        return Actor(
            user_id=self.user_id,
            key_id=self.key_id,
            channel_id=self.channel_id,
            proxied_by=self.proxied_by,
            is_test=self.is_test,
        )


@lru_cache(maxsize=256)  # asked with every call, of the texts that have just been read
def _named(token: str, granted: tuple[str, ...]) -> frozenset[str]:
    """The scopes that both a token and its key name."""
    return expand(token.split()) & expand(granted)


@once_declared
def declared_scopes() -> dict[str, tuple[int, frozenset[str]]]:
    """Level and declaring features of every scope."""
    found: dict[str, tuple[int, frozenset[str]]] = {}
    for feature in settings.FEATURES:
        for scope in feature.scopes:
            _, known = found.get(scope.name, (0, frozenset()))
            found[scope.name] = (scope.level, known | {feature.name})
    for name, scope in BROAD.items():
        found[name] = (scope.level, frozenset(f.name for f in settings.FEATURES))
    return found


def authenticated(
    token: str,
    *,
    address: str,
    acting: bool = False,
    proxy_id: int | None = None,
    channel_name: str | None = None,
    property_id: int | None = None,
) -> Access:
    """The rights of a bearer token, in one statement.

    Raises AuthenticationFailed for a token, key or owner that does not work (any more), and
    PermissionDenied for an address that the key is not for.
    """
    statement = sql.access(
        acting=acting, channel=channel_name is not None, prop=property_id is not None
    )
    parameters: dict[str, Any] = {"checksum": hashlib.sha256(token.encode()).hexdigest()}
    if acting:
        parameters["proxy_id"] = proxy_id
    if channel_name is not None:
        parameters["channel_name"] = channel_name
    if property_id is not None:
        parameters["property_id"] = property_id
    row = first_row(statement, parameters)
    if row is None:
        raise AuthenticationFailed("The token is not known.")
    scope, expires, key_id, granted, is_test, revoked, key_expires, networks, *rest = row
    owner_id, level, owner_works, features, user_id, user_level, *rest = rest
    all_properties, channel_id, *prop = rest
    _refuse_what_ended(expires, key_expires, revoked=revoked, owner_works=owner_works)
    if networks and not is_in(address, [ip_network(network) for network in networks]):
        raise PermissionDenied("The key pair must not be used from this address.")
    return Access(
        key_id=key_id,
        owner_id=owner_id,
        user_id=user_id,
        level=level,
        user_level=user_level,
        all_properties=all_properties,
        is_test=is_test,
        token_scopes=scope,
        granted_scopes=granted,
        features=features,
        channel_id=channel_id,
        reached=_reached(prop),
    )


def _refuse_what_ended(
    expires: float, key_expires: float | None, *, revoked: bool, owner_works: bool
) -> None:
    now = time.time()
    if expires <= now:
        raise AuthenticationFailed("The token has expired.")
    if revoked or (key_expires is not None and key_expires <= now):
        raise AuthenticationFailed("The key pair has expired or was revoked.")
    if not owner_works:
        raise AuthenticationFailed("The account of the key pair is suspended.")


def property_reached(access: Access, property_id: int, *, channel: bool) -> Reached:
    """A property that the request names in its body.

    Raises DomainError property_not_found when it is out of the request's reach.
    """
    parameters = {"property_id": property_id, "key_id": access.key_id, "user_id": access.user_id}
    if channel:
        parameters["channel_id"] = access.channel_id
    return _found(first_row(sql.reach(channel=channel), parameters))


def enter_public(
    feature: str, property_id: int | None, access: Access | None = None
) -> Reached | None:
    """Let anybody in, as long as the feature is on; the property that is named, if any.

    No query where no property is named and the rights of a token have been read.

    Raises DomainError feature_disabled, property_not_found (also for one that is not published).
    """
    prop: list[Any] = []
    if property_id is not None:
        enabled, *prop = first_row(
            sql.PUBLIC_PROPERTY, {"feature": feature, "property_id": property_id}
        ) or (False,)
    elif access is not None:
        enabled = feature in access.features
    else:
        (enabled,) = first_row(sql.PUBLIC, {"feature": feature}) or (False,)
    if not enabled:
        raise DomainError(
            "feature_disabled", gettext("The feature %(name)s is switched off.") % {"name": feature}
        )
    return None if property_id is None else _found(prop)


def _found(row: Sequence[Any] | None) -> Reached:
    reached = _reached(row or (None, None, None))
    if reached is None:
        raise DomainError("property_not_found")
    return reached


def _reached(row: Sequence[Any]) -> Reached | None:
    language, rows, server = row
    return None if language is None else Reached(language, Version(rows, server))
