"""The beginning of a property."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from bookyflow.accounts.selectors import acts_as_super_manager
from bookyflow.core.acting import Actor
from bookyflow.properties.models import Property
from bookyflow.properties.services import property_create, property_texts_save
from bookyflow.property_lifecycle.mails import approval_mail_queue
from bookyflow.rooms.services import unit_add_default


@transaction.atomic
def property_open(
    *, by: Actor, owner_id: int, language: str, texts: Mapping[str, str], **facts: Any
) -> Property:
    """Add a property with its texts in a language, and its one room where it is let as a whole.

    `facts` are those of `property_create`, texts those of `property_texts_save`. It is not
    published yet; where the site approves properties its administrators get a mail, unless one of
    them has added it. Raises as both.
    """
    prop = property_create(by=by, owner_id=owner_id, **facts)
    unit_add_default(property_id=prop.pk, by=by)
    property_texts_save(property_id=prop.pk, language=language, texts=texts, by=by)
    if not prop.is_approved and not acts_as_super_manager(by):
        approval_mail_queue(prop)
    return prop
