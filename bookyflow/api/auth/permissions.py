from __future__ import annotations

from typing import Any

from django.utils.translation import gettext
from rest_framework.exceptions import NotAuthenticated
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from bookyflow.api.auth.access import Access
from bookyflow.api.auth.authentication import CHANNEL_HEADER, PROXY_HEADER
from bookyflow.api.contract import Endpoint, EndpointView
from bookyflow.core.errors import DomainError
from bookyflow.plugins.core_scopes import SUPER_MANAGER

PROXY_SCOPE = "cmf_admin"


class HasEndpointScope(BasePermission):
    """The feature is on, the token has the endpoint's scope, and channel and property are in reach.

    Every refusal has its own key, so this raises instead of answering False.
    """

    def has_permission(self, request: Request, view: EndpointView) -> bool:  # type: ignore[override]  # only our views
        """True, or the first refusal that applies."""
        access: Any = request.auth
        if access is None:
            raise NotAuthenticated
        contract = view.endpoint
        if view.feature not in access.features:
            raise DomainError(
                "feature_disabled",
                gettext("The feature %(name)s is switched off.") % {"name": view.feature},
            )
        if not access.allows(contract.scope):
            raise DomainError("scope_missing", f"The scope {contract.scope} is needed.")
        if contract.channel or contract.proxy:
            _check_acting(request, access, contract)
        if view.property_in_path is not None and access.reached is None:
            raise DomainError("property_not_found")
        return True


def _check_acting(request: Request, access: Access, contract: Endpoint) -> None:
    if contract.channel and not request.META.get(CHANNEL_HEADER):
        raise DomainError("channel_header_missing")
    if request.META.get(PROXY_HEADER, "").strip():
        if access.level < SUPER_MANAGER or not access.allows(PROXY_SCOPE):
            raise DomainError("proxy_not_allowed")
        if access.user_id is None:
            raise DomainError("proxy_user_unknown")
    if contract.channel and access.channel_id is None:
        raise DomainError("channel_unknown")
