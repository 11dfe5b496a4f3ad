"""Typed readers of environment variables; a bad value stops the start with name and reason."""

from __future__ import annotations

import os
from ipaddress import IPv4Network, IPv6Network, ip_network
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

_BOOLEANS = {"1": True, "true": True, "yes": True, "0": False, "false": False, "no": False}


def text(name: str, default: str = "") -> str:
    """The variable, or the content of the file that NAME_FILE names (for mounted secrets)."""
    path = os.environ.get(f"{name}_FILE")
    if path:
        try:
            with open(path, encoding="utf-8") as file:  # noqa: PTH123  # before Django is set up
                return file.read().strip()
        except OSError as error:
            raise ImproperlyConfigured(f"{name}_FILE={path!r}: {error.strerror}") from error
    return os.environ.get(name, default).strip()


def boolean(name: str, *, default: bool) -> bool:
    """1/0, true/false, yes/no."""
    value = text(name).lower()
    if not value:
        return default
    if value not in _BOOLEANS:
        raise ImproperlyConfigured(f"{name}={value!r} is not one of {', '.join(_BOOLEANS)}")
    return _BOOLEANS[value]


def integer(name: str, default: int, *, least: int = 0) -> int:
    """A whole number of at least `least`."""
    value = text(name) or str(default)
    if not value.isascii() or not value.isdigit() or int(value) < least:
        raise ImproperlyConfigured(f"{name}={value!r} is not a whole number from {least} up")
    return int(value)


def integers(name: str, default: str, *, least: int = 0) -> list[int]:
    """Whole numbers of at least `least`, separated by commas; not none."""
    values = words(name, default)
    if not values or not all(one.isascii() and one.isdigit() for one in values):
        raise ImproperlyConfigured(f"{name} is no list of whole numbers, separated by commas")
    numbers = [int(one) for one in values]
    if min(numbers) < least:
        raise ImproperlyConfigured(f"{name} has numbers below {least}")
    return numbers


def words(name: str, default: str = "") -> list[str]:
    """A list separated by commas."""
    return [part.strip() for part in text(name, default).split(",") if part.strip()]


def choice(name: str, allowed: tuple[str, ...]) -> str:
    """One of `allowed`; the first is the default."""
    value = text(name) or allowed[0]
    if value not in allowed:
        raise ImproperlyConfigured(f"{name}={value!r} is not one of {', '.join(allowed)}")
    return value


def networks(name: str) -> list[IPv4Network | IPv6Network]:
    """A list of addresses or networks such as 10.0.0.0/8."""
    try:
        return [ip_network(word) for word in words(name)]
    except ValueError as error:
        raise ImproperlyConfigured(f"{name}: {error}") from error


def web_address(name: str) -> str:
    """An address that begins with https:// or http://, or none."""
    value = text(name)
    try:
        parts = urlsplit(value)
        is_one = parts.scheme in {"http", "https"} and parts.hostname and parts.port != 0
    except ValueError:
        is_one = False
    if value and not is_one:
        raise ImproperlyConfigured(f"{name}={value!r} is no web address")
    return value
