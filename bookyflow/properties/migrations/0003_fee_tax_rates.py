from decimal import Decimal

import django.core.validators
from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models
from django.db.models import Q

RATES = [
    django.core.validators.MinValueValidator(0),
    django.core.validators.MaxValueValidator(100),
]


class Migration(migrations.Migration):
    dependencies = [("properties", "0002_seed")]

    operations = [
        *(
            migrations.AddField(
                "propertysettings",
                name,
                models.DecimalField(
                    db_default=Decimal(0),
                    decimal_places=2,
                    default=Decimal(0),
                    help_text="Contained in the fee.",
                    max_digits=5,
                    validators=RATES,
                ),
            )
            for name in ("cancellation_fee_tax_rate", "no_show_fee_tax_rate")
        ),
        AddConstraintNotValid(
            "propertysettings",
            models.CheckConstraint(
                condition=Q(cancellation_fee_tax_rate__range=(0, 100))
                & Q(no_show_fee_tax_rate__range=(0, 100)),
                name="property_fee_taxes_in_range",
            ),
        ),
    ]
