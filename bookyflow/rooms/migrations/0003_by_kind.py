from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    """Find the rooms of a house that are alike, in the order of their age."""

    atomic = False

    dependencies = [
        ("rooms", "0002_seed"),
    ]

    operations = [
        AddIndexConcurrently(
            model_name="room",
            index=models.Index(
                fields=(
                    "property",
                    "room_type",
                    "max_adults",
                    "max_children",
                    "max_occupancy",
                    "surcharge",
                    "single_supplement",
                    "id",
                ),
                include=("number",),
                condition=models.Q(deleted_at__isnull=True),
                name="room_by_kind",
            ),
        ),
    ]
