from __future__ import annotations

import logging
from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime
from enum import Enum, auto
from ipaddress import IPv4Network, IPv6Network, ip_network

from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from oauth2_provider.models import (
    get_access_token_model,
    get_grant_model,
    get_refresh_token_model,
)

from bookyflow.accounts.models import KeyPair, KeySecret, User
from bookyflow.core import ids
from bookyflow.core.acting import Actor
from bookyflow.core.errors import DomainError
from bookyflow.plugins import registry

MAX_LABEL = 100
MAX_NETWORKS = 50
MAX_LIVE_SECRETS = 5
HINT_LENGTH = 4
CHANGED = ("name", "granted_scopes", "allowed_networks", "expires_at")

logger = logging.getLogger(__name__)


class Same(Enum):
    """That something stays as it is, where None means something else."""

    SAME = auto()


SAME = Same.SAME


@transaction.atomic
def key_pair_create(
    *,
    owner: User,
    label: str,
    scopes: Iterable[str],
    by: Actor,
    is_test: bool = False,
    all_properties: bool = True,
    allowed_networks: Iterable[str] = (),
    expires_at: datetime | None = None,
    client_id: str = "",
) -> tuple[KeyPair, str]:
    """Make a key pair; returns it with its secret, which is kept nowhere and shown once.

    With `all_properties` off the pair reaches none until `key_properties_set` gives it some. A
    `client_id` reserved beforehand makes the call happen at most once: the second one raises
    conflict. Raises scope_not_grantable, and validation_failed for a bad label, network or
    expiry, both with `fields`; forbidden for an owner who is suspended or not active.
    """
    if owner.is_suspended or not owner.is_active:
        raise DomainError("forbidden", "A suspended account cannot create key pairs.")
    key = KeyPair(
        user=owner,
        name=_label(label),
        client_id=client_id or ids.client_id(),
        client_type=KeyPair.CLIENT_CONFIDENTIAL,
        authorization_grant_type=KeyPair.GRANT_CLIENT_CREDENTIALS,
        granted_scopes=_scopes(scopes, owner=owner),
        is_test=is_test,
        all_properties=all_properties,
        allowed_networks=networks_read(allowed_networks),
        expires_at=_future(expires_at),
    )
    try:
        with transaction.atomic():
            key.save(force_insert=True)
    except IntegrityError as error:
        raise DomainError("conflict", "This key pair has been made already.") from error
    _, secret = _secret_store(key)
    _log("created", key, by)
    return key, secret


@transaction.atomic
def key_pair_change(
    *,
    key: KeyPair,
    by: Actor,
    label: str | None = None,
    scopes: Iterable[str] | None = None,
    allowed_networks: Iterable[str] | None = None,
    expires_at: datetime | Same | None = SAME,
) -> KeyPair:
    """Change what is given and leave the rest; it counts from the next request, for old tokens too.

    Scopes that the pair holds already may stay, though nobody could grant them now (a feature is
    switched off, the owner's level was lowered): they have no effect meanwhile. `expires_at` None
    is no end; a pair that has ended works again with a later one. Raises as `key_pair_create` does,
    and conflict for a revoked pair.
    """
    key = _lock(key)
    if label is not None:
        key.name = _label(label)
    if scopes is not None:
        key.granted_scopes = _scopes(scopes, owner=_owner(key), held=key.granted_scopes)
    if allowed_networks is not None:
        key.allowed_networks = networks_read(allowed_networks)
    if not isinstance(expires_at, Same):
        key.expires_at = _future(expires_at)
    key.save(update_fields=[*CHANGED, "updated"])
    _log("changed", key, by)
    return key


@transaction.atomic
def key_pair_revoke(*, key: KeyPair, by: Actor) -> KeyPair:
    """End a key pair, its secrets and its tokens for good, from the next request on.

    A pair that was revoked before stays as it is.
    """
    key = KeyPair.objects.select_for_update().get(pk=key.pk)
    if key.revoked_at is not None:
        return key
    key.revoked_at = timezone.now()
    key.save(update_fields=["revoked_at", "updated"])
    _live_secrets(key).update(expires_at=key.revoked_at)
    _tokens_delete(key)
    _log("revoked", key, by)
    return key


@transaction.atomic
def key_pair_delete(*, client_id: str, by: Actor) -> None:
    """End a key pair as `key_pair_revoke` does, and forget it, its secrets and its tokens.

    Raises api_client_not_found, also for a live pair where a test key acts, and the other way.
    """
    found = KeyPair.objects.select_for_update().filter(client_id=client_id, is_test=by.is_test)
    key = found.first()
    if key is None:
        raise DomainError("api_client_not_found")
    _tokens_delete(key)
    key.delete()
    _log("deleted", key, by)


@transaction.atomic
def key_secret_add(
    *, key: KeyPair, by: Actor, newest_seen: int | None = None
) -> tuple[KeySecret, str]:
    """Give a key pair one more secret, beside those it has; returns it and its text, shown once.

    `newest_seen` is the id of the newest secret the caller knows of; when there is a newer one the
    call is a repetition and raises conflict. So it does for a revoked or expired pair, and for one
    that has MAX_LIVE_SECRETS.
    """
    key = _lock(key)
    if not key.is_live:
        raise DomainError("conflict", "The key pair has expired; make a new one.")
    newest = key.secrets.order_by("-id").values_list("id", flat=True).first()
    if newest_seen is not None and newest != newest_seen:
        raise DomainError("conflict", "A newer secret has been added already.")
    if _live_secrets(key).count() >= MAX_LIVE_SECRETS:
        raise DomainError(
            "conflict", f"A key pair has at most {MAX_LIVE_SECRETS} secrets; retire one first."
        )
    added, secret = _secret_store(key)
    _log("got a secret", key, by)
    return added, secret


@transaction.atomic
def key_secret_retire(
    *, secret: KeySecret, by: Actor, at: datetime | None = None, end_tokens: bool = False
) -> KeySecret:
    """Let a secret end, now or `at` a later moment while clients change over to another one.

    `end_tokens` ends the pair's current tokens as well, for a secret that has leaked. Raises
    conflict when no other secret would outlive it: the pair would be of no use any more.
    """
    key = _lock(secret.key)
    secret = key.secrets.select_for_update().get(pk=secret.pk)
    ends = _future(at) or timezone.now()
    others = _live_secrets(key).exclude(pk=secret.pk)
    if not others.filter(Q(expires_at__isnull=True) | Q(expires_at__gt=ends)).exists():
        raise DomainError(
            "conflict", "It is the last secret: add another one first, or revoke the key pair."
        )
    if secret.expires_at is None or secret.expires_at > ends:
        secret.expires_at = ends
        secret.save(update_fields=["expires_at"])
    if end_tokens:
        _tokens_delete(key)
    _log("retired a secret", key, by)
    return secret


def _lock(key: KeyPair) -> KeyPair:
    """The pair as it is now, locked; a revoked one is refused, because nothing revives it."""
    key = KeyPair.objects.select_for_update().get(pk=key.pk)
    if key.revoked_at is not None:
        raise DomainError("conflict", "The key pair is revoked.")
    return key


def _owner(key: KeyPair) -> User:
    owner: User | None = key.user
    if owner is None:
        raise DomainError("forbidden", "The key pair has no owner.")
    return owner


def _label(label: str) -> str:
    label = label.strip()
    if not label:
        raise DomainError("validation_failed", fields={"label": ["Give the key pair a label."]})
    if len(label) > MAX_LABEL or "\0" in label:
        problem = f"A label is text of at most {MAX_LABEL} characters."
        raise DomainError("validation_failed", fields={"label": [problem]})
    return label


def _scopes(scopes: Iterable[str], *, owner: User, held: Iterable[str] = ()) -> list[str]:
    wanted = sorted(set(scopes))
    if not wanted:
        raise DomainError("validation_failed", fields={"scopes": ["Choose at least one scope."]})
    allowed = registry.grantable(owner.access_level, registry.enabled())
    refused = [name for name in wanted if name not in allowed and name not in set(held)]
    if refused:
        problems = [f"{name} cannot be granted." for name in refused]
        raise DomainError("scope_not_grantable", " ".join(problems), fields={"scopes": problems})
    return wanted


def networks_read(texts: Iterable[str]) -> list[str]:
    """Addresses and networks as they are kept: normalised, once each, an address as one of its own.

    Raises DomainError `validation_failed`, with all that is wrong in `fields`.
    """
    found: dict[str, None] = {}
    problems = []
    for text in map(str.strip, texts):
        network, problem = _network(text)
        if problem:
            problems.append(problem)
        elif network is not None:
            found[str(network)] = None
    if len(found) > MAX_NETWORKS:
        problems.append(f"At most {MAX_NETWORKS} networks.")
    if problems:
        raise DomainError("validation_failed", fields={"allowed_networks": problems})
    return list(found)


def _network(text: str) -> tuple[IPv4Network | IPv6Network | None, str]:
    """The network that a text means, or what is wrong with it."""
    if "%" in text:  # an interface of one machine, of any length
        return None, f"“{text}” has a zone, which says nothing here: leave out the % and the rest."
    with suppress(ValueError):
        return ip_network(text), ""
    try:
        network = ip_network(text, strict=False)
    except ValueError:
        return None, (
            f"“{text}” is no address: write one such as 203.0.113.9, or a network such as "
            "203.0.113.0/24 or 2001:db8::/32."
        )
    address = text.partition("/")[0]
    return None, f"“{text}” is an address within a network: write {network} or {address}."


def _future(moment: datetime | None) -> datetime | None:
    if moment is not None and moment <= timezone.now():
        raise DomainError("validation_failed", fields={"expires_at": ["It is in the past."]})
    return moment


def _secret_store(key: KeyPair) -> tuple[KeySecret, str]:
    secret = ids.client_secret()
    stored = KeySecret.objects.create(
        key=key, digest=ids.digest(secret), hint=secret[-HINT_LENGTH:]
    )
    return stored, secret


def _live_secrets(key: KeyPair) -> QuerySet[KeySecret]:
    live = Q(expires_at__isnull=True) | Q(expires_at__gt=timezone.now())
    found: QuerySet[KeySecret] = key.secrets.filter(live)
    return found


def _tokens_delete(key: KeyPair) -> None:
    for model in (get_refresh_token_model(), get_access_token_model(), get_grant_model()):
        model.objects.filter(application=key).delete()


def _log(what: str, key: KeyPair, by: Actor) -> None:
    logger.info("key pair %s %s by %s", key.client_id, what, by)
