"""Telling Sentry of faults and a collector of OpenTelemetry of calls, where the environment asks.

Neither package is installed by itself: requirements-telemetry.txt has them.
"""

from __future__ import annotations

import os
from importlib import import_module
from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from bookyflow.core import logs

NOT_TOLD = ("cookies", "data", "env", "query_string")  # of a request: they may name people and keys


WITH_QUERY = frozenset({"http.target", "http.url", "url.full"})  # of a span


def telemetry_start() -> None:
    """Begin; before Django puts its middleware together, to which OpenTelemetry's is added.

    Raises ImproperlyConfigured where a package is asked for and missing.
    """
    if settings.SENTRY_DSN:
        _sentry()
    if settings.OTLP_ENDPOINT:
        _open_telemetry()


def _sentry() -> None:
    _needed("sentry_sdk", "SENTRY_DSN").init(
        dsn=settings.SENTRY_DSN,
        environment=settings.ENVIRONMENT,
        before_send=_without_people,
        include_local_variables=False,  # they may be guests
        max_request_body_size="never",
        send_default_pii=False,
    )


def _without_people(event: dict[str, Any], hint: dict[str, Any]) -> dict[str, Any]:
    """What Sentry is told of a fault: the id that callers are told too, and nothing they sent."""
    if own := logs.request_id.get():
        event.setdefault("tags", {})["request_id"] = own
    request = event.get("request", {})
    for name in NOT_TOLD:
        request.pop(name, None)
    return event


def _open_telemetry() -> None:
    asked = "OTEL_EXPORTER_OTLP_ENDPOINT"
    trace = _needed("opentelemetry.trace", asked)
    sdk = _needed("opentelemetry.sdk.trace", asked)
    export = _needed("opentelemetry.sdk.trace.export", asked)
    otlp = _needed("opentelemetry.exporter.otlp.proto.http.trace_exporter", asked)
    os.environ.setdefault("OTEL_SERVICE_NAME", "bookyflow")
    provider = sdk.TracerProvider()
    provider.add_span_processor(export.BatchSpanProcessor(otlp.OTLPSpanExporter()))
    trace.set_tracer_provider(provider)
    django = _needed("opentelemetry.instrumentation.django", asked)
    django.DjangoInstrumentor().instrument(response_hook=_with_id)
    _needed("opentelemetry.instrumentation.psycopg", asked).PsycopgInstrumentor().instrument()


def _with_id(span: Any, request: Any, response: Any) -> None:
    span.set_attribute("bookyflow.request_id", getattr(request, "request_id", ""))
    for name in WITH_QUERY.intersection(span.attributes or ()):
        span.set_attribute(name, str(span.attributes[name]).partition("?")[0])
    if "url.query" in (span.attributes or ()):
        span.set_attribute("url.query", "")


def _needed(module: str, asked: str) -> Any:
    try:
        return import_module(module)
    except ImportError as error:
        told = f"{asked} is set, which needs the packages of requirements-telemetry.txt: {error}"
        raise ImproperlyConfigured(told) from error
