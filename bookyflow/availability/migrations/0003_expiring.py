from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    """Find the nights that end to be held, without a look at all others of a property."""

    atomic = False

    dependencies = [
        ("availability", "0002_sql"),
    ]

    operations = [
        AddIndexConcurrently(
            model_name="occupancy",
            index=models.Index(
                condition=models.Q(("expires_at__isnull", False)),
                fields=["property"],
                name="occupancy_that_expires",
            ),
        ),
    ]
