from __future__ import annotations

from django.db import models

from bookyflow.properties.models import Property


class Treatment(models.Model):
    """Something that guests of a property can have done."""

    property = models.ForeignKey(Property, models.CASCADE, related_name="+")
    name = models.CharField(max_length=100)
    minutes = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ("name", "id")

    def __str__(self) -> str:
        return self.name
