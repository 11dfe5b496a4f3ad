"""Writes that happen only while an object is as the caller knows it: If-Match with its version."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

from django.db.models import Model

from bookyflow.api.contract import EndpointView
from bookyflow.core.errors import DomainError
from bookyflow.guests.models import Guest
from bookyflow.properties.locking import property_lock
from bookyflow.properties.models import Property
from bookyflow.reservations.models import Booking
from bookyflow.tariffs.models import Coupon, Extra, GuestType, TariffType

HEADER = "HTTP_IF_MATCH"
_TAG = r'(?:W/)?"[\x21\x23-\x7e]*"'
_WELL_FORMED = re.compile(rf"\*|{_TAG}(?:\s*,\s*{_TAG})*")
_TAGS = re.compile(_TAG)
_ID = re.compile("[1-9][0-9]{0,17}")


class Versioned(NamedTuple):
    """A kind of object with a version, and the path parameter that names one.

    Where the path does not, the field `in_body` may. Only objects that are `present` count.
    """

    model: type[Model]
    parameter: str
    in_body: str = ""
    present: Mapping[str, Any] = MappingProxyType({})


VERSIONED = {
    "property": Versioned(Property, "property_uid"),
    "booking": Versioned(Booking, "contract_uid"),
    "guest": Versioned(Guest, "guests_uid"),
    "coupon": Versioned(Coupon, "coupon_id", "coupon_id", {"deleted_at": None}),
    "extra": Versioned(Extra, "extra_id", "extra_id", {"deleted_at": None}),
    "guest type": Versioned(GuestType, "guesttype_id", "id"),
    "tariff": Versioned(TariffType, "tarifftype_id", "tarifftypeid", {"deleted_at": None}),
}


def check_version(view: EndpointView) -> None:
    """Heed If-Match where the endpoint says whose version it means.

    Locks the property, and the object where it is another one, until the transaction ends: what
    was compared stays. Raises DomainError precondition_failed, validation_failed for a malformed
    header, property_not_found. An object that is not there is left to the action, which says so.
    """
    kind = view.endpoint.versioned
    header = view.request.META.get(HEADER)
    if kind is None or header is None:
        return
    tags = _tags(header)
    version = _version(view, VERSIONED[kind])
    if version is None or tags is None or f'"v{version}"' in tags:
        return
    raise DomainError("precondition_failed", f"The current version is {version}.")


def _tags(header: str) -> list[str] | None:
    """The tags of the header; None for `*`, which every object matches."""
    header = header.strip()
    if not _WELL_FORMED.fullmatch(header):
        problem = 'A version in quotation marks is needed, such as "v3", or *.'
        raise DomainError(
            "validation_failed", f"If-Match: {problem}", fields={"If-Match": [problem]}
        )
    return None if header == "*" else _TAGS.findall(header)


def _version(view: EndpointView, versioned: Versioned) -> int | None:
    locked = property_lock(view.property_uid)
    if versioned.model is Property:
        return locked.version
    objects: Any = versioned.model._default_manager  # noqa: SLF001  # documented by Django
    found = objects.select_for_update(no_key=True).filter(
        pk=_named(view, versioned), property=locked, **versioned.present
    )
    version: int | None = found.values_list("version", flat=True).first()
    return version


def _named(view: EndpointView, versioned: Versioned) -> int:
    """The id that path or body give; 0, which nothing has, where the body gives none."""
    if versioned.parameter in view.kwargs:
        return int(view.kwargs[versioned.parameter])
    given = view.given.get(versioned.in_body) if isinstance(view.given, Mapping) else None
    return int(str(given)) if _ID.fullmatch(str(given)) else 0
