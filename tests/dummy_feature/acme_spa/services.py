from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction

from acme_spa.models import Treatment
from bookyflow.core.errors import DomainError


@dataclass(frozen=True)
class NewTreatment:
    """A treatment that takes so many minutes. Raises DomainError `validation_failed` for none."""

    name: str
    length: int

    def __post_init__(self) -> None:
        if self.length < 1:
            raise DomainError("validation_failed", fields={"length": ["One minute at least."]})


@transaction.atomic
def treatment_create(*, property_id: int, new: NewTreatment) -> Treatment:
    """Add a treatment to what a property offers."""
    treatment = Treatment(property_id=property_id, name=new.name, minutes=new.length)
    treatment.full_clean()
    treatment.save()
    return treatment
