"""What `manage.py check --deploy` says about the configuration of a production site.

The checks read the environment rather than the settings, which have fallbacks for development.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from importlib.util import find_spec
from typing import Any

from django.apps.config import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register  # noqa: A004  # Django's name
from django.core.exceptions import ImproperlyConfigured

from bookyflow.core import env
from bookyflow.core.crypto import KIND, is_key

LEAST_SECRET = 32  # characters; 50 and more is what the documentation asks for
_RANDOM = "python -c 'import secrets; print(secrets.token_urlsafe(50))'"
_KEY = f"""python -c 'import secrets; print("{KIND}" + secrets.token_hex(32))'"""


@register(Tags.security, deploy=True)
def production_is_configured(
    app_configs: Sequence[AppConfig] | None, **options: Any
) -> list[CheckMessage]:
    """Errors for what must be set in production, warnings for what should be."""
    if not settings.PRODUCTION:
        return [
            Warning(
                "BOOKYFLOW_ENV is not production, so the settings are those for development.",
                hint="Set BOOKYFLOW_ENV=production.",
                id="core.W001",
            )
        ]
    return [*_errors(), *_warnings()]


def refuse_unsafe_production() -> None:
    """Raise ImproperlyConfigured where a production site must not start. For the web process."""
    if settings.PRODUCTION and (errors := list(_errors())):
        raise ImproperlyConfigured("\n".join(f"{e.id}: {e.msg} {e.hint}" for e in errors))


def _errors() -> Iterator[Error]:
    yield from _database_errors()
    yield from _secret_errors()
    if settings.DEBUG:
        yield Error(
            "DEBUG is on: error pages show source code and settings to anybody.",
            hint="Remove DEBUG from the environment.",
            id="core.E003",
        )
    if not settings.ALLOWED_HOSTS:
        yield Error(
            "ALLOWED_HOSTS is empty, so every request is refused.",
            hint="Set ALLOWED_HOSTS to the site's host names, separated by commas.",
            id="core.E004",
        )


def _database_errors() -> Iterator[Error]:
    url = env.text("DATABASE_URL")
    if not url:
        yield Error(
            "DATABASE_URL is not set.",
            hint="Set DATABASE_URL=postgresql://user:password@host:port/name.",
            id="core.E001",
        )
    elif names_embedded(url):
        yield Error(
            "DATABASE_URL names the embedded PostgreSQL, which ends with the process using it.",
            hint="Set DATABASE_URL to a PostgreSQL that runs on its own and is backed up.",
            id="core.E007",
        )


def names_embedded(url: str) -> bool:
    """Whether a DATABASE_URL is that of the embedded PostgreSQL."""
    if find_spec("fcntl") is None:
        return False
    from bookyflow.embedded.server import is_embedded  # noqa: PLC0415  # not outside POSIX

    return is_embedded(url, settings.VAR_DIR / "postgres")


def _secret_errors() -> Iterator[Error]:
    if len(env.text("SECRET_KEY")) < LEAST_SECRET:
        yield Error(
            f"SECRET_KEY is missing or shorter than {LEAST_SECRET} characters.",
            hint=f"Make one and keep it: {_RANDOM}",
            id="core.E002",
        )
    keys = env.words("ENCRYPTION_KEYS")
    if not keys or not all(map(is_key, keys)):
        yield Error(
            "ENCRYPTION_KEYS is missing or holds something that is no key.",
            hint=f"Make one, and keep it: personal data cannot be read without it. {_KEY}",
            id="core.E005",
        )
    if len(env.text("HASH_KEY")) < LEAST_SECRET:
        yield Error(
            f"HASH_KEY is missing or shorter than {LEAST_SECRET} characters.",
            hint=f"Make one, and never change it: guests are found by it. {_RANDOM}",
            id="core.E006",
        )


def _warnings() -> Iterator[Warning]:
    if not env.text("CACHE_URL"):
        yield Warning(
            "CACHE_URL is not set: each process counts calls by itself, so that rate limits are as "
            "many times higher as there are processes.",
            hint="Set CACHE_URL=redis://host:6379/0. Failed sign-ins are counted without it.",
            id="core.W002",
        )
    elif find_spec("redis") is None:
        yield Warning(
            "CACHE_URL is set, but the package redis is not installed.",
            hint="Install requirements.txt, which has it.",
            id="core.W003",
        )
    if not env.text("EMAIL_HOST") or not env.text("EMAIL_FROM"):
        yield Warning(
            "EMAIL_HOST or EMAIL_FROM is not set: guests and properties get no mails.",
            hint="Set EMAIL_HOST=smtp.example.org and EMAIL_FROM='Name <bookings@example.org>'.",
            id="core.W004",
        )
    if settings.WEBHOOK_ALLOWED_HOSTS:
        yield Warning(
            "WEBHOOK_ALLOWED_HOSTS is set: managers may have webhooks call these hosts, although "
            "they are not public, and without TLS.",
            hint="Remove it, unless they are receivers of your own.",
            id="core.W008",
        )
    if env.text("REPLICA_DATABASE_URL") and not env.text("CACHE_URL"):
        yield Warning(
            "REPLICA_DATABASE_URL is set without CACHE_URL: who has just written is known to one "
            "process alone, so that other processes may show them how it was before.",
            hint="Set CACHE_URL=redis://host:6379/0.",
            id="core.W009",
        )
    yield from _proxy_warnings()


def _proxy_warnings() -> Iterator[Warning]:
    if not settings.TRUSTED_PROXIES:
        yield Warning(
            "TRUSTED_PROXIES is empty: as if no proxy stood in front. The web server has no "
            "time-out for bodies, so that as many slow clients as it has threads stop the site.",
            hint="Put a proxy that buffers requests in front, such as nginx with docs/nginx.conf, "
            "and set TRUSTED_PROXIES to its address.",
            id="core.W006",
        )

    if not any(settings.RATE_LIMITS.values()):
        yield Warning(
            "All RATE_LIMIT_* are 0: anybody may call the API as often as they like.",
            hint="Leave them out for the defaults, unless the proxy limits calls.",
            id="core.W007",
        )
