from __future__ import annotations

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q

from bookyflow.properties.models.property import Property, PropertyType


class CustomField(models.Model):
    """A question of a property's own, to guests who book or about the property itself.

    `property` is null when it is every property's; a property's own field of the same name takes
    its place there. `property_types` are those that it is for; none means all. `default` is text,
    as somebody would answer.
    """

    class Purpose(models.TextChoices):
        BOOKING = "booking", "Guests answer it when they book."
        PROPERTY = "property", "It is shown with the property."

    class Answer(models.TextChoices):
        TEXT = "text"
        NUMBER = "number"
        FLAG = "flag"
        DATE = "date"

    property = models.ForeignKey(
        Property, models.CASCADE, null=True, blank=True, related_name="custom_fields"
    )
    purpose = models.CharField(max_length=10, choices=Purpose, default=Purpose.BOOKING)
    name = models.CharField(
        max_length=50,
        validators=[RegexValidator(r"^[A-Za-z][A-Za-z0-9_]*\Z", "Letters, digits and _ only.")],
    )
    description = models.CharField(max_length=255, blank=True, default="")
    answer = models.CharField(max_length=10, choices=Answer, default=Answer.TEXT)
    default = models.CharField(max_length=255, blank=True, default="")
    required = models.BooleanField(default=False)
    property_types = models.ManyToManyField(PropertyType, related_name="custom_fields", blank=True)

    class Meta:
        ordering = ("id",)
        constraints = [
            models.UniqueConstraint(
                fields=("property", "purpose", "name"),
                name="custom_field_name_once",
                nulls_distinct=False,
                violation_error_message="There is a field of this name.",
            ),
            models.CheckConstraint(condition=~Q(name=""), name="custom_field_named"),
        ]

    def __str__(self) -> str:
        return self.name


class CustomValue(models.Model):
    """What a property says in one of its custom fields, as text."""

    property = models.ForeignKey(Property, models.CASCADE, related_name="custom_values")
    field = models.ForeignKey(CustomField, models.CASCADE, related_name="values")
    value = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=("property", "field"), name="custom_value_once")
        ]

    def __str__(self) -> str:
        return self.value
