"""The WSGI application with the rivals' routes beside its own."""

from __future__ import annotations

from django.conf import settings

settings.ROOT_URLCONF = "benchmarks.rivals"

from bookyflow.wsgi import application  # noqa: E402  # builds its routes from the setting

__all__ = ["application"]
