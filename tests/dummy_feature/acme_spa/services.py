from __future__ import annotations

from django.db import transaction

from acme_spa.models import Treatment
from bookyflow.properties.models import Property


@transaction.atomic
def treatment_create(*, prop: Property, name: str, minutes: int) -> Treatment:
    """Add a treatment that takes so many minutes."""
    treatment = Treatment(property=prop, name=name, minutes=minutes)
    treatment.full_clean()
    treatment.save()
    return treatment
