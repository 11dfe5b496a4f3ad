"""The settings of the installation as a whole."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from functools import cache

from django.db import transaction

from bookyflow.accounts import sql
from bookyflow.accounts.models import SiteSettings
from bookyflow.core.acting import Actor
from bookyflow.core.errors import DomainError
from bookyflow.core.prepared import first_row, instance, selected

logger = logging.getLogger(__name__)

ROW = 1


def site_settings() -> SiteSettings:
    """The settings as they are now, in one small query; nothing is kept between calls."""
    return site_settings_of(first_row(_statement(), {"id": ROW}) or ())


@cache
def _statement() -> str:
    return sql.SITE_SETTINGS.format(columns=selected(SiteSettings, "site"))


def site_settings_of(row: Sequence[object]) -> SiteSettings:
    """The settings of a row of theirs, as `core.prepared` selects it.

    A database without the row, such as one that tests have emptied, has the defaults.
    """
    return instance(SiteSettings, row) if any(row) else SiteSettings(pk=ROW)


@transaction.atomic
def site_settings_save(*, values: Mapping[str, object], by: Actor) -> SiteSettings:
    """Change what is given, all of it or nothing; `values` are fields of SiteSettings by name.

    Raises ValidationError for a value at fault, and DomainError `validation_failed` for a name
    that there is not.
    """
    # The row is locked by way of its insertion, so that there is one to lock.
    SiteSettings.objects.bulk_create([SiteSettings(pk=ROW)], ignore_conflicts=True)
    settings = SiteSettings.objects.select_for_update().get(pk=ROW)
    changed = []
    for name, value in values.items():
        if not _is_field(name):
            raise DomainError("validation_failed", fields={name: ["There is no such setting."]})
        if getattr(settings, name) != value:
            setattr(settings, name, value)
            changed.append(name)
    if changed:
        settings.full_clean(validate_constraints=False)
        settings.save(update_fields=changed)
        logger.info("site settings %s changed by %s", ", ".join(sorted(changed)), by)
    return settings


def _is_field(name: str) -> bool:
    return name in {field.name for field in SiteSettings._meta.concrete_fields} - {"id"}
