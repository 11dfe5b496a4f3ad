"""What the page of a feature tells beside its manifest: endpoints, who uses it, its health."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.db.models import QuerySet
from django.utils import timezone

from bookyflow.accounts.models import KeyPair
from bookyflow.api.checks import check_contracts, feature_routes
from bookyflow.api.contract import PUBLIC
from bookyflow.api.models import RequestLog
from bookyflow.api.routes import without_converters
from bookyflow.plugins.broad import INCLUDES
from bookyflow.plugins.manifest import Feature

SHOWN = 10
CALLS_OF = timedelta(days=7)


@dataclass(frozen=True)
class EndpointLine:
    """An endpoint; `scope` is empty where anybody may call it, without a key."""

    method: str
    path: str
    scope: str


def endpoints_of(name: str) -> list[EndpointLine]:
    """The endpoints of a feature whose code is loaded."""
    return [
        EndpointLine(
            route.method,
            "/" + without_converters(route.route),
            "" if route.contract.scope == PUBLIC else route.contract.scope,
        )
        for route in feature_routes()
        if route.feature == name and route.contract and not route.hidden
    ]


def has_public_endpoints(name: str) -> bool:
    """Whether the feature answers anybody."""
    return any(not one.scope for one in endpoints_of(name))


def keys_with(feature: Feature) -> QuerySet[KeyPair]:
    """The key pairs in use that hold any of its scopes, also by a broad one; last used first."""
    names = {scope.name for scope in feature.scopes}
    broad = {name for name, included in INCLUDES.items() if included & names}
    found: QuerySet[KeyPair] = (
        KeyPair.objects.filter(granted_scopes__overlap=sorted(names | broad), revoked_at=None)
        .select_related("user")
        .order_by("-last_used_at", "-pk")
    )
    return found


def calls_of(name: str) -> QuerySet[RequestLog]:
    """The calls of the last days to its endpoints, the last ones first."""
    base = f"{settings.API_BASE.strip('/')}/{name}"
    found: QuerySet[RequestLog] = RequestLog.objects.filter(
        at__gte=timezone.now() - CALLS_OF, route__regex=f"^/?{base}(/|$)"
    ).order_by("-at")
    return found


def health_of(names: Iterable[str]) -> list[str]:
    """What the checks have against features whose code is loaded; empty where all is well."""
    wanted = set(names)
    return [str(found.msg) for found in check_contracts(None) if found.obj in wanted]
