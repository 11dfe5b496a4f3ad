from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    """Who departs on a day, and who is in the house, without looking at all bookings."""

    atomic = False

    dependencies = [
        ("reservations", "0002_booking_granted"),
    ]

    operations = [
        AddIndexConcurrently(
            model_name="booking",
            index=models.Index(fields=["property", "departs_on"], name="booking_by_departure"),
        ),
        AddIndexConcurrently(
            model_name="booking",
            index=models.Index(
                condition=models.Q(("state", "checked_in")),
                fields=["property", "arrival"],
                name="booking_of_residents",
            ),
        ),
    ]
