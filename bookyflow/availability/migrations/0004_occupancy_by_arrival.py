from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    """Find the stays of a room around a day without comparing ranges."""

    atomic = False

    dependencies = [
        ("availability", "0003_expiring"),
    ]

    operations = [
        AddIndexConcurrently(
            model_name="occupancy",
            index=models.Index(
                models.F("room"),
                models.Func(
                    models.F("nights"), function="lower", output_field=models.DateField()
                ),
                name="occupancy_by_room_and_arrival",
            ),
        ),
    ]
