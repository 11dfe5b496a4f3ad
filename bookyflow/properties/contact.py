"""Whom guests of a property turn to."""

from __future__ import annotations

from dataclasses import dataclass

from bookyflow.accounts.site import site_settings
from bookyflow.properties.models import Property


@dataclass(frozen=True)
class Contact:
    """What guests are told; any of it may be empty but the name."""

    name: str
    tel: str
    email: str


def contact_for_guests(prop: Property) -> Contact:
    """The property's own name, telephone and e-mail address, or the site's where they are given."""
    site = site_settings()
    return Contact(
        name=site.contact_name or prop.name,
        tel=site.contact_tel or prop.tel,
        email=site.contact_email or prop.settings.business_email or prop.email,
    )


def addresses_of_staff(prop: Property) -> list[str]:
    """Where mails for a property go: to its own address, or to all who manage it."""
    own = prop.settings.business_email or prop.email
    if own:
        return [own]
    managing = prop.staff.filter(user__is_active=True, user__is_suspended=False)
    return sorted(set(managing.exclude(user__email="").values_list("user__email", flat=True)))
