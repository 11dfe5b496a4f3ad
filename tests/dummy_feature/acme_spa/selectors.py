from __future__ import annotations

from django.db.models import QuerySet

from acme_spa.models import Treatment


def treatment_list(*, property_id: int) -> QuerySet[Treatment]:
    """The treatments of a property, by name."""
    return Treatment.objects.filter(property=property_id)
