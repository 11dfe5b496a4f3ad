from __future__ import annotations

from django.db.models import QuerySet

from acme_spa.models import Treatment
from bookyflow.properties.models import Property


def treatment_list(*, prop: Property) -> QuerySet[Treatment]:
    """The treatments of a property, by name."""
    return Treatment.objects.filter(property=prop)
