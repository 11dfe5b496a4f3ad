from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    """Search a region or a town without looking at every property of the site."""

    atomic = False

    dependencies = [("properties", "0009_children_count_for_capacity")]

    operations = [
        AddIndexConcurrently(
            model_name="property",
            index=models.Index(fields=["region"], name="property_by_region"),
        ),
        AddIndexConcurrently(
            model_name="property",
            index=models.Index(fields=["town"], name="property_by_town"),
        ),
    ]
