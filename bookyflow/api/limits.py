"""How many calls a minute a key pair or an address may make."""

from __future__ import annotations

import logging
import time
from dataclasses import dataclass
from functools import cache as once
from importlib.util import find_spec
from math import ceil
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.cache import cache
from rest_framework.exceptions import Throttled
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from bookyflow.core.address import client_address, counted_as

if TYPE_CHECKING:
    from bookyflow.api.views import FeatureViewSet

WINDOW = 60  # seconds
READS, WRITES, PUBLIC, FAILURES = "reads", "writes", "public", "failures"
SAFE = frozenset({"GET", "HEAD"})

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Standing:
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


def count(policy: str, who: str) -> Standing | None:
    """Count one more call; None where the policy is off, or the cache is out of reach.

    Minutes of the clock are counted, with one atomic increment, so that all processes that share
    the cache agree.
    """
    quota = settings.RATE_LIMITS[policy]
    if not quota:
        return None
    now = time.time()
    window = int(now // WINDOW)
    try:
        used = _increment(f"limit:{policy}:{who}:{window}")
    except _cache_errors():
        # Calls are rather answered without a limit than refused.
        logger.warning("the cache is out of reach: no rate limits", exc_info=True)
        return None
    return Standing(policy, quota, used, max(1, ceil((window + 1) * WINDOW - now)))


def _increment(key: str) -> int:
    # Kept for two windows: a key cannot run out between the steps of an increment.
    if cache.add(key, 1, 2 * WINDOW):
        return 1
    return int(cache.incr(key))


@once
def _cache_errors() -> tuple[type[Exception], ...]:
    if find_spec("redis") is None:
        return ()
    from redis.exceptions import RedisError  # noqa: PLC0415  # an optional package

    return (RedisError,)


class CallThrottle(BaseThrottle):
    """Reads and writes by key pair; calls that anybody may make by address."""

    _standing: Standing | None = None

    def allow_request(self, request: Request, view: Any) -> bool:
        """Count the call; leaves the standing with the view, for the headers."""
        access: Any = request.auth
        if access is None:
            self._standing = count(PUBLIC, _address(request))
        else:
            policy = READS if request.method in SAFE else WRITES
            self._standing = count(policy, str(access.key_id))
        view.standing = self._standing
        return self._standing is None or not self._standing.is_exceeded

    def wait(self) -> float | None:
        """Seconds until the next minute."""
        return self._standing.resets if self._standing else None


def count_failure(request: Request, view: FeatureViewSet) -> None:
    """Count a call without a token that works. Raises Throttled after too many of an address."""
    view.standing = count(FAILURES, _address(request))
    if view.standing and view.standing.is_exceeded:
        raise Throttled(view.standing.resets)


def _address(request: Request) -> str:
    return counted_as(client_address(request.META, settings.TRUSTED_PROXIES))
