"""Handing what a form has to a service, and its refusal back to the form."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import IntegrityError, transaction

from bookyflow.api.errors import translated
from bookyflow.core.errors import DomainError
from bookyflow.web.forms import PageForm


def saved(
    form: PageForm, save: Callable[[], object], *, fields: Mapping[str, str] | None = None
) -> bool:
    """Do what a valid form is for; where it is refused, the form tells why.

    `fields` are those of the form by the service's own names, where these are others.
    """
    try:
        with transaction.atomic():  # so that what the database refuses undoes this and no more
            save()
    except (DomainError, ValidationError, IntegrityError) as error:
        refused = refusal_of(error)
        known = fields or {}
        refused.fields = {known.get(name, name): told for name, told in refused.fields.items()}
        form.refuse(refused)
    return not form.errors


def refusal_of(error: Exception) -> DomainError:
    """The refusal that an exception of a service stands for; a fault of ours goes on."""
    if isinstance(error, ValidationError):
        if not hasattr(error, "error_dict"):
            return DomainError("validation_failed", " ".join(error.messages))
        fields = dict(error.message_dict)
        others = fields.pop(NON_FIELD_ERRORS, [])
        return DomainError("validation_failed", " ".join(others), fields=fields)
    refused = translated(error)
    if refused is None:
        raise error
    return refused
