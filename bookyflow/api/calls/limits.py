"""How many calls a minute a key pair or an address may make.

Every call is counted once, as soon as it is known whose it is: by its key pair where the token
works, else by address. A refusal counts like any other call, so that nobody asks for free.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from http import HTTPStatus
from math import ceil
from typing import Any, TypeVar

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.translation import gettext
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from bookyflow.api.calls.counters import counters
from bookyflow.api.errors import problem_response
from bookyflow.api.http.middleware import is_api_request
from bookyflow.core.address import client_address, counted_as
from bookyflow.core.errors import DomainError

Response = TypeVar("Response", bound=HttpResponseBase)
Page = Callable[[HttpRequest], HttpResponse]

WINDOW = 60  # seconds
READS, WRITES, PUBLIC = "reads", "writes", "public"
TOKENS, FAILURES = "tokens", "failures"
SAFE = frozenset({"GET", "HEAD"})
CLIENT_ERRORS = range(400, 500)


@dataclass(frozen=True)
class QuotaUsage:
    """Where a caller stands within a policy: `quota` calls a minute, `used` of them."""

    policy: str
    quota: int
    used: int
    resets: int  # seconds

    @property
    def is_exceeded(self) -> bool:
        """Whether this call was one too many."""
        return self.used > self.quota

    @property
    def headers(self) -> dict[str, str]:
        """RateLimit and RateLimit-Policy of draft-ietf-httpapi-ratelimit-headers-10."""
        left = max(0, self.quota - self.used)
        return {
            "RateLimit-Policy": f'"{self.policy}";q={self.quota};w={WINDOW}',
            "RateLimit": f'"{self.policy}";r={left};t={self.resets}',
        }


def count(policy: str, who: str) -> QuotaUsage | None:
    """Count one more call; None where the policy is off, or the cache is out of reach.

    Minutes of the clock are counted, with one atomic increment, so that all processes that share
    the cache agree.
    """
    quota = settings.RATE_LIMITS[policy]
    if not quota:
        return None
    now = time.time()
    window = int(now // WINDOW)
    # Kept for two windows: a key cannot run out between the steps of an increment.
    used = counters.increment(f"limit:{policy}:{who}:{window}", 2 * WINDOW)
    if used is None:  # calls are rather answered without a limit than refused
        return None
    return QuotaUsage(policy, quota, used, max(1, ceil((window + 1) * WINDOW - now)))


class TooManyCalls(DomainError):
    """rate_limited, with the seconds to wait in `retry_after` and the headers of the answer."""

    def __init__(self, usage: QuotaUsage) -> None:
        detail = gettext("Too many calls; wait as Retry-After says.")
        super().__init__("rate_limited", detail, retry_after=usage.resets)
        self.headers = usage.headers | {"Retry-After": str(usage.resets)}


class CallThrottle(BaseThrottle):
    """Reads and writes by key pair; calls that anybody may make by address."""

    _usage: QuotaUsage | None = None

    def allow_request(self, request: Request, view: Any) -> bool:
        """Count the call; leaves the usage with the view, for the headers."""
        call: Any = request._request  # noqa: SLF001  # Django's, which the middleware sees
        access: Any = request.auth
        if access is None:
            self._usage = count_public(call)
        else:
            call.is_counted = True
            policy = READS if request.method in SAFE else WRITES
            self._usage = count(policy, str(access.key_id))
        view.usage = self._usage
        return self._usage is None or not self._usage.is_exceeded

    def wait(self) -> float | None:
        """Seconds until the next minute."""
        return self._usage.resets if self._usage else None


def count_public(request: Any) -> QuotaUsage | None:
    """Count a call that anybody may make, by address."""
    request.is_counted = True
    return count(PUBLIC, _address(request))


def count_refusal(request: Any, status: int) -> QuotaUsage | None:
    """Count a refused call whose caller is not known, by address; once, and no other ones.

    Raises TooManyCalls after too many of an address.
    """
    is_refused = status in CLIENT_ERRORS and status != HTTPStatus.TOO_MANY_REQUESTS
    if not is_refused or getattr(request, "is_counted", False):
        return None
    request.is_counted = True
    usage = count(FAILURES, _address(request))
    if usage and usage.is_exceeded:
        raise TooManyCalls(usage)
    return usage


def count_token(key_id: int) -> None:
    """Count a call of a key pair for a token. Raises TooManyCalls after too many of the pair."""
    usage = count(TOKENS, str(key_id))
    if usage and usage.is_exceeded:
        raise TooManyCalls(usage)


def by_address(
    view: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Count the calls of a view outside DRF as those that anybody may make, before it runs."""

    @wraps(view)
    def counted(request: HttpRequest) -> HttpResponse:
        usage = count_public(request)
        if usage and usage.is_exceeded:
            return _too_many(request, TooManyCalls(usage))
        return _with_headers(view(request), usage)

    return counted


class RefusalMiddleware:
    """Count calls of the API that are refused before their caller is known, also of no endpoint."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if not is_api_request(request):
            return response
        try:
            return _with_headers(response, count_refusal(request, response.status_code))
        except TooManyCalls as error:
            return _too_many(request, error)


def _too_many(request: HttpRequest, error: TooManyCalls) -> HttpResponse:
    return problem_response(request, error, error.headers)


def _with_headers(response: Response, usage: QuotaUsage | None) -> Response:
    for name, value in (usage.headers if usage else {}).items():
        response[name] = value
    return response


def _address(request: HttpRequest) -> str:
    return counted_as(client_address(request.META, settings.TRUSTED_PROXIES))
