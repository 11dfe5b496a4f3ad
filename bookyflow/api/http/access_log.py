"""Each answer, for whoever runs the site: a line in the log and the numbers of `/metrics`."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase

from bookyflow.api.http.request_log import method_counted
from bookyflow.core import logs, metrics
from bookyflow.core.database import connection
from bookyflow.core.postgresql.base import statements_run

logger = logging.getLogger("bookyflow.calls")


class AccessLogMiddleware:
    """Tell of each request when it has been answered, and of which one all else in the log is.

    A line names the route and not the path, and no query: these may hold what only the caller is
    to know.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: Any) -> HttpResponseBase:
        token = logs.request_id.set(request.request_id)
        began, ran = time.perf_counter(), statements_run()
        try:
            response = self.get_response(request)
            tell(
                request,
                response,
                seconds=time.perf_counter() - began,
                statements=statements_run() - ran,
            )
        finally:
            logs.request_id.reset(token)
        return response


def tell(request: Any, response: HttpResponseBase, *, seconds: float, statements: int) -> None:
    """Log and count an answer that took so many seconds and ran so many statements."""
    match = request.resolver_match
    route = match.route if match else ""
    if settings.LOG_FORMAT == "json":
        view = getattr(request, "view", None)
        access = view.entered if view else None
        logger.info(
            "%s %s %s",
            request.method[:10],
            route,
            response.status_code,
            extra={
                "method": request.method[:10],
                "route": route,
                "status": response.status_code,
                "ms": round(seconds * 1000, 1),
                "statements": statements,
                "key_id": access.key_id if access else None,
            },
        )
    if metrics.is_on():
        method = method_counted(request.method)
        metrics.calls.labels(method, route, response.status_code).observe(seconds)
        metrics.statements.labels(method, route).inc(statements)
        if pool := connection.pool:  # type: ignore[attr-defined]  # of the PostgreSQL wrapper
            stats = pool.get_stats()
            metrics.connections_used.set(stats["pool_size"] - stats["pool_available"])
            metrics.connections_waited_for.set(stats["requests_waiting"])
