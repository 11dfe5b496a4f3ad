from __future__ import annotations

from django.db import models

from bookyflow.properties.models import Property
from bookyflow.tariffs.models import TariffType


class ImportedListing(models.Model):
    """What the source last said of an imported property.

    A later import compares with this and not with the property, so that only what the source has
    changed is written, and what the manager has changed meanwhile stays. `tariff_type` is the one
    that carries the listing's price; null while the listing has none.
    """

    property = models.OneToOneField(
        Property, models.CASCADE, related_name="imported", primary_key=True
    )
    tariff_type = models.ForeignKey(TariffType, models.SET_NULL, null=True, related_name="+")
    facts = models.JSONField(default=dict)

    def __str__(self) -> str:
        return f"import of property {self.property_id}"
