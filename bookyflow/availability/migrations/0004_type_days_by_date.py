from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    """Limits are looked up by property and dates, whatever the room type."""

    atomic = False

    dependencies = [
        ("availability", "0003_whole_life"),
    ]

    operations = [
        AddIndexConcurrently(
            model_name="typeday",
            index=models.Index(fields=["property", "date"], name="type_day_by_date"),
        ),
    ]
